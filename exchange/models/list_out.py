"""A list that somebody wants to give away: asked for, approved by a second person, fetched."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import InArea
from accounts.history import History

from .asked import Asked, refused_by_somebody_who_says_why
from .of_area import OfAreaQuerySet
from .out_layout import OutLayout


class ListOutState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("list", "waits for a second person")
    READY = "READY", pgettext_lazy("list", "may be fetched")
    REFUSED = "REFUSED", pgettext_lazy("list", "refused")


class ListOut(Asked):
    """`rows`: how many the list had when it was asked for; the record of sharing says how many
    went out."""

    layout = models.ForeignKey(OutLayout, verbose_name=_("list"), on_delete=models.PROTECT)
    rows = models.PositiveIntegerField(_("rows"))
    needs_approval = models.BooleanField(_("needs a second person"))
    state = models.CharField(_("state"), max_length=10, choices=ListOutState)
    fetched_at = models.DateTimeField(pgettext_lazy("list", "fetched"), null=True, blank=True)

    objects = OfAreaQuerySet.as_manager()
    history = History()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("list going out")
        verbose_name_plural = _("lists going out")
        indexes = [models.Index(fields=["area_code", "-asked_at"], name="list_out_in_area")]
        constraints = [
            models.CheckConstraint(
                name="list_out_state_known", condition=Q(state__in=ListOutState.values)
            ),
            models.CheckConstraint(
                name="list_out_approved_by_a_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Who asked for the list cannot approve it."),
            ),
            models.CheckConstraint(
                name="list_out_ready_when_approved_or_short",
                condition=~Q(state=ListOutState.READY) | Q(needs_approval=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="list_out_fetched_when_ready",
                condition=Q(fetched_at__isnull=True) | Q(state=ListOutState.READY),
            ),
            refused_by_somebody_who_says_why("list_out_refused_with_a_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"List {self.pk}"

    @property
    def code(self) -> str:
        """As it is printed on every page of the list, so that paper leads back to its purpose."""
        return f"{self.asked_at:%Y}-{self.pk:06}"

    @property
    def is_ready(self) -> bool:
        return self.state == ListOutState.READY
