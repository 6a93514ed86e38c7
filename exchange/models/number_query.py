"""Numbers that a department is asked about, where the law gives answers and no list (domain 10)."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import InArea, InAreaToldTo
from accounts.history import History
from accounts.models.area import upper_bound
from children.models import Guardian

from .asked import Asked, refused_by_somebody_who_says_why
from .feed import Feed, FeedKind
from .list_import import ListImport
from .of_area import OfAreaQuerySet

# What is asked about: the kinds of lists in which the answers come.
ASKED_KINDS = [FeedKind.PRISON_RESULTS, FeedKind.REHABILITATION_RESULTS]


class NumberQueryState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("numbers", "waits for a second person")
    READY = "READY", pgettext_lazy("numbers", "may be fetched")
    REFUSED = "REFUSED", pgettext_lazy("numbers", "refused")
    SENT = "SENT", pgettext_lazy("numbers", "waits for answers")
    CLOSED = "CLOSED", pgettext_lazy("numbers", "closed")


class NumberQueryQuerySet(OfAreaQuerySet):
    def waiting(self) -> Self:
        """For answers; the earliest deadline first."""
        return self.filter(state=NumberQueryState.SENT).order_by("due_on", "pk")

    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area; to a department, what it is to answer: for its county, of a kind
        of list that it sends."""
        organisation = grant.posting.organisation
        if organisation is None or not grant.is_organisation_wide:
            return super().permitted(grant)
        if not grant.allows(Permission.LIST_SEND):
            return self.none()
        county = organisation.area_id[:6]
        return self.waiting().filter(
            kind__in=Feed.objects.sent_by(organisation).values("kind"),
            area_code__gte=county, area_code__lt=upper_bound(county),
        )  # fmt: skip


class NumberQuery(Asked):
    """One batch. Closed by its last answer, or by a person who says why the rest is not awaited."""

    kind = models.CharField(
        pgettext_lazy("numbers", "asked about"), max_length=30,
        choices=[(kind.value, kind.label) for kind in ASKED_KINDS],
    )  # fmt: skip
    numbers = models.PositiveIntegerField(_("numbers"))
    state = models.CharField(_("state"), max_length=10, choices=NumberQueryState)
    sent_at = models.DateTimeField(pgettext_lazy("numbers", "fetched"), null=True, blank=True)
    due_on = models.DateField(_("answers expected by"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("numbers", "closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = NumberQueryQuerySet.as_manager()
    history = History()
    row_security = InAreaToldTo(
        "area_code",
        told_when="state = 'SENT' AND registry_sends_list(kind, area_code)",
    )

    class Meta:
        verbose_name = _("batch of numbers")
        verbose_name_plural = _("batches of numbers")
        indexes = [models.Index(fields=["area_code", "-asked_at"], name="number_query_in_area")]
        constraints = [
            models.CheckConstraint(
                name="number_query_codes_known",
                condition=Q(kind__in=[kind.value for kind in ASKED_KINDS],
                            state__in=NumberQueryState.values),
            ),
            models.CheckConstraint(
                name="number_query_asks_somebody", condition=Q(numbers__gte=1),
                violation_error_message=_("There is nobody to ask about."),
            ),
            models.CheckConstraint(
                name="number_query_approved_by_a_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Who asked for the numbers cannot approve them."),
            ),
            models.CheckConstraint(
                name="number_query_goes_out_when_approved",
                condition=Q(state=NumberQueryState.ASKED, decided_by__isnull=True)
                | ~Q(state=NumberQueryState.ASKED) & Q(decided_by__isnull=False,
                                                       decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="number_query_sent_has_a_deadline",
                condition=Q(state__in=[NumberQueryState.SENT, NumberQueryState.CLOSED],
                            sent_at__isnull=False, due_on__isnull=False)
                | ~Q(state__in=[NumberQueryState.SENT, NumberQueryState.CLOSED])
                & Q(sent_at__isnull=True, due_on__isnull=True),
            ),
            models.CheckConstraint(
                name="number_query_closed_when_and_why",
                condition=Q(state=NumberQueryState.CLOSED, closed_at__isnull=False)
                & (Q(closed_by__isnull=True) | ~Q(reason__regex=r"^\s*$"))
                | ~Q(state=NumberQueryState.CLOSED) & Q(closed_at__isnull=True,
                                                        closed_by__isnull=True),
                violation_error_message=_("Say why no more answers are awaited."),
            ),
            refused_by_somebody_who_says_why("number_query_refused_with_a_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Numbers {self.pk}"

    @property
    def code(self) -> str:
        """As it stands in the file that goes out and in the answers."""
        return f"{self.asked_at:%Y}-{self.pk:06}"

    @property
    def may_be_fetched(self) -> bool:
        """Again too, as long as answers are awaited: a file is lost on its way."""
        return self.state in (NumberQueryState.READY, NumberQueryState.SENT)

    @property
    def is_sent(self) -> bool:
        return self.state == NumberQueryState.SENT

    def is_overdue(self, today: date) -> bool:
        return self.is_sent and self.due_on is not None and self.due_on < today


class AskedNumberQuerySet(OfAreaQuerySet):
    def unanswered(self) -> Self:
        """An answer of a list that was undone is none."""
        answers = NumberAnswer.objects.filter(asked=OuterRef("pk"))
        return self.exclude(Exists(answers.filter(list_import__upload__undone_at__isnull=True)))


class AskedNumber(models.Model):
    """The number is the person's own, as it stands on file: nothing is kept twice."""

    query = models.ForeignKey(NumberQuery, on_delete=models.PROTECT, related_name="asked")
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, related_name="asked_numbers"
    )  # fmt: skip
    area_code = models.CharField(max_length=12, db_collation="C")

    objects: Any = AskedNumberQuerySet.as_manager()
    row_security = InArea("area_code")
    is_insert_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["query", "guardian"], name="asked_number_once_in_a_batch"
            )
        ]

    def __str__(self) -> str:
        return f"Asked {self.pk}"


class NumberAnswer(models.Model):
    """With which list the answer came; what it says stands in the rows of that list."""

    asked = models.ForeignKey(AskedNumber, on_delete=models.PROTECT, related_name="answers")
    list_import = models.ForeignKey(ListImport, on_delete=models.PROTECT, related_name="answers")
    area_code = models.CharField(max_length=12, db_collation="C")

    row_security = InArea("area_code")
    is_insert_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "list_import"], name="number_answer_once_from_a_list"
            )
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"
