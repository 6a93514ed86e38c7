"""The front hall's pages: home of each role, what is due, the county's picture and a cell of it."""

from typing import Any

from django.test import Client

from .harness import case

AREAS = ("village", "township", "county")
PAGES = {
    "due list": "/children/due/",
    "due list, overdue": "/children/due/?part=overdue",
    "picture": "/picture/",
    "picture of a category": "/picture/?category=LEFT_BEHIND",
    "what slips": "/picture/following/",
    "a cell": "/picture/children/?guarantee=GUARDIANSHIP&covered=no",
    "a rare cell": "/picture/children/?category=ORPHAN_SCAT&guarantee=LIVING&covered=no",
    "stale files": "/picture/following/children/?what=stale",
}


def _get(address: str) -> Any:
    def ask(client: Client, world: Any) -> Any:
        return client.get(address)

    return ask


for _role in AREAS:
    # A home asks for many kinds of work, each a constant number of times.
    case(f"home, {_role}", role=_role, most_queries=60)(_get("/"))
for _name, _address in PAGES.items():
    case(f"{_name}, county", most_queries=16)(_get(_address))
case("due list, village", role="village")(_get("/children/due/"))
case("picture, township", role="township")(_get("/picture/"))
