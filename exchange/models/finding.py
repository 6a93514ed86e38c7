"""What a check found of one person, and what became of it.

Written in sets by `exchange.models.finding_refresh`; people move it from step to step.
"""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChildInArea
from accounts.history import History
from accounts.models import Posting
from accounts.models.area import upper_bound
from children.models import Record
from children.models.child import permitted_ids
from exchange.rules.finding import OPEN, Move, State, moves_from

from .check import Check
from .list_import import ListRow


class FindingState(models.TextChoices):
    NEW = State.NEW.value, pgettext_lazy("finding", "new")
    ASSIGNED = State.ASSIGNED.value, pgettext_lazy("finding", "assigned")
    VISITED = State.VISITED.value, pgettext_lazy("finding", "visited")
    CONFIRMED = State.CONFIRMED.value, pgettext_lazy("finding", "confirmed")
    DISMISSED = State.DISMISSED.value, pgettext_lazy("finding", "dismissed")
    ACTED = State.ACTED.value, pgettext_lazy("finding", "acted upon")
    CLOSED = State.CLOSED.value, pgettext_lazy("finding", "closed")


OPEN_STATES = [state.value for state in OPEN]


class FindingQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area, and of the children it may see; what rests on reports of harm
        is there for those told of them alone."""
        seen = Q(child__in=permitted_ids(grant))
        code = grant.area_code
        if code is not None and grant.sees_own_area:
            seen |= Q(area_code__gte=code, area_code__lt=upper_bound(code))
        rows = self.filter(seen)
        return rows if grant.allows(Permission.CONCERN_VIEW) else rows.filter(is_for_few=False)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def overdue_on(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def inside(self, code: str) -> Self:
        return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))


class Finding(Record):
    """`subject`: whom the check means, and of what; the same as long as it is the same finding.

    `facts` are what the check compared: codes, days and amounts, never a name or a number of a
    person. A dismissed finding comes back when they change. `area_code` is where the file is kept
    or, of somebody without one, where the list says that they live. `cleared_on`: the check finds
    it no more. `is_for_few`: it rests on a report of harm.
    """

    found_by = models.ForeignKey(
        Check, verbose_name=_("check"), on_delete=models.PROTECT, related_name="findings",
        db_index=False,
    )  # fmt: skip
    subject = models.CharField(max_length=120, db_collation="C", editable=False)
    child = models.ForeignKey(
        "children.Child", null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    list_row = models.ForeignKey(
        ListRow, verbose_name=_("row of a list"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="findings", db_index=False,
    )  # fmt: skip
    area_code = models.CharField(_("place"), max_length=12, db_collation="C")
    facts = models.JSONField(_("what was compared"), default=dict)
    state = models.CharField(
        pgettext_lazy("finding", "state"), max_length=10, choices=FindingState,
        default=FindingState.NEW,
    )  # fmt: skip
    found_on = models.DateField(pgettext_lazy("finding", "found"))
    due_on = models.DateField(_("deadline"))
    cleared_on = models.DateField(_("no longer found since"), null=True, blank=True)
    owner = models.ForeignKey(
        Posting, verbose_name=_("who looks"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="findings", db_index=False,
    )  # fmt: skip
    visited_on = models.DateField(_("first visit"), null=True, blank=True)
    done_at = models.DateTimeField(_("closed or dismissed"), null=True, blank=True)
    is_for_few = models.BooleanField(default=False, editable=False)

    objects = FindingQuerySet.as_manager()
    history = History()
    row_security = OfChildInArea(few_when="is_for_few", told="concerns")

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(
                fields=["area_code", "due_on", "id"], name="finding_open_in_area",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["due_on", "id"], name="finding_open_by_deadline",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["owner", "due_on"], name="finding_of_owner",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(fields=["found_by", "subject"], name="finding_of_subject"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["found_by", "subject"], name="finding_open_once",
                condition=Q(state__in=OPEN_STATES),
                violation_error_message=_("This is being looked into already."),
            ),
            models.CheckConstraint(
                name="finding_state_known", condition=Q(state__in=FindingState.values)
            ),
            models.CheckConstraint(
                name="finding_done_at_an_hour",
                condition=Q(state__in=OPEN_STATES, done_at__isnull=True)
                | ~Q(state__in=OPEN_STATES) & Q(done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_is_of_somebody",
                condition=Q(child__isnull=False) | Q(list_row__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_assigned_to_somebody",
                condition=~Q(state=FindingState.ASSIGNED) | Q(owner__isnull=False),
                violation_error_message=_("Say who looks into it."),
            ),
            models.CheckConstraint(
                name="finding_visited_on_a_day",
                condition=~Q(state=FindingState.VISITED) | Q(visited_on__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Finding {self.pk}"

    # Filled by `exchange.models.finding_list`: what a row of the list shows of the person.
    person: Any
    place: str
    is_answered = False  # a department that is asked has answered, and nobody closed the question

    def is_ours(self, grant: Grant) -> bool:
        """The grant's own area answers for it; others read it at the most."""
        return grant.sees_own_area and self.area_code.startswith(grant.area_code or "")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def moves(self) -> list[Move]:
        return moves_from(
            self.state, needs_visit=self.found_by.needs_visit,
            is_cleared=self.cleared_on is not None,
        )  # fmt: skip

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was compared, in words."""
        from exchange.checks.words import in_words

        return in_words(self.facts)


class FindingStepQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return self.filter(finding__in=Finding.objects.permitted(grant))


class FindingStep(models.Model):
    """One move of a finding, with the words of who made it, or what was done for it meanwhile."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    child = models.ForeignKey(
        "children.Child", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area_code = models.CharField(max_length=12, db_collation="C")
    is_for_few = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        pgettext_lazy("finding", "state"), max_length=10, choices=FindingState
    )  # fmt: skip
    text = models.CharField(_("in words"), max_length=500, blank=True)
    # Name of the form by which something was done: told in the reader's language.
    done = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("when"))

    objects = FindingStepQuerySet.as_manager()
    row_security = OfChildInArea(few_when="is_for_few", told="concerns")
    is_insert_only = True

    class Meta:
        verbose_name = _("step of a finding")
        verbose_name_plural = _("steps of findings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="finding_step_state_known", condition=Q(state__in=FindingState.values)
            )
        ]

    def __str__(self) -> str:
        return f"Step {self.pk}"
