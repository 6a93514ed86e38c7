"""The weekly digest: one row for one recipient and week, with figures and never a name.

What it counts comes from `SECTIONS`; a noun adds its own with `join_digest`, from its
`AppConfig.ready` or beside its model. A section counts for all schools and townships at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.guard.policies import OwnRows
from accounts.models import Posting
from children.models import Child, FileStatus

from .due import DueContact, DueReason, overdue_for, without_helper
from .enrolment import Enrolment
from .norm import Norm
from .notice_delivery import NoticeDelivery
from .pairing import Pairing


@dataclass(frozen=True)
class Counts:
    """Organisation's key → how many, and township code → how many; what is missing is none."""

    by_organisation: Mapping[int, int]
    by_township: Mapping[str, int]

    @classmethod
    def of(cls, rows: Iterable[tuple[int | None, str]]) -> "Counts":
        """Of (organisation or None, township code) pairs."""
        schools: Counter[int] = Counter()
        townships: Counter[str] = Counter()
        for organisation, township in rows:
            townships[township] += 1
            if organisation is not None:
                schools[organisation] += 1
        return cls(schools, townships)

    def for_posting(self, organisation: int | None, area: str | None) -> int:
        if organisation is not None:
            return self.by_organisation.get(organisation, 0)
        return self.by_township.get(area or "", 0)


@dataclass(frozen=True)
class Section:
    """`children(grant, today, most)` are those behind the figure, for who may see their names."""

    key: str
    title: Any  # lazy: "Overdue contacts"
    count: Callable[[date], Counts]
    children: Callable[[Grant, date, int], list[Child]] | None = None
    address: str = ""  # name of a page without arguments that shows them all


SECTIONS: list[Section] = []


def join_digest(section: Section) -> None:
    if section.key not in {known.key for known in SECTIONS}:
        SECTIONS.append(section)


class DigestQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """The recipient's own, in the posting acted in."""
        return self.filter(posting=grant.posting)


class Digest(models.Model):
    """`counts` is section key → figure on the day it was made; `week_on` a Monday."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    week_on = models.DateField(_("week from"))
    made_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    objects = DigestQuerySet.as_manager()
    row_security = OwnRows("user_id")

    class Meta:
        verbose_name = _("weekly digest")
        verbose_name_plural = _("weekly digests")
        constraints = [
            models.UniqueConstraint(fields=["posting", "week_on"], name="digest_once_a_week"),
            models.CheckConstraint(
                name="digest_week_begins_on_monday", condition=Q(week_on__iso_week_day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"Digest {self.pk}"

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class MailState(models.TextChoices):
    SENT = "SENT", _("sent")
    FAILED = "FAILED", _("failed")


class DigestDelivery(models.Model):
    """Each try to send a digest by e-mail; `failure` names the kind of error, never an address."""

    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=MailState)
    failure = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    objects = models.Manager()
    row_security = OwnRows("user_id")
    is_insert_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="digest_delivery_state_known", condition=Q(state__in=MailState.values)
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(state="SENT"), name="digest_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"DigestDelivery {self.pk}"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


# The sections of contacts ------------------------------------------------------------------------


def _counted(school: Any, township: Any) -> Counts:
    """From two sets of DueContact rows."""
    by_school = school.order_by().values_list("organisation").annotate(Count("pk"))
    by_town = township.order_by().values_list("township_code").annotate(Count("pk"))
    return Counts({key: n for key, n in by_school if key is not None}, dict(by_town))


def _count_overdue(today: date) -> Counts:
    norms, rows = Norm.objects.in_force(today), DueContact.objects.all()
    lead = rows.overdue_on(today - timedelta(days=norms["LEAD_SEES_AFTER_DAYS"]))
    town = rows.overdue_on(today - timedelta(days=norms["TOWNSHIP_SEES_AFTER_DAYS"]))
    return _counted(lead, town)


def _overdue_children(grant: Grant, today: date, most: int) -> list[Child]:
    return [row.child for row in overdue_for(grant, today).for_list()[:most]]


def _unreached(rows: Any) -> Any:
    return rows.filter(reason=DueReason.VISIT, due_on__isnull=False)


def _count_unreached(today: date) -> Counts:
    rows = _unreached(DueContact.objects.all())
    return _counted(rows, rows)


def _unreached_children(grant: Grant, today: date, most: int) -> list[Child]:
    rows = _unreached(DueContact.objects.permitted(grant).answered_for(grant))
    return [row.child for row in rows.for_list()[:most]]


def _falling(rows: Any, today: date) -> Any:
    fresh = timedelta(days=Norm.objects.in_force(today)["MOOD_FRESH_DAYS"])
    return rows.mood_falling_since(today - fresh).filter(helper__isnull=False)


def _count_falling(today: date) -> Counts:
    rows = _falling(DueContact.objects.all(), today)
    return _counted(rows, rows)


def _falling_children(grant: Grant, today: date, most: int) -> list[Child]:
    rows = _falling(DueContact.objects.permitted(grant).answered_for(grant), today)
    return [row.child for row in rows.for_list()[:most]]


def _count_without_helper(today: date) -> Counts:
    paired = Pairing.objects.on(today).filter(is_main=True)
    rows = Enrolment.objects.on(today).exclude(child__status=FileStatus.CLOSED)
    rows = rows.exclude(child__in=paired.values("child"))
    return Counts.of(rows.values_list("school", "child__township_code"))


def _without_helper(grant: Grant, today: date, most: int) -> list[Child]:
    if grant.posting.organisation_id:
        return without_helper(grant, today, most)
    paired = Pairing.objects.on(today).filter(is_main=True)
    enrolled = Enrolment.objects.on(today).exclude(child__in=paired.values("child"))
    rows = Child.objects.ours(grant).exclude(status=FileStatus.CLOSED)
    return list(rows.filter(pk__in=enrolled.values("child")).for_list().order_by("pk")[:most])


def _count_unread(today: date) -> Counts:
    rows = NoticeDelivery.objects.unread().order_by()
    return Counts.of(rows.values_list("child__due_contact__organisation", "child__township_code"))


for _section in (
    Section("overdue", _("Overdue contacts"), _count_overdue, _overdue_children,
            "schools:overdue_list"),
    Section("unreached", _("Not reached: visit at home due"), _count_unreached,
            _unreached_children),
    Section("mood", _("Mood falling or worrying"), _count_falling, _falling_children),
    Section("unpaired", _("Without a helper"), _count_without_helper, _without_helper),
    Section("notices", _("Notices to guardians still unread"), _count_unread),
):  # fmt: skip
    join_digest(_section)
