"""Notices to guardians as they are written, and the texts they begin from."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission, may
from accounts.guard.policies import OfChild, Open
from accounts.history import History
from accounts.models import Posting
from children.models.base import OfChildQuerySet, Record
from schools.rules.notice import PLACEHOLDERS, unknown_placeholders

from .pairing import Pairing


class NoticeKind(models.TextChoices):
    MEETING = "MEETING", _("meeting or visit")
    PROGRESS = "PROGRESS", _("progress at school")
    ABSENCE = "ABSENCE", _("absence")
    HEALTH = "HEALTH", _("health")
    AID = "AID", _("help the family can apply for")
    CONSENT = "CONSENT", _("consent asked")
    OTHER = "OTHER", _("other")


class NoticeLanguage(models.TextChoices):
    ZH = "zh-hans", "中文"
    EN = "en", "English"


class NoticeTemplateQuerySet(models.QuerySet):
    def usable(self) -> Self:
        return self.filter(is_active=True).order_by("kind", "language", "subject")


class NoticeTemplate(models.Model):
    """A text to begin from; `{child}`, `{school}` and `{writer}` are filled in."""

    kind = models.CharField(_("kind of notice"), max_length=10, choices=NoticeKind)
    language = models.CharField(
        _("language"), max_length=10, choices=NoticeLanguage, default=NoticeLanguage.ZH
    )
    subject = models.CharField(pgettext_lazy("notice", "subject"), max_length=60)
    body = models.TextField(
        _("text"), max_length=1_000,
        help_text=_("{child}, {school} and {writer} are filled in. Short sentences, one thing."),
    )  # fmt: skip
    asks_answer = models.BooleanField(_("asks for yes or no"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = NoticeTemplateQuerySet.as_manager()
    history = History()
    row_security = Open("texts of the office, about nobody")

    class Meta:
        verbose_name = _("notice template")
        verbose_name_plural = _("notice templates")
        ordering = ["kind", "language", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "subject"],
                name="notice_template_subject_once",
                violation_error_message=_("There is a template with this subject already."),
            ),
            models.CheckConstraint(
                name="notice_template_kind_known", condition=Q(kind__in=NoticeKind.values)
            ),
            models.CheckConstraint(
                name="notice_template_language_known",
                condition=Q(language__in=NoticeLanguage.values),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        for field in ("subject", "body"):
            unknown = unknown_placeholders(getattr(self, field))
            if unknown:
                known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                raise ValidationError(
                    {field: _("Only these can be filled in: %(known)s.") % {"known": known}}
                )


class NoticeQuerySet(OfChildQuerySet):
    def of_desk(self, grant: Grant, today: date) -> Self:
        """What this posting answers for, of its permitted rows.

        An area: all of them. The lead: the school's. A teacher: their own, and whatever colleagues
        wrote for the children they are paired with; a deputy, those of who is away.
        """
        rows = self
        if grant.sees_own_area:
            return rows
        if grant.allows(Permission.GROUP_LEAD):
            return rows.filter(writer__organisation=grant.posting.organisation_id)
        desks = grant.posting.desks
        mine = Pairing.objects.on(today).filter(helper__in=desks)
        return rows.filter(Q(writer__in=desks) | Q(child__in=mine.values("child")))


class Notice(Record):
    """Written once, for one child; those written in one go share their `batch`.

    To whom it goes is asked when it is sent (`expanded_at`), never before. One that was withdrawn
    stays; what has not gone out yet stops, and its page says that it was withdrawn.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="notices")
    writer = models.ForeignKey(
        Posting, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind of notice"), max_length=10, choices=NoticeKind)
    language = models.CharField(
        _("language"), max_length=10, choices=NoticeLanguage, default=NoticeLanguage.ZH
    )
    subject = models.CharField(pgettext_lazy("notice", "subject"), max_length=60)
    body = models.TextField(_("text"), max_length=1_000)
    asks_answer = models.BooleanField(_("asks for yes or no"), default=False)
    written_at = models.DateTimeField(_("written"))
    expanded_at = models.DateTimeField(_("sending began"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(
        pgettext_lazy("time", "withdrawn"), null=True, blank=True, editable=False
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("withdrawn by"), null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    withdrawn_because = models.CharField(
        _("why it was withdrawn"), max_length=500, blank=True, editable=False
    )

    objects = NoticeQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["child", "-written_at"], name="notice_of_child_newest"),
            models.Index(fields=["writer", "-id"], name="notice_by_writer"),
            models.Index(
                fields=["batch"], name="notice_not_expanded", condition=Q(expanded_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "child"],
                name="notice_once_for_a_child_in_a_batch",
                violation_error_message=_("This notice was written for the child already."),
            ),
            models.CheckConstraint(
                name="notice_kind_known", condition=Q(kind__in=NoticeKind.values)
            ),
            models.CheckConstraint(
                name="notice_language_known", condition=Q(language__in=NoticeLanguage.values)
            ),
            models.CheckConstraint(
                name="notice_says_something",
                condition=~Q(subject="") & ~Q(body=""),
                violation_error_message=_("A notice has a subject and a text."),
            ),
            models.CheckConstraint(
                name="notice_withdrawn_by_somebody_for_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True,
                            withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because=""),
                violation_error_message=_("Say why the notice is withdrawn."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Notice {self.pk}"

    @property
    def in_words(self) -> str:
        """What its trail calls it."""
        return self.subject

    def may_be_withdrawn_by(self, posting: Posting) -> bool:
        """Whether `posting` may withdraw it: who wrote it, their deputy, or the lead
        of the writer's school."""
        if self.writer_id in posting.desks:
            return True
        school = self.writer.organisation_id
        leads = may(posting, Permission.GROUP_LEAD)
        return leads and school is not None and posting.organisation_id == school
