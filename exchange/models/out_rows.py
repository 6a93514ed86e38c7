"""The rows of a list going out: children chosen, and what hangs on them, 2,000 at a time.

A constant number of queries for each part; what is not asked for stays sealed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef

from accounts.access import Grant, Permission
from assistance.models import Entitlement, PaymentLine
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

from .out_layout import OutColumn, OutLayout
from .sharing_figure import SharingFigure

CHUNK = 2_000


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


@dataclass
class Bundle:
    """One child, with what its columns read; None where there is nothing."""

    child: Child
    serial: int
    month: date
    carer: Any = None
    father: Any = None
    mother: Any = None
    parents: dict[str, str] = field(default_factory=dict)
    certificate: Any = None
    school: Any = None
    categories: list[str] = field(default_factory=list)
    economic: str = ""
    aid: list[Any] = field(default_factory=list)
    last_month: date | None = None


def rows(layout: OutLayout, grant: Grant, today: date) -> Iterator[list[str]]:
    """Cells in the order of the columns, as text."""
    columns = list(layout.columns.all())
    kinds = {FACTS[column.fact].of for column in columns} | {
        column.fact for column in columns
    }  # fmt: skip
    ids = list(chosen(layout, grant, today).order_by("managing_area_id", "pk").values_list(
        "pk", flat=True
    ))  # fmt: skip
    for start in range(0, len(ids), CHUNK):
        for bundle in _bundles(ids[start : start + CHUNK], start, kinds, grant, today):
            yield [_cell(column, bundle) for column in columns]


def _bundles(
    ids: Sequence[int], start: int, kinds: Collection[str], grant: Grant, today: date
) -> list[Bundle]:
    places = ("residence_area__parent", "hukou_area", "ethnicity")
    children = Child.objects.filter(pk__among=ids).select_related(*places)
    by_id = {child.pk: child for child in children}
    bundles = {
        key: Bundle(by_id[key], start + serial, today.replace(day=1))
        for serial, key in enumerate((key for key in ids if key in by_id), 1)
    }
    _families(bundles, kinds, today)
    if "certificate" in kinds:
        for paper in DisabilityCertificate.objects.filter(child__pk__among=ids, status="VALID"):
            bundles[paper.child_id].certificate = paper
    if "school" in kinds:
        held = Enrolment.objects.on(today).filter(child__pk__among=ids)
        for place in held.select_related("school__organisation"):
            bundles[place.child_id].school = place
    if "child.categories" in kinds:
        spells = CategorySpell.objects.visible_to(grant).filter(child__pk__among=ids)
        for spell in spells.on(today).order_by("starts_on", "pk"):
            bundles[spell.child_id].categories.append(spell.get_category_display())
    if "child.economic" in kinds:
        for status in EconomicStatusSpell.objects.on(today).filter(child__pk__among=ids):
            bundles[status.child_id].economic = str(status.get_status_display())
    if "aid" in kinds and grant.allows(Permission.AID_VIEW):
        _aid(bundles, ids, grant, today)
    return list(bundles.values())


def _families(bundles: dict[int, Bundle], kinds: Collection[str], today: date) -> None:
    if not {"carer", "father", "mother"} & set(kinds):
        return
    cares = Guardianship.objects.on(today).filter(child__pk__among=list(bundles))
    for care in cares.select_related("guardian").order_by("is_main_carer", "pk"):
        bundle = bundles[care.child_id]
        if care.is_main_carer:
            bundle.carer = care
        if care.relation in ("FATHER", "MOTHER"):
            setattr(bundle, care.relation.lower(), care)
    for row in ParentStatus.objects.filter(child__pk__among=list(bundles)).on(today):
        bundles[row.child_id].parents[row.parent.lower()] = str(row.get_status_display())


def _aid(bundles: dict[int, Bundle], ids: Sequence[int], grant: Grant, today: date) -> None:
    month = today.replace(day=1)
    running = Entitlement.objects.filter(child__pk__among=ids, state="RUNNING").in_month(month)
    for row in with_rates(list(running.select_related("programme").order_by("pk")), grant, month):
        bundles[row.child_id].aid.append(row)
    paid = PaymentLine.objects.filter(child__pk__among=ids, state="PAID")
    for child_id, last in paid.values_list("child_id").annotate(last=Max("month")).order_by():
        bundles[child_id].last_month = last


def _cell(column: OutColumn, bundle: Bundle) -> str:
    fact = FACTS[column.fact]
    value = _READ.get(column.fact, _plain)(bundle, fact.of, fact.field)
    if isinstance(value, date):
        return value.isoformat()
    code = "" if value is None else str(value)
    if code in column.codes:
        return str(column.codes[code])
    return _in_words(bundle, fact.of, fact.field) or code


def _holder(bundle: Bundle, of: str, name: str) -> Any:
    """The row that has the field: of a carer the relation, and the person behind it."""
    held = getattr(bundle, of)
    if of in ("carer", "father", "mother") and held is not None:
        return held if name in ("relation", "kind") else held.guardian
    return held


def _plain(bundle: Bundle, of: str, name: str) -> Any:
    held = _holder(bundle, of, name)
    return None if held is None else getattr(held, name)


def _in_words(bundle: Bundle, of: str, name: str) -> str:
    held = _holder(bundle, of, name) if of != "list" and of != "aid" else None
    display = getattr(held, f"get_{name}_display", None)
    return str(display()) if display else ""


def _parent_status(bundle: Bundle, of: str, name: str) -> str:
    return bundle.parents.get(of, "")


_READ: dict[str, Any] = {
    "list.serial": lambda bundle, of, name: bundle.serial,
    "list.month": lambda bundle, of, name: f"{bundle.month:%Y-%m}",
    "child.ethnicity": lambda bundle, of, name: (
        bundle.child.ethnicity.label_zh if bundle.child.ethnicity else ""
    ),
    "child.township": lambda bundle, of, name: bundle.child.residence_area.parent or "",
    "child.village": lambda bundle, of, name: bundle.child.residence_area,
    "child.hukou": lambda bundle, of, name: bundle.child.hukou_area or "",
    "child.categories": lambda bundle, of, name: "、".join(bundle.categories),
    "child.economic": lambda bundle, of, name: bundle.economic,
    "father.status": _parent_status,
    "mother.status": _parent_status,
    "school.name": lambda bundle, of, name: bundle.school and bundle.school.school.name,
    "school.code": lambda bundle, of, name: (
        bundle.school and bundle.school.school.organisation.code
    ),
    "school.boarding": lambda bundle, of, name: (
        bundle.school and ("YES" if bundle.school.is_boarding else "NO")
    ),
    "aid.programmes": lambda bundle, of, name: "、".join(row.programme.name for row in bundle.aid),
    "aid.amount": lambda bundle, of, name: (
        sum(row.rate_now.amount for row in bundle.aid if row.rate_now) if bundle.aid else ""
    ),
    "aid.since": lambda bundle, of, name: min(
        (row.from_month for row in bundle.aid), default=None
    ),
    "aid.last_month": lambda bundle, of, name: (
        f"{bundle.last_month:%Y-%m}" if bundle.last_month else ""
    ),
}  # fmt: skip
