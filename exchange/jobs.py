"""Work done in the background for lists; each may be run again and changes nothing then."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from exchange.actions import change_batch, list_upload, undo_list
from exchange.taking_in import kept_rows
from exchange.taking_in.queue_pairs import queue_changed_files
from exchange.words import turns_key

from . import finding_jobs  # noqa: F401 – the worker finds tasks by this module
from .department_jobs import answer_department_search  # noqa: F401


@app.task
def read_list_upload(upload_id: int) -> None:
    with acting(EVERYTHING):
        list_upload.read_upload(upload_id=upload_id, now=timezone.now())


@app.task
def check_list_upload(upload_id: int) -> None:
    with acting(EVERYTHING):
        list_upload.check_upload(upload_id=upload_id, now=timezone.now())


@app.task
def take_in_list_upload(upload_id: int) -> None:
    with acting(EVERYTHING):
        list_upload.take_in_upload(upload_id=upload_id, now=timezone.now())


@app.task
def undo_list_upload(upload_id: int) -> None:
    with acting(EVERYTHING):
        undo_list.undo_upload(upload_id=upload_id, now=timezone.now())


@app.task
def decide_changes(batch_id: int) -> None:
    """In the posting of who asked: it sees no more than they."""
    change_batch.run(batch_id=batch_id)


@app.periodic(cron="35 3 * * *")
@app.task(queueing_lock="forget_unconfirmed_batches")
def forget_unconfirmed_batches(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        change_batch.forget_unconfirmed(now=timezone.now())


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="forget_list_files")
def forget_list_files(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        list_upload.forget_files(now=timezone.now())


@app.periodic(cron="45 3 * * *")
@app.task(queueing_lock="forget_list_rows")
def forget_list_rows(timestamp: int) -> None:
    with transaction.atomic():
        kept_rows.forget_rows(now=timezone.now())


@app.periodic(cron="50 2 * * *")
@app.task(queueing_lock="find_files_alike")
def find_files_alike(timestamp: int) -> None:
    """Among the files changed lately; a night left out is made up for, as while a key is turned."""
    if turns_key():
        return
    queue_changed_files(since=timezone.now() - timedelta(days=3))
