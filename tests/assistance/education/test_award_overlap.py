"""Awards that an overlap rule keeps apart: refused by the database, left out when built."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from assistance.models import AwardLeftOut, EducationAward, OverlapRule
from tests.factories import (
    OTHER_VILLAGE,
    AwardLeftOutFactory,
    ChildFactory,
    EducationAwardFactory,
    OverlapRuleFactory,
    ProgrammeFactory,
    area,
    term_of,
)
from tests.signing_in import sign_in
from tests.world import posted_as

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
    (left,) = AwardLeftOut.objects.all()
    assert (left.child, left.programme.code, left.beside.code) == (child, "SE_FREE", "SE_GRANT")
    assert build(spring, today=date(2026, 3, 3)).new == 0
    OverlapRule.objects.all().delete()
    build(spring, today=date(2026, 3, 3))
    assert not AwardLeftOut.objects.exists()


def test_what_is_left_out_is_named_to_who_may_see_the_child_page_after_page(client):
    supervisor = posted_as(Role.CHILD_SUPERVISOR)
    sign_in(client, supervisor)
    rows = [AwardLeftOutFactory() for _n in range(3)]
    elsewhere = ChildFactory(residence_area=area(OTHER_VILLAGE), name="钟不见")
    AwardLeftOutFactory(award__child=elsewhere)
    url = reverse("assistance:award_left_out") + f"?term={term_of().pk}"

    counted = client.get(reverse("assistance:award_list"), {"term": term_of().pk})
    first = client.get(url)
    second = client.get(f"{url}&after={rows[1].pk}", headers={"HX-Request": "true"})

    assert counted.context["left_out"] == 3
    assert [row.pk for row in first.context["page"].rows] == [row.pk for row in rows]
    assert [row.pk for row in second.context_data["page"].rows] == [rows[2].pk]
    award = EducationAward.objects.get(child=rows[0].child)
    assert reverse("assistance:award_detail", args=[award.child.case_number, award.pk]) in (
        first.content.decode()
    )
    assert "钟不见" not in first.content.decode() + second.content.decode()


def test_a_rule_of_another_place_keeps_nothing_apart_here(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True)
    build(autumn)
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["CE_BOARD"], area="44")

    EducationAwardFactory(child=child, term=autumn, programme=other)

    assert len(awards(child)) == 2
