"""A failing write for each promise of areas, postings and drafts."""

from datetime import date

from django.utils import timezone

from accounts.models import Area, Draft
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    DepartmentFactory,
    DeputyFactory,
    OrganisationFactory,
    PostingFactory,
    area,
)

from . import twice

DAY = date(2025, 6, 1)
BEFORE = date(2023, 1, 1)


def _draft(posting):
    now = timezone.now()
    Draft.objects.create(
        user=posting.user, posting=posting, form="f", data="{}", saved_at=now, expires_at=now
    )


def _two_deputies():
    first = DeputyFactory()
    DeputyFactory(stands_in_for=first.stands_in_for, starts_on=first.ends_on)


WRITES = {
    "area_code_fits_its_level": lambda: Area.objects.create(code="44", name="x", level=4),
    "area_ends_after_it_starts": lambda: Area.objects.create(
        code="44", name="x", level=2, valid_from=DAY, valid_to=BEFORE
    ),
    "organisation_code_once": lambda: twice(OrganisationFactory, code="2133000009"),
    "organisation_school_code_well_formed": lambda: OrganisationFactory(code="2333000009"),
    "organisation_kind_known": lambda: OrganisationFactory(kind="X"),
    "organisation_department_known": lambda: DepartmentFactory(department="CIRCUS"),
    "organisation_department_of_departments_alone": lambda: OrganisationFactory(
        department="HEALTH"
    ),
    "posting_place_fits_its_role": lambda: PostingFactory(role="PRINCIPAL", area=area(TOWNSHIP)),
    "posting_ends_after_it_starts": lambda: PostingFactory(ends_on=date(2019, 1, 1)),
    "posting_of_a_deputy_ends": lambda: DeputyFactory(ends_on=None),
    "posting_has_one_deputy_at_a_time": _two_deputies,
    "posting_of_a_deputy_is_that_stood_in_for": lambda: DeputyFactory(area=area(OTHER_TOWNSHIP)),
    "posting_of_a_deputy_is_held_by_who_is_there": lambda: DeputyFactory(
        user=DeputyFactory().stands_in_for.user
    ),
    "draft_one_per_form": lambda: twice(_draft, posting=PostingFactory()),
}  # fmt: skip
