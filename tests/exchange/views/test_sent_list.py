"""A department sends its lists and sees what is wrong in them; whom they mean it never sees."""

import io
import re

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.access import scope_of
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting
from assistance.rules.claim_sheet import Refusal as ClaimRefusal
from assistance.rules.plan_of_row import Unplanned
from assistance.rules.session_sheet import Refusal as SessionRefusal
from exchange import jobs
from exchange.models import Feed, ListFault, ListUpload
from exchange.reading.problems import CellProblem
from exchange.rules.faults import OF_THE_LIST, OF_THE_REGISTRY, RowProblem, is_told_to_sender
from tests.asking import in_chinese, shows, text_of
from tests.exchange import lists, sending
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.reading import writing
from tests.exchange.sending import at, confirm, take_in
from tests.factories import (
    ChildFactory,
    ListUploadFactory,
    PostingFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county_files")]
HEAD = ["姓名", "身份证号", "救助类别"]
SESSIONS = ["儿童姓名", "身份证号", "康复机构", "康复日期", "课时", "家长签字"]


def federation(code="330127-CL", county=lists.COUNTY, department="FEDERATION"):
    """In this county it keeps the low-income households too."""
    poor = Feed.objects.get(kind="low_income")
    poor.departments = ["CIVIL_AFFAIRS", "FEDERATION"]
    poor.save()
    place = Organisation.objects.create(
        code=code, kind="DEPARTMENT", name=f"残联{code}", area=area(county), department=department
    )
    return PostingFactory(role=Role.LIAISON, organisation=place)


@pytest.fixture
def liaison():
    return federation()


def send(client, path, kind="low_income"):
    return sending.send(client, path, kind, page="sent_add")


def confirmed(client, row):
    fields = {
        f"c{n}_{one['column']}": one["key"]
        for n, sheet in enumerate(row.sheets)
        for one in sheet["columns"]
    }
    client.post(at("sent_check", row), fields)
    jobs.check_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def poor(tmp_path, *rows):
    return writing.xlsx(tmp_path / "list.xlsx", [HEAD, *rows])


def known():
    return ChildFactory(
        name="张小三", id_number=number(1), birth_date=BORN, sex="MALE", residence_area=area(EAST)
    )


def test_a_department_sends_and_the_county_takes_in(client, liaison, tmp_path):
    known()
    sign_in(client, liaison)
    short = number(4)[:17]
    row = send(client, poor(tmp_path, ["张小三", number(1), "低保"], ["李小四", short, "低保"]))
    assert (row.state, row.area_code, row.sent_from) == (
        "READ", lists.COUNTY, liaison.organisation,
    )  # fmt: skip

    confirmed(client, row)
    page = client.get(at("sent_detail", row))
    assert (row.state, page.context["rows"], page.context["wrong"]) == ("CHECKED", 2, 1)
    assert short not in text_of(page)
    fetched = client.get(at("sent_rows", row))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(fetched.streaming_content)))
    assert [line[0] for line in book.active.iter_rows(min_row=2, values_only=True)] == ["李小四"]
    for name in ("upload_take_in", "upload_cancel", "upload_check"):
        assert client.post(at(name, row)).status_code == 403

    officer = PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))
    sign_in(client, officer)
    for name in ("home", "exchange:import_list"):
        assert shows(client.get(reverse(name)), liaison.organisation.name)
    take_in(client, row)
    assert (row.state, row.list_import.by, row.by) == ("TAKEN_IN", officer.user, liaison.user)
    assert shows(client.get(at("upload_detail", row)), liaison.organisation.name)

    sign_in(client, liaison)
    assert shows(client.get(reverse("exchange:sent_list")), f"{row.list_import.at:%Y-%m-%d}")
    assert client.post(at("sent_withdraw", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == "TAKEN_IN"


def nobody():
    area(EAST)


def under_another_name():
    ChildFactory(name="欧阳明明", id_number=number(1), birth_date=BORN, residence_area=area(EAST))


def closed():
    ChildFactory(
        name="张小三", id_number=number(1), birth_date=BORN, sex="MALE", status="CLOSED",
        closed_on="2026-02-01", closing_reason="DEATH", residence_area=area(EAST),
    )  # fmt: skip


def with_a_plan():
    child = ChildFactory(
        name="张小三", id_number=number(1), birth_date=BORN, managing_area=area(EAST)
    )
    center = RehabilitationInstitutionFactory(name="阳光康复中心", area=area(lists.COUNTY))
    RehabilitationPlanFactory(application__child=child, institution=center, sessions=1)


LISTS = {
    "low_income": [
        HEAD, ["张小三", number(1), "低保"], ["王小五", number(6), "低保"],
        ["李小四", number(4)[:17], "低保"], ["张小三", number(1), "低保"],
    ],
    "disability_certificates": [
        ["姓名", "残疾人证号", "残疾类别", "残疾等级"],
        ["张小三", number(1) + "42", "肢体", "二级"], ["王小五", number(6) + "11", "肢体", "一级"],
    ],
    "rehabilitation_sessions": [
        SESSIONS,
        *(["张小三", number(1), "阳光康复中心", day, "1", "李大娘"]
          for day in ("2026-03-02", "2026-03-02", "2026-03-03")),
        ["李小四", number(4), "阳光康复中心", "某日", "1", "李大娘"],
    ],
}  # fmt: skip
VARIES = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<=name="submission" value=")[^"]+'
    r"|(?<=/sent/)\d+|\d\d:\d\d|(?<=nonce=\")[^\"]+"
)


