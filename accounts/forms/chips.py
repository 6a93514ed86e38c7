"""Answers to be tapped: big buttons that are still radio buttons and boxes to keyboards."""

from typing import Any

from django import forms


class Chips(forms.RadioSelect):
    """One of a few, as big buttons; still radio buttons for keyboard and screen reader."""

    template_name = "widgets/chips.html"


class ManyChips(forms.CheckboxSelectMultiple):
    template_name = "widgets/chips.html"


def chips(label: Any, choices: Any, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=Chips)
