"""The checks by the clock and after a list has come in."""

from contextlib import suppress

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from exchange.actions.run_checks import run_checks


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="nightly_checks")
def nightly_checks(timestamp: int) -> None:
    """Days pass, and with them ages, deadlines and months. A second run writes nothing."""
    run_checks(now=timezone.now())


@app.task(queueing_lock="checks_of_lists", retry=RetryStrategy(max_attempts=3, wait=60))
def checks_of_lists() -> None:
    """After a list has come in."""
    run_checks(now=timezone.now())


def ask_for_checks() -> None:
    """Once, however many lists come in before the worker has time."""
    with suppress(AlreadyEnqueued):
        checks_of_lists.defer()
