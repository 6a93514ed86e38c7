"""Work done in the background for assistance."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.scope import EVERYTHING, acting
from assistance.actions.payment_run import fill_run
from assistance.models import PaymentRun


@app.task
def fill_payment_run(run_id: int, by_id: int) -> None:
    """A run of a whole county. Killed on the way it runs again; run twice it writes once."""
    with acting(EVERYTHING), transaction.atomic():
        run, by = PaymentRun.objects.get(pk=run_id), User.objects.get(pk=by_id)
        fill_run(run=run, by=by, now=timezone.now())
