"""The peer: a stock admin of the same rows, with django-simple-history, bound by no policy."""

from typing import Any

from django.contrib.admin import AdminSite
from django.urls import path
from simple_history.admin import SimpleHistoryAdmin

from children.models import Child


class StockSite(AdminSite):
    def has_permission(self, request: Any) -> bool:
        return True


class StockChild(SimpleHistoryAdmin):
    list_display = ["case_number", "name", "sex", "birth_date", "residence_area", "risk_level",
                    "status", "updated_at"]  # fmt: skip
    list_filter = ["status", "risk_level", "sex"]
    list_select_related = ["residence_area"]
    list_per_page = 25
    search_fields = ["name", "case_number"]
    ordering = ["-updated_at", "-id"]
    raw_id_fields = ["residence_area", "managing_area", "hukou_area", "merged_into"]

    def _yes(self, *args: Any, **kwargs: Any) -> bool:
        return True

    has_module_permission = has_view_permission = has_add_permission = _yes  # type: ignore[assignment]
    has_change_permission = has_delete_permission = _yes  # type: ignore[assignment]


site = StockSite(name="stock")
site.register(Child, StockChild)
urlpatterns = [path("stock/", site.urls)]
