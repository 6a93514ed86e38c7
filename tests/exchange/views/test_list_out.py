"""Lists going out: in the receiver's layout, encrypted, approved by a second person, recorded."""

import hashlib
import io
from datetime import timedelta

import msoffcrypto
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AccessEvent
from accounts.once import new_key
from exchange.models import ListOut, SharingRecord
from tests.asking import shows
from tests.exchange.going_out import NUMBER, child
from tests.factories import (
    COUNTY,
    ChildFactory,
    OutColumnFactory,
    OutLayoutFactory,
    PostingFactory,
    SharingFigureFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "yi-er-san-si-wu"


@pytest.fixture
def officer():
    return PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))


@pytest.fixture
def county(officer):
    return sign_in(Client(), officer)


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
    again = reverse("exchange:out_ask", args=[row.layout.key])
    detail = reverse("exchange:out_detail", args=[row.pk])
    assert shows(county.get(detail), again)
    assert not shows(second.get(detail), again)


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
