"""A whole list taken back by a second person, with a reason. Files that somebody has worked on
since stay; of what goes the history stays."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.guard.install import guarded_models, history_model
from accounts.history_rows import write_history
from accounts.in_bulk import in_bulk
from accounts.models import User
from accounts.statistics import analyze_changed
from assistance.models import AwardLeftOut, ComingChange, Gap
from children.models import (
    CampaignChild,
    CaseAccess,
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    ExitReason,
    FileStatus,
    Guardian,
    Guardianship,
    ParentStatus,
)
from exchange.models import (
    ChangeState,
    FeedKind,
    Finding,
    ListRow,
    ListUpload,
    MatchPair,
    PairState,
    ProposedChange,
)
from exchange.models.list_turns import wait_for_turn
from exchange.rules.list_upload import UploadState as State
from exchange.taking_in.claims_in import take_back_months
from exchange.taking_in.number_answers import untie_answers
from exchange.taking_in.sessions_in import Day, take_back
from schools.models import LedgerEntry

from .accepted_back import take_back_accepted
from .list_upload import MovedOn, keep_report, move

HUNG = (
    CaseAccess, ParentStatus, EconomicStatusSpell, CategorySpell, DisabilityCertificate,
    Guardianship,
)  # fmt: skip
# Rows of these on a child are looked at more closely.
_APART = (
    *HUNG, AwardLeftOut, CampaignChild, Child, ComingChange, Finding, Gap, LedgerEntry, ListRow,
    ProposedChange, MatchPair,
)  # fmt: skip
# A row that stands in another list too, which nobody took back.
_ALSO = """EXISTS (
    SELECT FROM exchange_listagain a
    LEFT JOIN exchange_listupload u ON u.list_import_id = a.list_import_id
     WHERE a.list_row_id = r.id AND a.list_import_id {than}
       AND u.state IS DISTINCT FROM 'UNDONE')"""
_AGAIN = _ALSO.format(than="<> r.list_import_id")
_LATER = _ALSO.format(than="> %s")

_BOOKS = {
    FeedKind.REHABILITATION_SESSIONS: take_back,
    FeedKind.REHABILITATION_CLAIMS: take_back_months,
}


class SamePerson(Exception):
    """Who took a list in does not undo it."""


def begin_undo(
    *, upload: ListUpload, reason: str, takes_back_changes: bool = False, by: User, now: datetime
) -> ListUpload:
    """`takes_back_changes`: also what people accepted. Raises SamePerson and MovedOn."""
    if upload.taken_in_by_id == by.pk:
        raise SamePerson
    return move(
        upload_id=upload.pk, to=State.UNDOING, by=by, now=now, reason=reason, undone_by=by,
        undo_reason=reason, takes_back_changes=takes_back_changes,
    )  # fmt: skip


def undo_upload(*, upload_id: int, now: datetime) -> None:
    """All of it in one transaction; run again it does nothing. What fails may be asked again."""
    try:
        _undo(upload_id, now)
    except Exception:
        with suppress(MovedOn):
            move(
                upload_id=upload_id, to=State.TAKEN_IN, by=None, now=now, undone_by=None,
                undo_reason="", takes_back_changes=False,
            )  # fmt: skip
        raise


def _undo(upload_id: int, now: datetime) -> None:
    with in_bulk():
        transaction.on_commit(analyze_changed)
        wait_for_turn()
        rows = ListUpload.objects.select_for_update(of=("self",), no_key=True)
        row = rows.filter(pk=upload_id, state=State.UNDOING.value).first()
        if row is None or row.list_import_id is None or row.undone_by is None:
            return
        undo = _Undo(row.list_import_id, row.kind, row.undone_by, row.undo_reason, now)
        kept = undo.files()
        stay = undo.books()
        undo.rows(kept, stay)
        kept |= {child for child, _day in stay}
        undo.proposals()
        counts = row.counts | {"kept": len(kept)}
        if row.takes_back_changes:
            counts["taken_back"] = take_back_accepted(
                list_import_id=row.list_import_id, mark=undo.mark, area_code=row.area_code,
                by=row.undone_by, now=now, reason=row.undo_reason,
            )  # fmt: skip
        untie_answers(
            list_import_id=row.list_import_id, by=row.undone_by, now=now, reason=row.undo_reason
        )
        try:
            move(
                upload_id=row.pk, to=State.UNDONE, by=row.undone_by, now=now,
                reason=row.undo_reason, undone_at=now,
            )  # fmt: skip
        except MovedOn:
            return
        keep_report(row, counts, row.undone_by, now)


class _Undo:
    def __init__(self, key: int, kind: str, by: User, reason: str, now: datetime) -> None:
        self.key, self.by, self.now, self.reason = key, by, now, reason
        self.kind = kind
        self.mark = f"{kind} #{key}"  # what history says of all that the list made
        self.signed: dict[str, Any] = {"by_id": by.pk, "now": now, "reason": reason}

    def files(self) -> set[int]:
        """Takes back the files that nobody has worked on since; the others are answered."""
        opened = _ints(
            "SELECT child_id FROM exchange_listrow WHERE list_import_id = %s"
            " AND decision = 'new' AND child_id IS NOT NULL AND undone_at IS NULL", [self.key],
        )  # fmt: skip
        # In order of key, as everybody locks files: nobody begins on one meanwhile.
        opened = _ints(
            "SELECT id FROM children_child WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [opened]
        )
        kept = set(self._touched(opened)) & set(opened)
        going = [child for child in opened if child not in kept]
        if going:
            self._take_back(going)
        return kept

    def _touched(self, children: list[int]) -> Iterator[int]:
        """Children with a row, or a change of a row, that the list did not make."""
        for model in (Child, *HUNG):
            history: Any = history_model(model)
            column = "id" if model is Child else "child_id"
            yield from _ints(
                f"SELECT DISTINCT {column} FROM {history._meta.db_table} WHERE {column} = ANY(%s)"
                " AND history_change_reason IS DISTINCT FROM %s", [children, self.mark],
            )  # fmt: skip
        yield from _ints(
            "SELECT DISTINCT c.child_id FROM children_guardianship c"
            " JOIN children_historicalguardian h ON h.id = c.guardian_id"
            " WHERE c.child_id = ANY(%s) AND h.history_type <> '+' AND h.history_date >="
            " (SELECT at FROM exchange_listimport WHERE id = %s)", [children, self.key],
        )  # fmt: skip
        for table, column in _hanging():
            yield from _ints(
                f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY(%s)", [children]
            )
        yield from _ints(
            # An earlier list was there without the file; its rows were looked at again.
            "SELECT DISTINCT r.child_id FROM exchange_listrow r WHERE r.child_id = ANY(%s)"
            f" AND r.undone_at IS NULL AND (r.list_import_id > %s OR {_LATER})",
            [children, self.key, self.key],
        )  # fmt: skip
        # What the checks found of it goes with it, unless somebody has taken it up; so does the
        # aid that the clock found missing, unless somebody has said that it does not apply, and
        # the line of a ledger, unless somebody wanted it closed.
        yield from _ints(
            "SELECT DISTINCT g.child_id FROM assistance_gap g WHERE g.child_id = ANY(%s)"
            " AND EXISTS (SELECT FROM assistance_historicalgap h"
            "              WHERE h.id = g.id AND h.aside_at IS NOT NULL)", [children],
        )  # fmt: skip
        yield from _ints(
            "SELECT DISTINCT l.child_id FROM schools_ledgerentry l WHERE l.child_id = ANY(%s)"
            " AND EXISTS (SELECT FROM schools_historicalledgerentry h"
            "              WHERE h.id = l.id AND h.proposed_at IS NOT NULL)", [children],
        )  # fmt: skip
        yield from _ints(
            "SELECT DISTINCT child_id FROM exchange_finding WHERE child_id = ANY(%s)"
            " AND state <> 'NEW'", [children],
        )  # fmt: skip
        yield from _ints(
            "SELECT l.child_id FROM children_campaignchild l"
            " JOIN children_campaignanswer a ON a.id = l.answer_id WHERE l.child_id = ANY(%s)"
            " AND (l.outcome <> '' OR a.is_over OR a.answered_at IS NOT NULL)", [children],
        )  # fmt: skip
        yield from _ints(
            "SELECT DISTINCT child_id FROM exchange_proposedchange WHERE child_id = ANY(%s)"
            " AND (state <> %s OR list_import_id > %s)",
            [children, ChangeState.OPEN.value, self.key],
        )
        for column in ("child_id", "other_id"):
            yield from _ints(
                f"SELECT DISTINCT {column} FROM exchange_matchpair WHERE {column} = ANY(%s)"
                " AND state <> %s", [children, PairState.OPEN.value],
            )  # fmt: skip

    def _take_back(self, children: list[int]) -> None:
        self._delete_of((Finding, CampaignChild, Gap, LedgerEntry, ProposedChange), children)
        for derived in (ComingChange, AwardLeftOut):  # reckoned each night
            derived.objects.filter(child__pk__among=children).delete()
        pairs = _ints(
            "SELECT id FROM exchange_matchpair WHERE child_id = ANY(%s) OR other_id = ANY(%s)",
            [children, children],
        )
        asked = _ints(
            "SELECT DISTINCT list_row_id FROM exchange_matchpair WHERE id = ANY(%s)"
            " AND list_row_id IS NOT NULL", [pairs],
        )  # fmt: skip
        self._delete(MatchPair, pairs)
        guardians = _ints(
            "SELECT DISTINCT guardian_id FROM children_guardianship WHERE child_id = ANY(%s)",
            [children],
        )
        self._delete_of(HUNG, children)
        self._delete(Guardian, self._alone(guardians))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_listrow SET child_id = NULL, decision = CASE decision"
                " WHEN 'automatic' THEN 'new' ELSE decision END WHERE child_id = ANY(%s)",
                [children],
            )
            # Of whom nobody is asked any more is nobody known; as if the file had never been there.
            cursor.execute(
                "UPDATE exchange_listrow r SET child_id = NULL, decision = 'new'"
                " WHERE id = ANY(%s) AND decision = 'suggested' AND NOT EXISTS ("
                "   SELECT FROM exchange_matchpair p WHERE p.list_row_id = r.id)",
                [asked],
            )
        write_history(Child, children, "-", **self.signed)
        with connection.cursor() as cursor:
            # Closed first: what is derived from an open file (work that is due) goes with that.
            cursor.execute(
                "UPDATE children_child SET status = %s, closing_reason = %s,"
                " closed_on = greatest(opened_on, %s::date) WHERE id = ANY(%s)",
                [FileStatus.CLOSED.value, ExitReason.DUPLICATE.value, self.now, children],
            )
            cursor.execute("DELETE FROM children_child WHERE id = ANY(%s)", [children])

    def _alone(self, guardians: list[int]) -> list[int]:
        """Of people whom the list brought: those who care for nobody any more."""
        return _ints(
            "SELECT g.id FROM children_guardian g WHERE g.id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM children_guardianship c WHERE c.guardian_id = g.id)"
            " AND NOT EXISTS (SELECT FROM children_historicalguardian h WHERE h.id = g.id"
            "                 AND h.history_change_reason IS DISTINCT FROM %s)",
            [guardians, self.mark],
        )

    def _delete_of(self, models: Sequence[Any], children: list[int]) -> None:
        for model in models:
            rows = f"SELECT id FROM {model._meta.db_table} WHERE child_id = ANY(%s)"
            self._delete(model, _ints(rows, [children]))

    def _delete(self, model: Any, ids: list[int]) -> None:
        if ids:
            write_history(model, ids, "-", **self.signed)
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = ANY(%s)", [ids])

    def books(self) -> list[Day]:
        """Of an institution's list: sessions withdrawn, lines of claims taken out. What stays is
        answered: days that a claim rests on, months whose claim was checked or changed since."""
        take = _BOOKS.get(FeedKind(self.kind))
        if take is None:
            return []
        return take(
            list_import_id=self.key, mark=self.mark, again=_AGAIN, by=self.by, now=self.now,
            reason=self.reason,
        )  # fmt: skip

    def rows(self, kept: set[int], stay: Sequence[Day]) -> None:
        """The rows that the list brought count no more, but for those of files that stay, and of
        sessions and months that do."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_listrow r SET undone_at = %s WHERE list_import_id = %s"
                " AND undone_at IS NULL AND (child_id IS NULL OR child_id <> ALL(%s))"
                f" AND NOT {_AGAIN} AND NOT EXISTS ("
                " SELECT FROM unnest(%s::bigint[], %s::date[]) AS d (child_id, held_on)"
                " JOIN children_child c ON d.child_id = coalesce(c.merged_into_id, c.id)"
                " WHERE c.id = r.child_id AND d.held_on = coalesce((r.marks ->> 'held_on')::date,"
                " date_trunc('month', (r.marks ->> 'month')::date)::date))",
                [
                    self.now,
                    self.key,
                    sorted(kept),
                    [child for child, _day in stay],
                    [day for _child, day in stay],
                ],
            )

    def proposals(self) -> None:
        """What the list asked and nobody has answered goes: a corrected list may ask it again."""
        self._delete(ProposedChange, _ints(
            "SELECT id FROM exchange_proposedchange WHERE list_import_id = %s AND state = %s"
            " FOR UPDATE", [self.key, ChangeState.OPEN.value],
        ))  # fmt: skip
        self._delete(MatchPair, _ints(
            "SELECT p.id FROM exchange_matchpair p JOIN exchange_listrow r ON r.id = p.list_row_id"
            " WHERE r.list_import_id = %s AND r.undone_at IS NOT NULL AND p.state = %s"
            " FOR UPDATE OF p", [self.key, PairState.OPEN.value],
        ))  # fmt: skip


def _ints(sql: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [key for (key,) in cursor.fetchall()]


def _hanging() -> Iterator[tuple[str, str]]:
    """Table and column of everything else that can hang on a child."""
    for model in guarded_models():
        if model in _APART or getattr(model, "is_derived", False):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Child:
                yield model._meta.db_table, str(field.column)
