"""Starting, filling, closing and correcting growth records."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.history_rows import write_history
from accounts.models import Posting, User
from children.actions.promises import broken_promise
from children.actions.record import change_record
from schools.models import GrowthCorrection, GrowthRecord, GrowthState, Term
from schools.models.growth_figures import figures_now
from schools.rules.growth_mark import MarkEntry

from .growth_mark import write_marks


class RecordIsClosed(Exception):
    """The lead closed the record meanwhile; nothing was written."""


# Of the paired on the day; way and distance are taken over from the record before. Joined whole,
# not looked up child by child: a look-up that begins on an empty table would scan it as it fills.
_START = """
INSERT INTO schools_growthrecord (
    uuid, version, updated_at, child_id, term_id, school_id, stage, grade, class_name, state,
    conduct, strengths, events, goals, mood, health, way_to_school, distance_km, own_words, comment)
SELECT gen_random_uuid(), 1, %(now)s, p.child_id, %(term)s, s.organisation_id,
       coalesce(e.stage, ''), e.grade, coalesce(e.class_name, ''), 'OPEN',
       '', '', '', '', '', coalesce(last.health, ''), coalesce(last.way_to_school, ''),
       last.distance_km, '', ''
  FROM (SELECT DISTINCT ON (child_id) child_id, helper_id FROM schools_pairing
         WHERE starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
           AND (%(children)s::bigint[] IS NULL OR child_id = ANY(%(children)s))
         ORDER BY child_id, is_main DESC, id) p
  JOIN children_child c ON c.id = p.child_id AND c.status <> 'CLOSED'
  JOIN accounts_posting h ON h.id = p.helper_id
  LEFT JOIN schools_enrolment e
         ON e.child_id = p.child_id AND e.starts_on <= %(day)s
        AND (e.ends_on IS NULL OR e.ends_on > %(day)s)
  JOIN schools_school s ON s.organisation_id = coalesce(e.school_id, h.organisation_id)
  LEFT JOIN (
       SELECT DISTINCT ON (child_id) child_id, health, way_to_school, distance_km
         FROM schools_growthrecord
        WHERE %(children)s::bigint[] IS NULL OR child_id = ANY(%(children)s)
        ORDER BY child_id, id DESC) last ON last.child_id = p.child_id
 ORDER BY p.child_id
ON CONFLICT (child_id, term_id) DO NOTHING
RETURNING id
"""


def start_records(
    *,
    term: Term,
    day: date,
    by: User | None,
    now: datetime,
    children: Sequence[int] | None = None,
) -> int:
    """A record for every child paired on `day` that has none of the term; how many were started.

    Of `children` alone if given, and only of those whom the database shows. Two at once start
    each record once.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _START,
                {
                    "now": now, "term": term.pk, "day": day,
                    "children": None if children is None else list(children),
                },
            )  # fmt: skip
            ids = [row[0] for row in cursor.fetchall()]
        write_history(GrowthRecord, ids, "+", by_id=by.pk if by else None, now=now)
    return len(ids)


def start_in_term_of(
    *, day: date, by: User | None, now: datetime, children: Sequence[int] | None = None
) -> int:
    """As `start_records`, in the term that covers `day`; in the holidays nothing begins."""
    term = Term.objects.on(day).first()
    if term is None:
        return 0
    return start_records(term=term, day=day, by=by, now=now, children=children)


_FOLLOW = """
UPDATE schools_growthrecord r
   SET school_id = e.school_id, stage = e.stage, grade = e.grade, class_name = e.class_name,
       version = r.version + 1, updated_at = %(now)s
  FROM schools_enrolment e, schools_term t
 WHERE r.child_id = ANY(%(children)s) AND r.state = 'OPEN' AND t.id = r.term_id
   AND e.child_id = r.child_id AND e.ends_on IS NULL AND e.starts_on <= t.ends_on
   AND (r.school_id, r.stage, r.grade, r.class_name)
       IS DISTINCT FROM (e.school_id, e.stage, e.grade, e.class_name)
RETURNING r.id
"""


def follow_the_roll(*, children: Sequence[int], by: User, now: datetime, reason: str = "") -> None:
    """An open record names the school and class of now; one of a term over before, those of then.

    Inside the transaction that changes the roll of these children, which it holds.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"children": list(children), "now": now})
        ids = [row[0] for row in cursor.fetchall()]
    write_history(GrowthRecord, ids, "~", by_id=by.pk, now=now, reason=reason)


def fill_record(
    *,
    record: GrowthRecord,
    version: int,
    facts: Mapping[str, Any],
    marks: Sequence[MarkEntry],
    by: Posting,
    now: datetime,
) -> None:
    """Write what one teacher knows; marks and facts together or not at all.

    Raises RecordIsClosed, StaleRecord, StaleMarks, PromiseBroken.
    """
    try:
        with transaction.atomic():
            fresh = _locked(record)
            if not fresh.is_open:
                raise RecordIsClosed
            if facts:
                change_record(row=fresh, version=version, facts=facts, by=by.user, now=now)
            write_marks(entries=marks, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error


def correct_record(
    *,
    record: GrowthRecord,
    version: int,
    facts: Mapping[str, Any],
    marks: Sequence[MarkEntry],
    reason: str,
    by: Posting,
    now: datetime,
) -> bool:
    """Change a closed record; the reason stays beside it. False when nothing would change.

    Raises StaleRecord, StaleMarks, PromiseBroken.
    """
    try:
        with transaction.atomic():
            fresh = _locked(record)
            changed = {name for name, value in facts.items() if getattr(fresh, name) != value}
            if not changed and not any(entry.is_change for entry in marks):
                return False
            GrowthCorrection.objects.create(
                record=fresh, child_id=fresh.child_id, reason=reason, by=by.user, at=now
            )
            change_record(
                row=fresh, version=version, facts=facts, by=by.user, now=now, reason=reason
            )
            write_marks(entries=marks, by=by, now=now, reason=reason)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return True


def _locked(record: GrowthRecord) -> GrowthRecord:
    rows = GrowthRecord.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=record.pk)


_CLOSE = """
UPDATE schools_growthrecord r
   SET state = 'CLOSED', closed_at = %(now)s, closed_by_id = %(by)s, updated_at = %(now)s,
       figures = f.figures, version = r.version + 1
  FROM json_to_recordset(%(figures)s) AS f(id bigint, figures jsonb)
 WHERE r.id = f.id AND r.state = 'OPEN'
RETURNING r.id
"""


def close_records(
    *, term: Term, ids: Sequence[int], by: User, now: datetime, reason: str = ""
) -> int:
    """Close the open ones among `ids`, all of `term`, with the figures as they stand.

    One statement for all of them, their history in another. Answers how many were closed.
    """
    with transaction.atomic():
        rows = GrowthRecord.objects.filter(pk__in=ids, term=term, state=GrowthState.OPEN)
        rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
        children = dict(rows.values_list("pk", "child_id"))
        told = figures_now(list(children.values()), term)
        figures = [{"id": pk, "figures": told[child].as_json()} for pk, child in children.items()]
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, {"now": now, "by": by.pk, "figures": json.dumps(figures)})
            closed = [row[0] for row in cursor.fetchall()]
        write_history(GrowthRecord, closed, "~", by_id=by.pk, now=now, reason=reason)
    return len(closed)
