"""An application and its moves, as typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from children.models import Application, DocumentKind

from .child import category_choices


class _WhoAndWhy(Form):
    applicant = forms.CharField(
        label=_("Applicant"), max_length=100, required=False,
        help_text=_("Guardian, relative, or the village committee."),
    )  # fmt: skip
    grounds = forms.CharField(
        label=_("Grounds"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class ApplicationForm(_WhoAndWhy):
    category = forms.ChoiceField(label=_("Category"))
    field_order = ["category", "applicant", "grounds"]

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "—"), *category_choices(grant)]


class MoveForm(_WhoAndWhy):
    """Who applies, and on what grounds, is asked for a lead, which nobody has applied for yet."""

    move = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason, for the family"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        known = {"applicant": application.applicant, "grounds": application.grounds}
        super().__init__(*args, initial=known, **kwargs)
        if application.state != "LEAD":
            del self.fields["applicant"], self.fields["grounds"]

    @property
    def typed(self) -> dict[str, Any]:
        """Without what the page did not ask for: it stays as it is."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in ("move", "reason") or name in self.data
        }


class DocumentForm(Form):
    kind = forms.ChoiceField(
        label=_("Kind of document"),
        choices=[("", "—"), *(c for c in DocumentKind.choices if c[0] != "VISIT_PHOTO")],
    )
    file = forms.FileField(
        label=pgettext_lazy("upload", "File"),
        help_text=_("JPEG, PNG, PDF, Word, Excel or OpenDocument; 10 MB at most."),
    )
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)
    application = forms.ModelChoiceField(
        label=_("Belongs to application"), queryset=Application.objects.none(), required=False,
        empty_label="—",
    )  # fmt: skip
    is_secret = forms.BooleanField(label=_("Secret: for named roles only"), required=False)

    def __init__(self, *args: Any, applications: Any, tells_secrets: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["application"].queryset = applications
        self.fields["application"].label_from_instance = lambda row: row.get_category_display()
        if not tells_secrets:
            del self.fields["is_secret"]
