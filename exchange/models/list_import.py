"""A list that was taken in: the record of sharing, its rows, and what it would change."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.crypto.cipher import HASH_BYTES, blind_indexes
from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import InAnyArea, InArea, OfChild
from accounts.history import History
from accounts.models.area import upper_bound
from children.models.base import OfChildQuerySet, Record
from children.rules.categories import SECRET

from .feed import FeedKind
from .of_area import OfAreaQuerySet


class ListImport(models.Model):
    """Who took in what: kind, columns, counts and the hash of the file, never its name.

    How many rows stayed out may rest on files: shown to no department.
    """

    kind = models.CharField(_("kind of list"), max_length=30, choices=FeedKind)
    file_hash = models.BinaryField(max_length=32)
    columns = ArrayField(models.CharField(max_length=40), verbose_name=_("columns"))
    rows = models.PositiveIntegerField(_("rows"))
    accepted = models.PositiveIntegerField(pgettext_lazy("rows", "accepted"))
    rejected = models.PositiveIntegerField(pgettext_lazy("rows", "rejected"))
    at = models.DateTimeField(_("taken in"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("person", "by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    history = History()
    row_security = InAnyArea()

    class Meta:
        verbose_name = pgettext_lazy("list", "import")
        verbose_name_plural = pgettext_lazy("list", "imports")
        constraints = [
            models.CheckConstraint(
                name="list_import_kind_known", condition=Q(kind__in=FeedKind.values)
            ),
            models.CheckConstraint(
                name="list_import_counts_add_up",
                condition=Q(rows=models.F("accepted") + models.F("rejected")),
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"


class RowDecision(models.TextChoices):
    AUTOMATIC = "automatic", pgettext_lazy("match", "matched")
    SUGGESTED = "suggested", pgettext_lazy("match", "suggested")
    NEW = "new", pgettext_lazy("match", "new")
    NOBODY = "nobody", pgettext_lazy("match", "no child")


class ListRowQuerySet(OfAreaQuerySet):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(undone_at__isnull=True)


class ListRow(models.Model):
    """A good row of a list. `facts` is JSON of what it says; a row of the register whose child was
    found keeps none. The same row of the same kind of list is kept once."""

    list_import = models.ForeignKey(
        ListImport, on_delete=models.PROTECT, related_name="lines", db_constraint=False
    )
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30, choices=FeedKind)
    row = models.PositiveIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    id_number_hash = models.BinaryField(max_length=32, null=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=6, blank=True)
    area_code = models.CharField(max_length=12, blank=True, db_collation="C")
    facts = EncryptedTextField(context="exchange.ListRow.facts", blank=True, default="")
    # Codes, days and amounts of `facts` that checks compare; whom a person decided the row means.
    marks = models.JSONField(default=dict)
    person_key = models.BinaryField(max_length=HASH_BYTES, null=True)
    decision = models.CharField(max_length=10, choices=RowDecision)
    score = models.FloatField(default=0)
    child = models.ForeignKey(
        "children.Child",
        null=True,
        on_delete=models.PROTECT,
        related_name="list_rows",
        db_constraint=False,
    )

    # Taken back with its import, whose upload tells by whom and why. Nothing else ever changes but
    # whom a row means that meant nobody, when a file was opened since (`look_again`).
    undone_at = models.DateTimeField(null=True)

    objects = ListRowQuerySet.as_manager()
    is_never_deleted = True
    row_security = InArea("area_code")
    references_in_sets = True

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of lists")
        indexes = [
            models.Index(fields=["id_number_hash"], name="list_row_id_number_hash"),
            models.Index(fields=["area_code"], name="list_row_area"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "kind"],
                name="list_row_once",
                condition=Q(undone_at__isnull=True),
            ),
            models.CheckConstraint(
                name="list_row_decision_known", condition=Q(decision__in=RowDecision.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.pk}"


class ChangeState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("change", "open")
    ACCEPTED = "ACCEPTED", pgettext_lazy("change", "accepted")
    REFUSED = "REFUSED", pgettext_lazy("change", "refused")
    TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("change", "taken back with its list")


class ProposedField(models.TextChoices):
    NAME = "name", _("name")
    ID_NUMBER = "id_number", _("ID number")
    BIRTH_DATE = "birth_date", _("birth date")
    SEX = "sex", _("sex")
    RESIDENCE_AREA = "residence_area", _("lives in")
    HUKOU_AREA = "hukou_area", _("household registration")
    ADDRESS = "address", _("address")
    PHONE = "phone", _("phone")
    GUARDIAN = "guardian", _("guardian")
    CERTIFICATE = "certificate", _("disability certificate")
    CATEGORY = "category", _("category")
    ETHNICITY = "ethnicity", _("ethnicity")
    ECONOMIC = "economic", _("household status")
    FATHER = "father__status", _("father's situation")
    MOTHER = "mother__status", _("mother's situation")


class ProposedChangeQuerySet(OfChildQuerySet):
    def waiting(self, grant: Grant) -> Self:
        """For whoever keeps the file."""
        code = grant.area_code or "~"
        kept = {"child__managing_area__gte": code, "child__managing_area__lt": upper_bound(code)}
        return self.told(grant).filter(state=ChangeState.OPEN, child__merged_into=None, **kept)

    def told(self, grant: Grant) -> Self:
        """Secret categories do not exist for those not entitled."""
        if grant.allows(Permission.SECRET_VIEW):
            return self
        hashes = [mark for code in SECRET for mark in blind_indexes(str(code), "proposed_change")]
        return self.exclude(field=ProposedField.CATEGORY, new_value_hash__in=hashes)

    def accepted_of(self, list_import: ListImport) -> Self:
        """What the list said and people have taken over: it stays when the list is undone."""
        return self.filter(list_import=list_import, state=ChangeState.ACCEPTED)


class ProposedChange(Record):
    """What a list says otherwise than the file: a person accepts or refuses it, once.

    It is proposed again when a later list says it and the file has changed since.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="proposed_changes"
    )
    list_import = models.ForeignKey(ListImport, on_delete=models.PROTECT, related_name="proposals")
    field = models.CharField(_("fact"), max_length=20, choices=ProposedField)
    new_value = EncryptedTextField(_("list says"), context="exchange.ProposedChange.new_value")
    new_value_hash = BlindIndexField(source="new_value", context="proposed_change")
    state = models.CharField(
        _("state"), max_length=10, choices=ChangeState, default=ChangeState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ProposedChangeQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "field", "new_value_hash"], name="proposed_change_once",
                condition=Q(state=ChangeState.OPEN),
                violation_error_message=_("This change was proposed already."),
            ),
            models.CheckConstraint(
                name="proposed_change_decided_by_whom_and_when",
                condition=Q(state=ChangeState.OPEN, decided_by__isnull=True,
                            decided_at__isnull=True)
                | ~Q(state=ChangeState.OPEN) & Q(decided_by__isnull=False,
                                                 decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="proposed_change_codes_known",
                condition=Q(state__in=ChangeState.values, field__in=ProposedField.values),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Proposed change {self.pk}"
