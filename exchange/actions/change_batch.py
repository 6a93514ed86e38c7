"""All changes of a filter accepted or refused at once: fixed as they stand when somebody asks,
told before anything happens, then decided some hundred at a time.

Each is judged as if it were accepted by itself, by who asked and in the posting they asked in: what
has changed since, was decided, went or is refused by the database stays, and why is noted.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone, translation

from accounts.access import Grant, Permission, may, scope_of
from accounts.history_rows import write_history
from accounts.in_bulk import in_bulk
from accounts.models import Posting, User
from accounts.scope import EVERYTHING, acting
from accounts.statistics import analyze_changed
from children.actions.promises import broken_promise
from children.actions.record import lock_children, sign
from children.rules.certificate import Standing
from exchange.models import (
    BatchMove,
    BatchState,
    ChangeBatch,
    ChangeBatchLine,
    ChangeState,
    ProposedChange,
    ProposedField,
)
from exchange.models.bulk import insert_rows, next_ids
from exchange.models.certificate_sides import certificates_beside
from exchange.models.list_turns import wait_for_turn
from exchange.rules.change_batch import HOURS_TO_CONFIRM, Outcome, may_follow
from exchange.rules.change_batch import BatchState as State

from .accept_in_sets import accept_in_sets
from .proposed_change import stale

logger = logging.getLogger(__name__)
MOST = 100_000  # are asked for at once
LOOKED_AT = 10_000  # are held in memory while what stays is told
AT_ONCE = 500  # are decided in one transaction
ATTEMPTS = 3  # where others are in the way
# Of these a file holds several: one more takes the place of none.
_ADDED = (ProposedField.GUARDIAN, ProposedField.CATEGORY)
_LINE = (
    "id", "batch_id", "area_code", "change_key", "change_version", "child_key", "field",
    "list_import_id", "outcome", "promise",
)  # fmt: skip


class MovedOn(Exception):
    """The batch has gone another way meanwhile; nothing was changed."""


class TooLate(Exception):
    """What was told was told too long ago."""


def ask(
    *, rows: Any, move: BatchMove, chosen: Mapping[str, Any], grant: Grant, now: datetime
) -> ChangeBatch:
    """`rows`: changes that wait for the grant; `chosen`: by which filter, for its columns. What
    comes in from now on is none of it."""
    plain = rows.select_related(None).order_by("pk")
    asked = list(plain.values_list("pk", "child_id", "field")[:MOST])
    said = Counter((child, field) for _, child, field in asked if field not in _ADDED)
    batch = ChangeBatch(
        move=move, area_code=grant.area_code or "", by=grant.user, posting=grant.posting, at=now,
        left_out=max(0, rows.count() - MOST) if len(asked) == MOST else 0, **chosen,
    )  # fmt: skip
    with transaction.atomic():
        sign(batch, grant.user, now, "")
        batch.save(force_insert=True)
        for start in range(0, len(asked), LOOKED_AT):
            part = [key for key, _, _ in asked[start : start + LOOKED_AT]]
            changes = plain.select_related("list_import").filter(pk__among=part)
            _fix(batch, list(changes), said, now)
    return batch


def _fix(
    batch: ChangeBatch, changes: Sequence[ProposedChange], said: Counter[Any], now: datetime
) -> None:  # fmt: skip
    stays = _foreseen(changes, batch.move, said)
    keys = next_ids(ChangeBatchLine, len(changes))
    lines = (
        [key, batch.pk, batch.area_code, one.pk, one.version, one.child_id, one.field,
         one.list_import_id, str(stays.get(one.pk, "")), ""]
        for key, one in zip(keys, changes, strict=True)
    )  # fmt: skip
    insert_rows(ChangeBatchLine, _LINE, lines, by_id=None, now=now, reason="", may_clash=False)


def _foreseen(
    changes: Sequence[ProposedChange], move: str, said: Counter[Any]
) -> dict[int, Outcome]:  # fmt: skip
    """By key of those that stay, as the page would not offer to tick them, or only for a look.
    `said`: of child and fact, how many of all that is asked for."""
    found = dict.fromkeys(stale(changes), Outcome.STALE)
    if move == BatchMove.REFUSE:
        return found
    twice = [one.pk for one in changes if said[one.child_id, one.field] > 1]
    papers = certificates_beside(changes)
    untold = [key for key, paper in papers.items() if paper.standing == Standing.UNTOLD]
    return dict.fromkeys(untold, Outcome.UNTOLD) | dict.fromkeys(twice, Outcome.TWO_SAY) | found


def start(*, batch: ChangeBatch, reason: str, by: User, now: datetime) -> None:
    """Confirmed by who asked, or taken up again after it stopped. Raises MovedOn, TooLate, and
    PromiseBroken for a refusal without its reason."""
    if batch.is_asked and batch.at < now - timedelta(hours=HOURS_TO_CONFIRM):
        raise TooLate
    facts = {"reason": reason} if batch.is_asked else {}
    try:
        _move(batch_id=batch.pk, to=State.RUNNING, by=by, now=now, **facts)
    except IntegrityError as error:
        raise broken_promise(error) from error


def cancel(*, batch: ChangeBatch, by: User | None, now: datetime) -> None:
    """What was decided by then stays so. Raises MovedOn."""
    with transaction.atomic():
        row = _move(batch_id=batch.pk, to=State.CANCELLED, by=by, now=now, ended_at=now)
        if batch.is_asked:  # nobody has to know what was never confirmed
            row.lines.all().delete()


def forget_unconfirmed(*, now: datetime) -> None:
    """Those that nobody confirmed while it was told. Repeatable."""
    for batch in ChangeBatch.objects.never_confirmed(now).order_by("pk"):
        cancel(batch=batch, by=None, now=now)


def run(*, batch_id: int) -> None:
    """Killed on the way it goes on with what is left; run twice it decides once."""
    with acting(EVERYTHING), transaction.atomic():
        rows = ChangeBatch.objects.select_related("posting__user", "by")
        batch = rows.filter(pk=batch_id, state=BatchState.RUNNING).first()
    if batch is None:
        return
    language = batch.by.language or settings.LANGUAGE_CODE
    with acting(scope_of(batch.posting)), translation.override(language):
        try:
            while _some(batch_id, batch.posting):
                pass
        except Exception:
            with transaction.atomic():
                _stop(batch_id)
            raise
    analyze_changed()


def _some(batch_id: int, posting: Posting) -> bool:
    """Whether there may be more."""
    for attempt in range(ATTEMPTS):
        try:
            return _part(batch_id, posting, timezone.now())
        except OperationalError:  # others waited for what this one held, and the other way round
            if attempt == ATTEMPTS - 1 or not connection.is_usable():
                raise
    return False


def _part(batch_id: int, posting: Posting, now: datetime) -> bool:
    with in_bulk():
        wait_for_turn()  # a list that is undone locks its changes before their files
        batch = _locked(batch_id)
        if batch.state != BatchState.RUNNING:
            return False
        lines = _next(batch)
        if not lines:
            _move(batch_id=batch_id, to=State.DONE, by=batch.by, now=now, ended_at=now)
            return False
        if _is_held(posting, now):
            grant = Grant(posting.user, posting, Permission.CHANGE_DECIDE)
            outcomes = _decided(batch, lines, grant, now)
        else:
            outcomes = {line.change_key: (Outcome.NOT_YOURS, "") for line in lines}
        _note(lines, outcomes)
    return True


def _is_held(posting: Posting, now: datetime) -> bool:
    """Still, as a request would ask."""
    held = Posting.objects.held_on(timezone.localdate(now)).filter(pk=posting.pk)
    return may(posting, Permission.CHANGE_DECIDE) and held.exists()


def _next(batch: ChangeBatch) -> list[ChangeBatchLine]:
    """Some hundred, and all of the last one's child."""
    waiting = ChangeBatchLine.objects.filter(batch=batch).waiting()
    first = waiting.order_by("child_key").values_list("child_key", flat=True)[:AT_ONCE]
    return list(waiting.filter(child_key__among=sorted(set(first))).order_by("change_key"))


