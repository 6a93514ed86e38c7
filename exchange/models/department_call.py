"""What departments asked by machine, the questions that wait, and what they want to be told of."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import InArea, OfChild
from accounts.history import History
from children.models import Record
from exchange.rules.department_message import Action

from .sharing_agreement import DepartmentToken, Registry, SharingAgreement

ACTIONS = {
    Action.SEARCH: pgettext_lazy("call", "search"),
    Action.STATUS: pgettext_lazy("call", "answer of a search"),
    Action.SUBSCRIBE: pgettext_lazy("call", "subscription"),
    Action.UNSUBSCRIBE: pgettext_lazy("call", "end of a subscription"),
    Action.NOTIFICATIONS: pgettext_lazy("call", "changed records"),
}
ANSWERS = {
    200: pgettext_lazy("call", "answered"),
    202: pgettext_lazy("call", "taken, answered later"),
    400: pgettext_lazy("call", "not understood"),
    401: pgettext_lazy("call", "signature missing or wrong"),
    403: pgettext_lazy("call", "beyond the agreement"),
    404: pgettext_lazy("call", "no such search"),
    413: pgettext_lazy("call", "too large"),
    415: pgettext_lazy("call", "not understood"),
    429: pgettext_lazy("call", "beyond the limits"),
}
TOO_MANY = 429  # such a call is logged and counts for no limit


def _is_sha256(name: str) -> Exact:
    length = Func(F(name), function="octet_length", output_field=models.IntegerField())
    return Exact(length, 32)


class DepartmentCall(models.Model):
    """One call with a living token. Insert-only: no line of it, only hashes and numbers."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="calls")
    token = models.ForeignKey(DepartmentToken, on_delete=models.PROTECT, related_name="calls")
    area_code = models.CharField(max_length=12, db_collation="C")
    registry = models.CharField(_("registry"), max_length=20, choices=Registry)
    action = models.CharField(pgettext_lazy("call", "asked for"), max_length=20)
    searches = models.PositiveIntegerField(_("people asked for"), default=0)
    rows = models.PositiveIntegerField(_("records given"), default=0)
    status = models.PositiveSmallIntegerField(pgettext_lazy("call", "answer"))  # of HTTP
    request_hash = models.BinaryField(max_length=32)  # SHA-256 of the body as it came
    answer_hash = models.BinaryField(max_length=32)
    signed_hash = models.BinaryField(max_length=32, null=True)  # SHA-256 of what was signed
    address = models.GenericIPAddressField(_("from where"), null=True)
    at = models.DateTimeField(_("when"))

    row_security = InArea("area_code")
    is_insert_only = True

    class Meta:
        verbose_name = _("call of a department")
        verbose_name_plural = _("calls of departments")
        indexes = [
            models.Index(fields=["token", "-at"], name="department_call_of_token"),
            models.Index(fields=["agreement", "-at"], name="department_call_of_agreement"),
        ]
        constraints = [
            models.CheckConstraint(
                name="department_call_hashes_are_sha256",
                condition=Q(_is_sha256("request_hash")) & Q(_is_sha256("answer_hash")),
            ),
            models.CheckConstraint(
                name="department_call_codes_known",
                condition=Q(registry__in=Registry.values, action__in=[a.value for a in Action]),
            ),
            models.UniqueConstraint(
                fields=["token", "signed_hash"],
                name="department_call_signed_once",
                condition=Q(signed_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Call {self.pk}"

    @property
    def action_in_words(self) -> str:
        return str(ACTIONS[Action(self.action)])

    @property
    def answer_in_words(self) -> str:
        return str(ANSWERS.get(self.status, ""))


class SearchState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("search", "waits")
    ANSWERED = "ANSWERED", pgettext_lazy("search", "answered")
    REFUSED = "REFUSED", pgettext_lazy("search", "refused")


class DepartmentSearchQuerySet(models.QuerySet):
    def to_forget(self, now: datetime) -> Self:
        return self.filter(forget_at__lte=now)


class DepartmentSearch(models.Model):
    """A search answered by the worker and fetched by its status; forgotten after some days.

    `asked`: JSON of the list search_request. `answer`: JSON of the list search_response.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)  # correlation_id
    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=12, db_collation="C")
    registry = models.CharField(max_length=20, choices=Registry)
    transaction_id = models.CharField(max_length=99)
    state = models.CharField(max_length=10, choices=SearchState, default=SearchState.WAITING)
    asked = EncryptedTextField(context="exchange.DepartmentSearch.asked", row_key="uuid")
    answer = EncryptedTextField(
        context="exchange.DepartmentSearch.answer", row_key="uuid", blank=True, default=""
    )
    rows = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    forget_at = models.DateTimeField()

    objects = DepartmentSearchQuerySet.as_manager()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("search of a department")
        verbose_name_plural = _("searches of departments")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "registry", "transaction_id"], name="department_search_once"
            ),
            models.CheckConstraint(
                name="department_search_codes_known",
                condition=Q(registry__in=Registry.values, state__in=SearchState.values),
            ),
        ]

    def __str__(self) -> str:
        return f"Search {self.pk}"


class DepartmentSubscription(Record):
    """A department wants to be told when the record of one child changes.

    `uuid` is the subscription's code. `first_hash`: SHA-256 of the record at the beginning.
    """

    agreement = models.ForeignKey(
        SharingAgreement, on_delete=models.PROTECT, related_name="subscriptions"
    )
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="department_subscriptions"
    )
    event = models.CharField(max_length=99)
    first_hash = models.BinaryField(max_length=32)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("subscription of a department")
        verbose_name_plural = _("subscriptions of departments")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "child"], name="department_subscription_once",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="department_subscription_hash_is_sha256",
                condition=Q(_is_sha256("first_hash")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Subscription {self.pk}"


class DepartmentNotice(models.Model):
    """A changed record, kept until the department says that it has it, or some days.

    `record`: JSON, "null" when the child is no longer in the registry.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(
        DepartmentSubscription, on_delete=models.PROTECT, related_name="notices"
    )
    area_code = models.CharField(max_length=12, db_collation="C")
    record = EncryptedTextField(context="exchange.DepartmentNotice.record", row_key="uuid")
    record_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    had_at = models.DateTimeField(null=True, blank=True)

    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("notice to a department")
        verbose_name_plural = _("notices to departments")
        indexes = [models.Index(fields=["subscription", "-at"], name="department_notice_latest")]
        constraints = [
            models.CheckConstraint(
                name="department_notice_hash_is_sha256", condition=Q(_is_sha256("record_hash"))
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


# Past their days; the newest of each subscription stays, to be compared with.
FORGET_NOTICES = """
DELETE FROM exchange_departmentnotice n
USING exchange_departmentsubscription s, exchange_sharingagreement a
WHERE s.id = n.subscription_id AND a.id = s.agreement_id
  AND n.at <= %s - make_interval(days => a.days_kept)
  AND EXISTS (SELECT FROM exchange_departmentnotice later
               WHERE later.subscription_id = n.subscription_id
                 AND (later.at, later.id) > (n.at, n.id))
"""
