"""Lists going out: in the receiver's layout, encrypted, approved by a second person, recorded."""

import hashlib
import io
from datetime import date, timedelta

import msoffcrypto
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.access import Grant, Permission
from accounts.models import AccessEvent
from accounts.once import new_key
from exchange.models import ListOut, OutLayout, SharingRecord
from exchange.models.out_rows import rows
from exchange.rules.out_facts import FACTS
from tests.asking import shows
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianFactory,
    GuardianshipFactory,
    OutColumnFactory,
    OutLayoutFactory,
    PostingFactory,
    RecognitionFactory,
    SchoolYearFactory,
    SharingFigureFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NUMBER, PASSWORD = "990101201603010026", "yi-er-san-si-wu"


@pytest.fixture
def officer():
    return PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))


@pytest.fixture
def county(officer):
    return sign_in(Client(), officer)


def child(**facts):
    made = ChildFactory(**{"name": "曾小明", "id_number": NUMBER, **facts})
    carer = GuardianFactory(name="曾大山", phone="17000001234", recorded_in=made.residence_area)
    GuardianshipFactory(child=made, guardian=carer, is_main_carer=True)
    CategorySpellFactory(child=made)
    return made


def ask(client, key="child_welfare"):
    answer = client.post(
        reverse("exchange:out_ask", args=[key]), {"purpose": "季度核对", "submission": new_key()}
    )
    assert answer.status_code == 302
    return ListOut.objects.latest("pk")


def fetch(client, row, password=PASSWORD):
    return client.post(
        reverse("exchange:out_fetch", args=[row.pk]), {"password": password, "again": password}
    )


def content(answer):
    return b"".join(answer.streaming_content)


def opened(data, password=PASSWORD):
    """The cells of an encrypted file."""
    plain, sealed = io.BytesIO(), msoffcrypto.OfficeFile(io.BytesIO(data))
    sealed.load_key(password=password, verify_password=True)
    sealed.decrypt(plain)
    return load_workbook(plain).active


def test_a_short_list_is_fetched_at_once_encrypted_and_its_numbers_are_text(county, officer):
    child()
    row = ask(county)

    data = content(fetch(county, row))

    assert not data.startswith(b"PK"), "no open spreadsheet"
    assert NUMBER.encode() not in data
    sheet = opened(data)
    head = [cell.value for cell in sheet[1]]
    number = sheet[2][head.index("身份证号")]
    assert (number.value, number.data_type, number.number_format) == (NUMBER, "s", "@")
    assert sheet[2][head.index("监护人电话")].value == "17000001234"
    assert sheet[2][head.index("性别")].value == "男"
    assert officer.user.username in sheet[3][0].value, "who carried it away stands below"


def test_the_record_says_who_why_what_and_the_files_own_hash(county, officer):
    child()
    row = ask(county)

    data = content(fetch(county, row))

    record = SharingRecord.objects.get()
    assert (record.direction, record.kind, record.rows) == ("OUT", "child_welfare", 1)
    assert (record.by, record.area_code, record.purpose) == (officer.user, COUNTY, "季度核对")
    assert bytes(record.file_hash) == hashlib.sha256(data).digest()
    assert "child.id_number" in record.fields
    assert record.legal_ground
    event = AccessEvent.objects.get(kind="EXPORTED")
    assert (event.subject, event.row_count, event.reason) == ("list_out", 1, "季度核对")


def test_every_printed_page_says_who_fetched_it_when_and_for_which_request(county, officer):
    child()
    row = ask(county)

    sheet = opened(content(fetch(county, row)))

    header, footer = sheet.oddHeader, sheet.oddFooter
    row.refresh_from_db()
    assert officer.user.username in header.right.text
    assert f"{timezone.localtime(row.fetched_at):%H:%M}" in header.right.text
    assert row.code in footer.left.text, "leads back to purpose and ground"
    assert row.code in sheet[3][0].value
    assert shows(county.get(reverse("exchange:out_detail", args=[row.pk])), row.code)
    printed = " ".join(
        part.text or "" for one in (header, footer) for part in (one.left, one.center, one.right)
    )
    assert "曾" not in printed, "margins tell nothing of a child"
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
    assert sheet.column_dimensions["B"].width > 8


def test_without_a_good_password_nothing_goes_out(county):
    child()
    row = ask(county)
    where = reverse("exchange:out_fetch", args=[row.pk])

    for typed in ({}, {"password": "short", "again": "short"}, {"password": PASSWORD}):
        assert not county.post(where, typed).streaming
    assert not county.post(where, {"password": PASSWORD, "again": PASSWORD + "x"}).streaming

    assert not SharingRecord.objects.exists()


