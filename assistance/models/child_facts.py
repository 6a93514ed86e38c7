"""What the register knows of a child, as the facts of the rules. The same in SQL: `_facts_sql`.

The register holds no money from elsewhere yet: those conditions do not hold for any child of it.
Of costs it knows what schools charge. Of what was paid only programmes paid once matter.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assistance.rules import facts as f
from assistance.rules.entitlement import OPEN
from assistance.rules.recognition import spells
from children.models import (
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardianship,
    ParentStatus,
)
from children.rules.parent_status import Situation
from schools.models import Enrolment

from .entitlement import Entitlement
from .freshman import FreshmanSubsidy
from .payment_line import PaymentLine
from .recognition import Recognition
from .school_fee import SchoolFee


def facts_of(ids: Collection[int]) -> dict[int, f.Facts]:
    """By child; a constant number of queries. Rows the reader may not see are not facts."""
    rows: dict[type, dict[int, list[Any]]] = {
        model: _rows(model, ids) for model in (
            CategorySpell, EconomicStatusSpell, ParentStatus, DisabilityCertificate, Enrolment,
            Guardianship, Entitlement, Recognition,
            FreshmanSubsidy, PaymentLine,
        )
    }  # fmt: skip
    of_schools = _fees({x.school_id for of in rows[Enrolment].values() for x in of})
    children = Child.objects.filter(pk__in=ids).only(
        "birth_date", "sex", "hukou_area", "residence_area", "status", "closed_on",
        "closing_reason",
    )  # fmt: skip
    return {
        child.pk: _facts(child, {model: of[child.pk] for model, of in rows.items()}, of_schools)
        for child in children
    }


def _rows(model: Any, ids: Collection[int]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    hidden = {"number", "roll_number"} & {field.name for field in model._meta.fields}
    rows = model.objects.filter(child__in=ids).order_by("pk").defer(*hidden)
    if model is Entitlement:
        rows = rows.filter(state__in=OPEN).select_related("programme")
    if model is FreshmanSubsidy:
        rows = rows.standing()
    if model is Recognition:
        rows = rows.confirmed().select_related("year")
    goes_on: dict[int, int] = {}
    if model is PaymentLine:  # also what was paid on files that are continued in these
        merged = Child.objects.filter(merged_into__in=ids).exclude(pk__in=ids)
        goes_on = {pk: kept for pk, kept in merged.values_list("pk", "merged_into") if kept}
        rows = model.objects.filter(child__in=[*ids, *goes_on]).order_by("pk")
        once = rows.filter(programme__cadence="ONCE", state__in=["PAID", "RECOVERED"])
        rows = once.select_related("programme")
    for row in rows:
        found[goes_on.get(row.child_id, row.child_id)].append(row)
    return found


def _fees(schools: set[int]) -> dict[int, list[f.Fee]]:
    found = defaultdict(list)
    for x in SchoolFee.objects.filter(school__in=schools).order_by("pk"):
        found[x.school_id].append(
            f.Fee(x.school_id, x.stage, x.what, x.amount, x.months, x.from_month, x.to_month)
        )
    return found


def _facts(
    child: Child, rows: dict[type, list[Any]], of_schools: dict[int, list[f.Fee]]
) -> f.Facts:
    categories, certificates = rows[CategorySpell], rows[DisabilityCertificate]
    return f.Facts(
        birth_date=child.birth_date,
        sex=child.sex,
        hukou=_area(child.hukou_area_id),
        residence=_area(child.residence_area_id),
        categories=tuple(f.Spell(x.category, x.starts_on, x.ends_on) for x in categories),
        economic=tuple(
            f.Spell(x.status, x.starts_on, x.ends_on) for x in rows[EconomicStatusSpell]
        ),
        living=_living(categories, rows[Guardianship]),
        tiers=tuple(spell for x in rows[Recognition] for spell in _tiers(x)),
        father=_situations(rows[ParentStatus], "FATHER"),
        mother=_situations(rows[ParentStatus], "MOTHER"),
        certificates=tuple(
            f.Certificate(
                x.kind, x.grade, x.issued_on, x.expires_on, x.status, x.status_from
            )
            for x in certificates if x.number_hash is not None
        ),
        diagnoses=tuple(
            f.Diagnosis(x.kind, x.grade, x.issued_on, x.expires_on)
            for x in certificates if x.number_hash is None and x.status == "VALID"
        ),
        schooling=tuple(_schooling(x) for x in rows[Enrolment]),
        admission=tuple(f.Spell(x.level, x.admitted_on) for x in rows[FreshmanSubsidy]),
        applications=_applications(rows[Entitlement]),
        fees=tuple(
            fee for school in sorted({x.school_id for x in rows[Enrolment]})
            for fee in of_schools[school]
        ),
        paid=_paid_once(rows[PaymentLine]),
        events=_events(child, categories),
    )  # fmt: skip


def _tiers(x: Any) -> list[f.Spell]:
    return spells(x.tier, x.year.starts_on, x.year.ends_on, x.tier_before, x.adjusted_on)


def _area(code: str | None) -> tuple[f.Spell, ...]:
    return (f.Spell(code),) if code else ()


def _living(categories: list[Any], guardianships: list[Any]) -> tuple[f.Spell, ...]:
    there = [x for x in categories if x.category == "ORPHAN_INST"]
    there += [x for x in guardianships if x.kind == "INSTITUTION"]
    return tuple(f.Spell("INSTITUTION", x.starts_on, x.ends_on) for x in there)


def _situations(rows: list[Any], parent: str) -> tuple[Situation, ...]:
    return tuple(
        Situation(x.status, x.starts_on, x.ends_on, bool(x.evidence) and x.verified_on is not None)
        for x in rows if x.parent == parent
    )  # fmt: skip


def _schooling(x: Any) -> f.Schooling:
    """`ends_on` is the first day no longer there."""
    last = x.ends_on - timedelta(days=1) if x.ends_on else None
    return f.Schooling(
        x.stage,
        x.grade,
        x.is_boarding,
        x.placement,
        x.status,
        starts=x.starts_on,
        ends=last,
        school=x.school_id,
    )


def _applications(rows: list[Any]) -> dict[str, f.Application]:
    """The first of each programme."""
    found: dict[str, f.Application] = {}
    for x in rows:
        known = found.get(x.programme.code, f.Application())
        found[x.programme.code] = f.Application(
            _earlier(known.applied, x.proposed_at), _earlier(known.confirmed, x.confirmed_at)
        )
    return found


def _paid_once(rows: list[Any]) -> tuple[f.Payment, ...]:
    """Of programmes paid once what the family has; nothing, when it was given back."""
    found: dict[str, f.Payment] = {}
    for x in rows:
        known = found.get(x.programme.code, f.Payment(x.programme.code, x.month, Decimal(0)))
        found[x.programme.code] = replace(known, amount=known.amount + x.amount)
    return tuple(one for one in found.values() if one.amount > 0)


def _earlier(known: date | None, at: Any) -> date | None:
    days = [day for day in (known, timezone.localdate(at) if at else None) if day]
    return min(days, default=None)


def _events(child: Child, categories: list[Any]) -> tuple[f.Happening, ...]:
    """Why the file was closed, and why categories ended."""
    found = {
        f.Happening(x.ending_reason, x.ends_on)
        for x in categories if x.ending_reason and x.ends_on
    }  # fmt: skip
    if child.closed_on:
        found.add(f.Happening(child.closing_reason, child.closed_on))
    return tuple(sorted(found, key=lambda one: (one.on, one.kind)))
