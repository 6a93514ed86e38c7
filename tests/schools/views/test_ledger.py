"""The ledgers as township, county and school meet them: list, persuasion, closing by two."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from schools.models import Absence, Enrolment, Excuse, LedgerEntry, Persuasion
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    AbsenceFactory,
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    ExcuseFactory,
    LedgerEntryFactory,
    OrganisationFactory,
    PairingFactory,
    PersuasionFactory,
    PostingFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


@pytest.fixture
def supervisor():
    return PostingFactory(role="CHILD_SUPERVISOR")


@pytest.fixture
def county():
    return PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))


@pytest.fixture
def child():
    return ChildFactory(birth_date=today() - timedelta(days=365 * 10), opened_on=today())


def line(child, **facts):
    return LedgerEntryFactory(child=child, due_on=today() + timedelta(days=3), **facts)


def at(name, child, entry):
    return reverse(f"schools:{name}", args=[child.case_number, entry.pk])


def test_the_list_is_of_our_children_alone_earliest_deadline_first(client, supervisor, child):
    ours, late = line(child), LedgerEntryFactory(ledger="DROPOUT", cause="DROPPED_OUT")
    LedgerEntryFactory(child=ChildFactory(residence_area=area(OTHER_VILLAGE)))
    sign_in(client, supervisor)

    page = client.get(reverse("schools:ledger_list"))
    assert page.context["page"].rows == [late, ours]
    page = client.get(reverse("schools:ledger_list"), {"state": "overdue"})
    assert page.context["page"].rows == [late]
    page = client.get(reverse("schools:ledger_list"), {"ledger": "NO_ROLL"})
    assert page.context["page"].rows == [ours]
    page = client.get(reverse("schools:ledger_list"), {"mine": "on"})
    assert page.context["page"].rows == []
    late.owner = supervisor
    late.save()
    page = client.get(reverse("schools:ledger_list"), {"mine": "on", "after": "nonsense"})
    assert page.context["page"].rows == [late]


def test_the_list_pages_without_losing_a_line_and_asks_the_same_queries(client, supervisor):
    sign_in(client, supervisor)
    url = reverse("schools:ledger_list")

    def counted():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        return len(queries), answer

    LedgerEntryFactory()
    counted()
    one, _answer = counted()
    for _ in range(29):
        LedgerEntryFactory()
    thirty, answer = counted()
    assert thirty == one
    first = answer.context["page"]
    second = client.get(url, {"after": first.following}, headers={"HX-Request": "true"})
    rows = [*first.rows, *second.context["page"].rows]
    assert len({row.pk for row in rows}) == len(rows) == 30
    assert second.context["page"].following == ""


def test_a_persuasion_is_logged_and_its_next_step_is_the_new_deadline(client, supervisor, child):
    entry = line(child)
    sign_in(client, supervisor)
    step = today() + timedelta(days=2)
    typed = {
        "happened_on": today(), "means": "VISIT", "cause": "POVERTY", "outcome": "PROMISED",
        "summary": "下周一返校", "next_on": step,
    }  # fmt: skip

    refused = client.post(at("persuasion_add", child, entry), typed | {"next_on": ""})
    assert "next_on" in refused.context["form"].errors
    assert client.post(at("persuasion_add", child, entry), typed).status_code == 302

    row = Persuasion.objects.get()
    assert (row.posting, row.child, row.entry) == (supervisor, child, entry)
    entry.refresh_from_db()
    assert entry.due_on == step
    assert entry.history.latest("history_id").history_user == supervisor.user


def test_a_refusal_makes_a_dropout_at_once(client, supervisor, child):
    entry = line(child)
    sign_in(client, supervisor)

    client.post(
        at("persuasion_add", child, entry),
        {"happened_on": today(), "means": "PHONE", "cause": "WORK", "outcome": "REFUSED",
         "summary": "不让去", "next_on": today()},
    )  # fmt: skip

    entry.refresh_from_db()
    assert (entry.ledger, entry.cause) == ("DROPOUT", "REFUSED")


def test_a_line_is_not_closed_while_the_child_is_out_of_class(client, supervisor, child):
    entry = line(child)
    sign_in(client, supervisor)

    answer = client.post(at("ledger_propose", child, entry), {"proposal": "已经返校"})

    assert "proposal" in answer.context["proposal_form"].errors
    entry.refresh_from_db()
    assert entry.state == "OPEN"


def test_closing_takes_two_people(client, supervisor, county, child):
    entry = line(child, cleared_on=today())
    sign_in(client, supervisor)
    client.post(at("ledger_propose", child, entry), {"proposal": "9月20日起在校"})
    entry.refresh_from_db()
    assert (entry.state, entry.proposed_by) == ("PROPOSED", supervisor.user)

    page = client.get(at("ledger_detail", child, entry))
    assert not page.context["confirms"]
    refused = client.post(at("ledger_close", child, entry), {"decision": "confirm"}, follow=True)
    assert "另一人" in refused.content.decode()
    entry.refresh_from_db()
    assert entry.state == "PROPOSED"

    sign_in(client, county)
    assert client.get(at("ledger_detail", child, entry)).context["confirms"]
    client.post(at("ledger_close", child, entry), {"decision": "confirm"})
    entry.refresh_from_db()
    assert (entry.state, entry.closed_by) == ("CLOSED", county.user)
    closed = client.get(reverse("schools:ledger_list"), {"state": "closed"})
    assert closed.context["page"].rows == [entry]


def test_the_second_person_may_give_a_proposal_back_with_a_reason(
    client, supervisor, county, child
):
    entry = line(
        child, cleared_on=today(), proposed_by=supervisor.user, proposed_at=timezone.now(),
        proposal="已返校",
    )  # fmt: skip
    sign_in(client, county)

    empty = client.post(at("ledger_close", child, entry), {"decision": "return"})
    assert empty.context["return_form"].errors
    client.post(at("ledger_close", child, entry), {"decision": "return", "reason": "没人看到"})

    entry.refresh_from_db()
    assert entry.state == "CLEARED"
    assert entry.history.latest("history_id").history_change_reason == "没人看到"
    sign_in(client, supervisor)  # who proposed it reads why it stays open
    page = client.get(at("ledger_detail", child, entry)).content.decode()
    assert "没人看到" in page
    assert county.user.full_name in page


@pytest.mark.parametrize("reason", ["POVERTY", "DISABILITY", "WORK", "MARRIAGE", "UNWILLING"])
def test_what_is_no_lawful_reason_is_refused_with_the_article(client, supervisor, child, reason):
    sign_in(client, supervisor)
    typed = {
        "kind": "DEFERRED", "reason": reason, "starts_on": today(), "ends_on": today(),
        "office": "TOWNSHIP", "approved_on": today(), "document": "x",
    }  # fmt: skip

    answer = client.post(reverse("schools:excuse_add", args=[child.case_number]), typed)

    assert "条" in str(answer.context["form"].errors["reason"])
    assert not Excuse.objects.exists()


def test_an_approved_reason_clears_the_line_until_it_ends(client, supervisor, child):
    entry = line(child)
    sign_in(client, supervisor)
    typed = {
        "kind": "DEFERRED", "reason": "BODY_CONDITION", "starts_on": today(),
        "ends_on": today() + timedelta(days=400), "office": "TOWNSHIP", "approved_on": today(),
        "document": "教缓1号",
    }  # fmt: skip
    url = reverse("schools:excuse_add", args=[child.case_number])

    assert "ends_on" in client.post(url, typed).context["form"].errors
    assert client.post(url, typed | {"ends_on": today()}).status_code == 302

    entry.refresh_from_db()
    assert entry.state == "CLEARED"


def test_a_reason_is_ended_early_with_a_reason_and_the_ledgers_watch_again(
    client, supervisor, child
):
    last = today() + timedelta(days=90)
    excuse = ExcuseFactory(child=child, starts_on=today() - timedelta(days=30), ends_on=last)
    entry = line(child, cleared_on=today())
    sign_in(client, supervisor)
    url = reverse("schools:excuse_end", args=[child.case_number, excuse.pk])
    yesterday = today() - timedelta(days=1)

    for wrong in (last, excuse.starts_on - timedelta(days=1), "x", ""):
        answer = client.post(url, {"last_on": wrong, "reason": "已康复"})
        assert "last_on" in answer.context["form"].errors
    assert "reason" in client.post(url, {"last_on": yesterday}).context["form"].errors
    assert client.post(url, {"last_on": yesterday, "reason": "已康复"}).status_code == 302

    excuse.refresh_from_db()
    assert (excuse.ends_on, excuse.approved_until) == (yesterday, last)
    assert excuse.history.latest("history_id").history_change_reason == "已康复"
    entry.refresh_from_db()
    assert entry.state == "OPEN"
    page = client.get(reverse("schools:child_school", args=[child.case_number]))
    assert "提前结束：已康复" in page.content.decode()


def test_a_school_ends_no_reason_out_of_class(client, child):
    principal = PostingFactory(role="PRINCIPAL")
    CaseAccessFactory(child=child, organisation=principal.organisation)
    excuse = ExcuseFactory(child=child)
    sign_in(client, principal)

    url = reverse("schools:excuse_end", args=[child.case_number, excuse.pk])
    assert client.get(url).status_code == 403


def export(client, **asked):
    answer = client.post(reverse("schools:ledger_export", query=asked), {"reason": "月底核对"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_spreadsheet_holds_exactly_the_lines_of_the_list_marked_and_logged(client, supervisor):
    late = LedgerEntryFactory(ledger="DROPOUT", cause="DROPPED_OUT")
    ours = line(ChildFactory(name="=1+1"))
    LedgerEntryFactory(child=ChildFactory(residence_area=area(OTHER_VILLAGE)))
    sign_in(client, supervisor)

    sheet = export(client)

    assert [row[0] for row in sheet[1:-1]] == [late.child.case_number, ours.child.case_number]
    assert sheet[2][1] == "'=1+1"
    assert supervisor.user.username in sheet[-1][0]
    event = AccessEvent.objects.get(kind="EXPORTED")
    assert (event.subject, event.row_count, event.reason) == ("ledger_list", 2, "月底核对")
    narrowed = export(client, ledger="DROPOUT", state="overdue")
    assert [row[0] for row in narrowed[1:-1]] == [late.child.case_number]


def test_no_ledger_leaves_without_a_reason_or_with_a_teacher(client, supervisor):
    LedgerEntryFactory()
    sign_in(client, supervisor)

    answer = client.post(reverse("schools:ledger_export"), {"reason": ""})

    assert (answer.status_code, answer.streaming) == (200, False)
    assert not AccessEvent.objects.exists()
    sign_in(client, PostingFactory(role="CLASS_TEACHER"))
    assert client.post(reverse("schools:ledger_export"), {"reason": "x"}).status_code == 403


def test_a_school_approves_no_reason_out_of_class(client, child):
    principal = PostingFactory(role="PRINCIPAL")
    CaseAccessFactory(child=child, organisation=principal.organisation)
    sign_in(client, principal)

    assert client.get(reverse("schools:excuse_add", args=[child.case_number])).status_code == 403


def test_who_dropped_out_stays_with_the_school_that_has_to_persuade(client, child):
    principal = PostingFactory(role="PRINCIPAL")
    school = school_of(principal.organisation)
    CaseAccessFactory(child=child, organisation=principal.organisation)
    EnrolmentFactory(child=child, school=school)
    sign_in(client, principal)
    typed = {"end_reason": "DROPPED_OUT", "left_on": today(), "reason": "外出务工"}

    assert client.post(reverse("schools:enrolment_end", args=[child.case_number]), typed).url

    entry = LedgerEntry.objects.get()
    assert (entry.ledger, entry.cause, entry.owner) == ("DROPOUT", "DROPPED_OUT", principal)
    assert client.get(at("ledger_detail", child, entry)).status_code == 200
    assert [b for b in client.get(reverse("home")).context["blocks"] if "ledger" in b[0]]


def test_who_was_let_go_is_seen_by_the_school_no_more(client, child):
    principal = PostingFactory(role="PRINCIPAL")
    CaseAccessFactory(child=child, organisation=principal.organisation)
    EnrolmentFactory(child=child, school=school_of(principal.organisation))
    helper = PostingFactory(role="CLASS_TEACHER", organisation=principal.organisation)
    pairing = PairingFactory(child=child, helper=helper)
    sign_in(client, principal)
    typed = {"end_reason": "TRANSFERRED", "left_on": today(), "reason": "转学"}

    answer = client.post(reverse("schools:enrolment_end", args=[child.case_number]), typed)

    assert answer.url == reverse("home")
    pairing.refresh_from_db()
    assert pairing.ends_on == today()
    assert Enrolment.objects.get().end_reason == "TRANSFERRED"


ROLL = {
    "stage": "PRIMARY", "grade": 4, "placement": "ORDINARY", "status": "ENROLLED",
}  # fmt: skip


def test_the_roll_number_is_checked_kept_secret_and_compared(client, supervisor):
    number = "99010120160301007X"
    child = ChildFactory(id_number=number)
    school = school_of(OrganisationFactory())
    sign_in(client, supervisor)
    url = reverse("schools:enrolment_add", args=[child.case_number])
    typed = ROLL | {"school": school.pk, "starts_on": today()}

    for wrong in ("G123", "X" + number, "G" + number[:-1] + "Y"):
        answer = client.post(url, typed | {"roll_number": wrong})
        assert "roll_number" in answer.context["form"].errors
    answer = client.post(url, typed | {"roll_number": "G990101201603010088"}, follow=True)
    assert "学籍号中的身份证号与档案不一致" in answer.content.decode()
    assert "G990101********0088" in answer.content.decode()
    assert "G990101201603010088" not in answer.content.decode()

    form = client.get(url).context["form"]
    assert form["roll_number"].value() == "G990101********0088"
    again = typed | {"roll_number": form["roll_number"].value(), "grade": 5, "reason": "跳级"}
    assert client.post(url, again).status_code == 302
    assert Enrolment.objects.latest("pk").roll_number == "G990101201603010088"
    history = client.get(reverse("children:child_history", args=[child.case_number]))
    assert "G990101201603010088" not in history.content.decode()


def test_a_school_teaches_only_its_own_stages(client, supervisor, child):
    sign_in(client, supervisor)
    typed = ROLL | {
        "school": school_of(OrganisationFactory()).pk, "starts_on": today(), "stage": "SENIOR",
        "grade": 1,
    }  # fmt: skip

    answer = client.post(reverse("schools:enrolment_add", args=[child.case_number]), typed)

    assert "stage" in answer.context["form"].errors


def test_the_childs_page_says_what_is_due(client, supervisor, child):
    entry = LedgerEntryFactory(child=child)
    PersuasionFactory(entry=entry)
    AbsenceFactory(child=child)
    sign_in(client, supervisor)

    page = client.get(reverse("children:child_detail", args=[child.case_number]))

    assert at("ledger_detail", child, entry) in page.content.decode()
    assert Absence.objects.exists()
