"""The registry's pages: list, search, file, saving; each through the whole stack."""

from typing import Any

from django.test import Client

from .harness import case

LIST = "/children/"


def _get(query: str = "") -> Any:
    def ask(client: Client, world: Any) -> Any:
        return client.get(LIST + query)

    return ask


for _role, _times in (("township", 15), ("county", 15), ("everywhere", 150)):
    case(f"list, {_role}", role=_role, peer="changelist", times=_times)(_get())
for _sort in ("name", "age"):
    case(f"list by {_sort}, county")(_get(f"?sort={_sort}"))
    case(f"list by {_sort}, everywhere", role="everywhere")(_get(f"?sort={_sort}"))
for _name, _query in {
    "status": "?status=LEAD", "risk": "?risk=HIGH", "category": "?category=ORPHAN_SCAT",
    "age": "?age_from=6&age_to=11", "missing": "?missing=carer",
    "together": "?category=DE_FACTO&risk=HIGH&status=ACTIVE&sort=name",
}.items():  # fmt: skip
    case(f"filter {_name}, county")(_get(_query))
    case(f"filter {_name}, everywhere", role="everywhere")(_get(_query))


def _page_400(client: Client, world: Any) -> Any:
    return client.get(f"{LIST}?after={world.cursor_400}")


case("page 400, everywhere", role="everywhere")(_page_400)

SEARCHES = {
    "surname and a character": "two", "full name": "full", "pinyin": "pinyin",
    "initials": "initials", "a frequent surname": "surname", "case number": "case",
    "ID number": "id", "last four of a phone": "phone",
}  # fmt: skip


def _search(what: str) -> Any:
    def ask(client: Client, world: Any) -> Any:
        return client.get(f"{LIST}?search={world.searches[what]}")

    return ask


for _name, _what in SEARCHES.items():
    for _role in ("county", "everywhere"):
        wide = _role == "everywhere" and _what in ("two", "full", "id", "case")
        case(
            f"search {_name}, {_role}", role=_role, peer="search" if wide else "",
            times=250 if wide else 0,
        )(_search(_what))  # fmt: skip


@case("child's page", peer="form and history", times=8)
def child_page(client: Client, world: Any) -> Any:
    return client.get(f"{LIST}{world.case_number}/")


@case("saving a form", peer="form POST", times=3, goal=99, most_queries=40, has_floor=False)
def saving(client: Client, world: Any) -> Any:
    world.saved += 1
    return client.post(f"{LIST}{world.case_number}/change/", world.correction())


@case("who is registered already, asked while the form is typed", role="township",
      has_floor=False)  # fmt: skip
def registered_already(client: Client, world: Any) -> Any:
    """By all that a form tells beside a number; among fewer children it must be no quicker."""
    return client.post(f"{LIST}check/", {
        "id_type": "NONE", "name": world.name, "sex": "MALE", "birth_date": "2016-03-12",
        "residence_area": world.area, "phone": "13900000000",
    })  # fmt: skip
