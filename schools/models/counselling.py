"""Counselling: that a session took place, and what was said, which only two people read."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import NamedPeople
from children.models.base import OfChildQuerySet

from .referral import Referral


class SessionKind(models.TextChoices):
    CHILD = "CHILD", _("talk with the child")
    FAMILY = "FAMILY", _("talk with the family")
    GROUP = "GROUP", _("in a group")
    CRISIS = "CRISIS", _("in a crisis")


class SessionQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of permitted children; secret ones for the two named alone."""
        named = Q(counsellor=grant.user) | Q(lead=grant.user)
        return super().permitted(grant).filter(named | Q(is_secret=False))


class NoteQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of permitted children, for the two named alone, whatever their role."""
        named = Q(counsellor=grant.user) | Q(lead=grant.user)
        return super().permitted(grant).filter(named)


class CounsellingSession(models.Model):
    """That and when; insert-only, so that a secret one was never anything else."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("counsellor"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("named lead"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.CharField(_("kind of session"), max_length=8, choices=SessionKind)
    is_secret = models.BooleanField(_("secret"), default=False)
    entered_at = models.DateTimeField(_("entered"))

    objects = SessionQuerySet.as_manager()
    row_security = NamedPeople(people=("counsellor_id", "lead_id"), also_when="NOT is_secret")
    is_insert_only = True

    class Meta:
        verbose_name = _("counselling session")
        verbose_name_plural = _("counselling sessions")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["child", "-held_on"], name="session_of_child")]
        constraints = [
            models.CheckConstraint(
                name="session_lasts_a_day_at_most",
                condition=Q(minutes__gte=1, minutes__lte=1440),
                violation_error_message=_("A session lasts between a minute and a day."),
            ),
            models.CheckConstraint(
                name="session_kind_known", condition=Q(kind__in=SessionKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk}"


class NoteKind(models.TextChoices):
    SESSION = "SESSION", _("on a session")
    PLAN = "PLAN", _("plan")
    OUTCOME = "OUTCOME", _("outcome")
    OTHER = "OTHER", _("note")


class CounsellingNote(models.Model):
    """For `counsellor` and `lead` alone, in raw SQL too; a later note corrects an earlier one."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        CounsellingSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    written_at = models.DateTimeField(_("written"))
    kind = models.CharField(_("kind of note"), max_length=8, choices=NoteKind)
    text = EncryptedTextField(_("note"), context="schools.CounsellingNote.text")

    objects = NoteQuerySet.as_manager()
    row_security = NamedPeople(people=("counsellor_id", "lead_id"))
    is_insert_only = True

    class Meta:
        verbose_name = _("counselling note")
        verbose_name_plural = _("counselling notes")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["referral", "-written_at"], name="note_of_referral")]
        constraints = [
            models.CheckConstraint(name="note_kind_known", condition=Q(kind__in=NoteKind.values)),
            models.CheckConstraint(
                name="note_written_by_one_of_the_two",
                condition=Q(written_by=models.F("counsellor")) | Q(written_by=models.F("lead")),
            ),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"
