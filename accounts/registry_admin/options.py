"""What every page of the administration shares: who may, whose rows, and nothing deleted."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin, display
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpResponseNotAllowed
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.http import Request

MOST_COUNTED = 1_000


def column(name: str, heading: Any) -> Any:
    """A calculated value of the row as a column of a list: it has no heading of its own."""

    @display(description=heading)
    def shown(row: Any) -> Any:
        return getattr(row, name)

    return shown


class CappedPaginator(Paginator):
    """Never counts a million rows to show a hundred."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk")[:MOST_COUNTED])


def is_key(model: type[Model], text: str) -> bool:
    """Whether a row of the model may have it as its key; the database is not asked."""
    try:
        model._meta.pk.to_python(text)  # type: ignore[union-attr]
    except ValidationError:
        return False
    return "\x00" not in text


class RowField(forms.ModelChoiceField):
    """Refuses what no key can be in words, where the database would refuse it without any."""

    def to_python(self, value: Any) -> Any:
        chosen = isinstance(value, str) and value not in self.empty_values
        if chosen and not is_key(self.queryset.model, value):  # type: ignore[union-attr]
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice",
                params={"value": value},
            )  # fmt: skip
        return super().to_python(value)


class RowSearch(AutocompleteSelect):
    """Shows a refused form again: what no key can be is not looked up."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        model = self.field.remote_field.model
        return super().optgroups(name, [text for text in value if is_key(model, text)], attr)


class RegistryAdmin(ModelAdmin):
    """Only the administrator's own area; rows are ended or switched off, never deleted."""

    may_add = may_change = False
    chosen_inside: tuple[str, ...] = ()  # only what the administrator may look up, whatever is sent
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions: Any = []

    def has_module_permission(self, request: Any) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may_add and self.admin_site.has_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may_change and self.admin_site.has_permission(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **kwargs: Any) -> Any:
        kwargs["form_class"] = RowField
        if db_field.name in self.chosen_inside:
            looked_up = self.admin_site.get_model_admin(db_field.remote_field.model)
            kwargs["queryset"] = looked_up.get_queryset(request)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RowSearch(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_action(self, request: Any, queryset: QuerySet, *args: Any, **kwargs: Any) -> Any:
        ticked = request.POST.copy()
        keys = [key for key in ticked.getlist(ACTION_CHECKBOX_NAME) if is_key(self.model, key)]
        ticked.setlist(ACTION_CHECKBOX_NAME, keys)
        request.POST = ticked
        return super().response_action(request, queryset, *args, **kwargs)

    def get_queryset(self, request: Any) -> QuerySet:
        return self.inside(super().get_queryset(request), home_of(request))

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        """The rows of the administrator's area `code`; all by default."""
        return rows


class TrackedAdmin(SimpleHistoryAdmin, RegistryAdmin):
    """With the trail of every change, which cannot be reverted here."""

    object_history_list_template = "admin/registry_history_list.html"  # without inline styles

    def revert_disabled(self, request: Any, obj: Any = None) -> bool:
        return True

    def has_view_history_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_change_history_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        self._refuse_a_row_of_others(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: Any, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """To read: the package would save what is posted here, and asks nobody whether it may."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        self._refuse_a_row_of_others(request, object_id)
        if not is_key(self.model.history.model, version_id):  # type: ignore[attr-defined]
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _refuse_a_row_of_others(self, request: Any, object_id: str) -> None:
        """The package looks for the trail without asking whose row it is of."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404


class ReasonForm(forms.ModelForm):
    """Every change has its reason, which the trail keeps; a preview has none yet."""

    change_reason = forms.CharField(
        label=_("Reason of this change"), min_length=2, max_length=500,
        help_text=_("E.g. the decision or document that it follows. Kept in the trail."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "_preview" in self.data:
            self.fields["change_reason"].required = False


class ReasonedAdmin(TrackedAdmin):
    """Whose changes change what people are owed: nothing is added or changed without a reason."""

    form = ReasonForm

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj._change_reason = form.cleaned_data["change_reason"]
        super().save_model(request, obj, form, change)


def home_of(request: Request) -> str:
    """Code of the area that the administrator acts in."""
    return (request.posting.area_id if request.posting else None) or "~"