def told_to_sender(client, row):
    """Every page and file of the list, without what differs from one list to the next."""
    addresses = [
        at("sent_detail", row), reverse("exchange:sent_list"), reverse("home"),
        *(f"{at('sent_detail', row)}?code={code}" for code in
          ("CHILD_UNKNOWN", "NO_SESSIONS_LEFT", "DUPLICATE_IN_FILE", "ID_LENGTH")),
    ]  # fmt: skip
    pages = [VARIES.sub("", text_of(client.get(address))) for address in addresses]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(at("sent_rows", row)))))
    rows = [[list(line) for line in sheet.values] for sheet in book]
    return [*pages, rows]


@pytest.mark.parametrize(
    ("kind", "worlds"),
    [
        ("low_income", [nobody, known, under_another_name, closed]),
        ("disability_certificates", [nobody, known, under_another_name]),
        ("rehabilitation_sessions", [nobody, known, with_a_plan]),
    ],
)
def test_the_sender_is_told_the_same_whoever_is_on_file(liaison, officer, tmp_path, kind, worlds):
    """Before the county takes the list in, and after; what the county is told differs."""
    path = writing.xlsx(tmp_path / "list.xlsx", LISTS[kind])
    department, county = sign_in(Client(), liaison), sign_in(Client(), officer)
    told, known_to_county = [], []
    for world in worlds:
        with transaction.atomic():
            world()
            row = confirmed(department, send(department, path, kind))
            before = told_to_sender(department, row)
            counts = [row.counts[name] for name in ("accepted", "matched", "suggested", "proposed")]
            known_to_county.append((counts, list(row.faults.values_list("code", flat=True))))
            assert take_in(county, row).state == "TAKEN_IN"
            told.append([before, told_to_sender(department, row)])
            transaction.set_rollback(True)

    for world, pages in zip(worlds[1:], told[1:], strict=True):
        assert pages == told[0], world.__name__
    assert any(one != known_to_county[0] for one in known_to_county)


def test_mistakes_judged_by_files_are_the_countys(client, liaison, tmp_path):
    """Who has no file is refused in a list of sessions: all the others would have one."""
    sign_in(client, liaison)
    path = writing.xlsx(tmp_path / "list.xlsx", LISTS["rehabilitation_sessions"])
    row = confirmed(client, send(client, path, "rehabilitation_sessions"))
    codes = set(row.faults.values_list("code", flat=True))
    told = set(row.faults.filter(sent_from=liaison.organisation).values_list("code", flat=True))
    assert (codes - told, told) == ({"CHILD_UNKNOWN", "DUPLICATE_IN_FILE"}, {"DATE_STYLE"})
    with acting(scope_of(liaison)):
        assert set(ListFault.objects.values_list("code", flat=True)) == told
    assert client.get(at("sent_detail", row)).context["wrong"] == 1
    fetched = client.get(at("sent_rows", row))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(fetched.streaming_content)))
    assert [line[0] for line in book.active.iter_rows(min_row=2, values_only=True)] == ["李小四"]


