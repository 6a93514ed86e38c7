from django.urls import path, register_converter

from .models import DueKind
from .views import (
    application,
    campaign,
    campaign_answer,
    care_plan,
    child,
    concern,
    confirmation,
    deputy,
    document,
    due,
    home_visit,
    listing,
    placement,
    put_off,
    record,
    risk,
    trail,
    transfer,
)


class CaseNumber:
    regex = "[0-9]{16}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RecordKind:
    regex = "|".join(record.KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DueKindOfUrl:
    regex = "|".join(DueKind.values).lower()

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value.lower()


register_converter(CaseNumber, "case")
register_converter(DueKindOfUrl, "due_kind")
register_converter(RecordKind, "kind")

app_name = "children"
urlpatterns = [
    path("", listing.child_list, name="child_list"),
    path("search/", listing.child_search, name="child_search"),
    path("export/", listing.child_export, name="child_export"),
    path("new/", child.child_create, name="child_create"),
    path("check/", child.child_check, name="child_check"),
    path("due/", due.due_list, name="due_list"),
    path("due/places/", due.due_villages, name="due_villages"),
    path("deputies/", deputy.deputy_list, name="deputy_list"),
    path("deputies/<int:deputy_id>/end/", deputy.deputy_call_off, name="deputy_call_off"),
    path("rounds/", campaign.campaign_list, name="campaign_list"),
    path("rounds/open/", campaign.campaign_open, name="campaign_open"),
    path("rounds/<int:campaign_id>/", campaign.campaign_detail, name="campaign_detail"),
    path("rounds/<int:campaign_id>/remind/", campaign.campaign_remind, name="campaign_remind"),
    path("rounds/<int:campaign_id>/close/", campaign.campaign_close, name="campaign_close"),
    path(
        "rounds/answers/<int:village_answer_id>/",
        campaign_answer.campaign_answer,
        name="campaign_answer",
    ),
    path(
        "rounds/answers/<int:village_answer_id>/found/",
        campaign_answer.campaign_found,
        name="campaign_found",
    ),
    path(
        "rounds/answers/<int:village_answer_id>/take-back/",
        campaign_answer.campaign_take_back,
        name="campaign_take_back",
    ),
    path(
        "rounds/children/<int:campaign_child_id>/",
        campaign_answer.campaign_child,
        name="campaign_child",
    ),
    path("places/", child.area_find, name="area_find"),
    path("<case:case_number>/", child.child_detail, name="child_detail"),
    path("<case:case_number>/change/", child.child_change, name="child_change"),
    path("<case:case_number>/close/", child.child_close, name="child_close"),
    path("<case:case_number>/reveal/", child.child_reveal, name="child_reveal"),
    path("<case:case_number>/history/", trail.child_history, name="child_history"),
    path("<case:case_number>/as-of/", trail.child_as_of, name="child_as_of"),
    path("<case:case_number>/access/", trail.child_access, name="child_access"),
    path("<case:case_number>/harm/", concern.concern_add, name="concern_add"),
    path(
        "<case:case_number>/harm/<int:concern_id>/", concern.concern_detail, name="concern_detail"
    ),
    path("<case:case_number>/harm/<int:concern_id>/own/", concern.concern_own, name="concern_own"),
    path("<case:case_number>/risk/add/", risk.risk_add, name="risk_add"),
    path("<case:case_number>/due/<due_kind:due_kind>/", put_off.due_put_off, name="due_put_off"),
    path("<case:case_number>/confirm/", confirmation.facts_confirm, name="facts_confirm"),
    path("<case:case_number>/plan/", care_plan.plan_detail, name="plan_detail"),
    path("<case:case_number>/plan/begin/", care_plan.plan_add, name="plan_add"),
    path("<case:case_number>/plan/review/", care_plan.plan_review, name="plan_review"),
    path("<case:case_number>/plan/steps/add/", care_plan.step_add, name="step_add"),
    path(
        "<case:case_number>/plan/steps/<int:step_id>/ours/",
        care_plan.step_of_office,
        name="step_of_office",
    ),
    path("<case:case_number>/plan/steps/<int:step_id>/", care_plan.step_done, name="step_done"),
    path("<case:case_number>/transfers/send/", transfer.transfer_send, name="transfer_send"),
    path("<case:case_number>/transfers/sheet/", transfer.transfer_sheet, name="transfer_sheet"),
    path(
        "<case:case_number>/transfers/<int:transfer_id>/",
        transfer.transfer_detail,
        name="transfer_detail",
    ),
    path("<case:case_number>/placements/add/", placement.placement_add, name="placement_add"),
    path(
        "<case:case_number>/placements/<int:placement_id>/assess/",
        placement.placement_review,
        name="placement_review",
    ),
    path(
        "<case:case_number>/placements/<int:placement_id>/end/",
        placement.placement_end,
        name="placement_end",
    ),
    path("<case:case_number>/visits/", home_visit.visit_list, name="visit_list"),
    path("<case:case_number>/visits/add/", home_visit.visit_add, name="visit_add"),
    path("<case:case_number>/visits/<int:visit_id>/", home_visit.visit_change, name="visit_change"),
    path(
        "<case:case_number>/history/<slug:kind>/<int:history_id>/revert/",
        trail.change_revert,
        name="change_revert",
    ),
    path("<case:case_number>/<kind:kind>/add/", record.record_add, name="record_add"),
    path("<case:case_number>/<kind:kind>/<int:pk>/", record.record_change, name="record_change"),
    path(
        "<case:case_number>/applications/add/", application.application_add, name="application_add"
    ),
    path(
        "<case:case_number>/applications/<int:pk>/",
        application.application_detail,
        name="application_detail",
    ),
    path("<case:case_number>/documents/add/", document.document_add, name="document_add"),
    path("<case:case_number>/documents/<uuid:key>/", document.document_show, name="document_show"),
    path(
        "<case:case_number>/documents/<uuid:key>/withdraw/",
        document.document_withdraw,
        name="document_withdraw",
    ),
]
