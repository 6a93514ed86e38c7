"""Rules from a file into the database: the same file twice changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.history_rows import write_history
from assistance.models import EligibilityRule, OverlapRule, Programme, Standard
from assistance.rules import rulebook as r
from assistance.rules.read_rulebook import OVERLAP_KEYS, read_rulebook
from assistance.rules.rulebook import Rulebook

FROM_FILE = "load_rules"  # the reason in the trail


@dataclass
class Loaded:
    """How many rows were new, changed and withdrawn."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0


@transaction.atomic
def load_rules(*, data: Any, by: Any, now: datetime) -> Loaded:
    """`data` in the shape of docs/rules.md; `by` is a user or None. Raises WrongFile.

    What the file no longer holds of its programmes is withdrawn; other programmes are left alone,
    the overlap rules are those of the file.
    """
    book = read_rulebook(data)
    source = by_place(data)
    # Two loads at once would each miss what the other adds.
    list(Programme.objects.select_for_update(no_key=True).order_by("pk"))
    done = Loaded()
    programmes = _programmes(book, done, by)
    among = [programmes[code].pk for code in book.by_code]
    standards = [_standard(one, source[one.place], programmes) for one in closed(book)]
    rules = [_eligibility(one, source[one.place], programmes) for one in book.eligibility]
    overlaps = [_overlap(one, source[one.place], i) for i, one in enumerate(book.overlaps)]
    for model, wanted, kept in (
        (Standard, standards, Standard.objects.filter(programme__in=among)),
        (EligibilityRule, rules, EligibilityRule.objects.filter(programme__in=among)),
        (OverlapRule, overlaps, OverlapRule.objects.all()),
    ):
        _replace(model, wanted, kept.standing(), done, by=by, now=now)
    return done


def _programmes(book: Rulebook, done: Loaded, by: Any) -> dict[str, Programme]:
    found = {one.code: one for one in Programme.objects.all()}
    for position, one in enumerate(book.programmes):
        row: Any = found.get(one.code) or Programme(code=one.code)
        fields = _programme_fields(one, position)
        if row.pk and all(getattr(row, name) == value for name, value in fields.items()):
            continue
        done.added, done.changed = done.added + (not row.pk), done.changed + bool(row.pk)
        for name, value in fields.items():
            setattr(row, name, value)
        row._history_user, row._change_reason = by, FROM_FILE
        row.save()
        found[one.code] = row
    return found


def _programme_fields(one: r.Programme, position: int) -> dict[str, Any]:
    same = (
        "name", "name_en", "department", "cadence", "paid_to", "starts", "stops", "pay_day",
        "transition_months", "legal_basis", "is_reference",
    )  # fmt: skip
    lists = ("stop_events", "same_month_events", "transition_events", "pay_months", "period_starts")
    return {
        **{name: getattr(one, name) for name in same},
        **{name: list(getattr(one, name)) for name in lists},
        "is_example": one.source.is_example,
        "is_active": True,
        "position": position,
    }


def closed(book: Rulebook) -> list[r.Standard]:
    """Standards of which a later one takes over end the month before it: never two at a time."""
    groups: dict[Any, list[r.Standard]] = {}
    for one in book.standards:
        groups.setdefault((one.programme, one.scope.area, one.dimensions), []).append(one)
    found = []
    for group in groups.values():
        group.sort(key=lambda one: one.scope.starts or date.min)
        for one, following in zip(group, [*group[1:], None], strict=True):
            ends = one.scope.ends
            if following is not None and following.scope.starts:
                before = month_before(following.scope.starts)
                ends = min(ends or before, before)
            scope = r.Scope(one.scope.area, one.scope.starts, ends)
            found.append(r.Standard(
                one.programme, one.amount, one.per, scope, one.dimensions, one.source, one.place
            ))  # fmt: skip
    return found


def month_before(month: date) -> date:
    year, index = divmod(month.year * 12 + month.month - 2, 12)
    return date(year, index + 1, 1)


def _replace(
    model: Any, wanted: list[Any], standing: Any, done: Loaded, *, by: Any, now: datetime
) -> None:
    """Withdraw what is not wanted, add what is not there; equal is what says the same."""
    there: dict[str, Any] = {repr(_content(row)): row for row in standing}
    keys = {repr(_content(row)): row for row in wanted}
    for key, row in there.items():
        if key not in keys:
            row.is_withdrawn, row._history_user, row._change_reason = True, by, FROM_FILE
            row.save()
            done.withdrawn += 1
    new = [row for key, row in keys.items() if key not in there]
    model.objects.bulk_create(new)
    ids = [row.pk for row in new]
    write_history(model, ids, "+", by_id=by.pk if by else None, now=now, reason=FROM_FILE)
    done.added += len(new)


def _content(row: Any) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "id"]
    values = {name: getattr(row, name) for name in names}
    return {name: _sorted(value) for name, value in values.items()}


def _sorted(value: Any) -> Any:
    """JSON objects in one order, numbers in one form, so that equal ones look the same."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _dated(scope: r.Scope, source: r.Source) -> dict[str, Any]:
    return {
        "area": scope.area,
        "from_month": scope.starts,
        "to_month": scope.ends,
        "document": source.document,
        "document_date": source.dated,
        "is_example": source.is_example,
    }


DIMENSIONS = ("disability", "economic_status", "stages", "boarding", "living", "tiers", "when")


def _standard(one: r.Standard, data: Any, programmes: dict[str, Programme]) -> Standard:
    formula = {k: v for k, v in data.get("formula", {}).items() if k not in ("kind", "note")}
    if one.amount.amount is not None:  # stands in its own column
        formula = {key: value for key, value in formula.items() if key not in ("amount", "to")}
    return Standard(
        programme=programmes[one.programme], formula=one.amount.formula, amount=one.amount.amount,
        terms=plain(formula), per=one.per,
        applies_to=plain({key: data[key] for key in DIMENSIONS if data.get(key) is not None}),
        **_dated(one.scope, one.source),
    )  # fmt: skip


def _eligibility(
    one: r.EligibilityRule, data: Any, programmes: dict[str, Programme]
) -> EligibilityRule:
    return EligibilityRule(
        programme=programmes[one.programme], name=one.name, conditions=plain(data["conditions"]),
        **_dated(one.scope, one.source),
    )  # fmt: skip


def _overlap(one: r.OverlapRule, data: Any, position: int) -> OverlapRule:
    assert one.kind in OVERLAP_KEYS
    return OverlapRule(
        kind=one.kind, programmes=list(one.programmes), others=list(one.others),
        when=plain(data.get("when")), name=one.name, position=position,
        **_dated(one.scope, one.source),
    )  # fmt: skip


def plain(value: Any) -> Any:
    """Without exact numbers, which JSON of the database does not know."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "as_integer_ratio") and not isinstance(value, bool | int):
        return int(value) if value == int(value) else float(value)
    return value


def by_place(data: Any) -> dict[str, Any]:
    """Each standard and rule of the file by its place."""
    found = {}
    for i, programme in enumerate(data["programmes"]):
        for name in ("standards", "eligibility"):
            for j, one in enumerate(programme.get(name) or []):
                found[f"programmes[{i}].{name}[{j}]"] = one
    for name in ("standards", "eligibility", "overlaps"):
        for j, one in enumerate(data.get(name) or []):
            found[f"{name}[{j}]"] = one
    return found
