"""Work done by the clock for the registry."""

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from children.actions.campaign import mail_reminder
from children.models.due import refresh_of_the_day

DAYS = 3  # a night or two without the worker does no harm


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="refresh_keys")
def refresh_keys(timestamp: int) -> None:
    """Search keys that hang on dates: categories, carers and access that began or ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_refresh_keys_of_late(%s)", [DAYS])


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="refresh_due_work")
def refresh_due_work(timestamp: int) -> None:
    """Visits and calls that a new figure makes due; days themselves pass without it."""
    with acting(EVERYTHING), transaction.atomic():
        refresh_of_the_day(timezone.localdate())


@app.task(retry=RetryStrategy(max_attempts=6, wait=60, linear_wait=600))
def mail_reminders(answer_ids: list[int], by_id: int) -> None:
    """Each in a transaction of its own; those that failed are tried again, the others are not."""
    failures: list[Exception] = []
    with acting(EVERYTHING):
        for answer_id in answer_ids:
            try:
                mail_reminder(answer_id=answer_id, by_id=by_id, now=timezone.now())
            except OSError as failure:  # the mail server, whatever it says
                failures.append(failure)
    if failures:
        raise failures[0]
