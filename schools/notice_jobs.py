"""Notices by the clock: what waits is sent, what stays unread goes to the next rung."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from schools.actions.notice_cleaning import AT_ONCE, forget_ended_links, forget_old_tries
from schools.actions.notice_ladder import climb
from schools.actions.notice_sending import give_up_old_claims, make_ready, send_next
from schools.channels import notice_channel

MOST = 2_000  # messages of one run; the next minute goes on


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_notices_by_the_clock")
def send_notices_by_the_clock(timestamp: int) -> None:
    send_waiting()


@app.task
def send_notices() -> None:
    """At once, after writing."""
    send_waiting()


def send_waiting() -> None:
    """Running it twice, or several at once, sends nothing twice."""
    with acting(EVERYTHING):
        give_up_old_claims(now=timezone.now())
        while make_ready(now=timezone.now()):
            pass
        channel = notice_channel()
        for _number in range(MOST):
            if not send_next(channel=channel, now=timezone.now()):
                return


@app.periodic(cron="10 6 * * *")
@app.task(queueing_lock="climb_the_ladder")
def climb_the_ladder(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        climb(now=timezone.now())


@app.periodic(cron="50 2 * * *")
@app.task(queueing_lock="clean_notices")
def clean_notices(timestamp: int) -> None:
    """A night without the worker is made up for in the next; a second run finds nothing."""
    now = timezone.now()
    with acting(EVERYTHING):
        while forget_ended_links(now=now) == AT_ONCE:
            pass
        with transaction.atomic():
            forget_old_tries(now=now)
