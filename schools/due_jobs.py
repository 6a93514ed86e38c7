"""Contacts by the clock: what the new day makes due, and the digests of the week."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from schools.actions.digest import make_digests
from schools.actions.digest import send_digest as send
from schools.models.due import refresh_all

FROM_HOUR = 6  # local time: nobody is woken


@app.periodic(cron="3 * * * *")
@app.task(queueing_lock="refresh_due_contacts")
def refresh_due_contacts(timestamp: int) -> None:
    """Each hour: a night without the worker is made up for in the next. Rewrites what changed."""
    with acting(EVERYTHING), transaction.atomic():
        refresh_all(timezone.localdate())


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="weekly_digests")
def weekly_digests(timestamp: int) -> None:
    """On Monday morning, or in the first hour after it in which the worker lives."""
    now = timezone.localtime()
    if now.hour < FROM_HOUR:
        return
    with acting(EVERYTHING), transaction.atomic():
        made = make_digests(today=now.date(), now=now)
        if settings.EMAIL_IS_SET:
            for digest_id in made:
                send_digest.defer(digest_id=digest_id)


@app.task(retry=RetryStrategy(max_attempts=6, exponential_wait=30))
def send_digest(digest_id: int) -> None:
    with acting(EVERYTHING):
        send(digest_id=digest_id, now=timezone.now())
