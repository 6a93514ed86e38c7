"""Lists of departments in the administration: a new layout needs no code."""

from typing import Any

from django.contrib import admin

from accounts.registry_admin.options import TrackedAdmin

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


class ColumnInline(admin.TabularInline):
    model = LayoutColumn
    extra = 3
    can_delete = False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_change_permission = has_view_permission


@admin.register(Layout)
class LayoutAdmin(_Editable):
    inlines = [ColumnInline]
    list_display = ["title", "feed", "position", "is_active"]
    list_filter = ["feed"]


@admin.register(LayoutColumn)
class LayoutColumnAdmin(_Editable):
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
    list_display = ["code", "title", "severity", "deadline_days", "department", "is_active"]
    list_filter = ["severity", "department", "is_active"]
    readonly_fields = ["code"]
    ordering = ["code"]


@admin.register(CheckFigure)
class CheckFigureAdmin(_Editable):
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]


class OutColumnInline(ColumnInline):
    model = OutColumn  # type: ignore[assignment]


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
