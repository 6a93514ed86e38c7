"""What the tests of a teacher's notices make and send."""

from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    PairingFactory,
    school_of,
)
from tests.schools.notices import FACTS


def paired(school, teacher, name="曾小明"):
    child = ChildFactory(name=name)
    care = GuardianshipFactory(child=child, guardian=GuardianFactory(phone="17000001234"))
    CaseAccessFactory(child=child, organisation=school)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    EnrolmentFactory(child=child, school=school_of(school), class_name="2班")
    PairingFactory(child=child, helper=teacher)
    assert care.guardian.name == "曾大山"
    return child


def today():
    return timezone.localdate()


def at(name, child, **more):
    return reverse(f"schools:{name}", kwargs={"case_number": child.case_number, **more})


def form(**more):
    return {key: value for key, value in (FACTS | more).items() if value}
