"""One notice on its way to one guardian: which rung of the ladder, what came back."""

import uuid
from datetime import date
from typing import Any, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import OfChild, OfGuardian
from accounts.history import History
from children.models import Guardian, Guardianship
from children.models.base import OfChildQuerySet, Record
from children.models.guardianship import GuardianshipKind
from children.rules import masking
from schools.rules.notice import Step, guardian_kinds

from .enrolment import LET_GO, Enrolment
from .notice import Notice, NoticeKind


class DeliveryStep(models.TextChoices):
    PAGE = Step.PAGE.value, _("message with a link")
    PHONE = Step.PHONE.value, _("phone call")
    VISIT = Step.VISIT.value, _("visit at home")
    PAPER = Step.PAPER.value, _("paper slip")


class DeliveryState(models.TextChoices):
    QUEUED = "QUEUED", _("waiting to be sent")
    CLAIMED = "CLAIMED", _("being sent")
    SENT = "SENT", pgettext_lazy("notice", "sent, unread")
    DELIVERED = "DELIVERED", pgettext_lazy("notice", "handed over, unread")
    UNKNOWN = "UNKNOWN", _("perhaps sent: nobody knows")
    FAILED = "FAILED", pgettext_lazy("notice", "not sent")
    STOPPED = "STOPPED", pgettext_lazy("notice", "stopped")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("notice", "withdrawn")
    READ = "READ", pgettext_lazy("notice", "read")
    ANSWERED = "ANSWERED", pgettext_lazy("notice", "answered")


class Answer(models.TextChoices):
    YES = "YES", pgettext_lazy("answer", "yes")
    NO = "NO", pgettext_lazy("answer", "no")
    CALL = "CALL", _("please call me")


DONE = (
    DeliveryState.READ, DeliveryState.ANSWERED, DeliveryState.STOPPED, DeliveryState.WITHDRAWN,
)  # fmt: skip
KNOWN = (DeliveryState.READ, DeliveryState.ANSWERED)
# A person has to do something: the machine has nothing left to try.
FOR_PEOPLE = Q(state__in=[DeliveryState.UNKNOWN, DeliveryState.FAILED]) | (
    ~Q(state__in=[*DONE, DeliveryState.QUEUED, DeliveryState.CLAIMED]) & ~Q(step=DeliveryStep.PAGE)
)


def notifiable(day: date, kind: str = NoticeKind.OTHER) -> Any:
    """Guardianships whose guardian may have a notice of `kind` on `day`: the only rule.

    Show who is among them, never who is left out: a report of harm may be the reason. A file that
    is continued in another one has nobody: that one may know more of them.
    """
    kinds = guardian_kinds(
        needs_consent=kind == NoticeKind.CONSENT, kinds=tuple(GuardianshipKind.values)
    )
    rows = Guardianship.objects.on(day).filter(kind__in=kinds, child__merged_into=None)
    return rows.notifiable()


def may_be_told(day: date) -> Q:
    """Of deliveries: their guardian may still have the notice on `day`."""
    consent = Q(notice__kind=NoticeKind.CONSENT)
    return (
        ~consent & Q(guardianship__in=notifiable(day))
        | consent & Q(guardianship__in=notifiable(day, NoticeKind.CONSENT))
    )  # fmt: skip


class NoticeDeliveryQuerySet(OfChildQuerySet):
    def unread(self) -> Self:
        return self.exclude(state__in=DONE)

    def for_people(self) -> Self:
        return self.filter(FOR_PEOPLE)

    def to_be_told(self, day: date) -> Self:
        """Whose guardian may still have the notice on `day`; for work to be done, not for lists of
        what was sent."""
        return self.filter(may_be_told(day))

    def of_children_who_left(self, day: date) -> Self:
        """Whose child has left the school of the notice's writer: nobody there sees it any more."""
        roll = Enrolment.objects.filter(child=OuterRef("child"))
        school = OuterRef("notice__writer__organisation")
        gone = roll.filter(school=school, ends_on__lte=day, end_reason__in=LET_GO)
        return self.filter(
            ~Exists(roll.on(day).filter(school=school)),
            Exists(roll.on(day).exclude(school=school)) | Exists(gone),
            notice__writer__organisation__isnull=False,
        )


