"""To the bank and back: a run is sent, its answer is taken once, failures are put right."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from accounts.in_bulk import in_bulk
from accounts.models import User
from assistance.bank_files import fingerprint, sheets, write
from assistance.models import PaymentLine, PaymentLineState, PaymentRun, payment_figures
from assistance.models.bank import BankReturn, answer_headings
from assistance.models.return_rows import as_rows, keep_rejects, take
from assistance.rules.bank_layout import Layout, Payment
from assistance.rules.bank_return import Told, read
from assistance.rules.payment_run import RunState, settled
from children.actions.record import sign
from children.rules import working_days
from schools.actions.access import beyond_own_sight

from .books import lock_child_and_books
from .payment_run import MovedOn, NotAsChecked, has_changed, locked
from .recovery_waiver import end_waivers, locked_recovery

CHUNK = 2_000
SENDABLE = (RunState.APPROVED, RunState.SENT, RunState.PARTLY_PAID, RunState.PAID)
ANSWERABLE = (RunState.SENT, RunState.PARTLY_PAID, RunState.PAID)


class SumsDiffer(Exception):
    """The file does not hold what was approved; nothing was sent."""


def send_run(
    *, run: PaymentRun, layout: Layout, by: User, now: datetime
) -> tuple[IO[bytes], PaymentRun]:
    """The file for the bank; the run counts as sent. The same file again for one that was.

    A run that only holds or asks back has nothing to be answered: it is done with.

    Raises MovedOn, NotAsChecked, SumsDiffer and DoesNotFit.
    """
    with transaction.atomic():
        row = locked(run)
        if row.state not in SENDABLE:
            raise MovedOn
        if row.state == RunState.APPROVED and has_changed(row):
            raise NotAsChecked
        file, count, total = write(layout, _payments(row))
        if (count, total) != (row.line_count, row.total):
            file.close()
            raise SumsDiffer
        if row.state == RunState.APPROVED:
            row.state, row.sent_at = (RunState.SENT if count else RunState.PAID).value, now
            sign(row, by, now, "")
            row.save()
    return file, row


def _payments(run: PaymentRun) -> Iterator[Payment]:
    """Everything that was approved, whatever the bank has answered since."""
    rows = PaymentLine.objects.filter(run=run).was_sent().select_related("account", "programme")
    for line in rows.order_by("pk").iterator(chunk_size=CHUNK):
        account = line.account
        assert account is not None  # promised: line_goes_to_an_account
        yield Payment(
            line.pk, str(account.account_number), account.holder, account.bank, line.amount,
            line.programme.name, line.month, line.kind,
        )  # fmt: skip


def read_answer(*, run: PaymentRun, content: bytes, by: User, now: datetime) -> BankReturn:
    """All in one, as `answer_upload` does it in the background. Raises what `take_answer` does,
    Unreadable and what `read` does; nothing is taken then.
    """
    with tempfile.NamedTemporaryFile() as file, in_bulk():
        file.write(content)
        file.flush()
        told = Told()
        results = read(sheets(Path(file.name)), answer_headings(), told)
        return take_answer(
            run=run, sha256=fingerprint(content), rows=as_rows(results), told=told, by=by, now=now,
        )  # fmt: skip


def take_answer(
    *, run: PaymentRun, sha256: str, rows: Iterable[tuple[Any, ...]], told: Told, by: User,
    now: datetime,
) -> BankReturn:  # fmt: skip
    """Row by row; the same file again gives the same answer and changes nothing.

    `rows` as `as_rows` makes them; `told` may be filled while they are read. Raises MovedOn,
    NoRows and NotOfThisRun; nothing is taken then.
    """
    with in_bulk():
        row = locked(run)
        known = BankReturn.objects.filter(run=row, sha256=sha256).first()
        if known is not None:
            return known
        if row.state not in ANSWERABLE:
            raise MovedOn
        today = timezone.localdate(now)
        days = payment_figures(today)["FAILURE_REISSUE_DAYS"]
        with beyond_own_sight():
            taken = take(
                row, rows, by_id=by.pk, now=now, today=today, act_by=working_days.add(today, days)
            )
        answer = BankReturn(
            run=row,
            sha256=sha256,
            read_by=by,
            read_at=now,
            sheet=told.sheet[:100],
            headings=told.headings,
            **vars(taken),
        )
        answer.save(force_insert=True)
        keep_rejects(answer.pk)
        _settle(row, by, now)
    return answer


def _settle(run: PaymentRun, by: User, now: datetime) -> None:
    rows = PaymentLine.objects.filter(run=run).was_sent().order_by()
    states = set(rows.values_list("state", flat=True).distinct())
    state = settled(states)
    if state is not None and state.value != run.state:
        run.state = state.value
        sign(run, by, now, "")
        run.save()


def put_right(*, line: PaymentLine, reason: str, by: User, now: datetime) -> None:
    """A failed payment is tried again, in the next run. Raises MovedOn when it is no failure,
    and PromiseBroken."""
    with transaction.atomic():
        lock_child_and_books(line.child)
        row = PaymentLine.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
        if row.state != PaymentLineState.FAILED:
            raise MovedOn
        if row.retry_at is None:
            row.retry_at, row.act_by = now, None
            sign(row, by, now, reason)
            row.save()


def recover(*, line: PaymentLine, recovered_on: date, reason: str, by: User, now: datetime) -> None:
    """Money paid too much has come back on that day.

    Raises MovedOn when the line is no open recovery of a run that was approved, and PromiseBroken.
    """
    with transaction.atomic():
        row = locked_recovery(line)
        row.state, row.paid_on = PaymentLineState.RECOVERED, recovered_on
        sign(row, by, now, reason)
        row.save()
        end_waivers(line=row, by=by, now=now)


def pay_again(*, child_id: int, by: User, now: datetime) -> None:
    """All failed payments of a child whose account was put right. Books and child are locked."""
    for row in PaymentLine.objects.filter(child=child_id).to_put_right().order_by("pk"):
        row.retry_at, row.act_by = now, None
        sign(row, by, now, "")
        row.save()
