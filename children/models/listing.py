"""The list of children: which rows it has; `paging` tells in which order and from where.

Every filter but age is a key of `search_keys`. Few candidates are found through the keys' index
and then ordered; many are met soon by walking the order's index. Each way is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.access import Grant
from children.rules import ages, identifiers, names

from .certificate import DisabilityCertificate
from .child import Child, ChildQuerySet

MOST_CANDIDATES = 1_000


@dataclass(frozen=True)
class Filters:
    """Empty values filter nothing. Ages in completed years, both ends included."""

    tab: str = "ours"  # or "shared"
    text: str = ""
    area: str = ""
    category: str = ""
    status: str = ""
    risk: str = ""
    school: int | None = None
    missing: str = ""
    age_from: int | None = None
    age_to: int | None = None
    sort: str = "recent"


def fact_keys(filters: Filters) -> list[str]:
    keys = []
    if filters.area:
        keys.append("@" + filters.area)
    for mark, value in (
        ("#c:", filters.category),
        ("#s:", filters.status),
        ("#r:", filters.risk),
        ("#o:", filters.school),
        ("#m:", filters.missing),
    ):
        if value:
            keys.append(f"{mark}{value}")
    return keys


def _number_condition(text: str) -> Q | None:
    """Exact look-ups: case number, ID, certificate; None when the text is none of them.

    What has to be found in another row first is asked by itself: the planner takes no index for a
    join behind the policies, and reads the whole register instead.
    """
    number = identifiers.normalise(text)
    if len(number) == 16 and number.isdigit():
        return Q(pk__among=_file_of(number))
    if len(number) == 18 and number[:17].isdigit():
        return Q(id_number_hash=number, merged_into__isnull=True)
    if len(number) in (20, 22) and number[:17].isdigit():
        found = DisabilityCertificate.objects.filter(number_hash=number)
        return Q(pk__among=list(found.values_list("child_id", flat=True)))
    return None


def _file_of(case_number: str) -> list[int]:
    """The file of this number, or where it goes on when it was merged into another one."""
    rows = Child.objects.filter(case_number=case_number)
    return list(rows.values_list(Coalesce("merged_into_id", "pk"), flat=True))


def is_number(text: str) -> bool:
    """Whether the text would look up an ID or certificate number."""
    number = identifiers.normalise(text)
    return len(number) in (18, 20, 22) and number[:17].isdigit()


def _base(grant: Grant, filters: Filters, now: datetime) -> ChildQuerySet:
    """A child is listed once: by the file that goes on."""
    shared = filters.tab == "shared"
    rows = Child.objects.shared_with(grant, now) if shared else Child.objects.ours(grant)
    return rows.filter(merged_into__isnull=True)


@dataclass(frozen=True)
class Selection:
    """The rows of a list, unordered; `is_many` when they are found by walking with `keys`."""

    rows: ChildQuerySet
    keys: tuple[str, ...] = ()
    is_many: bool = False
    is_all_of_ours: bool = False  # nothing narrows the own area
    count: int | None = None  # where finding them has counted them
    born: tuple[date, date] | None = None


def chosen(grant: Grant, filters: Filters, now: datetime, today: date) -> ChildQuerySet:
    """All rows of the list, unordered."""
    return select(grant, filters, now, today).rows


def select(grant: Grant, filters: Filters, now: datetime, today: date) -> Selection:
    rows, born = _base(grant, filters, now), None
    if filters.age_from is not None or filters.age_to is not None:
        born = ages.born_between(filters.age_from or 0, filters.age_to or 99, today)
        rows = rows.filter(birth_date__gte=born[0], birth_date__lte=born[1])
    keys = fact_keys(filters)
    text, exact = filters.text.strip(), None
    if text:
        exact = _number_condition(text)
        if exact is not None:
            rows = rows.filter(exact)
        elif text.isdigit() and len(text) == 4:
            keys.append("#p:" + text)
        else:
            found = names.query_keys(text)
            if not found:
                return Selection(rows.none())
            keys += found
    if not keys:
        plain = born is None and not text and filters.tab != "shared" and grant.sees_own_area
        return Selection(rows, is_all_of_ours=plain, born=born)
    if filters.tab == "shared":
        return Selection(rows.filter(search_keys__contains=keys))
    candidates = with_keys(grant, keys, MOST_CANDIDATES + 1, may_guess=True)
    if len(candidates) <= MOST_CANDIDATES:
        count = len(candidates) if born is None and not exact else None
        return Selection(rows.filter(pk__among=candidates), count=count)
    return Selection(rows.filter(search_keys__contains=keys), tuple(keys), True, born=born)


def with_keys(grant: Grant, keys: list[str], most: int, may_guess: bool = False) -> list[int]:
    """Ids of at most `most` children of the grant's own area that have all the keys.

    With `may_guess` a key known to be frequent is not looked up: the answer is `most` zeros.
    """
    return with_keys_of_each(grant, [keys], most, may_guess)[0]


def with_keys_of_each(
    grant: Grant, searches: list[list[str]], most: int, may_guess: bool = False
) -> list[list[int]]:
    """The answers of `with_keys` to several searches; one query."""
    if not grant.sees_own_area or not searches:
        return [[] for _keys in searches]
    one = "array(SELECT registry_search_children(%s::text[], %s, %s))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([one] * len(searches))}",
            [part for keys in searches for part in (with_area(grant, keys), most, may_guess)],
        )
        return list(cursor.fetchone())


def with_area(grant: Grant, keys: Iterable[str]) -> list[str]:
    """A county or less narrows the search by its own key; wider ones would only cost."""
    own = grant.area_code or ""
    return [*keys, "@" + own] if len(own) >= 6 else list(keys)