class NoticeDelivery(Record):
    """`phone` is what it was when the notice went out; of the link only a hash is kept."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    guardianship = models.ForeignKey(Guardianship, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(
        Guardian, verbose_name=_("guardian"), on_delete=models.PROTECT, related_name="+"
    )
    step = models.CharField(_("way"), max_length=6, choices=DeliveryStep, default=DeliveryStep.PAGE)
    step_on = models.DateField(_("this way since"))
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED
    )
    phone = EncryptedTextField(
        _("phone"), context="schools.NoticeDelivery.phone", row_key="uuid", blank=True, default=""
    )
    link_hash = models.BinaryField(null=True, max_length=32, editable=False)
    link_ends_at = models.DateTimeField(_("link ends"), null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("times tried"), default=0, editable=False)
    send_after = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("taken up"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("time", "sent"), null=True, blank=True)
    failure = models.CharField(_("why not"), max_length=20, blank=True)
    opened_at = models.DateTimeField(pgettext_lazy("time", "page opened"), null=True, blank=True)
    read_at = models.DateTimeField(pgettext_lazy("time", "read"), null=True, blank=True)
    answered_at = models.DateTimeField(pgettext_lazy("time", "answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=4, choices=Answer, blank=True)
    answer_text = models.TextField(_("in their words"), max_length=300, blank=True)

    objects = NoticeDeliveryQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        indexes = [
            models.Index(
                fields=["id"], name="delivery_waiting",
                condition=Q(state__in=[DeliveryState.QUEUED, DeliveryState.CLAIMED]),
            ),
            models.Index(
                fields=["child"], name="delivery_open", condition=~Q(state__in=DONE)
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "guardian"],
                name="delivery_once_for_a_guardian",
                violation_error_message=_("This guardian has the notice already."),
            ),
            models.UniqueConstraint(fields=["link_hash"], name="delivery_link_once"),
            models.CheckConstraint(
                name="delivery_step_known", condition=Q(step__in=DeliveryStep.values)
            ),
            models.CheckConstraint(
                name="delivery_state_known", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="delivery_link_ends",
                condition=Q(link_hash__isnull=True) | Q(link_ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_claim_has_its_moment",
                condition=~Q(state=DeliveryState.CLAIMED) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_read_has_its_moment",
                condition=~Q(state__in=KNOWN) | Q(read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_answer_is_whole",
                condition=Q(state=DeliveryState.ANSWERED, answered_at__isnull=False)
                & Q(answer__in=Answer.values)
                | ~Q(state=DeliveryState.ANSWERED) & Q(answered_at__isnull=True, answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"

    @property
    def masked_phone(self) -> str:
        return masking.phone(self.phone)

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def was_seen(self) -> bool:
        """Whether the guardian saw its text: on the page, or from a person."""
        return self.opened_at is not None or self.state in KNOWN

    @property
    def is_being_sent(self) -> bool:
        return self.state in (DeliveryState.QUEUED, DeliveryState.CLAIMED)

    @cached_property
    def failure_label(self) -> str:
        return str(FAILURES.get(self.failure, _("the gateway refused it")))


FAILURES = {
    "NO_PHONE": _("no phone is recorded"),
    "NO_CHANNEL": _("no message service is set up"),
    "TIMEOUT": _("the gateway did not answer in time"),
    "UNREACHABLE": _("the gateway could not be reached"),
    "NOT_UNDERSTOOD": _("the gateway's answer was not understood"),
    "INTERRUPTED": _("sending was interrupted"),
}


class NoticeCodeQuerySet(models.QuerySet):
    def visible_to(self, grant: Grant) -> Self:
        """Of guardians of permitted children."""
        return self.filter(guardian__in=Guardian.objects.permitted(grant))


class NoticeCode(models.Model):
    """The number with which a guardian opens every message; told by a person, never by SMS."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    guardian = models.OneToOneField(
        Guardian, verbose_name=_("guardian"), on_delete=models.PROTECT, related_name="+"
    )
    code = EncryptedTextField(
        _("reading number"), context="schools.NoticeCode.code", row_key="uuid"
    )
    code_hash = BlindIndexField(source="code", context="notice_code")
    made_at = models.DateTimeField(_("made"))

    objects = NoticeCodeQuerySet.as_manager()
    history = History()
    row_security = OfGuardian()

    class Meta:
        verbose_name = _("reading number")
        verbose_name_plural = _("reading numbers")

    def __str__(self) -> str:
        return f"Reading number {self.pk}"


class NoticeTry(models.Model):
    """A number tried at a guardian's page, right or wrong; of the address only a keyed hash.

    Written by the database's own function alone (`schools/migrations/_notice_sql.py`), and deleted
    by the clock (`schools.actions.notice_cleaning`).
    """

    at = models.DateTimeField()
    child = models.ForeignKey(
        "children.Child", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    delivery = models.ForeignKey(
        NoticeDelivery, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    address_hash = models.BinaryField(max_length=32)
    is_right = models.BooleanField()

    row_security = OfChild()
    is_insert_only = True

    class Meta:
        verbose_name = _("try at a guardian's page")
        verbose_name_plural = _("tries at guardians' pages")
        indexes = [
            models.Index(fields=["delivery", "at"], name="try_of_delivery"),
            models.Index(fields=["address_hash", "at"], name="try_of_address"),
            BrinIndex(fields=["at"], name="try_by_time"),
        ]

    def __str__(self) -> str:
        return f"Try {self.pk}"
