"""Answers tied to the numbers that were asked; others are refused, the last closes its batch."""

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.crypto.cipher import blind_index
from accounts.models import User
from accounts.models.area import upper_bound
from children.actions.record import sign
from exchange.models import AskedNumber, ListImport, NumberQuery, NumberQueryState
from exchange.models.number_query import ASKED_KINDS
from exchange.rules.faults import Fault, RowProblem
from exchange.words import masked

from .good import Good
from .listing import Listing

_ASKED = """
SELECT a.id, a.query_id, g.id_number_hash
FROM exchange_numberquery q JOIN exchange_askednumber a ON a.query_id = q.id
JOIN children_guardian g ON g.id = a.guardian_id
WHERE q.kind = %(kind)s AND q.state = 'SENT' AND q.area_code >= %(lo)s AND q.area_code < %(hi)s
  AND g.id_number_hash = ANY(%(hashes)s)
"""
_TIE = f"""
INSERT INTO exchange_numberanswer (asked_id, list_import_id, area_code)
SELECT asked.id, %(list)s, q.area_code FROM ({_ASKED}) asked
JOIN exchange_numberquery q ON q.id = asked.query_id
"""


def answers_questions(listing: Listing) -> bool:
    """Whether only what was asked is told: the area has sent a batch of this kind before."""
    return listing.kind in ASKED_KINDS and _has_asked(listing)


def refuse_unasked(listing: Listing) -> None:
    """Rows about somebody who stands in no batch that waits.

    Where the area has never sent a batch of this kind, answers are those to questions asked
    elsewhere, and come in.
    """
    if not answers_questions(listing):
        return
    codes = {row.pk: row.code for row in _waiting(listing)}
    asked: dict[bytes, set[str]] = {}
    for _asked, query, mark in _asked_rows(listing):
        if query in codes:
            asked.setdefault(bytes(mark), set()).add(codes[query])
    kept = []
    for good in listing.good:
        batches = asked.get(_mark(good), set())
        named = str(good.facts.get("query__number") or "")
        if batches and (not named or named in batches):
            kept.append(good)
        else:
            listing.faults.append(_never_asked(good, "query__number" if batches else "id_number"))
    listing.good = kept
    listing.faults.sort(key=lambda fault: (fault.sheet, fault.row))


def tie_answers(*, listing: Listing, record: ListImport, by: User | None, now: datetime) -> None:
    """In the transaction that takes the list in; a batch with all its answers is closed."""
    if listing.kind not in ASKED_KINDS:
        return
    waiting = list(_waiting(listing).select_for_update(of=("self",), no_key=True))
    if not waiting:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TIE, _question(listing) | {"list": record.pk})
    for query in waiting:
        if not AskedNumber.objects.filter(query=query).unanswered().exists():
            query.state, query.closed_at = NumberQueryState.CLOSED, now
            sign(query, by or query.asked_by, now, f"#{record.pk}")
            query.save()


def untie_answers(*, list_import_id: int, by: User, now: datetime, reason: str) -> None:
    """Of a list that is being undone: batches that its answers closed wait again."""
    rows = NumberQuery.objects.filter(
        state=NumberQueryState.CLOSED, closed_by=None,
        asked__answers__list_import=list_import_id,
    )  # fmt: skip
    for query in NumberQuery.objects.filter(pk__in=rows.values("pk")).select_for_update():
        query.state, query.closed_at = NumberQueryState.SENT, None
        sign(query, by, now, reason[:100])
        query.save()


def _waiting(listing: Listing) -> Any:
    return _of_area(listing).waiting()


def _of_area(listing: Listing) -> Any:
    return NumberQuery.objects.filter(
        kind=listing.kind, area_code__gte=listing.area, area_code__lt=upper_bound(listing.area)
    )


def _has_asked(listing: Listing) -> bool:
    return _of_area(listing).filter(sent_at__isnull=False).exists()


def _asked_rows(listing: Listing) -> list[tuple[int, int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, _question(listing))
        return cursor.fetchall()


def _question(listing: Listing) -> dict[str, Any]:
    marks = [mark for good in listing.good if (mark := _mark(good))]
    return {
        "kind": listing.kind, "lo": listing.area, "hi": upper_bound(listing.area), "hashes": marks
    }  # fmt: skip


def _mark(good: Good) -> bytes:
    number = good.facts.get("id_number")
    return blind_index(number, "id_number") if number else b""


def _never_asked(good: Good, key: str) -> Fault:
    shown = str(good.facts.get(key) or "")
    facts = {"shown": masked(key, shown) if shown else ""}
    return Fault(good.row, key, RowProblem.NEVER_ASKED, facts, good.sheet)