def test_every_mistake_is_said_to_be_of_the_list_or_of_the_registry():
    """A new code is told to no sender until somebody says what judges it."""
    judged = [*CellProblem, *RowProblem, *SessionRefusal, *ClaimRefusal]

    assert {str(code) for code in judged} == {str(code) for code in OF_THE_LIST | OF_THE_REGISTRY}
    assert not OF_THE_LIST & OF_THE_REGISTRY
    assert not {*map(str, Unplanned)} & OF_THE_LIST
    assert not is_told_to_sender("NEW_CODE", meets_plans=False)
    assert is_told_to_sender("DUPLICATE_IN_FILE", meets_plans=False)
    assert not is_told_to_sender("DUPLICATE_IN_FILE", meets_plans=True)


def test_another_department_sees_nothing_of_it(client, liaison, tmp_path):
    sign_in(client, liaison)
    row = confirmed(client, send(client, poor(tmp_path, ["李小四", number(4)[:17], "低保"])))
    of_county = ListUploadFactory(area_code=lists.COUNTY)
    other, elsewhere = federation("330127-JY"), federation("330182-CL", "330182")
    for posting in (other, elsewhere):
        sign_in(client, posting)
        for name in ("sent_detail", "sent_rows"):
            assert client.get(at(name, row)).status_code == 404
        for name in ("sent_check", "sent_withdraw"):
            assert client.post(at(name, row)).status_code == 404
        assert not client.get(reverse("exchange:sent_list")).context["lines"]

    for posting, seen in ((other, []), (elsewhere, []), (liaison, [row.pk])):
        with acting(scope_of(posting)), connection.cursor() as cursor:
            for table, column in (
                ("exchange_listupload", "id"), ("exchange_listfault", "upload_id"),
                ("exchange_historicallistupload", "id"),
            ):  # fmt: skip
                cursor.execute(f"SELECT DISTINCT {column} FROM {table}")
                assert [one for (one,) in cursor.fetchall()] == seen, table
    sign_in(client, liaison)
    assert client.get(at("sent_detail", of_county)).status_code == 404


def test_the_database_shows_a_sender_no_figure_of_the_match(client, liaison, officer, tmp_path):
    """Taken in, with the child on file: the report and what came of it are the county's."""
    known()
    sign_in(client, liaison)
    row = confirmed(client, send(client, poor(tmp_path, ["张小三", number(1), "低保"])))
    sign_in(client, officer)
    take_in(client, row)
    assert row.counts["matched"] == 1

    tables = ("exchange_listreport", "exchange_historicallistreport", "exchange_listimport")
    for posting, is_shown in ((liaison, False), (officer, True)):
        with acting(scope_of(posting)), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert (cursor.fetchone()[0] > 0) is is_shown, (posting, table)
            cursor.execute("SELECT row_to_json(u)::text FROM exchange_listupload u")
            assert "matched" not in cursor.fetchone()[0]
        with acting(scope_of(posting)):
            own = ListUpload.objects.select_related("report").get(pk=row.pk)
            assert bool(own.counts) is is_shown
            assert (own.rows, own.wrong) == (1, 0)


def test_a_list_is_withdrawn_or_goes_back_with_a_reason(client, liaison, officer, tmp_path):
    sign_in(client, liaison)
    path = poor(tmp_path, ["张小三", number(1), "低保"])
    first, second = (send(client, path) for _ in range(2))
    client.post(at("sent_withdraw", first))
    first.refresh_from_db()
    assert (first.state, first.back_reason) == ("CANCELLED", "")

    sign_in(client, officer)
    for reason in ("", "缺", "缺" * 201):
        page = client.post(at("upload_cancel", second), {"reason": reason})
        assert page.context["back_form"].errors
        second.refresh_from_db()
        assert second.state == "READ"  # without a reason nothing goes back
    client.post(at("upload_cancel", second), {"reason": "缺少身份证号"})
    for row, name in ((first, liaison.organisation.name), (second, "缺少身份证号")):
        page = client.get(at("upload_detail", row))
        assert shows(page, name)
    assert confirm(client, first).state == "CANCELLED"
    told = client.post(at("upload_take_in", first), follow=True)
    assert shows(told, in_chinese(
        "The department has withdrawn this list in the meantime. Nothing of it came in."
    ))  # fmt: skip

    sign_in(client, liaison)
    assert asked_at_home(client) == [second.pk]
    home = client.get(reverse("home"))
    assert shows(home, "缺少身份证号")
    assert shows(home, in_chinese("given back by the county"))
    confirmed(client, send(client, path))  # the answer to what came back
    assert asked_at_home(client) == []


