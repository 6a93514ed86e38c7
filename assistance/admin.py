"""What the administrator keeps for assistance."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models.area import upper_bound
from accounts.registry_admin.options import ReasonedAdmin, ReasonForm, column
from accounts.scope import EVERYTHING, acting
from assistance.models import (
    BankLayout,
    EligibilityRule,
    OverlapRule,
    PaymentFigure,
    PaymentLine,
    Programme,
    RecognitionRule,
    RehabilitationInstitution,
    RehabilitationKind,
    SchoolFee,
    Standard,
)
from assistance.models.programme import HOW_IT_PAYS
from assistance.registry_preview import PreviewAdmin
from assistance.rules.money import grouped


@admin.register(PaymentFigure)
class PaymentFigureAdmin(ReasonedAdmin):
    may_add = may_change = True
    list_display = ["key", "value", "starts_on", "document"]
    ordering = ["key", "-starts_on"]


@admin.register(BankLayout)
class BankLayoutAdmin(ReasonedAdmin):
    may_add = may_change = True
    list_display = ["code", "name", "kind", "is_active"]
    ordering = ["code"]


@admin.register(SchoolFee)
class SchoolFeeAdmin(ReasonedAdmin):
    may_add = may_change = True
    list_display = ["school", "stage", "what", "amount", "months", "from_month", "to_month"]
    list_select_related = ["school__organisation"]
    list_filter = ["stage", "what"]
    autocomplete_fields = ["school"]
    ordering = ["school", "stage", "what", "-from_month"]

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        area = "school__organisation__area"
        return rows.filter(**{f"{area}__gte": code, f"{area}__lt": upper_bound(code)})


class RehabilitationInstitutionForm(ReasonForm):
    kinds = forms.MultipleChoiceField(
        label=_("designated for"), choices=RehabilitationKind, widget=forms.CheckboxSelectMultiple
    )


@admin.register(RehabilitationInstitution)
class RehabilitationInstitutionAdmin(ReasonedAdmin):
    may_add = may_change = True
    list_display = [
        "name",
        "area",
        column("kinds_in_words", _("designated for")),
        "starts_on",
        "ends_on",
        "document",
    ]
    list_select_related = ["area"]
    form = RehabilitationInstitutionForm
    autocomplete_fields = ["area"]
    search_fields = ["name"]
    ordering = ["name", "-starts_on"]


@admin.register(Programme)
class ProgrammeAdmin(PreviewAdmin):
    may_add = may_change = True
    list_display = [
        "code",
        column("label", _("name")),
        "department",
        "cadence",
        "pay_day",
        "is_example",
        "is_active",
    ]
    list_filter = ["department", "cadence", "is_active"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["position", "code"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        code = ["code"]  # files and rules refer to it
        with acting(EVERYTHING):  # payments, of whom the administrator sees none
            paid = PaymentLine.objects.filter(entitlement__programme=obj).standing().exists()
        return code + HOW_IT_PAYS if paid else code


class Basis:
    """On what a rule rests."""

    @admin.display(description=_("basis: document number, in force from"))
    def basis(self, row: Any) -> str:
        """An example says so: it is not the law of this county."""
        parts = [
            row.document,
            f"{row.from_month:%Y-%m}" if row.from_month else "",
            str(_("example")) if row.is_example else "",
        ]
        return " · ".join(filter(None, parts)) or "–"


class DatedAdmin(Basis, PreviewAdmin):
    """Rules are withdrawn, never deleted."""

    may_add = may_change = True
    list_filter = ["programme", "is_withdrawn", "is_example"]
    search_fields = ["document"]


@admin.register(RecognitionRule)
class RecognitionRuleAdmin(Basis, ReasonedAdmin):
    """What is proposed follows at the next look; what was decided stands."""

    may_add = may_change = True
    search_fields = ["document"]
    list_display = ["ground", "tier", "area", "is_posted", "basis", "is_withdrawn"]
    list_filter = ["ground", "tier", "is_withdrawn", "is_example"]
    ordering = ["area", "-from_month", "pk"]


@admin.register(Standard)
class StandardAdmin(DatedAdmin):
    list_display = [
        column("programme", _("programme")), "area", "how_much", "applies_to",
        "basis", "is_withdrawn",
    ]  # fmt: skip
    list_select_related = ["programme"]
    ordering = ["programme__position", "area", "-from_month", "pk"]

    @admin.display(description=_("amount in yuan"))
    def how_much(self, row: Standard) -> str:
        """Or the formula of what is no fixed amount."""
        return row.get_formula_display() if row.amount is None else grouped(row.amount)


@admin.register(EligibilityRule)
class EligibilityRuleAdmin(DatedAdmin):
    list_display = ["programme", "name", "area", "basis", "is_withdrawn"]
    list_select_related = ["programme"]
    ordering = ["programme__position", "area", "-from_month", "pk"]


@admin.register(OverlapRule)
class OverlapRuleAdmin(DatedAdmin):
    list_display = ["kind", "programmes", "others", "name", "basis", "is_withdrawn"]
    list_filter = ["kind", "is_withdrawn", "is_example"]
    ordering = ["position", "pk"]
