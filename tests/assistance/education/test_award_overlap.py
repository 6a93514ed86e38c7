"""Awards that an overlap rule keeps apart: refused by the database, left out when built."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories import (
    EducationAwardFactory,
    OverlapRuleFactory,
    ProgrammeFactory,
    term_of,
)

from .awards import awards, build, pupil

pytestmark = pytest.mark.django_db


def test_the_database_refuses_what_an_overlap_rule_keeps_apart(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True)
    build(autumn)
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["CE_BOARD"])

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        EducationAwardFactory(child=child, term=autumn, programme=other)

    assert refused.value.__cause__.diag.constraint_name == "award_beside_what_excludes_it"


def test_what_an_overlap_rule_keeps_apart_is_left_out_and_told_and_the_rest_is_built(autumn):
    """The rule ends with the month the term begins in, the award is asked for the month after."""
    spring = term_of(2)
    spring.starts_on = date(2026, 2, 24)
    spring.save()
    child = pupil()
    OverlapRuleFactory(
        kind="EXCLUDES", programmes=["SE_GRANT"], others=["SE_FREE"], to_month=date(2026, 2, 1)
    )

    built = build(spring, today=date(2026, 3, 3))

    assert (built.new, built.apart) == (1, 1)
    assert list(awards(child)) == ["SE_GRANT"]
    assert build(spring, today=date(2026, 3, 3)).new == 0


def test_a_rule_of_another_place_keeps_nothing_apart_here(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True)
    build(autumn)
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["CE_BOARD"], area="44")

    EducationAwardFactory(child=child, term=autumn, programme=other)

    assert len(awards(child)) == 2
