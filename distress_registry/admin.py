"""How the county is counted and what it reports, for its administrators."""

from typing import Any

from django.contrib import admin

from accounts.registry_admin.options import TrackedAdmin
from distress_registry.models import CountyTable, CountyTableColumn, GuaranteeTerm


@admin.register(GuaranteeTerm)
class GuaranteeTermAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["guarantee", "category", "programme", "from_month", "to_month", "document"]
    list_filter = ["guarantee"]
    list_select_related = ["programme"]
    ordering = ["guarantee", "category", "programme", "from_month"]


class CountyTableColumnInline(admin.TabularInline):
    model = CountyTableColumn
    extra = 0
    can_delete = False
    readonly_fields = ["figure"]

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(CountyTable)
class CountyTableAdmin(TrackedAdmin):
    """Worded and put in order here; what a table counts is a statement."""

    may_change = True
    inlines = [CountyTableColumnInline]
    readonly_fields = ["key", "counting"]
    list_display = ["title_zh", "department", "counting", "position", "is_active"]
    ordering = ["position", "pk"]


@admin.register(CountyTableColumn)
class CountyTableColumnAdmin(TrackedAdmin):
    may_change = True
    list_display = ["table", "figure", "heading_zh", "heading_en", "position", "is_shown"]
    list_filter = ["table"]
    list_select_related = ["table"]
    readonly_fields = ["table", "figure"]
    ordering = ["table", "position"]
