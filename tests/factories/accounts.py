"""Users, places and postings."""

from datetime import date, timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Area, Organisation, OrganisationKind, Posting, User
from accounts.models.area import ancestor_codes
from accounts.roles import AREA_ROLES, Role

PASSWORD = "correct horse battery"
_HASHED = make_password(PASSWORD)  # once: a real hash is slow by design
COUNTY, TOWNSHIP, VILLAGE = "330127", "330127100", "330127100201"
OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE = "330182", "330182100", "330182100201"


def area(code: str) -> Area:
    """The area with its parents, made if missing. Almost every test asks for some: two statements
    at the most, however deep it lies."""
    known = {row.code: row for row in Area.objects.filter(code__in=ancestor_codes(code))}
    parent, missing = None, []
    for part in ancestor_codes(code):
        if part not in known:
            known[part] = Area(code=part, name=f"Area {part}", level=len(part), parent=parent)
            missing.append(known[part])
        parent = known[part]
    if missing:
        Area.objects.bulk_create(missing, ignore_conflicts=True)  # two threads may ask at once
    return parent


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence("user{}".format)
    full_name = factory.Sequence("Person {}".format)
    password = _HASHED


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence("21330{:05}".format)
    kind = OrganisationKind.SCHOOL
    name = factory.Sequence("School {}".format)
    area = factory.LazyFunction(lambda: area(TOWNSHIP))


class DepartmentFactory(OrganisationFactory):
    """The disabled persons' federation, of the county where nothing else is said."""

    code = factory.Sequence("CL-{}".format)
    kind = OrganisationKind.DEPARTMENT
    department = "FEDERATION"
    name = factory.Sequence("第{}残联".format)
    area = factory.LazyFunction(lambda: area(COUNTY))


class PostingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    role = Role.CHILD_SUPERVISOR
    starts_on = date(2020, 1, 1)

    @factory.lazy_attribute
    def area(self):
        return area(TOWNSHIP) if self.role in AREA_ROLES else None

    @factory.lazy_attribute
    def organisation(self):
        return None if self.role in AREA_ROLES else OrganisationFactory()


class DeputyFactory(PostingFactory):
    """Somebody who stands in for `stands_in_for` from today, for a week."""

    stands_in_for = factory.SubFactory(PostingFactory)
    role = factory.SelfAttribute("stands_in_for.role")
    area = factory.SelfAttribute("stands_in_for.area")
    organisation = factory.SelfAttribute("stands_in_for.organisation")
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda row: row.starts_on + timedelta(days=6))