def test_a_long_list_waits_for_a_second_person_who_is_not_the_first(county, officer):
    SharingFigureFactory(value=1)
    child()
    row = ask(county)
    where = reverse("exchange:out_decide", args=[row.pk])
    approval = {"answer": "approve", "version": row.version}

    assert not fetch(county, row).streaming
    county.post(where, approval | {"submission": new_key()})
    row.refresh_from_db()
    assert row.state == "ASKED", "nobody approves their own list"
    colleague = PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))
    second = sign_in(Client(), colleague)
    second.post(where, approval | {"submission": new_key()})

    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("READY", colleague.user)
    assert not fetch(second, row).streaming, "only who asked fetches it"
    assert content(fetch(county, row))


def test_home_tells_the_second_person_what_waits_and_the_first_what_was_answered(county, officer):
    SharingFigureFactory(value=1)
    child()
    row = ask(county)
    second = sign_in(Client(), PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))

    def home(client):
        return shows(client.get(reverse("home")), row.code)

    assert (home(county), home(second)) == (False, True)
    second.post(
        reverse("exchange:out_decide", args=[row.pk]),
        {"answer": "approve", "version": row.version, "submission": new_key()},
    )
    assert (home(county), home(second)) == (True, False)
    content(fetch(county, row))
    assert not home(county), "nothing to do any more"


def test_a_refused_list_and_one_approved_long_ago_stay_here(county):
    child()
    row = ask(county)
    row.asked_at = timezone.now() - timedelta(days=8)
    row.save()
    assert not fetch(county, row).streaming

    SharingFigureFactory(value=1)
    other = ask(county)
    second = sign_in(Client(), PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    second.post(
        reverse("exchange:out_decide", args=[other.pk]),
        {
            "answer": "refuse",
            "reason": "先核对名单",
            "version": other.version,
            "submission": new_key(),
        },
    )
    assert not fetch(county, other).streaming


def test_whoever_refuses_says_why_and_who_asked_reads_it(county):
    SharingFigureFactory(value=1)
    child()
    row = ask(county)
    colleague = PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))
    second = sign_in(Client(), colleague)
    where = reverse("exchange:out_decide", args=[row.pk])

    def refuse(**typed):
        told = {"answer": "refuse", "version": row.version, "submission": new_key()} | typed
        return second.post(where, told)

    for typed in ({}, {"reason": " "}, {"reason": "x" * 201}, {"answer": "", "reason": "先核对"}):
        answer = refuse(**typed)
        assert answer.context["deciding"].errors
        row.refresh_from_db()
        assert row.state == "ASKED"
    refuse(reason="先核对户籍变动")

    row.refresh_from_db()
    assert (row.state, row.refusal_reason) == ("REFUSED", "先核对户籍变动")
    assert (row.decided_by, row.history.latest().refusal_reason) == (
        colleague.user, "先核对户籍变动",
    )  # fmt: skip
    for page in (reverse("home"), reverse("exchange:out_list"),
                 reverse("exchange:out_detail", args=[row.pk])):  # fmt: skip
        assert shows(county.get(page), "先核对户籍变动"), page


def test_a_list_that_has_grown_long_since_waits_for_a_second_person(county):
    SharingFigureFactory(value=2)
    child()
    row = ask(county)
    assert row.state == "READY"
    child(id_number="", id_type="NONE")

    assert not fetch(county, row).streaming


def test_an_approved_list_lets_out_no_more_than_was_approved(county):
    SharingFigureFactory(value=1)
    child()
    row = ask(county)
    where = reverse("exchange:out_decide", args=[row.pk])
    second = sign_in(Client(), PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))

    def approve():
        row.refresh_from_db()
        second.post(where, {"answer": "approve", "version": row.version, "submission": new_key()})

    approve()
    child(id_number="", id_type="NONE")
    assert not fetch(county, row).streaming

    row.refresh_from_db()
    assert (row.state, row.rows, row.decided_by) == ("ASKED", 2, None)
    approve()
    assert content(fetch(county, row))
    SharingFigureFactory(key="GROWN_PER_CENT", value=50)
    child(id_number="", id_type="NONE")
    assert content(fetch(county, row)), "as many as the county allows"


def test_a_list_without_sensitive_columns_needs_no_password(county):
    layout = OutLayoutFactory()
    OutColumnFactory(layout=layout)
    ChildFactory(name="=HYPERLINK(1)")
    row = ask(county, layout.key)

    answer = county.post(reverse("exchange:out_fetch", args=[row.pk]))

    sheet = load_workbook(io.BytesIO(content(answer))).active
    assert [cell.value for cell in sheet["A"]][:2] == ["姓名", "'=HYPERLINK(1)"]


def grant(posting):
    return Grant(posting.user, posting, Permission.LIST_OUT)


def cells(key, posting, today=None):
    layout = OutLayout.objects.get(key=key)
    head = [column.heading for column in layout.columns.all()]
    found = rows(layout, grant(posting), today or timezone.localdate())
    return [dict(zip(head, row, strict=True)) for row in found]