def _decided(
    batch: ChangeBatch, lines: Sequence[ChangeBatchLine], grant: Grant, now: datetime
) -> dict[int, tuple[Outcome, str]]:
    """What becomes of each, with the name of the promise that stood against it."""
    children = {child.pk: child for child in lock_children({one.child_key for one in lines})}
    keys = [line.change_key for line in lines]
    locked = ProposedChange.objects.select_for_update(of=("self",), no_key=True)
    rows = locked.select_related("list_import").filter(pk__among=keys).order_by("pk")
    changes = {row.pk: row for row in rows}
    waiting = ProposedChange.objects.permitted(grant).waiting(grant).filter(pk__among=keys)
    ours = set(waiting.order_by().values_list("pk", flat=True))
    outcomes = {line.change_key: (_standing(line, changes, ours), "") for line in lines}

    def still(wanted: Outcome) -> list[ProposedChange]:
        return [changes[key] for key in keys if outcomes[key][0] == wanted]

    outcomes |= dict.fromkeys(stale(still(Outcome.WAITING)), (Outcome.STALE, ""))
    if not batch.is_refusal:
        refused = accept_in_sets(
            changes=still(Outcome.WAITING), children=children, by=grant.user, now=now
        )
        outcomes |= {key: (Outcome.BROKEN, promise) for key, promise in refused.items()}
    done = [one.pk for one in still(Outcome.WAITING)]
    _decide(done, batch, now)
    return outcomes | dict.fromkeys(done, (Outcome.DONE, ""))


