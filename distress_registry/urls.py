from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("children/", include("children.urls")),
    path("schools/", include("schools.urls")),
    path("acting/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
