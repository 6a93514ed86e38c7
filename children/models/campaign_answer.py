"""What a village answers in a round: one row for the village, one for each child it is asked about.

A village's figures stand in its own row, so that nobody waits for anybody else: the database adds
up what a statement changed (`campaign_sql`), and pages sum at most one row for each village. While
a child is not answered for, its row follows it to the village that keeps the file now.
"""

from collections.abc import Mapping
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CharField, Count, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import InArea, OfChild
from accounts.history import History
from accounts.models import Area, Posting
from accounts.models.area import upper_bound

from .base import OfChildQuerySet, Record
from .campaign import Campaign
from .confirmation import KeyFact

# Kept by triggers; of those asked about, each child counts in one of the last six.
COUNTS = (
    "known", "leads", "found", "waiting", "unchanged", "changed", "away", "visited", "gone",
)  # fmt: skip
MEASURES = ("places", "answered", "nil", *COUNTS)


class CampaignAnswerQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the places inside the grant's own area."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        return self.inside(code)

    def inside(self, code: str) -> Self:
        return self.filter(place__gte=code, place__lt=upper_bound(code))

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True, is_over=False)

    def by_place(self, digits: int) -> list[tuple[str, dict[str, int]]]:
        """(code of `digits`, measures) in order; one query, a row for each place read."""
        code: Any = Left("place", digits, output_field=CharField())
        rows = self.annotate(code=code).values("code").order_by("code")
        sums = {f"sum_{name}": Sum(name) for name in COUNTS}
        counted = rows.annotate(
            places=Count("pk"), answered=Count("answered_at"),
            nil=Count("pk", filter=Q(is_nil=True)), **sums,
        )  # fmt: skip
        return [(row["code"], _measures(row)) for row in counted]


def _measures(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: row[name] if name in row else row[f"sum_{name}"] for name in MEASURES}


def total(rows: list[tuple[str, dict[str, int]]]) -> dict[str, int]:
    return {name: sum(figures[name] for _code, figures in rows) for name in MEASURES}


