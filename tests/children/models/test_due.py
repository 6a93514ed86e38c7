"""The database says the same of all children at once as `children.rules.due` says of one."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from children.models import Cadence, Child, DueWork, FactConfirmation, HomeVisit, PutOff
from children.models.due import rebuild, refresh_of_the_day
from children.rules.due import KEY_FACTS, Figures, Visit, facts_of, next_work
from tests.factories import (
    OTHER_VILLAGE,
    CadenceFactory,
    ChildFactory,
    FactConfirmationFactory,
    HomeVisitFactory,
    PutOffFactory,
    area,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BARE = {"child_seen": "", "injuries": "", "health": "", "mood": ""}


def days(count):
    return timedelta(days=count)


def said_by_the_rule(child, today=TODAY):
    """Kind → (day, reason, day before it was put off)."""
    child = Child.objects.get(pk=child.pk)
    cadence = Cadence.objects.of_child(child, today)
    if child.is_closed or cadence is None:
        return {}
    visits = [
        Visit(row.pk, row.visited_on, row.mode == "HOME", row.outcome, row.next_on)
        for row in HomeVisit.objects.filter(child=child)
    ]
    rows = FactConfirmation.objects.filter(child=child).newest_of_each_fact()
    said = {row.fact: row for row in rows}
    confirmed = [said[fact].confirmed_on if fact in said else None for fact in KEY_FACTS]
    names = list(Figures.__dataclass_fields__)
    work = next_work(
        opened_on=child.opened_on, facts=facts_of(visits),
        verified_on=min(on or child.opened_on for on in confirmed),
        figures=Figures(**{name: getattr(cadence, name) for name in names}),
        put_off={(row.kind, row.cause_on): row.until for row in PutOff.objects.filter(child=child)},
    )  # fmt: skip
    return {row.kind.value: (row.on, row.reason.value, row.was_on) for row in work}


def said_by_the_database(child):
    row = DueWork.objects.filter(child=child).first()
    if row is None:
        return {}
    assert row.due_on == min(item.on for item in row.items)
    return {item.kind.value: (item.on, str(item.reason), item.was_on) for item in row.items}


def assert_agreed(child):
    assert said_by_the_database(child) == said_by_the_rule(child)


VISITS = st.lists(
    st.fixed_dictionaries({
        "visited_on": st.integers(0, 200).map(lambda count: TODAY - days(count)),
        "mode": st.sampled_from(["HOME", "HOME", "PHONE", "SCHOOL"]),
        "outcome": st.sampled_from(["MET", "GUARDIAN_ONLY", "NOT_AT_HOME", "REFUSED", "MOVED"]),
        "next_in": st.none() | st.integers(1, 120),
    }),
    max_size=6,
)  # fmt: skip


def _visit(child, visited_on, mode, outcome, next_in):
    facts = {} if outcome == "MET" else BARE
    if mode == "PHONE":
        facts = facts | {"injuries": ""}
    if outcome in ("NOT_AT_HOME", "REFUSED"):
        next_in = next_in or 3
    HomeVisitFactory(
        child=child, visited_on=visited_on, mode=mode, outcome=outcome,
        next_on=visited_on + days(next_in) if next_in else None, **facts,
    )  # fmt: skip


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    visits=VISITS, risk=st.sampled_from(["UNKNOWN", "LOW", "MEDIUM", "HIGH"]),
    opened=st.integers(0, 400), confirmed=st.sets(st.sampled_from(KEY_FACTS)),
    put_off=st.none() | st.tuples(st.sampled_from(["VISIT", "CALL", "VERIFY"]), st.integers(1, 60)),
    figures=st.none() | st.integers(1, 120),
)  # fmt: skip
def test_sql_and_rule_say_the_same(visits, risk, opened, confirmed, put_off, figures):
    with transaction.atomic():
        child = ChildFactory(risk_level=risk, opened_on=TODAY - days(opened))
        for told in visits:
            _visit(child, **told)
        for fact in confirmed:
            FactConfirmationFactory(child=child, fact=fact, confirmed_on=TODAY)
        if figures:
            CadenceFactory(risk_level=risk, starts_on=TODAY, visit_days=figures)
        assert_agreed(child)
        if put_off:
            kind, later = put_off
            cause = said_by_the_database(child).get(kind, (TODAY, "", TODAY))[2]
            PutOffFactory(
                child=child, kind=kind, cause_on=cause, put_off_on=min(cause, TODAY) - days(1),
                until=cause + days(later),
            )  # fmt: skip
        assert_agreed(child)
        rebuild(TODAY)
        assert_agreed(child)
        transaction.set_rollback(True)


def test_every_change_of_the_child_is_followed():
    child = ChildFactory(risk_level="LOW")
    HomeVisitFactory(child=child)
    assert_agreed(child)

    child.risk_level = "HIGH"
    child.save()
    assert_agreed(child)

    child.residence_area = child.managing_area = area(OTHER_VILLAGE)
    child.save()
    assert DueWork.objects.get(child=child).village_code == OTHER_VILLAGE

    child.status, child.closed_on, child.closing_reason = "CLOSED", TODAY, "ADOPTED"
    child.save()
    assert not DueWork.objects.filter(child=child).exists()

    child.status, child.closed_on, child.closing_reason = "ACTIVE", None, ""
    child.save()
    assert_agreed(child)
    assert said_by_the_database(child)


def test_a_visit_corrected_or_taken_out_is_followed():
    child = ChildFactory()
    row = HomeVisitFactory(child=child, visited_on=TODAY - days(3))
    row.visited_on = TODAY
    row.save()
    assert_agreed(child)

    row.delete()
    assert_agreed(child)


def test_a_figure_of_a_later_day_holds_from_that_day_on():
    child = ChildFactory(risk_level="LOW")
    HomeVisitFactory(child=child, visited_on=TODAY)
    CadenceFactory(risk_level="LOW", starts_on=TODAY + days(1), visit_days=9)
    assert DueWork.objects.get(child=child).visit_on == TODAY + days(180)

    refresh_of_the_day(TODAY + days(1))

    assert DueWork.objects.get(child=child).visit_on == TODAY + days(9)


def test_nobody_writes_what_is_due_by_hand():
    ChildFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        DueWork.objects.all().delete()


@pytest.mark.parametrize("risk", ["UNKNOWN", "LOW", "MEDIUM", "HIGH"])
def test_a_file_just_opened_is_due_as_if_it_had_been_looked_for(risk):
    """It is begun by a statement of its own, which looks for nothing."""
    CadenceFactory(risk_level=risk, starts_on=TODAY, first_visit_days=9, call_days=4)
    CadenceFactory(risk_level=risk, starts_on=TODAY + days(1), first_visit_days=2)
    child = ChildFactory(risk_level=risk, opened_on=TODAY - days(30))
    begun = DueWork.objects.filter(child=child).values().get()
    assert_agreed(child)
    rebuild(TODAY)
    assert DueWork.objects.filter(child=child).values().get() == begun
