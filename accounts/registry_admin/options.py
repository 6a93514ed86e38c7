"""What every page of the administration shares: who may, whose rows, and nothing deleted."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin, display
from django.core.paginator import Paginator
from django.db.models import QuerySet
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


class RegistryAdmin(ModelAdmin):
    """Only the administrator's own area; rows are ended or switched off, never deleted."""

    may_add = may_change = False
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
