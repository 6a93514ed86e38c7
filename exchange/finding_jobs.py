"""The checks by the clock and after a list has come in."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.scope import EVERYTHING, acting
from accounts.statistics import analyze_changed
from exchange.actions.finding_question import forget_questions
from exchange.actions.run_checks import run_checks
from exchange.taking_in.look_again import look_again
from exchange.words import turns_key

logger = logging.getLogger(__name__)


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="nightly_checks")
def nightly_checks(timestamp: int) -> None:
    """Days pass, and with them ages, deadlines and months. A second run writes nothing."""
    _check()


@app.periodic(cron="40 1 * * *")
@app.task(queueing_lock="nightly_look_again")
def nightly_look_again(timestamp: int) -> None:
    """Before the checks: rows of lists beside the files that were opened or changed lately. A
    night left out is made up for."""
    if not turns_key():
        look_again(now=timezone.now(), since=timezone.now() - timedelta(days=3))


@app.periodic(cron="55 3 * * *")
@app.task(queueing_lock="forget_finding_questions")
def forget_finding_questions(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        forget_questions(now=timezone.now())


@app.task(retry=RetryStrategy(max_attempts=3, wait=60))
def look_at_rows_again(list_import_id: int) -> None:
    """After a list has opened files; while a key is turned the nights make up for it."""
    if turns_key():
        return
    looked = look_again(now=timezone.now(), by_list=list_import_id)
    if looked.found or looked.asked:
        ask_for_checks()


@app.task(queueing_lock="checks_of_lists", retry=RetryStrategy(max_attempts=3, wait=60))
def checks_of_lists() -> None:
    """After a list has come in."""
    _check()


def _check() -> None:
    """Not while a key is turned: rows under the one would miss children under the other, and
    everybody would be found anew."""
    if turns_key():
        logger.warning("checks wait until the older key of the hashes is taken away")
        return
    analyze_changed()  # after the ledgers and gaps of the night
    run_checks(now=timezone.now())


def ask_for_checks() -> None:
    """Once, however many lists come in before the worker has time."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        checks_of_lists.defer()
