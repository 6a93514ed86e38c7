"""Our addresses, and an empty signed-in page: what any page costs before it does anything."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from accounts.access import Grant, Permission, requires

from . import stock


@requires(Permission.WORK)
def empty(request: HttpRequest, grant: Grant) -> HttpResponse:
    return TemplateResponse(request, "base.html")


urlpatterns = [
    path("", include("distress_registry.urls")),
    path("empty/", empty),
    *stock.urlpatterns,
]
