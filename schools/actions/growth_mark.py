"""Giving marks: many at once, each as it was when the form was opened or not at all."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from accounts.history_rows import write_history
from accounts.models import Posting
from children.actions.promises import broken_promise
from schools.models import GrowthMark, GrowthRecord
from schools.rules.growth_mark import MarkEntry


class StaleMarks(Exception):
    """Somebody else gave these marks meanwhile; nothing was written. `marks` are as stored."""

    def __init__(self, marks: list[tuple[MarkEntry, GrowthMark | None]]) -> None:
        super().__init__()
        self.marks = marks


class RecordsClosed(Exception):
    """Some of the records were closed meanwhile; nothing was written."""


_WRITE = """
INSERT INTO schools_growthmark AS m (
    uuid, version, updated_at, record_id, child_id, subject_id, level, score, given_by_id)
SELECT gen_random_uuid(), 1, %(now)s, r.id, r.child_id, f.subject, f.level, f.score, %(by)s
  FROM json_to_recordset(%(marks)s) AS f(record bigint, subject bigint, level text, score numeric)
  JOIN schools_growthrecord r ON r.id = f.record
 ORDER BY r.id, f.subject
ON CONFLICT (record_id, subject_id) DO UPDATE
   SET level = excluded.level, score = excluded.score, given_by_id = excluded.given_by_id,
       version = m.version + 1, updated_at = excluded.updated_at
RETURNING id, version
"""


def write_marks(
    *, entries: Sequence[MarkEntry], by: Posting, now: datetime, reason: str = ""
) -> int:
    """Inside a transaction that holds the records. Raises StaleMarks; answers how many changed."""
    changes = [entry for entry in entries if entry.is_change]
    if not changes:
        return 0
    rows = GrowthMark.objects.filter(record__in={entry.record_id for entry in changes})
    stored = {(row.record_id, row.subject_id): row for row in rows}
    stale, write, remove = [], [], []
    for entry in changes:
        row = stored.get((entry.record_id, entry.subject_id))
        now_held = (row.level, row.score) if row else ("", None)
        if now_held == entry.wanted:
            continue
        if now_held != (entry.was_level, entry.was_score):
            stale.append((entry, row))
        elif entry.level:
            write.append(entry)
        elif row is not None:
            remove.append(row.pk)
    if stale:
        raise StaleMarks(stale)
    _remove(remove, by, now, reason)
    _write(write, by, now, reason)
    return len(write) + len(remove)


def _write(entries: list[MarkEntry], by: Posting, now: datetime, reason: str) -> None:
    marks = [
        {
            "record": e.record_id, "subject": e.subject_id, "level": e.level,
            "score": None if e.score is None else str(e.score),
        }
        for e in entries
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"now": now, "by": by.pk, "marks": json.dumps(marks)})
        found = cursor.fetchall()
    for kind, ids in (
        ("+", [pk for pk, version in found if version == 1]),
        ("~", [pk for pk, version in found if version > 1]),
    ):
        write_history(GrowthMark, ids, kind, by_id=by.user_id, now=now, reason=reason)


def _remove(ids: list[int], by: Posting, now: datetime, reason: str) -> None:
    write_history(GrowthMark, ids, "-", by_id=by.user_id, now=now, reason=reason)
    with connection.cursor() as cursor:  # past the signal that would add a nameless history row
        cursor.execute("DELETE FROM schools_growthmark WHERE id = ANY(%s)", [ids])


def give_marks(*, entries: Sequence[MarkEntry], by: Posting, now: datetime) -> int:
    """Marks of many open records; all or none. Raises RecordsClosed, StaleMarks, PromiseBroken."""
    ids = sorted({entry.record_id for entry in entries if entry.is_change})
    try:
        with transaction.atomic():
            rows = GrowthRecord.objects.filter(pk__in=ids).order_by("pk")
            held = list(rows.select_for_update(of=("self",), no_key=True))
            if any(not record.is_open for record in held):
                raise RecordsClosed
            return write_marks(entries=entries, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
