"""Attributes and options of a widget as HTML: a list of sixty is drawn in one go.

Django includes a template for each option and another for its attributes, most of what a form
costs. The text is the same, character by character (see `tests/accounts/test_drawn.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    return mark_safe("".join([_attribute(name, value) for name, value in attrs.items()]))


def options(groups: Iterable[tuple[Any, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """Of a `select`, with the lines around them."""
    parts = []
    for name, choices, _index in groups:
        if name:
            parts.append(f'\n  <optgroup label="{_shown(name)}">')
        parts += [_option(choice) for choice in choices]
        if name:
            parts.append("\n  </optgroup>")
    return mark_safe("".join(parts))


def _attribute(name: str, value: Any) -> str:
    if value is False:
        return ""
    return f" {_shown(name)}" if value is True else f' {_shown(name)}="{_text(value)}"'


DASHES = BLANK_CHOICE_DASH[0][1]


def _option(option: Mapping[str, Any]) -> str:
    label = "—" if option["label"] == DASHES else _shown(option["label"])  # one sign for no choice
    attrs = "".join([_attribute(name, value) for name, value in option["attrs"].items()])
    return f'\n  <option value="{_text(option["value"])}"{attrs}>{label}</option>\n'


def _text(value: Any) -> str:
    """A value as it stands in an attribute, whatever its type."""
    return str(value) if isinstance(value, SafeData) else conditional_escape(str(value))


def _shown(value: Any) -> str:
    """As a template shows it."""
    return conditional_escape(value if isinstance(value, str) else localize(value))
