"""A notice as it is written, and what came of telling it by phone or at home."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.forms.base import ChoiceButtons, Form
from schools.models import Answer, Means, NoticeKind, NoticeLanguage
from schools.rules.notice import PLACEHOLDERS, unknown_placeholders


class WithdrawNoticeForm(Form):
    """`others`: how many more were written in the same go."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The guardians do not see the reason."),
    )  # fmt: skip
    with_batch = forms.BooleanField(required=False)

    def __init__(self, *args: Any, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not others:
            del self.fields["with_batch"]
            return
        self.fields["with_batch"].label = ngettext(
            "also the other one that was written in the same go",
            "also the %(count)s others that were written in the same go",
            others,
        ) % {"count": others}


class NoticeForm(Form):
    subject = forms.CharField(label=pgettext_lazy("notice", "Subject"), max_length=60)
    body = forms.CharField(
        label=_("Text"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("{child}, {school} and {writer} are filled in. Short sentences, one thing."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of notice"), choices=NoticeKind)
    language = forms.ChoiceField(label=_("Language of the text"), choices=NoticeLanguage)
    asks_answer = forms.BooleanField(label=_("ask for yes or no"), required=False)

    def _placeholders(self, name: str) -> str:
        text = self.cleaned_data[name]
        if unknown_placeholders(text):
            known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValidationError(_("Only these can be filled in: %(known)s."), params={
                "known": known
            })  # fmt: skip
        return text

    def clean_subject(self) -> str:
        return self._placeholders("subject")

    def clean_body(self) -> str:
        return self._placeholders("body")


class TellingForm(Form):
    """`asks` shows the answer asked for; `step` offers call or visit."""

    means = forms.ChoiceField(
        label=_("By"), widget=ChoiceButtons,
        choices=[(m.value, m.label) for m in (Means.PHONE, Means.VIDEO, Means.IN_PERSON)],
    )  # fmt: skip
    is_reached = forms.TypedChoiceField(
        label=_("Reached?"), widget=ChoiceButtons, coerce=lambda value: value == "yes",
        choices=[("yes", _("reached and told")), ("no", _("not reached"))],
    )  # fmt: skip
    answer = forms.ChoiceField(
        label=_("Answer"), required=False, widget=ChoiceButtons,
        choices=[("", _("none")), (Answer.YES.value, _("yes")), (Answer.NO.value, _("no"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What was said, in one sentence"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["answer"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data.setdefault("answer", "")
        if data.get("is_reached") is False:
            data["answer"] = ""
        return data
