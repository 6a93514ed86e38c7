"""What hangs on a child, as it is typed: categories, parents' situation, certificates, carers."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, ModelForm
from children.models import (
    CategorySpell,
    Child,
    CodeEntry,
    CodeList,
    DisabilityCertificate,
    DisabilityKind,
    EconomicStatusSpell,
    Guardianship,
    GuardianshipKind,
    IdType,
    ParentStatus,
    Relation,
)
from children.rules import identifiers, masking
from children.rules.certificate import Paper, Status, not_valid_from
from children.rules.identifiers import IdentifierError

from .child import category_choices
from .fields import IdNumberField, NameField, PhoneField, refused


class RecordForm(ModelForm):
    """Base: the child is known, a change has its reason, the database's promises are asked."""

    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    def __init__(self, *args: Any, child: Child, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.grant, self.today = child, grant, today
        if self.instance.pk is None:
            self.instance.child = child
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The child is no field of the form but part of its constraints."""
        return super()._get_validation_exclusions() - {"child"}  # type: ignore[misc]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class ParentStatusForm(RecordForm):
    starts_on = DateField(label=_("Since"))
    ends_on = DateField(label=_("Until"), required=False, help_text=_("E.g. end of a sentence."))
    evidence_on = DateField(label=_("Date of the evidence"), required=False)
    is_verified = forms.BooleanField(
        label=_("I have seen the evidence and verified it"), required=False
    )

    class Meta:
        model = ParentStatus
        fields = ["parent", "status", "starts_on", "ends_on", "evidence", "evidence_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_verified"].initial = self.instance.verified_by_id is not None

    @property
    def facts(self) -> dict[str, Any]:
        facts = super().facts
        verified = facts.pop("is_verified")
        kept = self.instance.verified_by_id is not None and verified
        facts["verified_by"] = (
            self.instance.verified_by if kept else self.grant.user if verified else None
        )
        facts["verified_on"] = self.instance.verified_on if kept else self.today
        if not verified:
            facts["verified_on"] = None
        return facts


class CategoryForm(RecordForm):
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"), required=False)

    class Meta:
        model = CategorySpell
        fields = [
            "category", "local_class", "starts_on", "ends_on", "ending_reason", "legal_basis",
            "evidence",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "—"), *category_choices(self.grant)]
        self.fields["local_class"].queryset = CodeEntry.objects.of(CodeList.LOCAL_CLASS)


class EconomicStatusForm(RecordForm):
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"), required=False)

    class Meta:
        model = EconomicStatusSpell
        fields = ["status", "starts_on", "ends_on", "evidence"]


class CertificateForm(RecordForm):
    number = IdNumberField(
        label=_("Certificate number"), required=False,
        help_text=_("20 or 22 characters; fills in kind and grade."),
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label=_("Kind of disability"), coerce=int, empty_value=None, required=False,
        choices=[("", "—"), *DisabilityKind.choices],
    )  # fmt: skip
    grade = forms.TypedChoiceField(
        label=_("Grade"), coerce=int, empty_value=None, required=False,
        choices=[("", "—"), *((grade, str(grade)) for grade in range(1, 5))],
    )  # fmt: skip
    issued_on = DateField(label=_("Issued"))
    expires_on = DateField(label=_("Expires"), required=False, help_text=_("Last valid day."))
    status_from = DateField(
        label=_("Not valid since"), required=False,
        help_text=_("When it was cancelled, frozen or moved away. Today, if you leave it empty."),
    )  # fmt: skip

    class Meta:
        model = DisabilityCertificate
        fields = [
            "number", "diagnosis", "kind", "grade", "issued_on", "expires_on", "status",
            "status_from",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.number
        masked = self.fields["number"].keep(stored, masking.certificate)
        if self.initial.get("number", stored) == stored:
            self.initial["number"] = masked

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"]
        if not text:
            return ""
        try:
            certificate = identifiers.parse_certificate(text, self.today)
        except IdentifierError as error:
            raise refused(error) from error
        own = self.child.id_number
        if own and certificate.resident_id.number != own:
            self.add_error("number", _("The number holds another person's ID number."))
        self.certificate = certificate
        return certificate.number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        certificate = getattr(self, "certificate", None)
        for name in ("kind", "grade"):
            told = getattr(certificate, name, None)
            if data.get(name) is None and told is None and not self.errors:
                self.add_error(name, _("Choose one, or write the certificate number."))
            elif told is not None and data.get(name) not in (None, told):
                self.add_error(name, _("The certificate number says something else."))
            elif told is not None:
                data[name] = told
        if not data.get("number") and not data.get("diagnosis") and "number" not in self.errors:
            self.add_error("number", _("Enter the certificate number or the diagnosis."))
        issued, expires = data.get("issued_on"), data.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("The certificate expires before it was issued."))
        data["status_from"] = self._not_valid_from(data)
        return data

    def _not_valid_from(self, data: dict[str, Any]) -> date | None:
        """As typed; today where it was valid until now. One that is valid has no such day, and of
        one that is entered as past nobody may know it."""
        told, status = data.get("status_from"), data.get("status", "")
        if not status or status == Status.VALID:
            return None
        if told or self.instance.pk is None or self.instance.status != Status.VALID:
            return told
        paper = Paper("", data.get("issued_on"), data.get("expires_on"), status)
        return not_valid_from(paper, self.today, self.today)


class GuardianForm(RecordForm):
    """A person and their care in one form."""

    name = NameField(label=_("Name"))
    relation = forms.ChoiceField(
        label=_("Relation to the child"), choices=[("", "—"), *Relation.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind of guardianship"), choices=[("", "—"), *GuardianshipKind.choices]
    )
    phone = PhoneField(label=_("Phone"), required=False)
    id_type = forms.ChoiceField(label=_("Kind of ID"), choices=IdType, initial=IdType.RESIDENT_ID)
    id_number = IdNumberField(label=_("ID number"), required=False)
    workplace = forms.CharField(label=_("Works in"), max_length=200, required=False)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"), required=False)

    class Meta:
        model = Guardianship
        fields = ["is_main_carer", "lives_with_child", "do_not_notify", "starts_on", "ends_on"]

    field_order = [
        "name", "relation", "kind", "phone", "starts_on", "ends_on", "is_main_carer",
        "lives_with_child", "do_not_notify", "id_type", "id_number", "workplace",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("instance")
        if row is not None:
            person = row.guardian
            told = {
                name: getattr(person, name)
                for name in ("name", "phone", "id_type", "id_number", "workplace")
            }
            told |= {"relation": row.relation, "kind": row.kind}
            kwargs["initial"] = told | (kwargs.get("initial") or {})
        elif not kwargs["child"].guardianships.on(kwargs["today"]).main_carers().exists():
            first = {
                "is_main_carer": True,
                "lives_with_child": True,
            }  # who is named first, mostly is
            kwargs["initial"] = first | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if row is not None:
            for name, mask in (("phone", masking.phone), ("id_number", masking.id_number)):
                masked = self.fields[name].keep(getattr(row.guardian, name), mask)
                if self.initial.get(name) == getattr(row.guardian, name):
                    self.initial[name] = masked
        self.fields["is_main_carer"].label = _("Main carer")
        self.fields["do_not_notify"].help_text = _(
            "This person gets no notices, e.g. while under suspicion of harming the child."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        number = data.get("id_number")
        if number and data.get("id_type") == IdType.NONE:
            self.add_error("id_type", _("Choose the kind of ID that the number belongs to."))
        if number and data.get("id_type") == IdType.RESIDENT_ID:
            try:
                identifiers.parse_resident_id(number, self.today)
            except IdentifierError as error:
                self.add_error("id_number", refused(error))
            if number == self.child.id_number:
                self.add_error("id_number", _("This is the child's own ID number."))
        return data
