"""What is due for every open file: one row a child, so that no child stands on a list twice.

The database itself keeps it (`due_sql`), in the transaction that changes a visit, a confirmation,
the child or the figures; nobody else may write it. Lists, counts and pages read one index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db import connection, models
from django.db.models import Count, F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting

from .base import OfChildQuerySet, Record

WEEK = timedelta(days=7)
LEVELS = {6: "county_code", 9: "township_code", 12: "village_code"}


class DueKind(models.TextChoices):
    VISIT = "VISIT", _("home visit")
    CALL = "CALL", _("call")
    VERIFY = "VERIFY", _("re-verification")


class PlanKind(models.TextChoices):
    """What of the running care plan comes first. It is not put off: the plan itself is changed."""

    STEP = "STEP", _("step of the care plan")
    REVIEW = "REVIEW", _("review of the care plan")


class DueReason(models.TextChoices):
    FIRST = "FIRST", pgettext_lazy("due", "first visit")
    REGULAR = "REGULAR", pgettext_lazy("due", "by the cadence")
    FOLLOW_UP = "FOLLOW_UP", pgettext_lazy("due", "as agreed")
    SECOND_TRY = "SECOND_TRY", pgettext_lazy("due", "second try")


class DueWorkQuerySet(OfChildQuerySet):
    def answered_for(self, code: str) -> Self:
        """Children whose files the area `code` (6, 9 or 12 digits) keeps."""
        column = LEVELS.get(len(code))
        return self.filter(**{column: code}) if column else self.none()

    def overdue_on(self, today: date) -> Self:
        return self.filter(due_on__lt=today)

    def of_high_risk(self) -> Self:
        return self.filter(child__risk_level="HIGH")

    def of_today(self, today: date) -> Self:
        return self.filter(due_on=today)

    def of_the_week(self, today: date) -> Self:
        """After today and within a week."""
        return self.filter(due_on__gt=today, due_on__lte=today + WEEK)

    def soon(self, today: date) -> Self:
        return self.filter(due_on__lte=today + WEEK)

    def after(self, day: date, child: int) -> Self:
        """The rest of a list ordered by day and child, below (day, child)."""
        return self.filter(Q(due_on__gt=day) | Q(due_on=day, child__gt=child), due_on__gte=day)

    def for_list(self) -> Self:
        rows = self.select_related("child__residence_area__parent")
        return rows.order_by("due_on", "child")

    def by_place(self, digits: int, today: date) -> Any:
        """Open files, what is overdue and whose facts are stale, for each code of `digits`."""
        rows = self.annotate(place=Left("village_code", digits)).values("place").order_by("place")
        return rows.annotate(
            files=Count("child"),
            visits=Count("child", filter=Q(visit_on__lt=today)),
            calls=Count("child", filter=Q(call_on__lt=today)),
            stale=Count("child", filter=Q(verify_was_on__lt=today)),
        )


@dataclass(frozen=True)
class Item:
    """One piece of work of a child."""

    kind: DueKind | PlanKind
    on: date
    was_on: date
    reason: str

    @property
    def is_of_plan(self) -> bool:
        return isinstance(self.kind, PlanKind)

    @property
    def is_put_off(self) -> bool:
        return self.on != self.was_on

    @property
    def reason_label(self) -> str:
        return str(DueReason(self.reason).label)


class DueWork(models.Model):
    """`…_was_on`: the day before it was put off. `due_on`: the first of the days.

    No call stands beside a visit that comes no later; of the care plan the first day alone counts.
    """

    child = models.OneToOneField(
        "children.Child", primary_key=True, on_delete=models.CASCADE, related_name="due_work"
    )
    county_code = models.CharField(max_length=6, db_collation="C")
    township_code = models.CharField(max_length=9, db_collation="C")
    village_code = models.CharField(max_length=12, db_collation="C")
    last_visit_on = models.DateField(null=True)
    last_spoken_on = models.DateField(null=True)
    verified_on = models.DateField()
    tries = models.PositiveSmallIntegerField(default=0)
    visit_on = models.DateField()
    visit_was_on = models.DateField()
    visit_reason = models.CharField(max_length=10, choices=DueReason)
    call_on = models.DateField(null=True)
    call_was_on = models.DateField(null=True)
    call_reason = models.CharField(max_length=10, choices=DueReason, blank=True)
    verify_on = models.DateField()
    verify_was_on = models.DateField()
    plan_on = models.DateField(null=True)
    plan_kind = models.CharField(max_length=10, choices=PlanKind, blank=True)
    due_on = models.DateField()

    objects = DueWorkQuerySet.as_manager()
    row_security = OfChild()
    is_derived = True

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "due_on", "child"], name="work_of_county"),
            models.Index(fields=["township_code", "due_on", "child"], name="work_of_township"),
            models.Index(fields=["village_code", "due_on", "child"], name="work_of_village"),
        ]

    def __str__(self) -> str:
        return f"DueWork {self.pk}"

    @property
    def items(self) -> list[Item]:
        """All that is to come, the first day first."""
        return sorted(self._items(), key=lambda item: item.on)

    def _items(self) -> Iterator[Item]:
        yield Item(DueKind.VISIT, self.visit_on, self.visit_was_on, self.visit_reason)
        if self.call_on and self.call_was_on:
            yield Item(DueKind.CALL, self.call_on, self.call_was_on, self.call_reason)
        yield Item(DueKind.VERIFY, self.verify_on, self.verify_was_on, DueReason.REGULAR)
        if self.plan_on:
            kind = PlanKind(self.plan_kind)
            yield Item(kind, self.plan_on, self.plan_on, DueReason.REGULAR)

    def item(self, kind: str) -> Item | None:
        return next((item for item in self._items() if item.kind == kind), None)


class PutOff(Record):
    """One piece of work put off, once: `cause_on` is the day on which it was due."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what"), max_length=8, choices=DueKind)
    cause_on = models.DateField(_("due on"))
    until = models.DateField(_("put off to"))
    reason = models.CharField(_("reason"), max_length=500)
    put_off_on = models.DateField(_("put off on"))
    put_off_by = models.ForeignKey(
        Posting, verbose_name=_("put off by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("work put off")
        verbose_name_plural = _("work put off")
        constraints = [
            models.CheckConstraint(name="put_off_kind_known", condition=Q(kind__in=DueKind.values)),
            models.UniqueConstraint(
                fields=["child", "kind", "cause_on"],
                name="put_off_once_for_a_cause",
                violation_error_message=_("This was put off once already: now it must be done."),
            ),
            models.CheckConstraint(
                name="put_off_has_a_reason",
                condition=~Q(reason__regex=r"^\s*$"),
                violation_error_message=_("Say why it is put off."),
            ),
            models.CheckConstraint(
                name="put_off_to_a_later_day",
                condition=Q(until__gt=F("put_off_on"), until__gte=F("cause_on")),
                violation_error_message=_("Put it off to a day that lies ahead."),
            ),
        ]

    def __str__(self) -> str:
        return f"Put off {self.pk}"


def refresh_of_the_day(today: date) -> None:
    """Figures begin by the clock alone; all else the database has done already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT children_refresh_due_of_the_day(%s)", [today])


def rebuild(today: date) -> None:
    """Every row anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT children_refresh_due(NULL, %s)", [today])
