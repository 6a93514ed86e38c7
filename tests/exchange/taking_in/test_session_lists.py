"""Institutions' sheets of sessions: dirty files by the command and through the pages, undone."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import transaction
from django.utils import timezone

from assistance.actions.rehabilitation import add_sessions, withdraw_session
from assistance.models import RehabilitationSession
from exchange.models import ListImport, ListRow
from tests.asking import text_of
from tests.assistance.actions.test_rehabilitation import at_once, claimed
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.exchange.sending import at, confirm, send, take_in
from tests.exchange.views.test_undo_list import officer, undone
from tests.factories import (
    ChildFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    UserFactory,
    area,
)

from .test_import_list import run

pytestmark = pytest.mark.django_db
BORN = date(2021, 3, 1)
A, B = number(1, BORN), number(2, BORN)
HEAD = [
    "序号",
    "定点康复机构",
    "儿童姓名",
    "身份证号码",
    "训练项目",
    "训练日期",
    "课时",
    "家长签字\n（签名）",
]
SUNRISE, SPRING = "晨光康复中心（总部）", "春苗康复中心"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


def planned(name="张三", id_number=A, place=SUNRISE, **facts):
    child = ChildFactory(
        name=name, id_number=id_number, birth_date=BORN, managing_area=area(lists.EAST)
    )
    center = RehabilitationInstitutionFactory(name=place, area=area(lists.COUNTY))
    return RehabilitationPlanFactory(application__child=child, institution=center, **facts)


def row(day, *, who=("张三", A), place=SUNRISE, kind="孤独症训练", hours=1, signed="李大娘"):
    return [1, place, who[0], who[1], kind, day, hours, signed]


def sheet(*rows):
    return [["2026年3月康复训练签到表"], HEAD, *rows, ["合计", None, None, None, None, len(rows)]]


def taken(tmp_path, *rows, write=writing.xlsx, by=None, commit=True):
    more = ["--by", (by or UserFactory()).username] + (["--commit"] if commit else [])
    suffix = "ods" if write is writing.ods else "xlsx"
    path = write(tmp_path / f"{len(list(tmp_path.iterdir()))}.{suffix}", sheet(*rows))
    return run(
        tmp_path, path, "--within", lists.COUNTY, *more,
        kind="rehabilitation_sessions",
    )  # fmt: skip


def codes(report):
    return [(wrong["row"], wrong["code"]) for wrong in report["errors"]]


def standing():
    rows = RehabilitationSession.objects.standing().order_by("held_on")
    return [(one.held_on.isoformat(), one.hours, one.signed_by) for one in rows]


@pytest.mark.parametrize("write", [writing.xlsx, writing.ods])
def test_a_dirty_sheet_of_a_month(tmp_path, write):
    planned(sessions=5)
    planned(name="李四", id_number=B, place=SPRING, sessions=10)
    by, other = UserFactory(), ("李四", B)

    status, report = taken(
        tmp_path,
        row("2026年3月2日", hours="1.5课时"),
        row("2026.3.3", place=" 晨光康复中心(总部)", signed="李 大娘"),
        row("2026.3.3", place="晨光康复中心（总部） "),  # the same day twice
        row("20260304", who=("张三", f"'{A}"), kind=None, hours=None),
        row("2026/3/5", signed=None),
        row("2026/3/6", hours=13),
        row("2026-03-09"),
        row("2026-03-10"),
        row("2026-03-11"),  # the sixth
        row("2026-03-12", place="某某中心"),
        row("2027-03-12"),
        row("2026-03-02", who=other, place=SPRING),
        row("2026-03-03", who=other, place=SUNRISE),  # no plan there
        row("2026-03-04", who=("王五", number(3, BORN))),
        row("2026-03-05", who=("李四", B[:17]), place=SPRING),
        write=write, by=by,
    )  # fmt: skip

    assert codes(report) == [
        (5, "DUPLICATE_IN_FILE"), (7, "REQUIRED"), (8, "HOURS"), (11, "NO_SESSIONS_LEFT"),
        (12, "INSTITUTION_UNKNOWN"), (13, "DATE_FUTURE"), (15, "NO_PLAN"),
        (16, "CHILD_UNKNOWN"), (17, "ID_LENGTH"),
    ]  # fmt: skip
    assert (status, report["rows"], report["accepted"]) == (1, 15, 6)
    assert standing() == [
        ("2026-03-02", Decimal("1.5"), "李大娘"), ("2026-03-02", 1, "李大娘"),
        ("2026-03-03", 1, "李大娘"), ("2026-03-04", 1, "李大娘"), ("2026-03-09", 1, "李大娘"),
        ("2026-03-10", 1, "李大娘"),
    ]  # fmt: skip
    made = ListImport.objects.get()
    for session in RehabilitationSession.objects.all():
        (past,) = session.history.all()
        assert (session.entered_by, past.history_user, past.history_type) == (by, by, "+")
        assert past.history_change_reason == f"rehabilitation_sessions #{made.pk}"
        for field in RehabilitationSession._meta.concrete_fields:
            assert getattr(past, field.attname) == getattr(session, field.attname), field


def test_two_institutions_on_one_day_of_one_file(tmp_path):
    plan = planned(kind="AUTISM")
    other = RehabilitationInstitutionFactory(name=SPRING)
    RehabilitationPlanFactory(
        application__child=plan.child, application__kind="SPEECH", institution=other
    )

    rows = [row("2026-03-02"), row("2026-03-03"), row("2026-03-03", place=SPRING, kind="言语")]
    report = taken(tmp_path, *rows)[1]

    assert codes(report) == [(4, "OTHER_INSTITUTION_IN_FILE"), (5, "OTHER_INSTITUTION_IN_FILE")]
    assert "5" in report["errors"][0]["message"]
    report = taken(tmp_path, row("2026-03-02", place=SPRING, kind="言语"))[1]
    assert codes(report) == [(3, "OTHER_INSTITUTION")]
    assert len(standing()) == 1


def test_age_and_designation_count_on_the_day(tmp_path):
    plan = planned(until_age=5)
    plan.institution.ends_on = date(2026, 2, 20)
    plan.institution.save()

    report = taken(tmp_path, row("2026-02-20"), row("2026-02-21"), row("2026-01-09"))[1]
    assert codes(report) == [(4, "NOT_DESIGNATED"), (5, "OUTSIDE_PLAN")]

    plan.institution.ends_on = None
    plan.institution.save()
    report = taken(tmp_path, row("2026-02-28"), row("2026-03-01"))[1]
    assert codes(report) == [(4, "AGE_LIMIT")]


def test_the_same_file_again_changes_nothing_and_a_longer_one_brings_what_is_new(tmp_path):
    plan, days = planned(), [row("2026-03-02"), row("2026-03-03")]
    taken(tmp_path, *days)
    withdraw_session(
        session=plan.attended.get(held_on=date(2026, 3, 2)), reason="签错", by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip

    report = taken(tmp_path, *days)[1]
    assert (report["unchanged"], codes(report), len(standing())) == (2, [], 1)
    assert RehabilitationSession.history.count() == 3
    report = taken(tmp_path, *days, row("2026-03-04"))[1]
    assert (report["unchanged"], len(standing())) == (2, 2)


def test_a_day_typed_by_hand_is_left_as_it_is(tmp_path):
    add_sessions(
        plan=planned(), days=[date(2026, 3, 2)], hours=Decimal(2), signed_by="祖母",
        by=UserFactory(), now=timezone.now(),
    )  # fmt: skip

    report = taken(tmp_path, row("2026-03-02"), row("2026-03-03"))[1]

    assert (report["accepted"], report["unchanged"]) == (2, 1)
    assert standing() == [("2026-03-02", 2, "祖母"), ("2026-03-03", 1, "李大娘")]


def test_checked_alone_nothing_is_written_and_nobody_enters_without_a_name(tmp_path):
    planned()

    assert taken(tmp_path, row("2026-03-02"), commit=False)[0] == 0
    more = ["--commit", "--within", lists.COUNTY]
    status, report = run(tmp_path, sheet(row("2026-03-02")), *more, kind="rehabilitation_sessions")
    assert (status, codes(report)) == (2, [(None, "NOBODY_ANSWERS")])

    assert (standing(), ListImport.objects.count()) == ([], 0)


def test_a_child_of_another_countys_file_stays_out(tmp_path):
    plan = planned()
    plan.child.managing_area = area("330102001001")
    plan.child.save()

    report = taken(tmp_path, row("2026-03-02"))[1]

    assert (codes(report), standing()) == ([(3, "NO_PLAN")], [])


def rejected(client, made):
    """What comes back: rows in the columns in which they came, each with a reason."""
    answer = client.get(at("upload_rejected", made))
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    head, *rows = [[cell or "" for cell in one] for one in book.active.iter_rows(values_only=True)]
    assert [one.replace("\n", "") for one in head[:-1]] == [one.replace("\n", "") for one in HEAD]
    return rows


def came_in(client, tmp_path, *rows):
    officer(client)
    path = writing.ods(tmp_path / "签到.ods", sheet(*rows))
    return take_in(client, confirm(client, send(client, path, "rehabilitation_sessions")))


def test_through_the_pages_bad_rows_come_back_and_the_list_is_undone(client, tmp_path):
    planned()
    made = came_in(
        client, tmp_path, row("2026-03-02"), row("2026-03-03"), row("2026-03-04", signed="")
    )
    assert (made.state, made.counts["rejected"], len(standing())) == ("TAKEN_IN", 1, 2)
    (back,) = rejected(client, made)
    assert back[:-1] == [str(one) for one in row("2026-03-04", signed="")]
    assert back[-1].startswith("家长签字")
    second = officer(client)

    undone(client, made)

    assert (made.state, made.counts["kept"], standing()) == ("UNDONE", 0, [])
    for session in RehabilitationSession.objects.all():
        last = session.history.latest("history_id")
        assert (session.withdrawal_reason, last.history_user) == ("名单发错了县", second.user)
        assert (last.history_type, last.version) == ("~", 2)
    assert came_in(client, tmp_path, row("2026-03-02")).counts["unchanged"] == 0
    assert len(standing()) == 1


def test_sessions_that_a_claim_rests_on_stay_and_their_child_is_named(client, tmp_path):
    plan = planned()
    made = came_in(client, tmp_path, row("2026-03-02"), row("2026-03-03"), row("2026-04-07"))
    claimed(plan)
    officer(client)

    undone(client, made)

    assert (made.counts["kept"], [day for day, _hours, _by in standing()]) == (
        1, ["2026-03-02", "2026-03-03"],
    )  # fmt: skip
    assert ListRow.objects.standing().count() == 2
    assert "张三" in text_of(client.get(at("upload_detail", made)))


def test_what_another_list_says_too_stays(client, tmp_path):
    planned()
    made = came_in(client, tmp_path, row("2026-03-02"), row("2026-03-03"))
    came_in(client, tmp_path, row("2026-03-03"))
    officer(client)

    undone(client, made)

    assert [day for day, _hours, _by in standing()] == ["2026-03-03"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_list_and_a_hand_at_the_same_time_enter_each_day_once(tmp_path, _round):
    with transaction.atomic():
        plan, by = planned(sessions=3), UserFactory()

    def by_hand():
        return add_sessions(
            plan=plan, days=[date(2026, 3, 2), date(2026, 3, 3)], hours=Decimal(1),
            signed_by="祖母", by=by, now=timezone.now(),
        )  # fmt: skip

    def by_list():
        return taken(tmp_path, row("2026-03-02"), row("2026-03-03"), row("2026-03-04"), by=by)[0]

    at_once(by_hand, by_list)

    with transaction.atomic():
        assert [day[-1] for day, _hours, _by in standing()] == ["2", "3", "4"]
