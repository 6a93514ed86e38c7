"""Work done in the background for departments; each may be run again and changes nothing then."""

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from exchange.actions import department_search, department_subscription


@app.task(retry=RetryStrategy(max_attempts=3, wait=60))
def answer_department_search(search_id: int) -> None:
    with transaction.atomic():
        department_search.answer_search(search_id, timezone.now())


@app.periodic(cron="*/30 * * * *")
@app.task(queueing_lock="note_department_changes")
def note_department_changes(timestamp: int) -> None:
    with transaction.atomic():
        department_subscription.note_changes(timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="forget_department_answers")
def forget_department_answers(timestamp: int) -> None:
    with transaction.atomic():
        department_search.forget_searches(timezone.now())
        department_subscription.forget_notices(timezone.now())
