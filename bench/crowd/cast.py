"""Who browses: `python -m bench.crowd.cast USERS FILE` signs them in and writes their cookies."""

import json
import sys
from pathlib import Path
from typing import Any

from bench.one import set_up

# Of a hundred at once in the morning: (kind, how many, role, level of the area in digits).
MIX = [
    ("village", 45, "CHILD_DIRECTOR", 12),
    ("township", 15, "CHILD_SUPERVISOR", 9),
    ("county", 5, "COUNTY_OFFICER", 6),
    ("helper", 30, "CLASS_TEACHER", 0),
    ("lead", 5, "PRINCIPAL", 0),
]
COUNTY = "330101"


def _of_areas(role: str, digits: int, many: int) -> list[Any]:
    """A posting for each of so many places; a county has several."""
    from accounts.models import Area, Posting, User

    places = list(Area.objects.inside(COUNTY).filter(level=digits).order_by("code")[:many])
    found = []
    for number in range(many):
        user, _made = User.objects.get_or_create(username=f"crowd-{role}-{number}")
        place = places[number % len(places)]
        posting = user.postings.first() or Posting.objects.create(
            user=user, role=role, area=place, starts_on="2020-01-01"
        )
        found.append(posting)
    return found


def _of_schools(role: str, many: int) -> list[Any]:
    from accounts.models import Posting

    rows = Posting.objects.filter(role=role).select_related("user").order_by("organisation", "pk")
    return list(rows[:many])


def cookies(users: int) -> list[dict[str, str]]:
    """`{kind, cookie}` of each; the kinds are mixed as they come."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from accounts.scope import EVERYTHING, acting
    from tests.signing_in import sign_in

    found = []
    with acting(EVERYTHING), transaction.atomic():
        for kind, share, role, digits in MIX:
            many = max(1, users * share // 100)
            postings = _of_areas(role, digits, many) if digits else _of_schools(role, many)
            for posting in postings:
                client = sign_in(Client(headers={"accept-language": "zh-hans"}), posting)
                cookie = client.cookies[settings.SESSION_COOKIE_NAME]
                found.append({"kind": kind, "cookie": f"{cookie.key}={cookie.value}"})
    return found


if __name__ == "__main__":
    set_up()
    Path(sys.argv[2]).write_text(json.dumps(cookies(int(sys.argv[1]))))