def test_each_list_holds_those_it_is_about_and_nobody_of_another_county(officer):
    disabled = child(name="曾小明")
    CertificateFactory(child=disabled)
    pupil = ChildFactory(name="曾小红")
    EnrolmentFactory(child=pupil)
    left = ChildFactory(name="曾小留")
    CategorySpellFactory(child=left, category="LEFT_BEHIND")
    gone = ChildFactory(
        name="曾小走", status="CLOSED", closed_on=timezone.localdate(), closing_reason="MOVED_OUT"
    )
    ChildFactory(name="曾小并", status="CLOSED", closed_on=timezone.localdate(),
                 closing_reason="DUPLICATE", merged_into=pupil)  # fmt: skip
    stranger = child(name="别处", id_number="", id_type="NONE", residence_area=area(OTHER_VILLAGE))
    CertificateFactory(child=stranger)

    def names(key):
        return [row["姓名"] for row in cells(key, officer)]

    assert names("child_welfare") == [disabled.name, left.name]
    assert names("two_subsidies") == [disabled.name]
    assert names("school_roll") == names("student_aid") == [pupil.name]
    assert names("left_behind_b") == [left.name]
    (closed,) = cells("exit_e", officer)
    assert (closed["姓名"], closed["终止原因"]) == (gone.name, "户籍迁出")


def test_the_exit_form_tells_the_categories_of_the_day_of_closing(officer):
    today = timezone.localdate()
    gone = ChildFactory(
        name="曾小走", status="CLOSED", closed_on=today - timedelta(days=9),
        closing_reason="MOVED_OUT", opened_on=today - timedelta(days=500),
    )  # fmt: skip
    long_ago, closed_on = today - timedelta(days=400), gone.closed_on
    for category, starts, ends in (
        ("DISABLED", long_ago, closed_on),
        ("ORPHAN_SCAT", long_ago, closed_on - timedelta(days=1)),
        ("LEFT_BEHIND", closed_on + timedelta(days=1), None),
    ):
        CategorySpellFactory(child=gone, category=category, starts_on=starts, ends_on=ends)

    (row,) = cells("exit_e", officer)

    assert row["儿童类别"] == "残疾儿童"


def test_what_the_ministries_ask_beside_is_in_their_lists(officer):
    whole = child()
    EnrolmentFactory(child=whole)
    CategorySpellFactory(child=whole, category="LEFT_BEHIND")
    father = GuardianFactory(name="曾大强", workplace="杭州某厂", recorded_in=whole.residence_area)
    GuardianshipFactory(child=whole, guardian=father, relation="FATHER", is_main_carer=False)
    year = SchoolYearFactory(
        starts_on=timezone.localdate() - timedelta(days=9),
        ends_on=timezone.localdate() + timedelta(days=99),
    )
    RecognitionFactory(child=whole, year=year, is_confirmed=True, tier="SPECIAL")

    (form_b,) = cells("left_behind_b", officer)
    (roll,) = cells("school_roll", officer)
    (aid,) = cells("student_aid", officer)

    assert (form_b["祖父母、外祖父母"], form_b["父亲工作单位"]) == ("祖父 曾大山", "杭州某厂")
    assert (roll["是否留守儿童（民政认定）"], roll["是否孤儿"], roll["残疾类型"]) == ("1", "0", "")
    assert aid["认定等级"] == "特别困难"


def test_what_a_receiver_writes_as_a_code_is_a_code(officer):
    pupil = child(sex="MALE")
    EnrolmentFactory(child=pupil, is_boarding=True)
    EntitlementFactory(child=pupil, is_running=True, amount=500)

    (row,) = cells("school_roll", officer)

    assert (row["性别"], row["就读方式"], row["成员关系"]) == ("1", "2", "祖父")
    (aid,) = cells("student_aid", officer)
    assert aid["享受项目"]


def test_a_secret_category_goes_out_only_with_those_entitled(officer):
    held = child()
    CategorySpellFactory(child=held, category="HIV")
    town = PostingFactory(role="CHILD_SUPERVISOR", area=area("330127100"))

    assert "艾滋" in cells("child_welfare", officer)[0]["儿童类别"]
    assert "艾滋" not in cells("child_welfare", town)[0]["儿童类别"]


def test_ten_children_take_as_many_queries_as_one(officer):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            cells("child_welfare", officer)
        return len(asked)

    child()
    one = queries()
    for place in range(9):
        child(name=f"曾小{place}", id_number="", id_type="NONE")

    assert queries() == one


def test_every_fact_of_every_layout_can_be_read(officer):
    whole = child(closed_on=None)
    CertificateFactory(child=whole)
    EnrolmentFactory(child=whole)
    EntitlementFactory(child=whole, is_running=True, amount=500)
    layout = OutLayoutFactory()
    for place, fact in enumerate(FACTS):
        OutColumnFactory(layout=layout, heading=fact, fact=fact, position=place)

    (row,) = rows(layout, grant(officer), date(2026, 11, 25))

    assert len(row) == len(FACTS)
    assert "None" not in row
