"""The three ledgers of dropout control, kept by rule, and the disabled child without a place.

Rows are opened, moved and marked as met by `schools.models.ledger_refresh` alone; people persuade
and close.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting
from children.models.base import OfChildQuerySet, Record

from .school import School


class Ledger(models.TextChoices):
    NO_ROLL = "NO_ROLL", _("school-age without roll")
    SUSPECTED = "SUSPECTED", _("suspected dropout")
    DROPOUT = "DROPOUT", _("dropout")
    UNPLACED = "UNPLACED", _("disabled, without a place to learn")


CONTROL = [Ledger.NO_ROLL.value, Ledger.SUSPECTED.value, Ledger.DROPOUT.value]


class LedgerCause(models.TextChoices):
    """Which sentence of the rule put the child here."""

    NEVER_ENROLLED = "NEVER_ENROLLED", _("was never on a roll")
    PRESCHOOL = "PRESCHOOL", _("is of school age and still in preschool")
    NOT_ARRIVED = "NOT_ARRIVED", _("left a school and arrived at no other")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("goes on to another school, which has not taken it in")
    ABSENT = "ABSENT", _("is absent without leave")
    NOT_APPROVED = "NOT_APPROVED", _("is suspended without an approval in force")
    DROPPED_OUT = "DROPPED_OUT", _("left school before its end")
    REFUSED = "REFUSED", _("is out of class, and the guardian refuses")
    NOT_PLACED = "NOT_PLACED", _("has none of the places that the law provides")


class LedgerQuerySet(OfChildQuerySet):
    def not_closed(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def overdue(self, today: date) -> Self:
        return self.filter(closed_at__isnull=True, cleared_on__isnull=True, due_on__lt=today)


class LedgerEntry(Record):
    """`cleared_on`: the rule says so no more; only then two people may close the line.

    `returned_…`: who did not agree to the newest proposal, and why; who proposes again reads it.

    It is deleted with its file alone, when a list is undone before anybody worked on it.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="ledger_entries"
    )
    ledger = models.CharField(_("ledger"), max_length=12, choices=Ledger)
    cause = models.CharField(_("why"), max_length=16, choices=LedgerCause)
    school = models.ForeignKey(
        School, verbose_name=_("school"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    owner = models.ForeignKey(
        Posting, verbose_name=_("who answers"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    since = models.DateField(_("out of class since"))
    opened_on = models.DateField(_("in this ledger since"))
    due_on = models.DateField(_("deadline"))
    cleared_on = models.DateField(_("back to order on"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closing proposed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("closing proposed"), null=True, blank=True)
    proposal = models.CharField(_("what was achieved"), max_length=500, blank=True)
    returned_because = models.CharField(
        _("why it was not closed"), max_length=500, blank=True, default="", db_default="",
        editable=False,
    )  # fmt: skip
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given back by"), null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    returned_at = models.DateTimeField(
        pgettext_lazy("ledger", "given back"), null=True, blank=True, editable=False
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    closed_at = models.DateTimeField(_("struck off"), null=True, blank=True)
    age: int  # completed years; filled by `ledger_page`

    objects = LedgerQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("line of a ledger")
        verbose_name_plural = _("lines of the ledgers")
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="ledger_open_by_deadline",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["school", "opened_on"], name="ledger_of_school"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                name="ledger_one_open_line_per_child",
                condition=Q(closed_at__isnull=True, ledger__in=CONTROL),
                violation_error_message=_("The child stands in a ledger already."),
            ),
            models.UniqueConstraint(
                fields=["child"],
                name="ledger_one_open_finding_per_child",
                condition=Q(closed_at__isnull=True, ledger=Ledger.UNPLACED),
                violation_error_message=_("The child stands in a ledger already."),
            ),
            models.CheckConstraint(name="ledger_known", condition=Q(ledger__in=Ledger.values)),
            models.CheckConstraint(
                name="ledger_cause_known", condition=Q(cause__in=LedgerCause.values)
            ),
            models.CheckConstraint(
                name="ledger_closing_is_proposed_once_in_order",
                condition=Q(proposed_at__isnull=True, proposed_by__isnull=True, proposal="")
                | Q(proposed_at__isnull=False, proposed_by__isnull=False, cleared_on__isnull=False)
                & ~Q(proposal=""),
                violation_error_message=_(
                    "The line can be closed only when the child is back to order."
                ),
            ),
            models.CheckConstraint(
                name="ledger_given_back_with_a_reason",
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, returned_because="")
                | Q(returned_at__isnull=False, returned_by__isnull=False)
                & ~Q(returned_because__regex=r"^\s*$"),
                violation_error_message=_("Say why the line stays open."),
            ),
            models.CheckConstraint(
                name="ledger_closed_by_and_at",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, proposed_at__isnull=False),
                violation_error_message=_("Closing is proposed first, then confirmed."),
            ),
            models.CheckConstraint(
                name="ledger_closed_by_a_second_person",
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("proposed_by")),
                violation_error_message=_(
                    "Who proposed the closing cannot confirm it: a second person does."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Ledger line {self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def state(self) -> str:
        """One of OPEN, CLEARED, PROPOSED, CLOSED."""
        if self.closed_at is not None:
            return "CLOSED"
        if self.proposed_at is not None:
            return "PROPOSED"
        return "OPEN" if self.cleared_on is None else "CLEARED"

    def is_overdue(self, today: date) -> bool:
        return self.state == "OPEN" and self.due_on < today


class PersuasionMeans(models.TextChoices):
    PHONE = "PHONE", _("phone call")
    VISIT = "VISIT", _("visit at home")
    JOINT_VISIT = "JOINT_VISIT", _("visit together with the village")
    WRITTEN = "WRITTEN", _("written notice")


class Outcome(models.TextChoices):
    RETURNED = "RETURNED", _("is back in class")
    PROMISED = "PROMISED", _("return promised")
    UNDECIDED = "UNDECIDED", _("undecided")
    REFUSED = "REFUSED", _("the guardian refuses")
    NOT_FOUND = "NOT_FOUND", _("nobody was found")


class DropoutCause(models.TextChoices):
    """What people learn of the reason; no reason is a lawful one."""

    POVERTY = "POVERTY", _("poverty")
    HEALTH = "HEALTH", _("disability or illness")
    UNWILLING = "UNWILLING", _("does not want to learn")
    WORK = "WORK", _("works")
    EARLY_MARRIAGE = "EARLY_MARRIAGE", _("early marriage")
    MOVED = "MOVED", _("moved with the parents")
    RELIGION = "RELIGION", _("religious")
    NEGLECT = "NEGLECT", _("guardian neglects the duty")
    LOST = "LOST", _("cannot be reached")
    OTHER = "OTHER", _("other")


class Persuasion(Record):
    """One attempt to bring the child back (劝返)."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="persuasions"
    )
    entry = models.ForeignKey(
        LedgerEntry, verbose_name=_("line of a ledger"), on_delete=models.PROTECT,
        related_name="persuasions",
    )  # fmt: skip
    posting = models.ForeignKey(
        Posting, verbose_name=_("logged by"), on_delete=models.PROTECT, related_name="+"
    )
    happened_on = models.DateField(_("day"))
    means = models.CharField(_("by what means"), max_length=12, choices=PersuasionMeans)
    spoken_with = models.CharField(_("with whom"), max_length=100, blank=True)
    cause = models.CharField(_("what keeps the child away"), max_length=16, choices=DropoutCause)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    summary = models.TextField(_("what was said"), max_length=2_000)
    next_on = models.DateField(_("next step by"), null=True, blank=True)

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("persuasion")
        verbose_name_plural = _("persuasions")
        indexes = [
            models.Index(fields=["entry", "-happened_on", "-id"], name="persuasion_of_entry")
        ]
        constraints = [
            models.CheckConstraint(
                name="persuasion_means_known", condition=Q(means__in=PersuasionMeans.values)
            ),
            models.CheckConstraint(
                name="persuasion_outcome_known", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(
                name="persuasion_cause_known", condition=Q(cause__in=DropoutCause.values)
            ),
            models.CheckConstraint(
                name="persuasion_next_step_lies_ahead",
                condition=Q(next_on__isnull=True) | Q(next_on__gte=F("happened_on")),
                violation_error_message=_("The next step lies before the persuasion."),
            ),
        ]

    def __str__(self) -> str:
        return f"Persuasion {self.pk}"
