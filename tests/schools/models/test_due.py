"""The database says the same of all children at once as `schools.rules.due` says of one."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from children.models import Child
from schools.models import (
    ContactKind,
    DueContact,
    GuardianContact,
    Norm,
    Pairing,
    SchoolBreak,
    Term,
)
from schools.models.due import rebuild, refresh_all
from schools.rules.due import Calendar, Contact, Days, Facts, facts_of, next_contact
from tests.factories import (
    ChildFactory,
    ContactFactory,
    NormFactory,
    PairingFactory,
    PostingFactory,
    SchoolBreakFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count):
    return timedelta(days=count)


def said_by_the_rule(child, today):
    """(facts, due day, reason) of a child by the pure functions."""
    rows = GuardianContact.objects.filter(child=child)
    facts = facts_of(
        [
            Contact(
                row.pk, row.happened_on, row.kind != ContactKind.CHILD_TALK, row.is_reached,
                row.follow_up_on, row.mental_state,
            )
            for row in rows
        ]
    )  # fmt: skip
    pairing = Pairing.objects.filter(child=child, is_main=True).on(today).first()
    child = Child.objects.get(pk=child.pk)
    if pairing is None or child.is_closed:
        return facts, None, ""
    following = next_contact(
        paired_on=pairing.starts_on, facts=facts, risk=child.risk_level,
        norms=Norm.objects.in_force(today),
        calendar=Calendar(
            [Days(*row) for row in Term.objects.values_list("starts_on", "ends_on")],
            [Days(*row) for row in SchoolBreak.objects.values_list("starts_on", "ends_on")],
        ),
    )  # fmt: skip
    return facts, following.on, following.reason.value


def said_by_the_database(child):
    row = DueContact.objects.filter(child=child).first()
    if row is None:
        return Facts(), None, ""
    facts = Facts(
        row.last_reached_on, tuple(row.tried_on), row.follow_up_on,
        tuple(mood for mood in (row.mood, row.mood_before) if mood), row.mood_on,
    )  # fmt: skip
    assert row.is_mood_falling == facts.is_mood_falling
    return facts, row.due_on, row.reason


def assert_agreed(child, today=TODAY):
    assert said_by_the_database(child) == said_by_the_rule(child, today)


PAST = st.integers(0, 400).map(lambda count: TODAY - days(count))
CONTACTS = st.lists(
    st.fixed_dictionaries({
        "kind": st.sampled_from(ContactKind.values), "happened_on": PAST,
        "is_reached": st.booleans(), "mental_state": st.sampled_from(["", "GOOD", "FAIR",
                                                                      "WORRYING"]),
        "follow_up": st.none() | st.integers(0, 60),
    }),
    max_size=7,
)  # fmt: skip
CALENDARS = st.lists(st.tuples(PAST, st.integers(1, 120)), max_size=3)


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    contacts=CONTACTS, paired=st.none() | PAST, ended=st.booleans(), terms=CALENDARS,
    breaks=CALENDARS, risk=st.sampled_from(["UNKNOWN", "LOW", "MEDIUM", "HIGH"]),
    norm=st.none() | st.tuples(st.sampled_from(["TRIES_BEFORE_A_VISIT", "CONTACT_TERMS_LOW",
                                                "CONTACT_DAYS_MEDIUM", "LONGEST_HOLIDAY_DAYS"]),
                               st.integers(1, 40)),
)  # fmt: skip
def test_sql_and_rule_say_the_same(contacts, paired, ended, terms, breaks, risk, norm):
    with transaction.atomic():
        child = ChildFactory(risk_level=risk)
        helper = PostingFactory(role="CLASS_TEACHER")
        for told in contacts:
            _contact(child, helper, **told)
        if paired:
            end = TODAY if ended else None
            PairingFactory(child=child, helper=helper, starts_on=paired, ends_on=end)
        _calendar(terms, breaks)
        if norm:
            NormFactory(key=norm[0], value=norm[1], starts_on=TODAY)

        assert_agreed(child)
        first = said_by_the_database(child)
        rebuild(TODAY)
        assert said_by_the_database(child) == first
        transaction.set_rollback(True)


def _contact(child, helper, *, follow_up, **told):
    if not told["is_reached"]:
        told["mental_state"] = ""
    if told["kind"] == "HOME_VISIT":
        told["means"] = "IN_PERSON"
    agreed = told["happened_on"] + days(follow_up) if follow_up is not None else None
    ContactFactory(child=child, helper=helper, follow_up_on=agreed, **told)


def _calendar(terms, breaks):
    for starts_on, length in breaks:
        SchoolBreakFactory(starts_on=starts_on, ends_on=starts_on + days(length))
    free, year = TODAY - days(600), None
    for number, (starts_on, length) in enumerate(sorted(terms)[:2], 1):
        starts_on = max(starts_on, free)
        term = TermFactory(
            season=number, starts_on=starts_on, ends_on=starts_on + days(length),
            **({"year": year} if year else {}),
        )  # fmt: skip
        year, free = term.year, starts_on + days(length + 1)


@pytest.fixture
def child():
    child = ChildFactory(risk_level="MEDIUM")
    PairingFactory(child=child, starts_on=TODAY - days(100))
    return child


def test_a_contact_corrected_or_deleted_is_reckoned_anew(child):
    contact = ContactFactory(child=child, happened_on=TODAY - days(5))
    assert DueContact.objects.get(child=child).due_on == TODAY + days(25)

    contact.happened_on = TODAY - days(50)
    contact.save()
    assert_agreed(child)
    assert DueContact.objects.get(child=child).due_on == TODAY - days(20)

    contact.delete()
    assert_agreed(child)
    assert DueContact.objects.get(child=child).reason == "first"


def test_a_command_reckons_everything_anew(child, capsys):
    ContactFactory(child=child, happened_on=TODAY - days(5))
    expected = said_by_the_database(child)
    call_command("rebuild_due")

    assert said_by_the_database(child) == expected
    assert capsys.readouterr().out.strip() == "1 children have a contact due."
    call_command("rebuild_due", "--only-missing")
    assert "nothing was done" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_rows_that_are_missing_or_wrong_come_back_as_they_were():
    with transaction.atomic():
        children = [ChildFactory(risk_level=level) for level in ("HIGH", "LOW", "MEDIUM")]
        for child in children:
            PairingFactory(child=child, starts_on=TODAY - days(100))
        ContactFactory(child=children[0], happened_on=TODAY - days(5))
        expected = {child.pk: said_by_the_database(child) for child in children}
    with connections["owner"].cursor() as cursor:  # as after a restore that left them out
        cursor.execute("DELETE FROM schools_duecontact WHERE child_id = %s", [children[0].pk])
        cursor.execute(
            "UPDATE schools_duecontact SET due_on = '2000-01-01' WHERE child_id = %s",
            [children[1].pk],
        )
    with transaction.atomic():
        assert said_by_the_database(children[1]) != expected[children[1].pk]

    call_command("rebuild_due")

    with transaction.atomic():
        assert {child.pk: said_by_the_database(child) for child in children} == expected


def test_a_change_of_risk_counts_at_once(child):
    ContactFactory(child=child, happened_on=TODAY)
    child.risk_level = "HIGH"
    child.save()

    assert DueContact.objects.get(child=child).due_on == TODAY + days(7)


def test_of_a_closed_file_nothing_is_due(child):
    child.status, child.closed_on, child.closing_reason = "CLOSED", TODAY, "AGE_18"
    child.save()

    assert DueContact.objects.get(child=child).due_on is None


def test_a_file_that_moves_is_overdue_in_its_new_township(child):
    from tests.factories import OTHER_VILLAGE, area

    child.managing_area = area(OTHER_VILLAGE)
    child.save()

    assert DueContact.objects.get(child=child).township_code == OTHER_VILLAGE[:9]


def test_a_handover_changes_the_helper_at_once(child):
    pairing = Pairing.objects.get(child=child)
    pairing.ends_on = TODAY
    pairing.save()
    following = PairingFactory(child=child, starts_on=TODAY)

    row = DueContact.objects.get(child=child)
    assert (row.helper, row.due_on) == (following.helper, TODAY + days(7))
    assert row.organisation == following.helper.organisation


def test_a_new_figure_of_practice_and_a_new_holiday_count_at_once(child):
    ContactFactory(child=child, happened_on=TODAY)
    NormFactory(key="CONTACT_DAYS_MEDIUM", value=10, starts_on=TODAY)
    assert DueContact.objects.get(child=child).due_on == TODAY + days(10)

    SchoolBreakFactory(starts_on=TODAY + days(9), ends_on=TODAY + days(20))
    assert DueContact.objects.get(child=child).due_on == TODAY + days(21)


def test_what_begins_on_a_later_day_counts_from_that_day(child):
    later = TODAY + days(3)
    NormFactory(key="FIRST_CONTACT_DAYS", value=2, starts_on=later)
    assert DueContact.objects.get(child=child).due_on == TODAY - days(93)

    refresh_all(later)
    assert DueContact.objects.get(child=child).due_on == TODAY - days(98)
    assert_agreed(child, later)


def test_an_assistant_does_not_count_as_the_helper():
    pairing = PairingFactory(is_main=False, starts_on=TODAY)

    assert DueContact.objects.get(child=pairing.child).helper is None


def test_nobody_writes_it_past_the_triggers(child):
    for sql in (
        "UPDATE schools_duecontact SET due_on = NULL",
        "DELETE FROM schools_duecontact",
        "INSERT INTO schools_duecontact (child_id) VALUES (1)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_days_are_those_of_the_county_not_of_greenwich():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'schools_due_after_child'")
        assert "Asia/Shanghai" in cursor.fetchone()[0]


def test_a_day_long_past_is_no_reason_to_fail(child):
    ContactFactory(child=child, happened_on=date(1900, 1, 1), follow_up_on=date(2200, 1, 1))

    assert_agreed(child)