def _standing(
    line: ChangeBatchLine, changes: Mapping[int, ProposedChange], ours: set[int]
) -> Outcome:
    row = changes.get(line.change_key)
    if row is None:
        return Outcome.GONE
    if row.state != ChangeState.OPEN:
        return Outcome.DECIDED
    is_same = (row.version, row.child_id) == (line.change_version, line.child_key)
    return Outcome.WAITING if is_same and row.pk in ours else Outcome.GONE


def _decide(keys: list[int], batch: ChangeBatch, now: datetime) -> None:
    """As `proposed_change` decides on one; they are locked and open."""
    state = ChangeState.REFUSED if batch.is_refusal else ChangeState.ACCEPTED
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_proposedchange SET state = %s, reason = %s, decided_by_id = %s,"
            " decided_at = %s, updated_at = %s, version = version + 1 WHERE id = ANY(%s)",
            [state.value, batch.reason, batch.by_id, now, now, keys],
        )
    write_history(ProposedChange, keys, "~", by_id=batch.by_id, now=now, reason=batch.reason)


def _note(lines: Sequence[ChangeBatchLine], outcomes: Mapping[int, tuple[Outcome, str]]) -> None:
    told = [(line.pk, *outcomes[line.change_key]) for line in lines]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_changebatchline t SET outcome = v.outcome, promise = v.promise"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (id, outcome, promise)"
            " WHERE t.id = v.id",
            [
                [key for key, _outcome, _promise in told],
                [str(outcome) for _key, outcome, _promise in told],
                [promise for _key, _outcome, promise in told],
            ],
        )


def _stop(batch_id: int) -> None:
    """What was done is done; who asked may take it up again."""
    logger.warning("changes decided at once %s: stopped", batch_id)
    try:
        _move(batch_id=batch_id, to=State.FAILED, by=None, now=timezone.now())
    except MovedOn:
        return


def _locked(batch_id: int) -> ChangeBatch:
    rows = ChangeBatch.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("by").get(pk=batch_id)


def _move(*, batch_id: int, to: State, by: User | None, now: datetime, **facts: Any) -> ChangeBatch:
    with transaction.atomic():
        row = _locked(batch_id)
        if not may_follow(row.state, to):
            raise MovedOn
        row.state = to.value
        for name, value in facts.items():
            setattr(row, name, value)
        sign(row, by, now, "")  # type: ignore[arg-type]
        row.save()
    return row
