"""The lead's pages in a browser: no barrier, nothing too wide, and pairing by keyboard alone."""

import pytest
from django.db import transaction
from django.utils import timezone

from schools.models import Pairing
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    SchoolYearFactory,
    SeatFactory,
    WorkingGroupFactory,
    school_of,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def school():
    """With a group of this year, a principal, a teacher with a child, and a child without."""
    with transaction.atomic():
        place, day = OrganisationFactory(), timezone.localdate()
        year = SchoolYearFactory(
            name="now", starts_on=day.replace(month=1, day=1), ends_on=day.replace(month=12, day=31)
        )
        group = WorkingGroupFactory(school=school_of(place), year=year)
        lead = PostingFactory(role="PRINCIPAL", organisation=place)
        teacher = PostingFactory(
            role="CLASS_TEACHER", organisation=place, user__full_name="Ye teacher"
        )
        children = [ChildFactory(risk_level="HIGH"), ChildFactory(name="丁小四")]
        for child in children:
            CaseAccessFactory(child=child, organisation=place)
            EnrolmentFactory(child=child, school=school_of(place))
        CaseAccessFactory(child=children[0], user=teacher.user, reason="PAIRING")
        PairingFactory(child=children[0], helper=teacher)
        seat = SeatFactory(group=group)
    return {"lead": lead, "teacher": teacher, "children": children, "seat": seat}


def test_every_page_of_the_lead_and_of_the_helper_fits_and_has_no_barrier(page, school):
    case = school["children"][0].case_number
    enter_as(page, school["lead"])
    for path in (
        "/", "/schools/group/", "/schools/group/pairing/", "/schools/group/seats/add/",
        f"/schools/group/seats/{school['seat'].pk}/", f"/schools/{case}/pair/",
        f"/schools/group/helpers/{school['teacher'].pk}/",
    ):  # fmt: skip
        assert page.goto(path).status == 200
        assert_fits(page)
    enter_as(page, school["teacher"])
    for path in ("/", f"/schools/{case}/handover/"):
        assert page.goto(path).status == 200
        assert_fits(page)


def test_a_child_is_paired_by_keyboard_alone(page1280, school):
    page, child = page1280, school["children"][1]
    enter_as(page, school["lead"])
    page.goto("/schools/group/pairing/?without=on")

    page.locator(f"#helper_{child.pk}").focus()
    page.keyboard.type("Ye")
    page.locator("#id_reason").focus()
    page.keyboard.press("Enter")
    page.locator(".alert-success").wait_for()

    with transaction.atomic():
        assert Pairing.objects.get(child=child).helper == school["teacher"]
