"""Addresses for departments' systems. No session opens them: each asks for a token by itself."""

from django.urls import path, re_path

from exchange.rules.department_openapi import PATHS

from .views import department_api

app_name = "department_api"
urlpatterns = [path("openapi.json", department_api.openapi, name="openapi")] + [
    path(
        door.path,
        department_api.call,
        {"registry": door.registry, "action": door.action, "is_later": door.is_later},
        name=door.name,
    )
    for door in PATHS
]
urlpatterns.append(re_path("", department_api.no_door))  # the last: machines read no page
