"""What the tests of wellbeing say and send."""

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.scope import acting
from tests.factories import (
    CALM,
    PostingFactory,
    first_checklist,
)

SADNESS, SELF_HARM, INJURIES = 4, 6, 7  # places in the first checklist


def today():
    return timezone.localdate()


def this_month():
    return today().replace(day=1)


def posted(school, role):
    return PostingFactory(role=role, organisation=school)


def at(child, name, *more):
    return reverse(f"schools:{name}", args=[child.case_number, *more])


def answers(levels=CALM, **more):
    typed = {f"sign_{place}": level for place, level in enumerate(levels, 1)}
    return typed | {"checklist": first_checklist().pk} | more


def strong(place, level=3):
    return [level if place == n else 0 for n in range(9)]


def rows_seen(posting, table):
    with acting(scope_of(posting)), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]
