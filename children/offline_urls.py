"""Addresses of the day offline; short, and apart from pages that hold somebody's data."""

from django.urls import path

from . import urls  # noqa: F401  # knows what a case number is
from .views import offline_day, offline_page

app_name = "offline"
urlpatterns = [
    path("", offline_page.offline_page, name="offline_page"),
    path("worker.js", offline_page.offline_worker, name="offline_worker"),
    path("day/", offline_day.day_take, name="day_take"),
    path("key/", offline_day.day_key, name="day_key"),
    path("visits/<case:case_number>/", offline_day.day_visit, name="day_visit"),
    path("photos/<case:case_number>/", offline_day.day_photo, name="day_photo"),
]
