from django.contrib import admin
from django.urls import include, path, re_path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("children/", include("children.urls")),
    path("schools/", include("schools.urls")),
    path("acting/", include("accounts.urls")),
    # Administrators set passwords anew; nobody gets one by mail.
    re_path("^accounts/password/reset/", views.not_found),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
