"""Code lists to edit, children to look up: their files are worked on in the pages, not here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.registry_admin.options import RegistryAdmin, TrackedAdmin
from accounts.registry_admin.posted_search import PostedSearch
from accounts.searches import kept_search
from children.models import Cadence, Child, CodeEntry, PlacementTerm, RiskQuestion, TransferTerm
from children.models.cadence import FIGURES
from children.rules import masking, names


@admin.register(CodeEntry)
class CodeEntryAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["code_list", "code", "label_zh", "label_en", "position", "is_active"]
    list_filter = ["code_list", "is_active"]
    search_fields = ["code", "label_zh", "label_en"]
    ordering = ["code_list", "position", "code"]


@admin.register(Cadence)
class CadenceAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["risk_level", "starts_on", "from_points", *FIGURES, "document"]
    list_filter = ["risk_level"]
    ordering = ["risk_level", "-starts_on"]


@admin.register(PlacementTerm)
class PlacementTermAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["starts_on", "most_months", "review_months", "told_days", "document"]
    ordering = ["-starts_on"]


@admin.register(TransferTerm)
class TransferTermAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["starts_on", "answer_days", "alarm_days", "readable_days", "document"]
    ordering = ["-starts_on"]


@admin.register(RiskQuestion)
class RiskQuestionAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["code", "label_zh", "label_en", "weight", "is_alarm", "starts_on"]
    ordering = ["position", "code", "-starts_on"]


@admin.register(Child)
class ChildAdmin(PostedSearch, RegistryAdmin):
    """Masked and read-only; the file itself, with its history, is one link away and logged."""

    list_display = ["case_number", "name", "status", "risk_level", "residence_area", "updated_at"]
    list_filter = ["status", "risk_level"]
    list_select_related = ["residence_area"]
    search_fields = ["case_number"]
    search_help_text = _(
        "Name, pinyin, initials or case number. No child is listed before it is searched for."
    )
    ordering = ["-updated_at", "-id"]
    fields = ["case_number", "file", "masked_id", "status", "risk_level", "residence_area",
              "managing_area", "opened_on", "closed_on", "closing_reason", "version"]  # fmt: skip
    readonly_fields = tuple(fields)  # type: ignore[arg-type]

    def get_queryset(self, request: Any) -> QuerySet:
        return Child.objects.ours(Grant(request.user, request.posting, Permission.ADMINISTER))

    def get_search_results(
        self, request: Any, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """`search_term` is a token."""
        text = kept_search(request, search_term)
        if text.isdigit():
            return queryset.filter(case_number=text), False
        keys = names.query_keys(text)
        return (queryset.filter(search_keys__contains=keys) if keys else queryset.none()), False

    @admin.display(description=_("ID number"))
    def masked_id(self, child: Child) -> str:
        return masking.id_number(child.id_number)

    @admin.display(description=_("Open the file"))
    def file(self, child: Child) -> str:
        url = reverse("children:child_detail", args=[child.case_number])
        return format_html('<a href="{}">{}</a>', url, child.case_number)
