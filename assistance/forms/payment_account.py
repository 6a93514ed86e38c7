"""A bank account as it is typed, and the decision on it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import Form, ModelForm
from assistance.models import Holder, PaymentAccount
from children.forms.fields import NameField, refused
from children.models import Child, Document, Guardianship
from children.rules import identifiers
from children.rules.identifiers import IdentifierError


class AccountNumberField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "numeric"}
        super().__init__(**{"max_length": 60, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return identifiers.parse_bank_account(text).number
        except IdentifierError as error:
            raise refused(error) from error


class AccountForm(ModelForm):
    holder = NameField(
        label=_("Name of the holder"),
        help_text=_("From the card or passbook: it is compared with the name on file."),
    )  # fmt: skip
    account_number = AccountNumberField(
        label=_("Account number"), help_text=_("Card or passbook, 8 to 30 digits.")
    )
    again = AccountNumberField(label=_("Account number again"))
    paper = forms.FileField(
        label=_("Photo or copy of card or passbook"), required=False,
        help_text=_("JPEG, PNG or PDF; 10 MB at most."),
    )  # fmt: skip
    proof = forms.ModelChoiceField(
        label=_("Or a document of the file"), queryset=Document.objects.none(), required=False,
        empty_label="—",
    )  # fmt: skip

    class Meta:
        model = PaymentAccount
        fields = ["holder_is", "guardianship", "holder", "bank"]
        help_texts = {"holder_is": _("Somebody else's account is looked at twice.")}

    def __init__(self, *args: Any, child: Child, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carers: Any = self.fields["guardianship"]
        rows = Guardianship.objects.permitted(grant).filter(child=child).on(today)
        carers.queryset = rows.select_related("guardian")
        carers.label_from_instance = lambda row: row.named
        carers.empty_label = "—"
        papers: Any = self.fields["proof"]
        papers.queryset = Document.objects.permitted(grant).filter(
            child=child, withdrawn_at=None, is_secret=False
        )
        papers.label_from_instance = lambda row: (
            f"{row.get_kind_display()} {row.uploaded_at:%Y-%m-%d} {row.remark}".strip()
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("holder_is") != Holder.GUARDIAN:
            data["guardianship"] = None
        elif not data.get("guardianship"):
            self.add_error("guardianship", _("Choose the guardian to whom the account belongs."))
        number, again = data.get("account_number"), data.get("again")
        if number and again and number != again:
            self.add_error("again", _("The two numbers differ. Copy them from the card again."))
        if not data.get("paper") and not data.get("proof") and "paper" not in self.errors:
            self.add_error("paper", _("Add a photo or a copy of the card or passbook."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {n: v for n, v in self.cleaned_data.items() if n not in ("again", "paper")}


class RefusalForm(Form):
    reason = forms.CharField(label=_("Why it is not confirmed"), min_length=2, max_length=500)