class CampaignAnswer(Record):
    """`is_nil`: said in so many words that nobody was found. `is_over`: the round is closed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="answers")
    place = models.ForeignKey(
        Area, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_nil = models.BooleanField(_("nobody newly found"), default=False)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Posting, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    known = models.PositiveIntegerField(default=0, editable=False)
    leads = models.PositiveIntegerField(default=0, editable=False)
    found = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    unchanged = models.PositiveIntegerField(default=0, editable=False)
    changed = models.PositiveIntegerField(default=0, editable=False)
    away = models.PositiveIntegerField(default=0, editable=False)
    visited = models.PositiveIntegerField(default=0, editable=False)
    gone = models.PositiveIntegerField(default=0, editable=False)
    is_over = models.BooleanField(default=False, editable=False)

    objects = CampaignAnswerQuerySet.as_manager()
    history = History(excluded_fields=[*COUNTS, "is_over"])
    row_security = InArea("place_id")

    class Meta:
        verbose_name = _("answer of a place")
        verbose_name_plural = _("answers of places")
        indexes = [
            models.Index(fields=["place", "campaign"], name="campaign_answer_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "place"], name="campaign_answer_once"),
            models.CheckConstraint(
                name="campaign_answer_leaves_no_child_out",
                condition=Q(answered_at__isnull=True) | Q(waiting=0),
                violation_error_message=_(
                    "Children are still to be answered for: say for each what became of it."
                ),
            ),
            models.CheckConstraint(
                name="campaign_answer_is_nil_or_names_the_found",
                condition=Q(answered_at__isnull=True, is_nil=False)
                | Q(answered_at__isnull=False, is_nil=True, found=0)
                | Q(answered_at__isnull=False, is_nil=False, found__gt=0),
                violation_error_message=_(
                    "Say either that nobody was found, or register who was found."
                ),
            ),
            models.CheckConstraint(
                name="campaign_answered_by_and_at",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_open(self) -> bool:
        return not self.is_answered and not self.is_over


class CampaignKind(models.TextChoices):
    KNOWN = "KNOWN", _("to confirm")
    LEAD = "LEAD", _("lead to visit")
    FOUND = "FOUND", _("newly found")


class CampaignOutcome(models.TextChoices):
    UNCHANGED = "UNCHANGED", _("unchanged")
    CHANGED = "CHANGED", pgettext_lazy("facts", "changed")
    AWAY = "AWAY", _("no longer lives here")
    VISITED = "VISITED", _("visited")
    FOUND = "FOUND", _("newly found")


# What may be said of each kind; "" as long as nothing was.
ANSWERS = {
    CampaignKind.KNOWN: ("", "UNCHANGED", "CHANGED", "AWAY"),
    CampaignKind.LEAD: ("", "VISITED", "AWAY"),
    CampaignKind.FOUND: ("FOUND",),
}


class CampaignChildQuerySet(OfChildQuerySet):
    def for_page(self) -> Self:
        """Still to be answered for first, leads after known children; then by name."""
        kinds = [When(kind=kind, then=Value(n)) for n, kind in enumerate(CampaignKind.values)]
        rows = self.select_related("child", "answered_by__user")
        order: Any = Case(*kinds, output_field=IntegerField())
        return rows.order_by(Case(When(outcome="", then=0), default=1), order, "child__name_sort")


class CampaignChild(Record):
    """`changed_facts`: what is no longer as the file said. `is_gone`: moved away or closed unasked.

    `answer` and `is_gone` are kept by the database.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    answer = models.ForeignKey(CampaignAnswer, on_delete=models.PROTECT, related_name="lines")
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="campaign_lines"
    )
    kind = models.CharField(_("kind"), max_length=5, choices=CampaignKind)
    outcome = models.CharField(_("what became of it"), max_length=9, choices=CampaignOutcome,
                               blank=True)  # fmt: skip
    changed_facts = ArrayField(
        models.CharField(max_length=12, choices=KeyFact), verbose_name=_("changed facts"),
        default=list, blank=True,
    )  # fmt: skip
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    is_gone = models.BooleanField(default=False, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Posting, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    objects = CampaignChildQuerySet.as_manager()
    history = History(excluded_fields=["answer", "is_gone"])
    row_security = OfChild()

    class Meta:
        verbose_name = _("child in a round")
        verbose_name_plural = _("children in a round")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "child"], name="campaign_child_once"),
            models.CheckConstraint(
                name="campaign_child_outcome_fits_its_kind",
                condition=Q(kind="KNOWN", outcome__in=ANSWERS[CampaignKind.KNOWN])
                | Q(kind="LEAD", outcome__in=ANSWERS[CampaignKind.LEAD])
                | Q(kind="FOUND", outcome="FOUND"),
            ),
            models.CheckConstraint(
                name="campaign_child_changed_says_what",
                condition=Q(outcome="CHANGED", changed_facts__len__gt=0,
                            changed_facts__contained_by=KeyFact.values)
                | ~Q(outcome="CHANGED") & Q(changed_facts__len=0),
                violation_error_message=_("Say what has changed."),
            ),
            models.CheckConstraint(
                name="campaign_child_away_says_where",
                condition=~Q(outcome="AWAY") | ~Q(remark__regex=r"^\s*$"),
                violation_error_message=_("Say where the child is now, or what is known of it."),
            ),
            models.CheckConstraint(
                name="campaign_child_answered_by_and_at",
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(outcome="") & Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Child in a round {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return not self.outcome and not self.is_gone

    @property
    def changed_labels(self) -> list[Any]:
        return [KeyFact(fact).label for fact in self.changed_facts]


class ReminderWay(models.TextChoices):
    PAGE = "PAGE", _("on the home page")
    MAIL = "MAIL", _("by e-mail")


class CampaignReminder(models.Model):
    """A place was reminded of its answer; once a day, whoever presses the button."""

    answer = models.ForeignKey(CampaignAnswer, on_delete=models.PROTECT, related_name="reminders")
    place_code = models.CharField(max_length=12, db_collation="C")
    reminded_on = models.DateField(_("reminded"))
    way = models.CharField(max_length=4, choices=ReminderWay)
    by = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager()
    row_security = InArea("place_code")
    is_insert_only = True

    class Meta:
        verbose_name = _("reminder of a round")
        verbose_name_plural = _("reminders of a round")
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "reminded_on", "way"], name="campaign_reminder_once_a_day"
            ),
            models.CheckConstraint(
                name="campaign_reminder_way_known", condition=Q(way__in=ReminderWay.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder {self.pk}"
