"""Work done by the clock for the schools."""

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.in_bulk import in_bulk
from accounts.scope import EVERYTHING, acting
from schools.actions.growth_record import start_in_term_of
from schools.actions.handover import release_children_of_the_gone
from schools.actions.ledger import refresh_all
from schools.actions.referral import shut_out_the_gone

from . import due_jobs, notice_jobs  # noqa: F401 – the worker finds tasks by this module


@app.periodic(cron="15 0 * * *")
@app.task(queueing_lock="release_children_of_the_gone")
def release_children_of_gone_helpers(timestamp: int) -> None:
    """Postings end at midnight; no child stays with a helper who is not there."""
    now = timezone.now()
    told: Any = {"by": None, "now": now, "today": timezone.localdate(now)}
    release_children_of_the_gone(**told)
    shut_out_the_gone(**told)


@app.periodic(cron="30 0 * * *")
@app.task(queueing_lock="refresh_ledgers")
def refresh_ledgers(timestamp: int) -> None:
    """Days pass, and with them deadlines, ages and approvals. A second run writes nothing."""
    now = timezone.now()
    with acting(EVERYTHING), in_bulk():
        refresh_all(now=now, today=timezone.localdate(now))


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="start_growth_records")
def start_growth_records(timestamp: int) -> None:
    """From the first day of a term on every paired child has a record; again changes nothing."""
    now = timezone.now()
    with acting(EVERYTHING), in_bulk():
        start_in_term_of(day=timezone.localdate(now), by=None, now=now)
