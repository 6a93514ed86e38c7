from django.urls import path

from .views import (
    contact,
    enrolment,
    excuse,
    growth_list,
    growth_print,
    growth_record,
    ledger,
    pairing,
    school,
)

app_name = "schools"
urlpatterns = [
    path("paired/", school.paired_children, name="paired_children"),
    path("ledger/", ledger.ledger_list, name="ledger_list"),
    path("growth/", growth_list.growth_list, name="growth_list"),
    path("growth/start/", growth_list.growth_start, name="growth_start"),
    path("growth/close/", growth_list.growth_close_whole, name="growth_close_whole"),
    path("growth/marks/", growth_list.growth_marks, name="growth_marks"),
    path("<case:case_number>/", school.child_school, name="child_school"),
    path("<case:case_number>/contacts/", school.contact_list, name="contact_list"),
    path("<case:case_number>/contacts/add/", contact.contact_add, name="contact_add"),
    path("<case:case_number>/pair/", pairing.pairing_add, name="pairing_add"),
    path("<case:case_number>/confirm/", pairing.pairing_confirm, name="pairing_confirm"),
    path("<case:case_number>/enrol/", enrolment.enrolment_add, name="enrolment_add"),
    path("<case:case_number>/leave/", enrolment.enrolment_end, name="enrolment_end"),
    path("<case:case_number>/excuse/", excuse.excuse_add, name="excuse_add"),
    path("<case:case_number>/ledger/<int:ledger_id>/", ledger.ledger_detail, name="ledger_detail"),
    path(
        "<case:case_number>/ledger/<int:ledger_id>/persuade/",
        ledger.persuasion_add,
        name="persuasion_add",
    ),
    path(
        "<case:case_number>/ledger/<int:ledger_id>/propose/",
        ledger.ledger_propose,
        name="ledger_propose",
    ),
    path(
        "<case:case_number>/ledger/<int:ledger_id>/close/",
        ledger.ledger_close,
        name="ledger_close",
    ),
    path("<case:case_number>/growth/print/", growth_print.growth_print, name="growth_print"),
    path(
        "<case:case_number>/growth/print/sensitive/",
        growth_print.growth_print_sensitive,
        name="growth_print_sensitive",
    ),
    path(
        "<case:case_number>/growth/<int:growth_id>/",
        growth_record.growth_record,
        name="growth_record",
    ),
    path(
        "<case:case_number>/growth/<int:growth_id>/fill/",
        growth_record.growth_fill,
        name="growth_fill",
    ),
    path(
        "<case:case_number>/growth/<int:growth_id>/close/",
        growth_record.growth_close,
        name="growth_close",
    ),
    path(
        "<case:case_number>/growth/<int:closed_growth_id>/correct/",
        growth_record.growth_correct,
        name="growth_correct",
    ),
]
