"""What a department may ask by machine, and a token for its system."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.forms.base import DateField, Form, ModelForm
from accounts.forms.chips import ManyChips
from children.models.category import CategoryCode
from exchange.models import Registry, SharedField, SharingAgreement
from exchange.models.sharing_agreement import SECRET_CODES
from exchange.rules.department_signature import read_public_key


def _several(label: Any, choices: Any, required: bool = True) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=ManyChips
    )


class AgreementForm(ModelForm):
    registries = _several(gettext_lazy("registries"), Registry.choices)
    fields_ = _several(gettext_lazy("fields"), SharedField.choices)
    secret_categories = _several(
        gettext_lazy("secret categories that it names"),
        [(code, CategoryCode(code).label) for code in SECRET_CODES],
        required=False,
    )
    starts_on = DateField(label=gettext_lazy("first day"))
    ends_on = DateField(label=gettext_lazy("last day"))

    class Meta:
        model = SharingAgreement
        fields = [
            "department", "sender_id", "purpose", "legal_ground", "registries",
            "secret_categories", "by_name_and_birth", "calls_a_minute", "searches_a_call",
            "searches_a_day", "days_kept", "starts_on", "ends_on",
        ]  # fmt: skip
        help_texts = {
            "sender_id": gettext_lazy(
                "As its messages say it in sender_id: small letters, digits, dots, hyphens."
            ),
            "by_name_and_birth": gettext_lazy(
                "Otherwise it has to know the ID number and the name."
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """Cleaned values by the names of the model."""
        facts = dict(self.cleaned_data)
        return facts | {"fields": facts.pop("fields_")}


class TokenForm(Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days that the token lasts"), min_value=1, max_value=732
    )
    public_key = forms.CharField(
        label=pgettext_lazy("signature", "public key"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Ed25519, as PEM. With it every message must be signed; without it the token is enough."
        ),
    )  # fmt: skip

    def clean_public_key(self) -> str:
        pem = str(self.cleaned_data["public_key"]).strip()
        if pem:
            try:
                read_public_key(pem)
            except ValueError:
                raise ValidationError(_("This is not an Ed25519 key in PEM.")) from None
        return pem


class EndForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it ends, or is not approved"), min_length=2, max_length=200
    )
