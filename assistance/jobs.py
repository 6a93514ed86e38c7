"""Work done in the background for assistance."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.in_bulk import in_bulk
from accounts.models import Area, User
from accounts.scope import EVERYTHING, acting
from assistance.actions import answer_upload, gap
from assistance.actions.lower_amounts import lower_to_standard
from assistance.actions.payment_run import fill_run
from assistance.actions.raise_amounts import raise_to_standard
from assistance.models import Gap, GapCheck, PaymentRun
from assistance.models.prepared import let_go
from children.models import Child

from . import education_jobs  # noqa: F401 – the worker finds tasks by this module


@app.task
def fill_payment_run(run_id: int, by_id: int) -> None:
    """A run of a whole county. Killed on the way it runs again; run twice it writes once."""
    with acting(EVERYTHING), in_bulk():
        run, by = PaymentRun.objects.get(pk=run_id), User.objects.get(pk=by_id)
        fill_run(run=run, by=by, now=timezone.now())


@app.task
def take_in_answer(upload_id: int) -> None:
    """An answer of the bank. Killed on the way it runs again; run twice it is taken once."""
    with acting(EVERYTHING):
        answer_upload.take_in(upload_id=upload_id, now=timezone.now())


@app.periodic(cron="45 3 * * *")
@app.task(queueing_lock="forget_answer_files")
def forget_answer_files(timestamp: int) -> None:
    with acting(EVERYTHING):
        answer_upload.forget_files(now=timezone.now())


@app.task
def check_gaps(check_id: int) -> None:
    """One place after the other, each whole; killed on the way it begins again."""
    with acting(EVERYTHING):
        with transaction.atomic():
            check = GapCheck.objects.select_related("area").get(pk=check_id)
        places = gap.places_of(check.area)
        gap.begin(check=check, total=len(places))
        for code in places:
            gap.check_place(check=check, code=code, now=timezone.now())
        gap.finish(check=check, now=timezone.now())
    let_go()


@app.task
def raise_amounts(gap_ids: list[int], by_id: int) -> None:
    """Some hundred at a time; killed on the way it goes on with those that are still too low."""
    with acting(EVERYTHING):
        with transaction.atomic():
            by = User.objects.get(pk=by_id)
            rows = Gap.objects.too_low().select_related("child", "programme", "entitlement")
            gaps = list(rows.filter(pk__among=gap_ids))
        raise_to_standard(gaps=gaps, by=by, now=timezone.now())


@app.task
def lower_amounts(gap_ids: list[int], by_id: int) -> None:
    """Some hundred at a time; killed on the way it goes on with those that are still too high."""
    with acting(EVERYTHING):
        with transaction.atomic():
            by = User.objects.get(pk=by_id)
            rows = Gap.objects.too_high().select_related("child", "programme", "entitlement")
            gaps = list(rows.filter(pk__among=gap_ids))
        lower_to_standard(gaps=gaps, by=by, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="check_changed_gaps")
def check_changed_gaps(timestamp: int) -> None:
    """Children whose facts or books changed in the last minute."""
    with acting(EVERYTHING):
        while gap.check_marked(now=timezone.now()):
            pass


@app.periodic(cron="50 0 * * *")
@app.task(queueing_lock="check_all_gaps")
def check_all_gaps(timestamp: int) -> None:
    """Days pass, and with them ages, certificates and standards. Again it changes nothing."""
    now = timezone.now()
    with acting(EVERYTHING), transaction.atomic():
        counties = Child.objects.order_by().values("county_code").distinct()
        for area in Area.objects.filter(code__in=counties).order_by("code"):
            check, is_new = gap.ask_for_check(area=area, by=None, now=now)
            if is_new:
                check_gaps.defer(check_id=check.pk)
