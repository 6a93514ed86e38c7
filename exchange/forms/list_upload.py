"""What is asked of who sends a list, confirms how it is read, or undoes it."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from accounts.models import Organisation
from exchange.models import Feed, FeedKind, Layout, ListUpload

READ_BY_DEPARTMENT = _("The department reads it. Name no child, and say of nobody what files hold.")


class SendForm(Form):
    kind = forms.ChoiceField(label=_("Kind of list"))
    file = forms.FileField(
        label=pgettext_lazy("upload", "File"),
        help_text=_("Spreadsheet (.xlsx, .xls, .ods) or .csv; 80 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        allow_empty_file=True, error_messages={"required": _("Choose the file.")},
    )  # fmt: skip

    def __init__(self, *args: Any, sent_from: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        feeds = Feed.objects.in_use()
        if sent_from is not None:
            feeds = feeds.sent_by(sent_from)
            field.error_messages["invalid_choice"] = _(
                "Your department does not send lists of this kind. If it should, ask the county."
            )
        self.has_kinds = bool(feeds)
        field.choices = [
            ("", ""), *((feed.kind, capfirst(f"{feed} · {feed.department}")) for feed in feeds)
        ]  # fmt: skip


class Meanings:
    """What a column may hold, drawn once for all the columns of a file: the school roll has 72,
    each with as many choices."""

    def __init__(self, choices: list[tuple[str, Any]]) -> None:
        self.choices = dict(choices)
        self.drawn = {
            key: format_html('<option value="{}">{}</option>', key, text) for key, text in choices
        }

    def options(self, chosen: str) -> SafeString:
        drawn = self.drawn
        if chosen in drawn:
            text = self.choices[chosen]
            marked = format_html('<option value="{}" selected>{}</option>', chosen, text)
            drawn = drawn | {chosen: marked}
        return format_html_join("", "{}", ((one,) for one in drawn.values()))


class MeaningSelect(forms.Select):
    """A field of choices whose options are drawn already."""

    def __init__(self, meanings: Meanings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.meanings = meanings

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html(
            "<select{}>{}</select>", flatatt(attributes), self.meanings.options(str(value or ""))
        )


class LayoutForm(Form):
    """Another layout of the same kind of list, or whichever fits best."""

    layout = forms.ModelChoiceField(
        label=_("Layout"), queryset=Layout.objects.none(), required=False,
        empty_label=_("whichever fits best"),
    )  # fmt: skip

    def __init__(self, *args: Any, upload: ListUpload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["layout"]
        field.queryset = Layout.objects.of(upload.kind)
        self.initial.setdefault("layout", upload.layout_id)


class ColumnsForm(Form):
    """One field for each column of the file: what it holds."""

    remember = forms.BooleanField(
        label=_("Remember these headings for the next list of this kind"), required=False
    )

    def __init__(self, *args: Any, upload: ListUpload, headings: Any, **kwargs: Any) -> None:
        """`headings`: key → what our own lists call it, of every layout that may fit."""
        super().__init__(*args, **kwargs)
        self.of: dict[str, tuple[str, int, str]] = {}  # field → sheet, column, key as recognised
        choices = [("", _("left out")), *headings.items()]
        meanings = Meanings(choices)
        said = {
            (one["sheet"], one["column"]): one["key"]
            for one in upload.columns if not one["key"] or one["key"] in headings
        }  # fmt: skip
        for number, sheet in enumerate(upload.sheets):
            for one in sheet["columns"]:
                name = f"c{number}_{one['column']}"
                self.of[name] = (sheet["sheet"], one["column"], one["key"])
                field = forms.ChoiceField(
                    label=one["title"], choices=choices, required=False,
                    initial=said.get((sheet["sheet"], one["column"]), one["key"]),
                    widget=MeaningSelect(meanings, attrs={"class": "form-select form-select-sm"}),
                )  # fmt: skip
                self.fields[name] = field
        self.missing = {
            sheet["sheet"]: sheet["missing"] for sheet in upload.sheets if sheet.get("missing")
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        taken: dict[tuple[str, str], str] = {}
        for name, (sheet, _column, _key) in self.of.items():
            key = data.get(name, "")
            if key and (sheet, key) in taken:
                self.add_error(name, _("Another column holds this already."))
            taken[sheet, key] = name
        for sheet, missing in self.missing.items():
            left = [
                heading for key, heading in missing.items()
                if (sheet, key) not in taken
                and not (key == "id_number" and (sheet, "birth_date") in taken)
            ]  # fmt: skip
            if left:
                self.add_error(None, _("Say which columns hold: %(headings)s.")
                               % {"headings": "、".join(left)})  # fmt: skip
        return data

    @property
    def missing_headings(self) -> str:
        """Of columns that must be there and that nobody has pointed out yet."""
        said = {self[name].value() for name in self.of}
        missing = [pair for row in self.missing.values() for pair in row.items()]
        return "、".join(dict.fromkeys(heading for key, heading in missing if key not in said))

    @property
    def changed_columns(self) -> list[dict[str, Any]]:
        """[{sheet, column, key}] where a person says otherwise than was recognised."""
        return [
            {"sheet": sheet, "column": column, "key": self.cleaned_data[name]}
            for name, (sheet, column, key) in self.of.items()
            if self.cleaned_data[name] != key
        ]


class UploadFilterForm(Form):
    kind = forms.ChoiceField(
        label=_("Kind of list"), required=False, choices=[("", _("all")), *FeedKind.choices]
    )
    department = forms.ChoiceField(label=pgettext_lazy("list", "Department"), required=False)

    def __init__(self, *args: Any, departments: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", _("all")), *((name, name) for name in departments)]


class GiveBackForm(Form):
    reason = forms.CharField(
        label=_("Why the list goes back"), min_length=2, max_length=200,
        help_text=READ_BY_DEPARTMENT,
    )  # fmt: skip


class UndoForm(Form):
    """`takes_back` where people accepted changes of the list."""

    takes_back = forms.BooleanField(
        label=_("Take accepted changes back too"), required=False,
        help_text=_(
            "Facts of the file, guardians, certificates, household status and parents' situation"
            " are again as they were; applications that nobody has moved on are withdrawn. What"
            " somebody has changed or confirmed since, and what something else rests on, stays and"
            " is named."
        ),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=200)

    def __init__(
        self, *args: Any, accepted: int, is_read_by_sender: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_read_by_sender:
            self.fields["reason"].help_text = READ_BY_DEPARTMENT
        if not accepted:
            del self.fields["takes_back"]
