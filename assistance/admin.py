"""What the administrator keeps for assistance."""

from django.contrib import admin

from accounts.registry_admin.options import TrackedAdmin
from assistance.models import BankLayout, PaymentFigure


@admin.register(PaymentFigure)
class PaymentFigureAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]


@admin.register(BankLayout)
class BankLayoutAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["code", "name", "kind", "is_active"]
    ordering = ["code"]
