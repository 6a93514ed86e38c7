"""What all our forms share: Bootstrap's classes and texts that a database can hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Area
from accounts.models.area import ancestor_codes

INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
)


class StyledForm(forms.BaseForm):
    """Mixin: Bootstrap classes by kind of widget; ids of errors for screen readers."""

    fields: dict[str, Any]
    _errors: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style(field.widget)

    def full_clean(self) -> None:
        super().full_clean()
        for name in self._errors or {}:
            if name in self.fields:
                widget = self.fields[name].widget
                widget.attrs["class"] = f"{widget.attrs.get('class', '')} is-invalid".strip()


def style(widget: forms.Widget) -> None:
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.RadioSelect | forms.HiddenInput):
        return
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    widget.attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()


class Form(StyledForm, forms.Form):
    """Base of our plain forms."""


class ModelForm(StyledForm, forms.ModelForm):
    """A form whose fields are those of a record; it checks, an action saves."""

    def save(self, commit: bool = True) -> Any:
        raise TypeError("Forms save nothing: call an action.")


class DateField(forms.DateField):
    """A day, by the browser's own picker; also 20150307, 2015.3.7, 2015年3月7日 as typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("There is no such day. Write it as 2015-03-07.")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _plain_date(value)
        day = super().to_python(value)
        if day is not None and not 1900 <= day.year <= 2200:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


def _plain_date(text: str) -> str:
    import re
    import unicodedata

    text = unicodedata.normalize("NFKC", text).translate(INVISIBLE).strip().rstrip("日.")
    parts = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text) or re.fullmatch(
        r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})", text
    )
    return "-".join(parts.groups()) if parts else text


class _Group:
    """Mixin of widgets of several buttons: the heading of the group has the field's own id."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return id_ if index is None else super().id_for_label(id_, index)  # type: ignore[misc]


class ChoiceButtons(_Group, forms.RadioSelect):
    """One of few, as big buttons side by side; works without script and by the arrow keys."""

    template_name = "widgets/choice_buttons.html"


class CheckButtons(_Group, forms.CheckboxSelectMultiple):
    """Any of some, one below the other, the whole line to be tapped."""

    template_name = "widgets/check_buttons.html"


class AreaPicker(forms.TextInput):
    """Type characters or pinyin, choose from what fits; `within` is a code, "" the country."""

    template_name = "widgets/area_picker.html"

    def __init__(self, within: str = "", level: int | None = None) -> None:
        super().__init__()
        self.within, self.level = within, level

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        code = value.pk if isinstance(value, Area) else (value or "")
        context["widget"] |= {
            "code": code,
            "text": area_path(code, self.within) if code.isdigit() else "",
            "within": self.within,
            "level": self.level or "",
        }
        return context


def area_path(code: str, within: str = "") -> str:
    """Names from below `within` down: "千岛湖镇 某某村"; the code itself when it is unknown."""
    codes = [c for c in ancestor_codes(code) if len(c) > len(within)] or [code]
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    return " ".join(names[c] for c in codes if c in names) or code


class AreaField(forms.Field):
    """An area of `level` (digits of its code) or any, inside `within`; cleans to an Area."""

    default_error_messages = {
        "unknown": _("Choose a place from the list that appears while you type."),
        "outside": _("This place is outside your area."),
        "level": _("Choose a village or community."),
    }

    def __init__(self, *, within: str = "", level: int | None = None, **kwargs: Any) -> None:
        self.within, self.level = within, level
        kwargs.setdefault("widget", AreaPicker(within, level))
        super().__init__(**kwargs)

    def limit(self, within: str, most_choices: int = 40) -> None:
        """Keep to `within`; where few places remain, a plain list is quicker than typing."""
        self.within = within
        places = Area.objects.inside(within).current().filter(level=self.level or 12)
        columns = ("code", "name", "parent_id", "parent__name")
        found = list(places.values_list(*columns)[: most_choices + 1]) if within else []
        if 0 < len(found) <= most_choices:
            several = len({parent for _code, _name, parent, _above in found}) > 1
            choices = [
                (code, f"{above} {name}" if several and above else name)
                for code, name, _parent, above in found
            ]
            if len(choices) > 1:
                choices.insert(0, ("", "—"))
            self.widget = forms.Select(choices=choices)
            self.initial = found[0][0] if len(found) == 1 else self.initial
        else:
            self.widget = AreaPicker(within, self.level)
        self.widget.is_required = self.required
        style(self.widget)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Area) else value

    def clean(self, value: Any) -> Area | None:
        code = (value or "").strip() if not isinstance(value, Area) else value.pk
        if not code:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        area = (
            Area.objects.current().defer("search_keys").filter(code=code[:12]).first()
            if code.isdigit()
            else None
        )
        if area is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if not area.code.startswith(self.within):
            raise ValidationError(self.error_messages["outside"], code="outside")
        if self.level and area.level != self.level:
            raise ValidationError(self.error_messages["level"], code="level")
        return area
