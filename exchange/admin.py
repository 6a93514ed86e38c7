"""Lists of departments in the administration: a new layout needs no code."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.registry_admin.options import TrackedAdmin, column

from .actions.copy_layout import copy_layout
from .forms.layout_column import ColumnForm, ColumnFormSet
from .models import (
    Check,
    CheckFigure,
    CodeMeaning,
    Feed,
    Layout,
    LayoutColumn,
    MatchFigure,
    OutColumn,
    OutLayout,
    SharingFigure,
)


class _Editable(TrackedAdmin):
    may_add = may_change = True


@admin.register(Feed)
class FeedAdmin(_Editable):
    list_display = ["kind", "title_zh", "department", "is_active"]


class _Inline(admin.TabularInline):
    extra = 3
    can_delete = False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_change_permission = has_view_permission


class ColumnInline(_Inline):
    model = LayoutColumn
    form = ColumnForm
    formset = ColumnFormSet


@admin.register(Layout)
class LayoutAdmin(_Editable):
    actions = ["copy"]
    save_on_top = True  # thirty columns are a long way down
    inlines = [ColumnInline]
    list_display = ["title", "feed", "position", "is_active"]
    list_filter = ["feed"]

    class Media:
        css = {"all": ["css/layout_columns.css"]}

    @admin.action(description=_("Copy this layout"), permissions=["change"])
    def copy(self, request: Any, queryset: QuerySet) -> HttpResponse | None:
        """One copy is opened at once, to be changed."""
        now = timezone.now()
        copies = [copy_layout(layout=row, by=request.user, now=now) for row in queryset]
        messages.success(
            request, _("Copied with all columns. Change the headings, then take it into use.")
        )
        if len(copies) == 1:
            return redirect("admin:exchange_layout_change", copies[0].pk)
        return None


@admin.register(LayoutColumn)
class LayoutColumnAdmin(_Editable):
    form = ColumnForm
    fields = ["layout", *ColumnForm.Meta.fields]
    list_display = ["layout", "key", "kind", "headings", "is_required", "is_filled"]
    list_filter = ["layout", "kind"]
    search_fields = ["key", "headings"]


@admin.register(CodeMeaning)
class CodeMeaningAdmin(_Editable):
    list_display = ["table", "written", "code"]
    list_filter = ["table"]
    search_fields = ["written"]


@admin.register(MatchFigure)
class MatchFigureAdmin(_Editable):
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]


@admin.register(Check)
class CheckAdmin(TrackedAdmin):
    """A check is switched off, never added or taken away: what it compares is a statement."""

    may_change = True
    list_display = [
        "code",
        column("title", _("title")),
        "severity",
        "deadline_days",
        "department",
        "is_active",
    ]
    list_filter = ["severity", "department", "is_active"]
    readonly_fields = ["code"]
    ordering = ["code"]


@admin.register(CheckFigure)
class CheckFigureAdmin(_Editable):
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]


class OutColumnInline(_Inline):
    model = OutColumn


@admin.register(OutLayout)
class OutLayoutAdmin(_Editable):
    inlines = [OutColumnInline]
    list_display = ["title_zh", "department", "selection", "position", "is_active"]


@admin.register(OutColumn)
class OutColumnAdmin(_Editable):
    list_display = ["layout", "heading", "fact", "position"]
    list_filter = ["layout"]


@admin.register(SharingFigure)
class SharingFigureAdmin(_Editable):
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]
