"""One child registered twice, arranged for tests of merging and parting."""

from datetime import date

from django.utils import timezone

from exchange.models import MatchPair
from exchange.taking_in.queue_pairs import queue_files
from tests.factories import ChildFactory, GuardianFactory, GuardianshipFactory, area

NEXT_TOWN, NEXT_VILLAGE = "330127101", "330127101201"
BORN = date(2016, 3, 1)


def registered_twice():
    """In two townships of the county; the second time without a number."""
    area(NEXT_TOWN)
    carer = {"name": "曾大山"}
    older = ChildFactory(name="曾小明", birth_date=BORN)
    newer = ChildFactory(name="曾晓明", birth_date=BORN, residence_area=area(NEXT_VILLAGE))
    for child in (older, newer):
        person = GuardianFactory(recorded_in=child.residence_area, phone="17000001234", **carer)
        GuardianshipFactory(child=child, guardian=person, is_main_carer=True)
    queue_files([newer.pk], now=timezone.now())
    return older, newer


def pair():
    return MatchPair.objects.get(other__isnull=False)
