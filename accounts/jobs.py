"""Work done by the clock: its own pulse, jobs whose worker died, drafts past their day."""

from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from accounts import drafts
from accounts.models import Heartbeat
from accounts.scope import EVERYTHING, acting


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs are written so that running twice equals once; one left by a dead worker runs again."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="forget_drafts")
def forget_drafts(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        drafts.forget_expired(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="heartbeat")
def heartbeat(timestamp: int) -> None:
    """Home pages raise an alarm when it stops."""
    Heartbeat.beat("worker", timezone.now())
