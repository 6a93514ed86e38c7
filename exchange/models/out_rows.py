"""The rows of a list going out: children chosen, and what hangs on them, 2,000 at a time.

A constant number of queries for each part; what is not asked for stays sealed.
"""

from array import array
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.access import Grant, Permission
from assistance.models import Entitlement, PaymentLine, Recognition
from assistance.models.entitlement_list import with_rates
from children.models import (
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardianship,
    ParentStatus,
)
from children.models.child import ChildQuerySet
from exchange.rules.out_facts import FACTS, Selection
from schools.models import Enrolment

from .out_cells import PEOPLE, Bundle, asked, cells_of, words_of
from .out_layout import OutColumn, OutLayout
from .sharing_figure import SharingFigure

CHUNK = 5_000
KEYS = 20_000  # fetched at a time
OF_CATEGORIES = {"child.categories", "child.is_left_behind", "child.is_orphan"}
GRANDPARENTS = (
    "GRANDFATHER_PATERNAL", "GRANDMOTHER_PATERNAL", "GRANDFATHER_MATERNAL",
    "GRANDMOTHER_MATERNAL",
)  # fmt: skip
_OF_CARE = ("child_id", "is_main_carer", "relation", "guardian__name")


def chosen(layout: OutLayout, grant: Grant, today: date) -> ChildQuerySet:
    """Files that our area keeps; each child once, by the file that goes on."""
    rows = Child.objects.ours(grant).filter(merged_into__isnull=True)
    selection = Selection(layout.selection)
    if selection is Selection.CLOSED:
        days = SharingFigure.objects.in_force(today)["CLOSED_DAYS"]
        return rows.filter(status="CLOSED", closed_on__gt=today - timedelta(days=days))
    rows = rows.exclude(status="CLOSED")
    mine = {"child": OuterRef("pk")}
    spells = CategorySpell.objects.on(today).visible_to(grant).filter(**mine)
    held = {
        Selection.CATEGORY: spells,
        Selection.LEFT_BEHIND: spells.filter(category="LEFT_BEHIND"),
        Selection.CERTIFICATE: DisabilityCertificate.objects.filter(**mine, status="VALID"),
        Selection.ENROLLED: Enrolment.objects.on(today).filter(**mine),
        Selection.AIDED: Entitlement.objects.filter(**mine, state="RUNNING"),
    }.get(selection)
    return rows if held is None else rows.filter(Exists(held))


def rows(layout: OutLayout, grant: Grant, today: date) -> Iterator[tuple[str, ...]]:
    """Cells in the order of the columns, as text. Of a closed file the categories are those that it
    had when it was closed."""
    columns = list(layout.columns.all())
    cells = cells_of(columns)
    keys = chosen(layout, grant, today).order_by("managing_area_id", "pk").values_list(
        "pk", flat=True
    )  # fmt: skip
    ids = array("q", keys.iterator(KEYS))  # eight bytes for each: a province has a million
    for start in range(0, len(ids), CHUNK):
        yield from cells(_bundles(ids[start : start + CHUNK], start, columns, grant, today))


def _bundles(
    ids: Sequence[int], start: int, columns: Sequence[OutColumn], grant: Grant, today: date
) -> list[Bundle]:
    kinds = {FACTS[column.fact].of for column in columns} | {column.fact for column in columns}
    children = Child.objects.filter(pk__among=ids)
    found = children.values_list(*asked(columns, "child").values(), "pk")
    by_id = {child[-1]: child for child in found}
    month = today.replace(day=1)
    bundles = {
        key: Bundle(by_id[key], start + serial, month)
        for serial, key in enumerate((key for key in ids if key in by_id), 1)
    }
    _families(bundles, columns, kinds, today)
    if kinds & {"certificate", "child.is_disabled"}:
        papers = DisabilityCertificate.objects.filter(child__pk__among=ids, status="VALID")
        for paper in papers.values_list(*asked(columns, "certificate").values(), "child_id"):
            bundles[paper[-1]].certificate = paper
    if "school" in kinds:
        held = Enrolment.objects.on(today).filter(child__pk__among=ids)
        given = [*asked(columns, "school").values(), "is_boarding", "child_id"]
        for place in held.values_list(*given):
            bundle = bundles[place[-1]]
            bundle.school, bundle.is_boarding = place, place[-2]
    _situation(bundles, kinds, ids, grant, today)
    if "aid" in kinds and grant.allows(Permission.AID_VIEW):
        _aid(bundles, ids, grant, today)
    return list(bundles.values())


def _situation(
    bundles: dict[int, Bundle], kinds: Collection[str], ids: Sequence[int], grant: Grant,
    today: date,
) -> None:  # fmt: skip
    if OF_CATEGORIES & set(kinds):
        called = words_of(CategorySpell, "category")
        spells = CategorySpell.objects.visible_to(grant).filter(child__pk__among=ids)
        held = Q(ends_on=None) | Q(ends_on__gte=Coalesce("child__closed_on", today))
        spells = spells.filter(held, starts_on__lte=Coalesce("child__closed_on", today))
        for child_id, category in spells.order_by("starts_on", "pk").values_list(
            "child_id", "category"
        ):
            bundles[child_id].categories += (called(category),)
            bundles[child_id].codes += (category,)
    if "child.economic" in kinds:
        called = words_of(EconomicStatusSpell, "status")
        statuses = EconomicStatusSpell.objects.on(today).filter(child__pk__among=ids)
        for child_id, status in statuses.values_list("child_id", "status"):
            bundles[child_id].economic = called(status)


def _families(
    bundles: dict[int, Bundle], columns: Sequence[OutColumn], kinds: Collection[str], today: date
) -> None:
    if not {*PEOPLE, "family"} & set(kinds):
        return
    told_as = words_of(Guardianship, "relation")
    cares = Guardianship.objects.on(today).filter(child__pk__among=list(bundles))
    cares = cares.order_by("is_main_carer", "pk")
    given = asked(columns, *PEOPLE) | {path: path for path in _OF_CARE}
    of_care = itemgetter(*map(list(given).index, _OF_CARE))
    for care in cares.values_list(*given.values()):
        child_id, is_main_carer, relation, name = of_care(care)
        bundle = bundles[child_id]
        if is_main_carer:
            bundle.carer = care
        if relation in ("FATHER", "MOTHER"):
            setattr(bundle, relation.lower(), care)
        if relation in GRANDPARENTS:
            bundle.grandparents += (f"{told_as(relation)} {name}",)
    called = words_of(ParentStatus, "status")
    told = ParentStatus.objects.filter(child__pk__among=list(bundles)).on(today)
    for child_id, parent, status in told.values_list("child_id", "parent", "status"):
        setattr(bundles[child_id], f"{parent.lower()}_status", called(status))


def _aid(bundles: dict[int, Bundle], ids: Sequence[int], grant: Grant, today: date) -> None:
    month = today.replace(day=1)
    running = Entitlement.objects.filter(child__pk__among=ids, state="RUNNING").in_month(month)
    for row in with_rates(list(running.select_related("programme").order_by("pk")), grant, month):
        bundles[row.child_id].aid += (row,)
    tiers = Recognition.objects.confirmed().filter(
        child__pk__among=ids, year__starts_on__lte=today, year__ends_on__gte=today
    )
    called = words_of(Recognition, "tier")
    for child_id, tier in tiers.values_list("child_id", "tier"):
        bundles[child_id].tier = called(tier)
    paid = PaymentLine.objects.filter(child__pk__among=ids, state="PAID")
    for child_id, last in paid.values_list("child_id").annotate(last=Max("month")).order_by():
        bundles[child_id].last_month = last
