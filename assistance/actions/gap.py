"""Gaps: looked for over a place or for a child, set aside with a reason, closed by proposing."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.in_bulk import in_bulk
from accounts.models import Area, User
from accounts.models.area import AreaLevel, upper_bound
from accounts.scope import acting, current_scope
from assistance.actions.entitlement import propose_entitlement
from assistance.models import Gap, GapCheck, Programme
from assistance.models.child_facts import facts_of
from assistance.models.coming_refresh import refresh_coming
from assistance.models.gap_refresh import Found, among, inside, lock_gaps, refresh, take_marked
from assistance.models.owed import Owed, owed
from assistance.models.rulebook import Kept, kept_rules
from assistance.reasons import reasons_to_keep
from assistance.rules.assess import assess
from assistance.rules.facts import Facts
from assistance.rules.gap import first_month_proposed
from assistance.rules.months import month_of
from children.actions.promises import PromiseBroken
from children.actions.record import lock_child, sign
from children.models import Child
from schools.actions.access import beyond_own_sight

STALE = timedelta(hours=2)


class NotOpen(Exception):
    """The gap has changed since its page was opened: what was asked for no longer fits."""


# Looking for gaps --------------------------------------------------------------------------------


def check_children(children: Collection[int], *, now: datetime, by: User | None = None) -> Found:
    """After a change of these children; in the transaction of that change."""
    if not children:
        return Found()
    with transaction.atomic(), beyond_own_sight():
        county = Child.objects.filter(pk__in=children).values_list("managing_area", flat=True)
        for code in sorted({code[: AreaLevel.COUNTY] for code in county}):
            lock_gaps(code)
        return refresh(
            kept_rules(), this_month(now), among(children), now=now, by_id=by.pk if by else None
        )


def check_marked(*, now: datetime) -> int:
    """Some of those whose facts or books changed; how many they were."""
    with in_bulk():
        children = take_marked()
        check_children(children, now=now)
        if children:
            refresh_coming(kept_rules(), timezone.localdate(now), among(children))
    return len(children)


def ask_for_check(*, area: Area, by: User | None, now: datetime) -> tuple[GapCheck, bool]:
    """The going over of `area` that is under way, or a new one; whether it is new."""
    with transaction.atomic():
        lock_gaps(area.code)
        running = GapCheck.objects.filter(area=area, finished_at=None).first()
        if running is not None and running.asked_at > now - STALE:
            return running, False
        if running is not None:  # its worker is gone for good
            finish(check=running, now=now)
        return GapCheck.objects.create(area=area, asked_by=by, asked_at=now), True


def begin(*, check: GapCheck, total: int) -> None:
    with transaction.atomic():
        check.done, check.total, check.found, check.gone = 0, total, 0, 0
        check.save()


def finish(*, check: GapCheck, now: datetime) -> None:
    with transaction.atomic():
        check.finished_at = now
        check.save()


def check_place(*, check: GapCheck, code: str, now: datetime) -> None:
    """One of the places of a check, with its progress, in one transaction."""
    with in_bulk():
        lock_gaps(code)
        kept, where = kept_rules(), inside(code)
        found = refresh(
            kept, this_month(now), where, now=now, by_id=check.asked_by_id, keeps_plan=True
        )
        refresh_coming(kept, timezone.localdate(now), where, keeps_plan=True)
        check.done += 1
        check.found += found.new
        check.gone += found.gone
        check.save()


def places_of(area: Area) -> list[str]:
    """The townships of a county (of whatever lies above it), or the place itself."""
    if len(area.code) >= AreaLevel.TOWNSHIP:
        return [area.code]
    inside_it = Area.objects.filter(
        code__gte=area.code, code__lt=upper_bound(area.code), level=AreaLevel.TOWNSHIP
    )
    return list(inside_it.order_by("code").values_list("code", flat=True)) or [area.code]


def this_month(now: datetime) -> date:
    return month_of(timezone.localdate(now))


# Deciding ----------------------------------------------------------------------------------------


def set_aside(*, gap: Gap, reason: str, by: User, now: datetime) -> None:
    """It does not apply, until a fact changes that the programme asks for. Raises NotOpen."""
    with transaction.atomic():
        row = _locked(gap)
        if row.closed_at is not None or row.is_aside:
            raise NotOpen
        row.aside_by, row.aside_at, row.aside_reason = by, now, reason
        sign(row, by, now, reason)
        row.save()


def take_back(*, gap: Gap, by: User, now: datetime) -> None:
    """A decision made by mistake. Raises NotOpen."""
    with transaction.atomic():
        row = _locked(gap)
        if row.closed_at is not None or not row.is_aside:
            raise NotOpen
        row.aside_by, row.aside_at, row.aside_reason = None, None, ""
        sign(row, by, now, "")
        row.save()


def _locked(gap: Gap) -> Gap:
    lock_child(gap.child_id)
    return Gap.objects.select_for_update(of=("self",), no_key=True).get(pk=gap.pk)


def propose_for(*, gaps: Iterable[Gap], by: User, now: datetime) -> tuple[list[int], list[Gap]]:
    """Propose what the rules owe today, with its standard and reasons.

    Entitlements made, and gaps left as they were: no longer owed, or taken in the meantime.
    """
    month, kept = this_month(now), kept_rules()
    todo = sorted(gaps, key=lambda gap: gap.child_id)
    children = {gap.child_id for gap in todo}
    with beyond_own_sight():
        due = {
            (one.child_id, one.programme): one
            for one in owed(kept.book(), month, ids=children)
        } if children else {}  # fmt: skip
    made, left = [], []
    facts = facts_all_may_read(children)
    for gap in todo:
        one = due.get((gap.child_id, gap.programme.code))
        pk = _propose(gap, one, kept, facts[gap.child_id], month, by, now) if one else None
        if pk is None:
            left.append(gap)
        else:
            made.append(pk)
    check_children(children, now=now, by=by)
    return made, left


def facts_all_may_read(children: Collection[int]) -> dict[int, Facts]:
    """Without what is secret: all of aid read the reasons."""
    with acting(replace(current_scope(), secrets="")):
        return facts_of(children)


def first_month_of(gap: Gap, month: date) -> date:
    """From which month it runs when proposed in `month`; that itself when its rules are gone."""
    rule = kept_rules().book().by_code.get(gap.programme.code)
    return first_month_proposed(rule, month, gap.since) if rule else month


def _propose(
    gap: Gap, one: Owed, kept: Kept, facts: Facts, month: date, by: User, now: datetime
) -> int | None:
    programme: Programme = gap.programme
    rule = kept.book().by_code[programme.code]
    try:
        with transaction.atomic():
            row = propose_entitlement(
                child=gap.child, programme=programme, amount=one.amount, by=by, now=now,
                from_month=first_month_proposed(rule, month, gap.since),
                basis=basis_of(gap, one, kept, facts, month),
            )  # fmt: skip
    except PromiseBroken:
        return None
    return row.pk


def basis_of(gap: Gap, one: Owed, kept: Kept, facts: Facts, month: date) -> dict[str, object]:
    """The standard, its document and the reasons; `facts` are without what is secret."""
    book, standard = kept.book(), kept.rows.get(one.standard)
    answer = assess(book, facts, month)[one.programme]
    # Of a secret the conditions themselves would tell.
    told = [] if gap.is_secret else reasons_to_keep(answer, book)
    return {
        "standard": standard, "rule": kept.rows.get(one.rule),
        "document": standard.document if standard else "", "reasons": told,
    }  # fmt: skip
