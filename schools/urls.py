from django.urls import path

from .views import (
    contact,
    digest,
    due,
    enrolment,
    excuse,
    handover,
    ledger,
    pairing,
    pairing_board,
    school,
    working_group,
)

app_name = "schools"
urlpatterns = [
    path("paired/", due.paired_children, name="paired_children"),
    path("digest/", digest.digest, name="digest"),
    path("overdue/", due.overdue_list, name="overdue_list"),
    path("ledger/", ledger.ledger_list, name="ledger_list"),
    path("group/", working_group.group, name="group"),
    path("group/form/", working_group.group_form, name="group_form"),
    path("group/seats/add/", working_group.seat_add, name="seat_add"),
    path("group/seats/<int:seat_id>/", working_group.seat_change, name="seat_change"),
    path("group/pairing/", pairing_board.pairing_board, name="pairing_board"),
    path("group/helpers/<int:helper_id>/", handover.handover_all, name="handover_all"),
    path("<case:case_number>/", school.child_school, name="child_school"),
    path("<case:case_number>/contacts/", school.contact_list, name="contact_list"),
    path("<case:case_number>/contacts/add/", contact.contact_add, name="contact_add"),
    path(
        "<case:case_number>/contacts/<int:contact_id>/change/",
        contact.contact_change,
        name="contact_change",
    ),
    path("<case:case_number>/pair/", pairing.pairing_add, name="pairing_add"),
    path("<case:case_number>/pair/end/", pairing.pairing_end, name="pairing_end"),
    path("<case:case_number>/handover/", handover.handover, name="handover"),
    path("<case:case_number>/confirm/", handover.handover_confirm, name="handover_confirm"),
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
]
