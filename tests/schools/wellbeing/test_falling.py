"""Children whose mood falls, and who is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import scope_of
from accounts.roles import Role
from accounts.scope import acting
from schools.models.falling import falling_moods
from tests.factories import (
    COUNTY,
    ChildFactory,
    ContactFactory,
    EnrolmentFactory,
    NormFactory,
    ObservationFactory,
    PostingFactory,
    school_of,
)

from .words import this_month, today

pytestmark = pytest.mark.django_db


def month(back):
    day = this_month()
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def test_falling_moods_are_found_by_observation_and_by_contact(school):
    def enrolled():
        child = ChildFactory()
        EnrolmentFactory(child=child, school=school_of(school))
        return child

    falling, steady, better, worried, relieved, old = [enrolled() for _ in range(6)]
    for child, totals in ((falling, (1, 0, 6)), (steady, (4, 4, 4)), (better, (6, 3, 0))):
        for back, total in zip((2, 1, 0), totals, strict=True):
            levels = [1] * total + [0] * (9 - total)
            ObservationFactory(child=child, month=month(back), levels=levels)
    for days, mood in ((20, "GOOD"), (2, "WORRYING")):
        ContactFactory(child=worried, happened_on=today() - timedelta(days=days), mental_state=mood)
    for days, mood in ((20, "WORRYING"), (2, "GOOD")):
        ContactFactory(
            child=relieved, happened_on=today() - timedelta(days=days), mental_state=mood
        )
    ContactFactory(child=old, happened_on=today() - timedelta(days=300), mental_state="WORRYING")
    ContactFactory(mental_state="WORRYING", happened_on=today())  # of another school

    found = falling_moods(today=today(), organisation_id=school.pk)

    assert [(row.child_id, row.by_observation) for row in found] == [
        (falling.pk, True), (worried.pk, False),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        falling_moods(today=today(), area_code=COUNTY)
    assert len(asked) == 2
    NormFactory(key="MOOD_FALL_POINTS", value=7)
    assert [r.child_id for r in falling_moods(today=today(), organisation_id=school.pk)] == [
        worried.pk
    ]


def test_in_the_scope_of_a_township_falling_moods_tell_of_contacts_alone(school):
    child = ChildFactory()
    for back, total in ((1, 0), (0, 6)):
        ObservationFactory(child=child, month=month(back), levels=[1] * total + [0] * (9 - total))
    supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR)

    with acting(scope_of(supervisor)):
        assert falling_moods(today=today(), area_code=supervisor.area_id) == []
        ContactFactory(child=child, happened_on=today(), mental_state="WORRYING")
        (found,) = falling_moods(today=today(), area_code=supervisor.area_id)
    assert not found.by_observation
