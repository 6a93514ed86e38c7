"""Whether a pupil's family is poor, once a school year: tier and grounds, taken from facts."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from assistance.rules.recognition import Move, State, moves_from
from children.models import Record
from children.models.base import OfChildQuerySet
from schools.models import School, SchoolYear

from .recognition_rule import RecognitionGround, Tier


class RecognitionState(models.TextChoices):
    PROPOSED = State.PROPOSED.value, pgettext_lazy("recognition", "proposed")
    CONFIRMED = State.CONFIRMED.value, pgettext_lazy("recognition", "recognised")
    REFUSED = State.REFUSED.value, pgettext_lazy("recognition", "refused")
    WITHDRAWN = State.WITHDRAWN.value, pgettext_lazy("recognition", "withdrawn")
    LAPSED = State.LAPSED.value, pgettext_lazy("recognition", "grounds gone")


class RecognitionQuerySet(OfChildQuerySet):
    def waiting(self) -> Self:
        """For a decision: proposed, objected to, or with a tier that later facts propose."""
        return self.filter(
            Q(state=RecognitionState.PROPOSED)
            | Q(objected_at__isnull=False, answered_at=None)
            | Q(state=RecognitionState.CONFIRMED) & ~Q(new_tier="")
        )

    def confirmed(self) -> Self:
        return self.filter(state=RecognitionState.CONFIRMED)

    def posted(self) -> Self:
        """Those whose names a school may post."""
        return self.confirmed().filter(is_posted=True)


class Recognition(Record):
    """`grounds` are codes; nobody types them. `new_tier` and `new_grounds` wait for a decision."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="recognitions"
    )
    year = models.ForeignKey(
        SchoolYear, verbose_name=_("school year"), on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    grounds = ArrayField(
        models.CharField(max_length=20, choices=RecognitionGround), verbose_name=_("grounds")
    )
    is_posted = models.BooleanField(_("name may be posted"), default=True)
    facts_on = models.DateField(_("facts as of"))
    state = models.CharField(
        pgettext_lazy("recognition", "state"), max_length=10, choices=RecognitionState,
        default=RecognitionState.PROPOSED,
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    objection = models.CharField(_("objection"), max_length=500, blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)
    answered_at = models.DateTimeField(_("objection answered"), null=True, blank=True)
    tier_before = models.CharField(_("tier before"), max_length=10, choices=Tier, blank=True)
    adjusted_on = models.DateField(_("adjusted from"), null=True, blank=True)
    new_tier = models.CharField(_("new tier"), max_length=10, choices=Tier, blank=True)
    new_grounds = ArrayField(
        models.CharField(max_length=20, choices=RecognitionGround), verbose_name=_("new grounds"),
        blank=True, default=list,
    )  # fmt: skip

    objects = RecognitionQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("recognition as a poor student")
        verbose_name_plural = _("recognitions as poor students")
        indexes = [models.Index(fields=["year", "school"], name="recognition_of_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "year"],
                name="recognition_once_a_year",
                violation_error_message=_("The child is recognised once in a school year."),
            ),
            models.CheckConstraint(
                name="recognition_rests_on_grounds",
                condition=Q(grounds__len__gt=0, grounds__contained_by=RecognitionGround.values),
                violation_error_message=_("A recognition rests on a ground."),
            ),
            models.CheckConstraint(
                name="recognition_decided_by_whom_and_when",
                condition=Q(state__in=["PROPOSED", "LAPSED"], decided_by=None, decided_at=None)
                | ~Q(state__in=["PROPOSED", "LAPSED"])
                & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="recognition_decided_by_a_second_person",
                condition=Q(proposed_by=None)
                | Q(decided_by=None)
                | ~Q(proposed_by=F("decided_by")),
                violation_error_message=_("You proposed it: a second person decides."),
            ),
            models.CheckConstraint(
                name="recognition_refused_with_reason",
                condition=~Q(state__in=["REFUSED", "WITHDRAWN"]) | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="recognition_objection_has_its_day",
                condition=Q(objection="", objected_at=None, answered_at=None)
                | ~Q(objection="") & Q(objected_at__isnull=False),
            ),
            models.CheckConstraint(
                name="recognition_adjusted_from_a_day",
                condition=Q(tier_before="", adjusted_on=None)
                | ~Q(tier_before="") & Q(adjusted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="recognition_tier_known",
                condition=Q(tier__in=Tier.values)
                & Q(tier_before__in=["", *Tier.values])
                & Q(new_tier__in=["", *Tier.values]),
            ),
            models.CheckConstraint(
                name="recognition_state_known", condition=Q(state__in=RecognitionState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Recognition {self.pk}"

    @property
    def is_proposed(self) -> bool:
        return self.state == RecognitionState.PROPOSED

    @property
    def is_confirmed(self) -> bool:
        return self.state == RecognitionState.CONFIRMED

    @property
    def is_objected(self) -> bool:
        """Somebody objected and was not answered yet."""
        return self.objected_at is not None and self.answered_at is None

    @property
    def is_to_adjust(self) -> bool:
        return self.is_confirmed and bool(self.new_tier)

    @property
    def moves(self) -> list[Move]:
        return moves_from(self.state, is_objected=self.is_objected, is_to_adjust=self.is_to_adjust)

    @property
    def grounds_in_words(self) -> list[Any]:
        return [RecognitionGround(code).label for code in self.grounds]

    @property
    def new_grounds_in_words(self) -> list[Any]:
        return [RecognitionGround(code).label for code in self.new_grounds]
