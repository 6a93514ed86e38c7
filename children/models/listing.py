"""The list of children: which rows, in which order, from where; a constant few short queries.

Every filter but age is a key of `search_keys`. Few candidates are found through the keys' index
and then ordered; many are met soon by walking the order's index. Each way is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Lookup, Q

from accounts.access import Grant
from accounts.crypto.cipher import blind_index
from accounts.models.area import upper_bound
from children.rules import ages, identifiers, names

from .certificate import DisabilityCertificate
from .child import Child, ChildQuerySet
from .listed import ORDERS, Fragment, ListedChild, condition, listed

PAGE = 25
MOST_CANDIDATES = 2_000
MOST_COUNTED = 1_001


@BigIntegerField.register_lookup
class Among(Lookup):
    """`id = ANY(array)`: one parameter however many values."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):  # type: ignore[no-untyped-def]
        return ("%s", [list(value)])

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*left_params, list(self.rhs)]


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


@dataclass
class Page:
    rows: list[ListedChild]
    following: str = ""  # cursor of the next page, empty on the last
    count: int = 0  # up to MOST_COUNTED
    searched_number: bool = field(default=False)

    @property
    def count_is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


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
    """Exact look-ups: case number, ID, certificate; None when the text is none of them."""
    number = identifiers.normalise(text)
    if len(number) == 16 and number.isdigit():
        return Q(case_number=number)
    if len(number) == 18 and number[:17].isdigit():
        return Q(id_number_hash=blind_index(number, "id_number"), merged_into__isnull=True)
    if len(number) in (20, 22) and number[:17].isdigit():
        hashed = blind_index(number, "certificate_number")
        found = DisabilityCertificate.objects.filter(number_hash=hashed)
        return Q(pk__in=found.values("child_id"))
    return None


def is_number(text: str) -> bool:
    """Whether the text would look up an ID or certificate number."""
    number = identifiers.normalise(text)
    return len(number) in (18, 20, 22) and number[:17].isdigit()


def _base(grant: Grant, filters: Filters, now: datetime) -> ChildQuerySet:
    if filters.tab == "shared":
        return Child.objects.shared_with(grant, now)
    return Child.objects.ours(grant)


@dataclass(frozen=True)
class Selection:
    """The rows of a list, unordered; `is_many` when they are found by walking with `keys`."""

    rows: ChildQuerySet
    keys: tuple[str, ...] = ()
    is_many: bool = False
    is_all_of_ours: bool = False  # nothing narrows the own area
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
    text = filters.text.strip()
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
        return Selection(rows.filter(pk__among=candidates))
    return Selection(rows.filter(search_keys__contains=keys), tuple(keys), True, born=born)


def with_keys(grant: Grant, keys: list[str], most: int, may_guess: bool = False) -> list[int]:
    """Ids of at most `most` children of the grant's own area that have all the keys.

    With `may_guess` a key known to be frequent is not looked up: the answer is `most` zeros.
    """
    if not grant.sees_own_area:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT registry_search_children(%s::text[], %s, %s))",
            [_with_area(grant, keys), most, may_guess],
        )
        return cursor.fetchone()[0]


def _with_area(grant: Grant, keys: Iterable[str]) -> list[str]:
    """A county or less narrows the search by its own key; wider ones would only cost."""
    own = grant.area_code or ""
    return [*keys, "@" + own] if len(own) >= 6 else list(keys)


def _in_order(
    grant: Grant, selection: Selection, by_name: bool, after: int | None, most: int
) -> list[int]:
    born = selection.born or (date.min, date.max)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT registry_search_in_order(%s::text[], %s, %s, %s, %s, %s))",
            [_with_area(grant, selection.keys), by_name, after, *born, most],
        )
        return cursor.fetchone()[0]


def _total(grant: Grant, selection: Selection, rows: ChildQuerySet) -> Fragment:
    """SQL of how many rows the list has, up to MOST_COUNTED.

    Many candidates need no counting unless ages thin them out.
    """
    if selection.is_all_of_ours:
        code = grant.area_code or ""
        own = [code, upper_bound(code), MOST_COUNTED]
        return "registry_count_children(%s, %s, %s)", own
    if not selection.is_many:
        try:
            where, params = condition(rows)
        except EmptyResultSet:
            return "0", []
        counted = f"SELECT FROM children_child WHERE {where} LIMIT %s"
        return f"(SELECT count(*) FROM ({counted}) AS c)", [*params, MOST_COUNTED]
    if selection.born is None:
        return "%s", [MOST_COUNTED]
    return "%s", [len(_in_order(grant, selection, False, None, MOST_COUNTED))]


def list_page(
    *, grant: Grant, filters: Filters, after: str, now: datetime, today: date, size: int = PAGE,
    is_counted: bool = True,
) -> Page:  # fmt: skip
    """One page from the cursor `after`. Raises ValueError for a cursor that is none of ours."""
    selection = select(grant, filters, now, today)
    sort = filters.sort if filters.sort in ORDERS else "recent"
    rows = selection.rows
    total = _total(grant, selection, rows) if is_counted else ("0", [])
    if selection.is_many and sort != "recent":
        last = int(after) if after else None
        if last is not None and not Child.objects.filter(pk=last).exists():
            raise ValueError("the cursor's row is gone")
        ids = _in_order(grant, selection, sort == "name", last, size + 1)
        rows = Child.objects.ours(grant).filter(pk__among=ids)
    elif after:
        rows = rows.filter(_beyond(rows.model, ORDERS[sort], after))
    found, count = listed(rows, sort, today, size + 1, total)
    page = Page(found[:size], count=count, searched_number=is_number(filters.text))
    if len(found) > size:
        page.following = _cursor(found[size - 1], sort)
    return page


def _cursor(row: ListedChild, sort: str) -> str:
    """Id, with the time for the order by time; a name never stands in an address."""
    if sort == "recent":
        return f"{row.pk}-{int(row.updated_at.timestamp() * 1_000_000)}"
    return str(row.pk)


def _beyond(model: type[Child], order: tuple[str, ...], after: str) -> Q:
    """Rows behind the cursor; as a range on the first column, so that the index can serve."""
    from datetime import UTC, timedelta

    pk_text, _, time_text = after.partition("-")
    pk = int(pk_text)
    if time_text:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(time_text))
        return Q(updated_at__lte=moment) & (Q(updated_at__lt=moment) | Q(pk__lt=pk))
    column = order[0]
    if column.startswith("-"):
        raise ValueError("the cursor has no time")
    value = model.objects.filter(pk=pk).values_list(column, flat=True).first()
    if value is None:
        raise ValueError("the cursor's row is gone")
    return Q(**{f"{column}__gte": value}) & (Q(**{f"{column}__gt": value}) | Q(pk__gt=pk))
