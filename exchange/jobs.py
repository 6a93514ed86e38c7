"""Work done in the background for lists; each may be run again and changes nothing then."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.scope import EVERYTHING, acting
from exchange.actions import list_upload, undo_list


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


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="forget_list_files")
def forget_list_files(timestamp: int) -> None:
    with acting(EVERYTHING), transaction.atomic():
        list_upload.forget_files(now=timezone.now())
