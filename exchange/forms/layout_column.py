"""A column of a layout as the administrator types it; what is known is chosen, not typed."""

import re
from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from exchange.models import CodeMeaning, Layout, LayoutColumn
from exchange.models.feed import missing_facts, wrong_between
from exchange.rules.layout_facts import all_facts, facts_of

_PARTED = re.compile(r"[\s、，,;；]+")


class HeadingsField(forms.CharField):
    """One a line, or several in a line with spaces between; a heading that stands there already
    stays whole, spaces and all.
    """

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        self.kept: set[str] = set()
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        parts = ([line] if line in self.kept else _PARTED.split(line) for line in lines)
        return list(dict.fromkeys(part for line in parts for part in line if part))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), (data or "").replace("\r\n", "\n"))


class ColumnForm(forms.ModelForm):
    """Facts are those of the layout's kind of list; of all kinds while it has none."""

    headings = HeadingsField(
        label=_("headings"), help_text=_("One a line; the first is what our own lists say."),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 22}),
    )  # fmt: skip

    class Meta:
        model = LayoutColumn
        fields = [
            "key", "kind", "headings", "table", "is_required", "is_filled", "position",
        ]  # fmt: skip
        widgets = {
            "key": forms.Select,
            "table": forms.Select,
            "position": forms.NumberInput(attrs={"min": 0, "max": 999}),
        }

    def __init__(
        self, *args: Any, layout: Layout | None = None, tables: list[str] | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        row = self.instance
        if layout is None and row.layout_id:
            layout = row.layout
        self.fields["headings"].kept = set(row.headings or [])  # type: ignore[attr-defined]
        facts = facts_of(layout.feed.kind) if layout and layout.feed_id else all_facts()
        words = {key: f"{fact.headings[0]} · {key}" for key, fact in facts.items()}
        self._offer("key", words, row.key)
        self._offer("table", {t: t for t in tables or CodeMeaning.names()}, row.table)

    def _offer(self, name: str, words: dict[str, str], stored: str) -> None:
        """What is stored stays to be seen, though it is refused when it is not known."""
        more = {stored: stored} if stored and stored not in words else {}
        self.fields[name].widget.choices = [("", "---------"), *(words | more).items()]  # type: ignore[attr-defined]


class ColumnFormSet(BaseInlineFormSet):
    """The columns of one layout, checked beside each other before any is saved."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        if not hasattr(self, "_tables"):
            self._tables = CodeMeaning.names()
        return {**super().get_form_kwargs(index), "layout": self.instance, "tables": self._tables}

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.are_checked_together = True
        return form

    def clean(self) -> None:
        forms_typed = [form for form in self.forms if form.instance.pk or form.has_changed()]
        if self.instance.feed_id and not any(form.errors for form in forms_typed):
            kind = self.instance.feed.kind
            rows = [form.instance for form in forms_typed]
            for index, wrong in wrong_between(kind, rows, is_whole=True).items():
                for field, told in wrong.items():
                    forms_typed[index].add_error(field, told)
            if missing := missing_facts(kind, {row.key for row in rows}):
                raise missing
        super().clean()
