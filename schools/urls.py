from django.urls import path

from .views import contact, enrolment, pairing, school

app_name = "schools"
urlpatterns = [
    path("paired/", school.paired_children, name="paired_children"),
    path("<case:case_number>/", school.child_school, name="child_school"),
    path("<case:case_number>/contacts/", school.contact_list, name="contact_list"),
    path("<case:case_number>/contacts/add/", contact.contact_add, name="contact_add"),
    path("<case:case_number>/pair/", pairing.pairing_add, name="pairing_add"),
    path("<case:case_number>/confirm/", pairing.pairing_confirm, name="pairing_confirm"),
    path("<case:case_number>/enrol/", enrolment.enrolment_add, name="enrolment_add"),
]
