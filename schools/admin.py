"""What the administrator keeps for the schools: calendar, figures of practice, schools."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.area import upper_bound
from accounts.registry_admin.options import TrackedAdmin, column
from schools.actions.checklist import new_version
from schools.models import (
    Checklist,
    ChecklistItem,
    Norm,
    NoticeTemplate,
    School,
    SchoolBreak,
    SchoolYear,
    ScreeningBand,
    ScreeningTool,
    Stage,
    Subject,
    Term,
)


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
    list_display = [column("name", _("name")), "stages"]
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


@admin.register(Checklist)
class ChecklistAdmin(TrackedAdmin):
    """A version somebody has answered stays; the action makes the next one of it."""

    may_change = True
    list_display = ["version", "starts_on", "remark"]
    ordering = ["-version"]
    readonly_fields = ["version"]
    actions = ["make_new_version"]

    @admin.action(description=_("Make a new version"), permissions=["change"])
    def make_new_version(self, request: Any, queryset: QuerySet) -> None:
        for checklist in queryset[:1]:
            new_version(checklist=checklist, by=request.user, now=timezone.now())
            messages.success(request, _("The new version holds from tomorrow on; edit it today."))


@admin.register(ChecklistItem)
class ChecklistItemAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = [
        "checklist",
        "position",
        "label_zh",
        "label_en",
        "is_alarm",
        "reminds_to_report",
    ]
    list_filter = ["checklist"]
    list_select_related = ["checklist"]
    ordering = ["-checklist__version", "position"]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        used = obj is not None and obj.checklist.is_used
        return not used and super().has_change_permission(request, obj)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("ChecklistItemForm", (form,), {"clean_checklist": _unused})


def _unused(form: Any) -> Checklist:
    checklist: Checklist = form.cleaned_data["checklist"]
    if checklist.is_used:
        raise forms.ValidationError(
            _("This version has been answered and stays as it is. Make a new version.")
        )
    return checklist


@admin.register(ScreeningTool)
class ScreeningToolAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["name", "version", "is_active"]
    ordering = ["name", "version"]


@admin.register(ScreeningBand)
class ScreeningBandAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["tool", "lowest", "highest", "label_zh", "label_en", "refers"]
    list_filter = ["tool"]
    list_select_related = ["tool"]
    ordering = ["tool", "lowest"]


@admin.register(Subject)
class SubjectAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["code", "label_zh", "label_en", "first_grade", "last_grade", "is_active"]
    ordering = ["position", "pk"]


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["subject", "kind", "language", "asks_answer", "is_active"]
    list_filter = ["kind", "language", "is_active"]
    search_fields = ["subject"]
    ordering = ["kind", "language", "subject"]
