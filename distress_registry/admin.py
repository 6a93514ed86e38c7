"""How the county is counted, for its administrators."""

from django.contrib import admin

from accounts.registry_admin.options import TrackedAdmin
from distress_registry.models import GuaranteeTerm


@admin.register(GuaranteeTerm)
class GuaranteeTermAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["guarantee", "category", "programme", "from_month", "to_month", "document"]
    list_filter = ["guarantee"]
    list_select_related = ["programme"]
    ordering = ["guarantee", "category", "programme", "from_month"]