def asked_at_home(client):
    [block] = [
        block for template, block in client.get(reverse("home")).context["blocks"]
        if template == "exchange/_home_sent.html"
    ]  # fmt: skip
    return [line["row"].pk for line in block["lines"] if line["asks"]]


def test_rows_come_back_and_go_again_put_right(client, liaison, officer, tmp_path):
    sign_in(client, liaison)
    row = confirmed(client, send(client, poor(tmp_path, ["李小四", number(4)[:17], "低保"])))
    assert asked_at_home(client) == [row.pk]
    fetched = client.get(at("sent_rows", row))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(fetched.streaming_content)))
    head, line = list(book.active.values)[:2]
    assert head[:3] == tuple(HEAD)
    assert line[3]
    assert number(4)[:17] not in line[3]

    put_right = writing.xlsx(tmp_path / "again.xlsx", [head, ["李小四", number(4), *line[2:]]])
    again = confirmed(client, send(client, put_right))
    page = client.get(at("sent_detail", again))
    assert (again.state, page.context["wrong"], page.context["kinds"]) == ("CHECKED", 0, [])
    assert asked_at_home(client) == []

    sign_in(client, officer)
    take_in(client, again)
    other = PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))
    sign_in(client, other)
    client.post(at("upload_undo", again), {"reason": "送来的是上一年度名单"})
    jobs.undo_list_upload(upload_id=again.pk)
    sign_in(client, liaison)
    assert shows(client.get(at("sent_detail", again)), "送来的是上一年度名单")
    assert asked_at_home(client) == [again.pk]


def test_a_column_that_no_layout_knows_is_said_by_who_sends_the_list(client, liaison, tmp_path):
    sign_in(client, liaison)
    rows = [["姓名", "身份识别码", "救助类别"], ["张小三", number(1), "低保"]]
    row = send(client, writing.xlsx(tmp_path / "list.xlsx", rows))
    page = client.get(at("sent_detail", row))
    assert (row.state, page.context["form"].missing_headings) == ("READ", "身份证号")
    assert confirmed(client, row).state == "READ"  # not without it

    client.post(at("sent_check", row), {"c0_0": "name", "c0_1": "id_number", "c0_2": "economic"})
    jobs.check_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.counts["accepted"]) == ("CHECKED", 1)


def test_constantly_many_questions_are_asked_for_the_home_page(
    client, liaison, django_assert_max_num_queries
):
    def asked():
        with django_assert_max_num_queries(60) as queries:
            client.get(reverse("home"))
        return len(queries)

    sign_in(client, liaison)
    client.get(reverse("home"))
    before = asked()
    for state in ("READ", "CHECKED", "UNREADABLE", "CANCELLED"):
        ListUploadFactory(
            kind="low_income", state=state, sent_from=liaison.organisation, by=liaison.user,
            rows=3, wrong=2, back_reason="缺列" if state == "CANCELLED" else "",
        )  # fmt: skip
    assert asked() == before


def test_what_cannot_be_used_says_why(client, liaison, tmp_path):
    sign_in(client, liaison)
    path = writing.xlsx(tmp_path / "list.xlsx", [["说明"], ["附件另发"]])
    row = send(client, path)
    assert row.state == "UNREADABLE"
    for name in ("home", "exchange:sent_list"):
        line = client.get(reverse(name))
        assert shows(line, at("sent_detail", row))
    for address in (
        f"{at('sent_detail', row)}?code=%00'&page=-1", f"{reverse('exchange:sent_list')}?after=a",
        f"{reverse('exchange:sent_add')}?kind=register<", f"{at('sent_rows', row)}?page=x",
    ):  # fmt: skip
        assert client.get(address).status_code == 200
    assert client.get(at("sent_detail", row)).context["line"]["why"]
