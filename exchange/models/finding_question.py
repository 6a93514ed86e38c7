"""What a department is asked of a finding, what it is told for that, and its answer."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import InAreaOrOf
from accounts.history import History
from accounts.models import Organisation
from accounts.models.area import upper_bound
from accounts.models.held_by_trigger import HeldByTrigger
from accounts.models.organisation import OrganisationKind
from children.models import Record
from children.models.child import Sex
from exchange.rules.finding_asked import PERSON

from .check import Check
from .finding import Finding

_EMPTY = r"^\s*$"
_WAITS = Q(answered_at__isnull=True, closed_at__isnull=True)


class Verdict(models.TextChoices):
    AS_FOUND = "AS_FOUND", pgettext_lazy("answer", "it is as found")
    MENDED = "MENDED", pgettext_lazy("answer", "our books were wrong and are put right")
    REGISTRY = "REGISTRY", pgettext_lazy("answer", "the registry is wrong")
    UNKNOWN = "UNKNOWN", pgettext_lazy("answer", "we cannot tell")


class FindingQuestionQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area, or asked of the grant's own department."""
        code = grant.area_code
        if code is not None and grant.sees_own_area:
            return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))
        if code is None and grant.allows(Permission.FINDING_ASKED_VIEW):
            return self.filter(asked_of=grant.posting.organisation_id)
        return self.none()

    def waiting(self) -> Self:
        return self.filter(_WAITS)

    def to_forget(self, before: datetime) -> Self:
        """What was told is of no more use: answered or withdrawn long enough ago."""
        ended = Q(answered_at__lte=before) | Q(closed_at__lte=before)
        return self.filter(ended, forgotten_at__isnull=True)

    def late_on(self, today: date) -> Self:
        return self.waiting().filter(due_on__lt=today)

    def for_reading(self) -> Self:
        return self.select_related("found_by", "asked_of", "asked_by", "answered_by", "closed_by")


class FindingQuestion(Record):
    """`person` is JSON of what the department may know to look into its own books; it and the
    facts stay what they were when it was asked. The finding itself is not shown to it.

    Both are forgotten some time after its end; the past of the row never holds them.

    Never of a finding that rests on a report of harm. It takes one answer, or is withdrawn before:
    by a person, or with its finding. `area_code` is the finding's.
    """

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="questions")
    child = models.ForeignKey(
        "children.Child", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    found_by = models.ForeignKey(
        Check, verbose_name=_("check"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area_code = models.CharField(max_length=12, db_collation="C")
    facts = models.JSONField(_("what was compared"), default=dict)
    person = EncryptedTextField(context="exchange.FindingQuestion.person")
    asked_of = models.ForeignKey(
        Organisation, verbose_name=_("department"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    text = models.CharField(_("in words"), max_length=500)
    due_on = models.DateField(_("answer expected by"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked"))
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict, blank=True)
    answer = models.CharField(_("answer in words"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    answered_at = models.DateTimeField(pgettext_lazy("question", "answered"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("withdrawn by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    closed_at = models.DateTimeField(pgettext_lazy("question", "withdrawn"), null=True, blank=True)

    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects: Any = FindingQuestionQuerySet.as_manager()
    history = History(excluded_fields=["person", "facts"])
    row_security = InAreaOrOf("area_code", organisation="asked_of_id")

    class Meta:
        verbose_name = _("question to a department")
        verbose_name_plural = _("questions to departments")
        indexes = [
            models.Index(fields=["area_code"], name="finding_question_in_area"),
            models.Index(
                fields=["asked_of", "due_on", "id"], name="finding_question_waiting",
                condition=_WAITS,
            ),
            models.Index(
                fields=["asked_of", "-answered_at", "-id"], name="finding_question_answered"
            ),
            models.Index(
                fields=["asked_of", "-closed_at", "-id"], name="finding_question_withdrawn",
                condition=Q(closed_at__isnull=False),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "asked_of"], name="finding_question_waits_once",
                condition=_WAITS,
                violation_error_message=_("This department is asked already."),
            ),
            models.CheckConstraint(
                name="finding_question_in_words", condition=~Q(text__regex=_EMPTY),
                violation_error_message=_("Say it in a few words."),
            ),
            models.CheckConstraint(
                name="finding_question_verdict_known",
                condition=Q(verdict__in=["", *Verdict.values]),
            ),
            models.CheckConstraint(
                name="finding_question_answered_by_whom",
                condition=Q(verdict="", answer="", answered_at=None, answered_by=None)
                | ~Q(verdict="") & Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_question_answered_in_words",
                condition=Q(verdict__in=["", Verdict.AS_FOUND]) | ~Q(answer__regex=_EMPTY),
                violation_error_message=_("Say it in a few words."),
            ),
            models.CheckConstraint(
                name="finding_question_withdrawn_by_whom",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_question_answered_or_withdrawn",
                condition=Q(answered_at__isnull=True) | Q(closed_at__isnull=True),
                violation_error_message=_("This question waits for no answer any more."),
            ),
            models.CheckConstraint(
                name="finding_question_forgotten_once_it_is_over",
                condition=Q(forgotten_at__isnull=True)
                | Q(facts={}) & (Q(answered_at__isnull=False) | Q(closed_at__isnull=False)),
            ),
            HeldByTrigger(
                name="finding_question_may_be_asked",
                violation_error_message=_(
                    "Asked are departments of the same county that the check names, of an open "
                    "finding that rests on no report of harm."
                ),
            ),
            HeldByTrigger(
                name="finding_question_stays",
                violation_error_message=_("What was asked and answered stays as it is."),
            ),
            HeldByTrigger(
                name="finding_question_answered_while_open",
                violation_error_message=_("This question waits for no answer any more."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Question {self.pk}"

    where: str  # filled by `exchange.views.finding_question.with_places`

    @property
    def waits(self) -> bool:
        return self.answered_at is None and self.closed_at is None

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.waits and self.due_on < timezone.localdate()

    @property
    def about(self) -> dict[str, Any]:
        """name, sex (in words), birth_date, id_number (masked), place; empty once forgotten."""
        told = dict.fromkeys(PERSON, "") | json.loads(self.person or "{}")
        born = told["birth_date"]
        return told | {
            "birth_date": date.fromisoformat(born) if born else None,
            "sex": dict(Sex.choices).get(told["sex"], ""),
        }

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was compared, in words."""
        from exchange.checks.words import in_words

        return in_words(self.facts)


def answered_now() -> Exists:
    """Of a finding: a department that was asked has answered."""
    rows = FindingQuestion.objects.filter(finding=OuterRef("pk"), answered_at__isnull=False)
    return Exists(rows)


def late_on(today: date) -> Exists:
    """Of a finding: a department that is asked should have answered by now."""
    return Exists(FindingQuestion.objects.late_on(today).filter(finding=OuterRef("pk")))


def never_asked() -> Any:
    """Of a finding: no department is asked now, and none has answered."""
    rows = FindingQuestion.objects.filter(finding=OuterRef("pk"), closed_at__isnull=True)
    return ~Exists(rows)


def departments_for(county: str, checks: Iterable[Check]) -> Any:
    """Departments of the county that one of the `checks` names, by name."""
    named = {department for check in checks for department in check.asks}
    return Organisation.objects.filter(
        kind=OrganisationKind.DEPARTMENT, is_active=True, department__in=named,
        area__gte=county, area__lt=upper_bound(county),
    ).order_by("name", "pk")  # fmt: skip
