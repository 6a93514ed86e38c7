"""A list sent through the browser: kept sealed, recognised, checked, taken in, forgotten."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.crypto import files, kept
from accounts.in_bulk import in_bulk
from accounts.models import Organisation, User
from children.actions.record import sign
from exchange.models import ListFault, ListReport, ListUpload, SharingFigure, UploadProgress
from exchange.models.bulk import insert_rows, next_ids
from exchange.reading.container import MAX_BYTES
from exchange.reading.problems import FileProblem, Unreadable
from exchange.rules.faults import is_told_to_sender
from exchange.rules.list_upload import WITHDRAWN_FROM, may_follow
from exchange.rules.list_upload import UploadState as State
from exchange.taking_in.import_list import KeyBeingTurned, Outcome, places_within, read, settle
from exchange.taking_in.listing import Choice, Listing
from exchange.taking_in.recognise import recognise

ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".tsv", ".xlsm", ".xlsb")
_FAULT = (
    "id", "upload_id", "attempt", "area_code", "sheet", "row", "key", "heading", "code", "facts",
    "sent_from_id",
)  # fmt: skip


class MovedOn(Exception):
    """The list has gone another way meanwhile; nothing was changed."""


def send(
    *,
    kind: str,
    area_code: str,
    file: IO[bytes],
    name: str,
    by: User,
    now: datetime,
    sent_from: Organisation | None = None,
) -> ListUpload:
    """Of the file's name only the ending is kept. Raises Unreadable for one too large."""
    digest, size = hashlib.sha256(), 0
    while part := file.read(files.PART):
        digest.update(part)
        size += len(part)
    if size > MAX_BYTES:
        raise Unreadable(FileProblem.TOO_LARGE)
    ending = os.path.splitext(name)[1].lower()
    days = SharingFigure.objects.in_force(timezone.localdate(now))["FILE_DAYS"]
    row = ListUpload(
        kind=kind, area_code=area_code, ending=ending if ending in ENDINGS else "", size=size,
        file_hash=digest.digest(), by=by, at=now, forget_at=now + timedelta(days=days),
        sent_from=sent_from,
    )  # fmt: skip
    with transaction.atomic():
        sign(row, by, now, "")
        row.save(force_insert=True)
        kept.keep(file, row.storage_name, row.seal_context)
    return row


@contextmanager
def opened(row: ListUpload) -> Iterator[Path]:
    """The file in the clear, for as long as it is worked on. Raises Unreadable when it is gone."""
    if not row.has_file:
        raise Unreadable(FileProblem.MISSING)
    try:
        with kept.opened(row.storage_name, row.seal_context, row.ending) as path:
            yield path
    except kept.Gone:
        raise Unreadable(FileProblem.MISSING) from None


def move(
    *, upload_id: int, to: State, by: User | None, now: datetime, reason: str = "",
    only_from: Collection[State] = tuple(State), **facts: Any,
) -> ListUpload:  # fmt: skip
    """One step, by whoever comes first. Raises MovedOn."""
    with transaction.atomic():
        row = ListUpload.objects.select_for_update(of=("self",), no_key=True).get(pk=upload_id)
        if row.state not in only_from or not may_follow(row.state, to):
            raise MovedOn
        row.state = to.value
        for name, value in facts.items():
            setattr(row, name, value)
        sign(row, by, now, reason)  # type: ignore[arg-type]
        row.save()
    return row


def withdraw(*, upload_id: int, by: User, now: datetime) -> ListUpload:
    """By the department that sent it. Raises MovedOn once the county takes it in."""
    return move(
        upload_id=upload_id, to=State.CANCELLED, by=by, now=now, only_from=WITHDRAWN_FROM
    )  # fmt: skip


def read_upload(*, upload_id: int, now: datetime) -> None:
    """What was sent is recognised. Killed on the way it is done again."""
    row = _standing(upload_id, State.SENT)
    if row is None:
        return
    with transaction.atomic():
        is_place = places_within(row.area_code).of_heading
    with _refusing(row, now), opened(row) as path:
        sheets = recognise(path, row.kind, row.layout_id, is_place)
        move(upload_id=row.pk, to=State.READ, by=None, now=now, sheets=sheets, problem={})


def check_upload(*, upload_id: int, now: datetime) -> None:
    """Every row checked and matched; nothing but the report is written."""
    row = _standing(upload_id, State.CHECKING)
    if row is None:
        return
    with _refusing(row, now), opened(row) as path:
        listing = _read(row, path, now)
        _tell(row, "MATCH", listing.rows)
        with transaction.atomic():
            outcome = settle(listing=listing, commit=False, by=None, now=now)
            attempt = row.attempt + 1
            wrong = _keep_faults(row, attempt, listing, now)
            keep_report(row, counts_of(outcome), None, now)
            move(
                upload_id=row.pk, to=State.CHECKED, by=None, now=now, attempt=attempt,
                rows=listing.rows, wrong=wrong, problem={},
            )  # fmt: skip


