"""What the tests of groups and pairings make and ask."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    PairingFactory,
    PostingFactory,
    school_of,
)

GROUP, BOARD = reverse("schools:group"), reverse("schools:pairing_board")


def today():
    return timezone.localdate()


def teacher_at(school, **facts):
    return PostingFactory(role="CLASS_TEACHER", organisation=school, **facts)


def child_at(school, **facts):
    child = ChildFactory(**facts)
    CaseAccessFactory(child=child, organisation=school)
    EnrolmentFactory(child=child, school=school_of(school))
    return child


def helped_by(helper, child, **facts):
    CaseAccessFactory(child=child, user=helper.user, reason="PAIRING")
    return PairingFactory(child=child, helper=helper, **facts)


def queries(client, url):
    client.get(url)  # the first page of a process reads what later ones know
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)
