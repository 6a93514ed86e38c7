"""Widgets drawn in one go say what Django's own templates say, character by character."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

CHOICES = [
    ("", "—"),
    ("A&B", '<b>"a" & b</b>'),
    (1, _("child")),
    (1_000_000, 1_000_000),
    (Decimal("1.5"), Decimal("1234.5")),
    ("safe", mark_safe("<i>safe</i>")),
    ("<Group> & \"more\"", [("x'y", "x'y"), (True, "yes"), (None, "none")]),
]  # fmt: skip
ATTRS = {
    "class": "form-select is-invalid", "required": True, "disabled": False, "data-n": 1_000,
    "title": '<"quoted" & \'so\'>', "data-safe": mark_safe("&amp;"), "data-none": None,
}  # fmt: skip
WIDGETS = {
    "select": (forms.Select(choices=CHOICES), ["", "A&B", 1, "1", "safe", "x'y", None]),
    "several": (forms.SelectMultiple(choices=CHOICES), [[], ["A&B", "1"], None]),
    "yes or no": (forms.NullBooleanSelect(), [True, None, "false"]),
    "none": (forms.Select(), [""]),
    "text": (forms.TextInput(), ["", None, '<"a" & b>', 1_000_000, mark_safe("&lt;")]),
    "number": (forms.NumberInput(), [1_000_000, Decimal("1234.50")]),
    "date": (forms.DateInput(format="%Y-%m-%d"), [date(2026, 3, 12), "12.3."]),
    "box": (forms.CheckboxInput(), [True, False, "x"]),
    "file": (forms.FileInput(), [None]),
    "lines": (forms.Textarea(), ["", "a\n<b>", None]),
    "radio": (forms.RadioSelect(choices=CHOICES[:5]), [1, ""]),
    "boxes": (forms.CheckboxSelectMultiple(choices=CHOICES), [["A&B"], None]),
}


@pytest.mark.parametrize("attrs", [{}, ATTRS, {"id": "id_x", **ATTRS}], ids=["none", "all", "id"])
@pytest.mark.parametrize("kind", WIDGETS)
def test_a_widget_is_drawn_as_django_draws_it(kind, attrs):
    widget, values = WIDGETS[kind]

    for value in values:
        ours = widget.render("a<b", value, attrs, TemplatesSetting())
        assert ours == widget.render("a<b", value, attrs, DjangoTemplates()), value