def take_in_upload(*, upload_id: int, now: datetime) -> None:
    """The good rows come in, all or none. Killed before the end it is as if never begun."""
    row = _standing(upload_id, State.TAKING_IN)
    if row is None:
        return
    with _refusing(row, now), opened(row) as path:
        listing = _read(row, path, now)
        _tell(row, "TAKE", listing.rows)
        with in_bulk():
            outcome = settle(listing=listing, commit=True, by=row.taken_in_by, now=now)
            keep_report(row, counts_of(outcome), row.taken_in_by, now)
            move(
                upload_id=row.pk, to=State.TAKEN_IN, by=row.taken_in_by, now=now,
                list_import=outcome.record, taken_in_at=now, rows=listing.rows,
            )  # fmt: skip


def forget_files(*, now: datetime) -> int:
    """Files kept long enough; findings and hashes stay. Repeatable."""
    done = 0
    for row in ListUpload.objects.to_forget(now).order_by("pk"):
        default_storage.delete(row.storage_name)
        with transaction.atomic():
            row.forgotten_at = now
            sign(row, None, now, "")  # type: ignore[arg-type]
            row.save()
        done += 1
    return done


def counts_of(outcome: Outcome) -> dict[str, int]:
    """As the page tells them: found is also a child whose parent's number says who it is."""
    listing = outcome.listing
    asked = sum(1 for one in outcome.found if one is not None and one.is_asked)
    told = outcome.count("automatic") + outcome.count("suggested") - asked
    return {
        "rows": listing.rows, "accepted": len(listing.good), "rejected": listing.rejected,
        "matched": told, "suggested": asked,
        "new": outcome.count("new"), "unchanged": outcome.unchanged,
        "proposed": outcome.proposed,
    }  # fmt: skip


def keep_report(row: ListUpload, counts: dict[str, int], by: User | None, now: datetime) -> None:
    """What the registry says of the list as it is now; in a transaction."""
    report = ListReport.objects.filter(upload=row).first() or ListReport(
        upload=row, area_code=row.area_code
    )
    report.counts = counts
    sign(report, by, now, "")  # type: ignore[arg-type]
    report.save()


def choices_of(row: ListUpload) -> Sequence[Choice]:
    return [(one["sheet"], one["column"], one["key"]) for one in row.columns]


def _standing(upload_id: int, state: State) -> ListUpload | None:
    """None when it is no longer in that state: done by another run, or cancelled."""
    with transaction.atomic():
        rows = ListUpload.objects.select_related("taken_in_by")
        return rows.filter(pk=upload_id, state=state.value).first()


def _read(row: ListUpload, path: Path, now: datetime) -> Listing:
    return read(
        path=path, kind=row.kind, within=row.area_code, now=now, layout_id=row.layout_id,
        chosen=choices_of(row), tick=_ticker(row),
    )  # fmt: skip


@contextmanager
def _refusing(row: ListUpload, now: datetime) -> Iterator[None]:
    """What cannot be read is said on the list; one that was cancelled is left as it is."""
    _tell(row, "READ", 0)
    try:
        yield
    except MovedOn:
        return
    except Unreadable as error:
        _refuse(row, {"code": error.problem.value, **_plain(error.facts)}, now)
    except KeyBeingTurned:
        _refuse(row, {"code": "KEY_TURNED"}, now)
    except Exception:
        _refuse(row, {"code": "FAILED"}, now)
        raise


def _ticker(row: ListUpload) -> Callable[[int], None]:
    """Tells how many rows are done; raises MovedOn once the list was cancelled."""

    def tick(rows: int) -> None:
        with transaction.atomic():
            if not ListUpload.objects.filter(pk=row.pk, state=row.state).exists():
                raise MovedOn
            _tell(row, "READ", rows)

    return tick


def _tell(row: ListUpload, stage: str, rows: int) -> None:
    with transaction.atomic():
        UploadProgress.objects.update_or_create(upload=row, defaults={"stage": stage, "rows": rows})


def _refuse(row: ListUpload, problem: dict[str, Any], now: datetime) -> None:
    """By the background, unless somebody cancelled meanwhile."""
    with suppress(MovedOn):
        move(upload_id=row.pk, to=State.UNREADABLE, by=None, now=now, problem=problem)


def _keep_faults(row: ListUpload, attempt: int, listing: Listing, now: datetime) -> int:
    """How many rows have a mistake that who sent the list is told of."""
    keys = next_ids(ListFault, len(listing.faults))
    meets = row.enters_sessions or row.enters_claims
    told = [is_told_to_sender(str(one.problem), meets_plans=meets) for one in listing.faults]
    rows = (
        [key, row.pk, attempt, row.area_code, fault.sheet[:100], fault.row, fault.key,
         listing.heading(fault.key)[:100], str(fault.problem), Jsonb(_plain(fault.facts)),
         row.sent_from_id if is_told else None]
        for key, fault, is_told in zip(keys, listing.faults, told, strict=True)
    )  # fmt: skip
    insert_rows(ListFault, _FAULT, rows, by_id=None, now=now, reason="")
    pairs = zip(listing.faults, told, strict=True)
    return len({(fault.sheet, fault.row) for fault, is_told in pairs if is_told})


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, int) else str(value) for key, value in facts.items()}
