"""Puts the awards of a term together in sets. Called by `assistance.actions.education_award`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.history_rows import write_history
from accounts.models.area import upper_bound
from assistance.rules.education_award import counted_on, first_month, last_month
from assistance.rules.months import month_of
from assistance.rules.rulebook import Rulebook
from schools.models import Term

from ._award_sql import BUILD, CONFIRM, END, ENTITLE, FORGET, FOUND
from ._facts_sql import literal
from .education_award import EducationAward
from .entitlement import Entitlement
from .owed import statement
from .programme import Cadence, Programme
from .rulebook import Kept, kept_rules

DEPARTMENT = "EDUCATION"


@dataclass(frozen=True)
class Built:
    """How many awards are new, written anew, ended; `apart`: left out by an overlap rule."""

    new: int = 0
    changed: int = 0
    ended: int = 0
    apart: int = 0


def by_term() -> Any:
    """Programmes of the education department that are awarded by the term."""
    return Programme.objects.filter(
        department=DEPARTMENT, cadence=Cadence.TERM, is_active=True, is_reference=False
    )


def subsidies() -> Any:
    """Programmes of the education department that are paid once: the freshman subsidy."""
    return Programme.objects.filter(department=DEPARTMENT, cadence=Cadence.ONCE, is_active=True)


def term_month(term: Term, programme: Programme) -> date | None:
    return first_month(term.starts_on, term.ends_on, programme.period_starts)


def months_of(term: Term, programmes: Iterable[Programme]) -> dict[int, tuple[date, date]]:
    """First and last month of a grant of the term, by programme."""
    first = {one.pk: term_month(term, one) for one in programmes}
    return {
        one.pk: (month, last_month(month, one.period_starts))
        for one in programmes if (month := first[one.pk]) is not None
    }  # fmt: skip


def lock_term(term: Term) -> None:
    """One at a time puts a term's awards together, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('education awards'), %s)", [term.pk])


def build(
    *, term: Term, today: date, school: int | None, area: str, by_id: int | None, now: datetime
) -> tuple[Built, list[int]]:
    """For a school's pupils, or the children kept in `area`; and entitlements of ended awards."""
    kept = kept_rules()
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(scope=_scope(school, area)), {"term": term.pk})
    total, entitlements = Built(), []
    months: dict[date, list[int]] = {}
    for programme in by_term():
        month = term_month(term, programme)
        if month is not None:
            months.setdefault(month, []).append(programme.pk)
    for month, programmes in sorted(months.items()):
        params = {
            "term": term.pk, "by": by_id, "now": now, "today": today, "month": month,
            "counted": counted_on(month), "programmes": programmes,
            "begins": month_of(term.starts_on),
        }  # fmt: skip
        part, ended = _build_month(kept, month, params, school, area)
        total = Built(
            total.new + part.new, total.changed + part.changed, total.ended + part.ended,
            total.apart + part.apart,
        )  # fmt: skip
        entitlements += ended
    return total, entitlements


def _build_month(
    kept: Kept, month: date, params: dict[str, Any], school: int | None, area: str
) -> tuple[Built, list[int]]:
    found = _found(kept, kept.book(), month, school, area)
    if not found:
        return Built(), []
    scope = _scope(school, area)
    with connection.cursor() as cursor:
        cursor.execute(END.format(found=found, scope=scope), params)
        ended = cursor.fetchall()
        cursor.execute(BUILD.format(found=found), params)
        rows = cursor.fetchall()
    new = [pk for pk, is_new in rows if pk and is_new]
    changed = [pk for pk, is_new in rows if pk and not is_new]
    told: dict[str, Any] = {"by_id": params["by"], "now": params["now"]}
    write_history(EducationAward, [pk for pk, _of in ended], "~", **told)
    write_history(EducationAward, new, "+", **told)
    write_history(EducationAward, changed, "~", **told)
    entitled = [of for _pk, of in ended if of is not None]
    apart = len(rows) - len(new) - len(changed)
    return Built(len(new), len(changed), len(ended), apart), entitled


def _scope(school: int | None, area: str) -> str:
    """Of rows `a` with a child `c`."""
    return f"a.school_id = {school}" if school is not None else _within(area)


def _within(area: str) -> str:
    first, after = literal(area), literal(upper_bound(area))
    return f"c.managing_area_id >= {first} AND c.managing_area_id < {after}"


def _found(kept: Kept, book: Rulebook, month: date, school: int | None, area: str) -> str:
    """Empty when no rule or no standard stands."""
    places = {
        kind: ", ".join(
            f"({literal(place)}, {row.pk})" for place, row in kept.rows.items() if kind in place
        )
        for kind in ("eligibility", "standards")
    }
    if not all(places.values()):
        return ""
    where, only = _within(area), "true"
    if school is not None:
        only = f"e.school_id = {school}"
        where = f"c.id IN (SELECT x.child_id FROM schools_enrolment x WHERE x.school_id = {school})"
    owed = statement(book, month, where)
    text = FOUND.replace("{rules}", _doubled(places["eligibility"]))
    text = text.replace("{standards}", _doubled(places["standards"])).replace("{only}", only)
    return text.replace("{owed}", _doubled(owed))


def _doubled(sql: str) -> str:
    """Literals may hold per cent signs; the driver reads two as one."""
    return sql.replace("%", "%%")


def confirm(*, term: Term, awards: list[EducationAward], by_id: int, now: datetime) -> list[int]:
    """Ids of those confirmed, families' with the entitlement that pays them."""
    done: list[int] = []
    by_programme: dict[int, list[EducationAward]] = {}
    for award in awards:
        by_programme.setdefault(award.programme_id, []).append(award)
    for _pk, rows in sorted(by_programme.items()):
        programme = rows[0].programme
        month = term_month(term, programme)
        if month is not None:
            last = last_month(month, programme.period_starts)
            done += _confirm([row.pk for row in rows], month, last, by_id, now)
    return done


def _confirm(ids: list[int], month: date, last: date, by_id: int, now: datetime) -> list[int]:
    params: dict[str, Any] = {"ids": ids, "month": month, "last": last, "by": by_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(ENTITLE, params)
        made = cursor.fetchall()
        params |= {"awards": [pk for pk, _of in made], "entitlements": [of for _pk, of in made]}
        cursor.execute(CONFIRM, params)
        confirmed = [pk for (pk,) in cursor.fetchall()]
    write_history(Entitlement, params["entitlements"], "+", by_id=by_id, now=now)
    write_history(EducationAward, confirmed, "~", by_id=by_id, now=now)
    return confirmed
