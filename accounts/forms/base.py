"""What all our forms share: Bootstrap's classes and texts that a database can hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Area
from accounts.models.area import ancestor_codes, find_areas

from .limits import in_plain_words

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
            in_plain_words(field)

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
    """Type characters or pinyin, choose from what fits; `within` is a code, "" the country.

    Where at most `most_choices` places remain, a plain list is quicker than typing. Without
    scripts the text itself is sent, and `AreaField` looks for the place.
    """

    template_name = "widgets/area_picker.html"

    def __init__(self, within: str = "", level: int | None = None) -> None:
        super().__init__()
        self.within, self.level, self.most_choices = within, level, 0

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The code chosen, or the text; over a code that scripts left there the text wins."""
        code, typed = data.get(name), data.get(f"{name}_typed")
        was_code, _space, was_typed = data.get(f"{name}_was", "").partition(" ")
        is_typed_over = code == was_code and typed is not None and typed != was_typed
        return typed if is_typed_over else code or typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices = self._few_places()
        if not choices:
            return super().render(name, value, attrs, renderer)
        css = self.attrs.get("class", "").replace("form-control", "form-select")
        choose = forms.Select(attrs={**self.attrs, "class": css}, choices=choices)
        if len(choices) == 1:
            attrs = {key: val for key, val in (attrs or {}).items() if key != "required"}
        return choose.render(name, value, attrs, renderer)

    def _few_places(self) -> list[tuple[str, str]]:
        """Code and name of every place to choose from; none when they are too many."""
        if not self.most_choices or not self.within:
            return []
        places = Area.objects.inside(self.within).current().filter(level=self.level or 12)
        columns = ("code", "name", "parent_id", "parent__name")
        found = list(places.values_list(*columns)[: self.most_choices + 1])
        if len(found) > self.most_choices:
            return []
        several = len({parent for _code, _name, parent, _above in found}) > 1
        choices = [
            (code, f"{above} {name}" if several and above else name)
            for code, name, _parent, above in found
        ]
        return [("", "—"), *choices] if len(choices) > 1 else choices

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        code = value.pk if isinstance(value, Area) else str(value or "")
        is_code = code.isascii() and code.isdigit()
        context["widget"] |= {
            "code": code if is_code else "",
            "text": area_path(code, self.within) if is_code else code,
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
    """An area of `level` (digits of its code) or any, inside `within`; cleans to an Area.

    Takes a code, or a name as it was typed when one place alone fits it.
    """

    default_error_messages = {
        "unknown": _("Choose a place from the list that appears while you type."),
        "several": _("Several places fit: %(places)s. Write the place above it first."),
        "outside": _("This place is outside your area."),
        "level": _("Choose a village or community."),
    }

    def __init__(self, *, within: str = "", level: int | None = None, **kwargs: Any) -> None:
        self.within, self.level = within, level
        self.known: Area | None = None  # what stands there already, fetched with its row
        kwargs.setdefault("widget", AreaPicker(within, level))
        super().__init__(**kwargs)

    def limit(self, within: str, most_choices: int = 40) -> None:
        """Keep to `within`; where few places remain, they are listed."""
        self.within = self.widget.within = within
        self.widget.most_choices = most_choices

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Area) else value

    def clean(self, value: Any) -> Area | None:
        text = (value or "").strip() if not isinstance(value, Area) else value.pk
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if self.known is not None and text == self.known.pk:
            return self.known
        area = self._by_code(text) if text.isascii() and text.isdigit() else self._by_name(text)
        if not area.code.startswith(self.within):
            raise ValidationError(self.error_messages["outside"], code="outside")
        if self.level and area.level != self.level:
            raise ValidationError(self.error_messages["level"], code="level")
        return area

    def _by_code(self, code: str) -> Area:
        area = Area.objects.current().defer("search_keys").filter(code=code[:12]).first()
        if area is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return area

    def _by_name(self, text: str) -> Area:
        text = text.replace("\x00", "")[:50]
        found = find_areas(text, self.within, self.level)
        same = [area for area in found if area.name == text.split()[-1]] if text.split() else []
        if len(same) == 1 or len(found) == 1:
            return (same or found)[0]
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        places = ", ".join(area_path(area.pk, self.within) for area in found[:5])
        raise ValidationError(self.error_messages["several"], "several", {"places": places})
