"""Work done by the clock for the front hall."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from accounts.statistics import analyze_changed
from distress_registry.models.picture import (
    are_touched,
    note_following,
    refresh_touched,
    touch_of_the_day,
)

AT_ONCE = 10_000
MANY = 1_000  # children, whose records mostly came with a list just now
DAYS = 3  # a night or two without the worker does no harm


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="refresh_picture")
def refresh_picture(timestamp: int) -> None:
    """Who was touched is counted anew, so many in each transaction."""
    today = timezone.localdate()
    while True:
        with acting(EVERYTHING), transaction.atomic():
            is_long = are_touched(MANY)
        if is_long:
            analyze_changed()
        with acting(EVERYTHING), transaction.atomic():
            if refresh_touched(today, AT_ONCE) == 0:
                return


@app.periodic(cron="15 0 * * *")
@app.task(queueing_lock="touch_picture")
def touch_picture(timestamp: int) -> None:
    """Birthdays, months, what begins and ends by its date; and what was overdue in this night."""
    today = timezone.localdate()
    with acting(EVERYTHING), transaction.atomic():
        touch_of_the_day(today, DAYS)
        note_following(today)
