from django.urls import path

from .views import (
    absence,
    contact,
    enrolment,
    excuse,
    home_teaching,
    ledger,
    move_up,
    pairing,
    report,
    school,
)

app_name = "schools"
urlpatterns = [
    path("paired/", school.paired_children, name="paired_children"),
    path("ledger/month/", report.month_report, name="month_report"),
    path("ledger/quarter/", report.quarter_review, name="quarter_review"),
    path("move-up/", move_up.move_up_add, name="move_up_add"),
    path("move-up/<int:move_id>/", move_up.move_up_detail, name="move_up_detail"),
    path("absences/", absence.absence_list, name="absence_list"),
    path("ledger/", ledger.ledger_list, name="ledger_list"),
    path("<case:case_number>/", school.child_school, name="child_school"),
    path("<case:case_number>/contacts/", school.contact_list, name="contact_list"),
    path("<case:case_number>/contacts/add/", contact.contact_add, name="contact_add"),
    path("<case:case_number>/pair/", pairing.pairing_add, name="pairing_add"),
    path("<case:case_number>/confirm/", pairing.pairing_confirm, name="pairing_confirm"),
    path("<case:case_number>/enrol/", enrolment.enrolment_add, name="enrolment_add"),
    path("<case:case_number>/leave/", enrolment.enrolment_end, name="enrolment_end"),
    path("<case:case_number>/home-teaching/", home_teaching.plan_add, name="plan_add"),
    path(
        "<case:case_number>/home-teaching/<int:plan_id>/",
        home_teaching.plan_detail,
        name="plan_detail",
    ),
    path(
        "<case:case_number>/home-teaching/<int:plan_id>/visit/",
        home_teaching.home_visit_add,
        name="home_visit_add",
    ),
    path(
        "<case:case_number>/home-teaching/<int:plan_id>/sign/",
        home_teaching.home_visit_sign,
        name="home_visit_sign",
    ),
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
