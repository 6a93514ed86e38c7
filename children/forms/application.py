"""An application and its moves, as typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from children.models import Application, DocumentKind

from .child import category_choices


class ApplicationForm(Form):
    category = forms.ChoiceField(label=_("Category"))
    applicant = forms.CharField(
        label=_("Applicant"), max_length=100, required=False,
        help_text=_("Guardian, relative, or the village committee."),
    )  # fmt: skip
    grounds = forms.CharField(
        label=_("Grounds"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "—"), *category_choices(grant)]


class MoveForm(Form):
    move = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason, for the family"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


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
