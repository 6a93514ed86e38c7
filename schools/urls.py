from django.urls import path

from .views import contact, delivery, enrolment, excuse, ledger, notice, pairing, school

app_name = "schools"
urlpatterns = [
    path("paired/", school.paired_children, name="paired_children"),
    path("ledger/", ledger.ledger_list, name="ledger_list"),
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
    path("notices/", notice.notice_list, name="notice_list"),
    path("notices/write/", notice.notice_bulk, name="notice_bulk"),
    path("notices/slips/", delivery.notice_slips, name="notice_slips"),
    path("<case:case_number>/notices/write/", notice.notice_add, name="notice_add"),
    path("<case:case_number>/notices/<int:notice_id>/", notice.notice_detail, name="notice_detail"),
    path(
        "<case:case_number>/deliveries/<int:delivery_id>/tell/",
        delivery.delivery_tell,
        name="delivery_tell",
    ),
    path(
        "<case:case_number>/deliveries/<int:delivery_id>/move/",
        delivery.delivery_move,
        name="delivery_move",
    ),
    path(
        "<case:case_number>/deliveries/<int:delivery_id>/number/",
        delivery.delivery_number,
        name="delivery_number",
    ),
]
