"""The weekly digest: one row for one recipient and week, with figures and never a name.

What it counts comes from `SECTIONS`; `schools/joins.py` adds to them with `join_digest`. A section
counts for all schools and townships at once; those of today stand in `digest_sections`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.guard.policies import OwnRows
from accounts.models import Posting
from accounts.roles import Role

RECIPIENTS = (Role.PRINCIPAL, Role.CHILD_SUPERVISOR)


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
        inside = (n for code, n in self.by_township.items() if area and code.startswith(area))
        return sum(inside)


@dataclass(frozen=True)
class Named:
    """One of those behind a figure: a child, a seat, a school."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Section:
    """`named(grant, today, most)` are the first behind the figure, as far as they may be seen.

    `count(today)` runs in nobody's scope: it may tell a recipient no more than `named` would.
    """

    key: str
    title: Any  # lazy: "Overdue contacts"
    count: Callable[[date], Counts]
    named: Callable[[Grant, date, int], list[Named]]
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
