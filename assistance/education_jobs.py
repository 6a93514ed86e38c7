"""Education aid by the clock: what waits follows roll and facts until the day of counting."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from assistance.actions.education_follow import follow_roll


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="follow_education_aid")
def follow_education_aid(timestamp: int) -> None:
    """After the ledgers of the night; again changes nothing."""
    now = timezone.now()
    with acting(EVERYTHING):
        follow_roll(now=now, today=timezone.localdate(now))
