"""A bank's answer sent through the browser: kept sealed, read and taken in the background."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.crypto import kept
from accounts.in_bulk import in_bulk
from accounts.models import User
from assistance.bank_files import (
    PART,
    Unreadable,
    look_at,
    set_aside,
    sheets,
    taken_out,
)
from assistance.models import PaymentRun, payment_figures
from assistance.models.answer_upload import AnswerProgress, AnswerUpload
from assistance.models.bank import answer_headings
from assistance.models.return_rows import NoRows, NotOfThisRun, as_rows
from assistance.rules.answer_upload import AnswerState as State
from assistance.rules.answer_upload import Trouble, may_follow
from assistance.rules.bank_return import Hidden, NoHeadings, SeveralSheets, Told, read
from children.actions.promises import broken_promise
from children.actions.record import sign

from .bank import ANSWERABLE, take_answer
from .payment_run import MovedOn

TOLD_EVERY = 0.5  # seconds between two words of how far it has come


class NoLongerWanted(Exception):
    """The answer was cancelled, or another run of the work has finished it."""


def send(*, run: PaymentRun, file: IO[bytes], size: int, by: User, now: datetime) -> AnswerUpload:
    """What is sent twice while it waits is kept once. Raises Unreadable, MovedOn, and PromiseBroken
    while another answer to the run is being read."""
    if run.state not in ANSWERABLE:
        raise MovedOn
    look_at(file, size)
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(PART):
        digest.update(part)
    same = AnswerUpload.objects.filter(run=run, sha256=digest.hexdigest()).at_work()
    if (known := same.first()) is not None:
        return known
    days = payment_figures(timezone.localdate(now))["ANSWER_FILE_DAYS"]
    row = AnswerUpload(
        run=run, area_code=run.area_id, size=size, sha256=digest.hexdigest(), by=by, at=now,
        forget_at=now + timedelta(days=days),
    )  # fmt: skip
    try:
        with transaction.atomic():
            sign(row, by, now, "")
            row.save(force_insert=True)
            kept.keep(file, row.storage_name, row.seal_context)
    except IntegrityError as error:
        if (known := same.all().first()) is not None:  # sent in at the same moment
            return known
        raise broken_promise(error) from error
    return row


def move(*, upload_id: int, to: State, by: User, now: datetime, **facts: Any) -> AnswerUpload:
    """One step, by whoever comes first. Raises NoLongerWanted."""
    with transaction.atomic():
        rows = AnswerUpload.objects.select_for_update(of=("self",), no_key=True)
        row = rows.get(pk=upload_id)
        if not may_follow(row.state, to):
            raise NoLongerWanted
        row.state = to.value
        for name, value in facts.items():
            setattr(row, name, value)
        sign(row, by, now, "")
        row.save()
    return row


def take_in(*, upload_id: int, now: datetime) -> None:
    """Read through first, then taken all or none. Killed before the end it is as if never begun."""
    with transaction.atomic():
        rows = AnswerUpload.objects.at_work().select_related("run", "by")
        row = rows.filter(pk=upload_id).first()
        known_as = answer_headings()
    if row is None:
        return
    told = Told()
    with _refusing(row, now), _opened(row) as path, tempfile.TemporaryFile() as aside:
        results = read(sheets(path), known_as, told)
        count = set_aside(as_rows(results), aside, _ticker(row))
        _tell(row, count, is_read=True)
        with in_bulk():
            answer = take_answer(
                run=row.run, sha256=row.sha256, rows=taken_out(aside), told=told, by=row.by,
                now=now,
            )  # fmt: skip
            move(upload_id=row.pk, to=State.TAKEN_IN, by=row.by, now=now, answer=answer)


def forget_files(*, now: datetime) -> int:
    """Files kept long enough; what was taken and what was not stays. Repeatable."""
    done = 0
    with transaction.atomic():
        rows = list(AnswerUpload.objects.to_forget(now).select_related("by").order_by("pk"))
    for row in rows:
        default_storage.delete(row.storage_name)
        with transaction.atomic():
            row.forgotten_at = now
            sign(row, row.by, now, "")
            row.save()
        done += 1
    return done


@contextmanager
def _opened(row: AnswerUpload) -> Iterator[Path]:
    try:
        with kept.opened(row.storage_name, row.seal_context) as path:
            yield path
    except kept.Gone:
        raise Unreadable(Trouble.MISSING) from None


@contextmanager
def _refusing(row: AnswerUpload, now: datetime) -> Iterator[None]:
    """What cannot be taken is said on its page; one that was cancelled is left as it is."""
    _tell(row, 0)
    try:
        yield
    except NoLongerWanted:
        return
    except Unreadable as error:
        _refuse(row, now, error.trouble)
    except NoHeadings:
        _refuse(row, now, Trouble.NO_HEADINGS)
    except Hidden as error:
        _refuse(row, now, Trouble.HIDDEN_SHEET, sheet=error.sheet)
    except SeveralSheets as error:
        names = {"first": error.first.name, "second": error.second.name}
        _refuse(row, now, Trouble.SEVERAL_SHEETS, **names)
    except NoRows:
        _refuse(row, now, Trouble.NO_ROWS)
    except NotOfThisRun as error:
        _refuse(row, now, Trouble.OTHER_RUN, run=error.run_id)
    except MovedOn:
        _refuse(row, now, Trouble.RUN_MOVED_ON)
    except Exception:
        _refuse(row, now, Trouble.FAILED)
        raise


def _refuse(row: AnswerUpload, now: datetime, trouble: Trouble, **facts: Any) -> None:
    said = {"code": trouble.value, **facts}
    with suppress(NoLongerWanted):
        move(upload_id=row.pk, to=State.REFUSED, by=row.by, now=now, trouble=said)


def _ticker(row: AnswerUpload) -> Callable[[int], None]:
    """Tells how many rows are read; raises NoLongerWanted once the answer was cancelled."""
    told_at = time.monotonic()

    def tick(rows: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TOLD_EVERY:
            return
        told_at = time.monotonic()
        with transaction.atomic():
            if not AnswerUpload.objects.at_work().filter(pk=row.pk).exists():
                raise NoLongerWanted
        _tell(row, rows)

    return tick


def _tell(row: AnswerUpload, rows: int, is_read: bool = False) -> None:
    with transaction.atomic():
        AnswerProgress.objects.update_or_create(
            upload=row, defaults={"rows": rows, "is_read": is_read}
        )
