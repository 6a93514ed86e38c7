"""What the administrator keeps for the schools: calendar, figures of practice, schools."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet

from accounts.models.area import upper_bound
from accounts.registry_admin.options import TrackedAdmin
from schools.models import Norm, NoticeTemplate, School, SchoolBreak, SchoolYear, Stage, Term


class SchoolForm(forms.ModelForm):
    stages = forms.MultipleChoiceField(
        choices=Stage,
        widget=forms.CheckboxSelectMultiple,
        label=School._meta.get_field("stages").verbose_name,
    )


@admin.register(School)
class SchoolAdmin(TrackedAdmin):
    may_add = may_change = True
    form = SchoolForm
    list_display = ["name", "stages"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__code"]
    ordering = ["organisation__name"]

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        return rows.filter(organisation__area__gte=code, organisation__area__lt=upper_bound(code))

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["organisation"] if obj else []


@admin.register(SchoolYear)
class SchoolYearAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["name", "starts_on", "ends_on"]
    ordering = ["-starts_on"]


@admin.register(Term)
class TermAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["year", "season", "starts_on", "ends_on"]
    list_select_related = ["year"]
    ordering = ["-starts_on"]


@admin.register(SchoolBreak)
class SchoolBreakAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["name", "starts_on", "ends_on"]
    ordering = ["-starts_on"]


@admin.register(Norm)
class NormAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["key", "value", "starts_on", "document"]
    list_filter = ["key"]
    ordering = ["key", "-starts_on"]


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["subject", "kind", "language", "asks_answer", "is_active"]
    list_filter = ["kind", "language", "is_active"]
    search_fields = ["subject"]
    ordering = ["kind", "language", "subject"]
