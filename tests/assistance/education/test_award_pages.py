"""The pages of awards: who sees, builds, confirms and settles which."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from assistance.models import EducationAward, EducationSettlement
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    EducationAwardFactory,
    EducationSettlementFactory,
    EnrolmentFactory,
    OrganisationFactory,
    SchoolFactory,
    area,
    school_of,
    term_of,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
LIST = reverse("assistance:award_list")


@pytest.fixture
def acting(client):
    def act(role):
        posting = posted_as(role)
        sign_in(client, posting)
        return posting

    return act


def test_a_school_sees_its_own_awards_and_confirms_none(client, acting):
    principal = acting(Role.PRINCIPAL)
    child = ChildFactory(name="甲小一")
    EnrolmentFactory(child=child, school=school_of(principal.organisation))
    CaseAccessFactory(child=child, organisation=principal.organisation)
    mine = EducationAwardFactory(child=child)
    EducationAwardFactory(child__name="乙小二")

    page = client.get(LIST, {"term": term_of().pk}).content.decode()
    confirmed = client.post(
        reverse("assistance:award_confirm_many"), {"term": term_of().pk, "award": mine.pk}
    )
    settled = client.post(
        reverse("assistance:settlement_add"), {"term": term_of().pk, "school": mine.school_id}
    )

    assert "甲小一" in page
    assert "乙小二" not in page
    assert (confirmed.status_code, settled.status_code) == (403, 403)


def test_the_township_confirms_those_ticked_of_its_own_children(client, acting):
    supervisor = acting(Role.CHILD_SUPERVISOR)
    others, own = EducationAwardFactory(), EducationAwardFactory(proposed_by=supervisor.user)
    elsewhere = EducationAwardFactory(child=ChildFactory(residence_area=area(OTHER_VILLAGE)))

    client.post(
        reverse("assistance:award_confirm_many"),
        {"term": term_of().pk, "award": [others.pk, own.pk, elsewhere.pk]},
    )

    states = [EducationAward.objects.get(pk=row.pk).state for row in (others, own, elsewhere)]
    assert states == ["CONFIRMED", "PROPOSED", "PROPOSED"]


def test_all_of_one_school_are_confirmed_at_once_and_settled_by_the_county(client, acting):
    county = acting(Role.COUNTY_OFFICER)
    school = SchoolFactory(organisation=OrganisationFactory(area=county.area))
    for _n in range(3):
        child = ChildFactory()
        EnrolmentFactory(child=child, school=school, stage="SENIOR", grade=1)
        EducationAwardFactory(child=child)
    facts = {"term": term_of().pk, "school": school.pk}

    client.post(reverse("assistance:award_confirm_many"), {**facts, "all": "1"})
    client.post(reverse("assistance:settlement_add"), facts)

    row = EducationSettlement.objects.get()
    assert (row.award_count, row.total, row.settled_by) == (3, 1200, county.user)
    url = reverse("assistance:settlement_detail", args=[row.pk])
    refused = client.post(url, {"move": "PAY", "paid_on": "2199-01-01", "voucher": "凭1"})
    assert "paid_on" in refused.context["form"].errors
    typed = {"move": "PAY", "paid_on": "2026-05-08", "voucher": "凭1"}
    alone = client.post(url, typed, follow=True).content.decode()
    row.refresh_from_db()
    assert ("第二人" in alone, row.paid_on) == (True, None)
    other = acting(Role.COUNTY_OFFICER)
    assert url in client.get(reverse("home")).content.decode()
    client.post(url, typed)
    row.refresh_from_db()
    assert (row.paid_on, row.voucher, row.paid_by) == (date(2026, 5, 8), "凭1", other.user)


def test_the_only_school_of_a_place_hides_no_award_of_another_and_is_not_settled_for_it(
    client, acting
):
    county = acting(Role.COUNTY_OFFICER)
    SchoolFactory(organisation=OrganisationFactory(area=county.area))
    there = EducationAwardFactory(
        child__name="甲小一", is_confirmed=True,
        school=SchoolFactory(organisation=OrganisationFactory(area=area(OTHER_VILLAGE))),
    )  # fmt: skip

    page = client.get(LIST, {"term": term_of().pk})
    settled = client.post(
        reverse("assistance:settlement_add"), {"term": term_of().pk, "school": there.school_id}
    )

    assert "甲小一" in page.content.decode()
    assert [(each.school.pk, each.is_ours) for each in page.context["schools"]] == [
        (there.school_id, False)
    ]
    assert (settled.status_code, EducationSettlement.objects.count()) == (404, 0)


def test_a_refusal_says_why_and_is_not_proposed_again(client, acting):
    acting(Role.CHILD_SUPERVISOR)
    row = EducationAwardFactory()
    url = reverse("assistance:award_detail", args=[row.child.case_number, row.pk])

    asked = client.post(url, {"move": "REFUSE"})
    client.post(url, {"move": "REFUSE", "reason": "已由企业资助"})

    assert "reason" in asked.context["form"].errors
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("ENDED", "REFUSED")


@pytest.mark.parametrize("data", [{}, {"term": "x"}, {"term": "999999999999"}, {"award": "x"}])
@pytest.mark.parametrize("name", ["award_build", "award_confirm_many", "settlement_add"])
def test_what_names_no_term_is_no_page(client, acting, name, data):
    acting(Role.COUNTY_OFFICER)
    term_of()

    assert client.post(reverse(f"assistance:{name}"), data).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_asks_the_same_number_of_questions(
    client, acting, django_assert_num_queries, count
):
    acting(Role.CHILD_SUPERVISOR)
    SchoolFactory(), SchoolFactory()
    for _n in range(count):
        row = EducationAwardFactory(is_confirmed=True)
        row.settlement = EducationSettlementFactory(school=row.school)
        row.save()
    url = f"{LIST}?term={term_of().pk}"
    client.get(url)

    with django_assert_num_queries(QUERIES):
        assert len(client.get(url).context["page"].rows) == count


QUERIES = 17
