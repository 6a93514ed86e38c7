"""The list of children: which rows, in which order, from where; a constant few short queries.

Every filter but age is a key of `search_keys`. Few candidates are found through the keys' index
and then ordered; many are met soon by walking the order's index. Each way is exact.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.models import BigIntegerField, Lookup, Q

from accounts.access import Grant
from accounts.crypto.cipher import blind_index
from children.rules import ages, identifiers, names

from .certificate import DisabilityCertificate
from .child import Child, ChildQuerySet

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


ORDERS = {
    "recent": ("-updated_at", "-id"),
    "name": ("name_sort", "id"),
    "age": ("birth_date", "id"),
}


@dataclass
class Page:
    rows: list[Child]
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


def chosen(grant: Grant, filters: Filters, now: datetime, today: date) -> ChildQuerySet:
    """All rows of the list, unordered."""
    rows = _base(grant, filters, now)
    if filters.age_from is not None or filters.age_to is not None:
        first, last = ages.born_between(filters.age_from or 0, filters.age_to or 99, today)
        rows = rows.filter(birth_date__gte=first, birth_date__lte=last)
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
                return rows.none()
            keys += found
    if not keys:
        return rows
    if filters.tab == "shared":
        return rows.filter(search_keys__contains=keys)
    return _by_keys(rows, keys, grant)


def with_keys(grant: Grant, keys: list[str], most: int) -> list[int]:
    """Ids of at most `most` children of the grant's own area that have all the keys."""
    if not grant.sees_own_area:
        return []
    own = grant.area_code or ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT registry_search_children(%s::text[], %s))",
            [[*keys, *(["@" + own] if own else [])], most],
        )
        return cursor.fetchone()[0]


def _by_keys(rows: ChildQuerySet, keys: list[str], grant: Grant) -> ChildQuerySet:
    candidates = with_keys(grant, keys, MOST_CANDIDATES + 1)
    if len(candidates) <= MOST_CANDIDATES:
        return rows.filter(pk__among=candidates)
    return rows.filter(search_keys__contains=keys)


def list_page(
    *, grant: Grant, filters: Filters, after: str, now: datetime, today: date, size: int = PAGE
) -> Page:
    """One page from the cursor `after`. Raises ValueError for a cursor that is none of ours."""
    rows = chosen(grant, filters, now, today)
    counted = len(rows.order_by().values_list("pk")[:MOST_COUNTED])
    order = ORDERS.get(filters.sort, ORDERS["recent"])
    if after:
        rows = rows.filter(_beyond(rows.model, order, after))
    found = list(rows.order_by(*order).for_list()[: size + 1])
    page = Page(found[:size], count=counted, searched_number=is_number(filters.text))
    if len(found) > size:
        page.following = _cursor(found[size - 1], order)
    return page


def _cursor(row: Child, order: tuple[str, ...]) -> str:
    """Id, with the time for the order by time; a name never stands in an address."""
    if order[0] == "-updated_at":
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
