"""The growth file on paper: in either language, with or without its sensitive parts, logged."""

from django.conf import settings
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from children.views.common import permitted_child
from schools.models.growth_file import GrowthFile


@require_GET
@requires(Permission.GROWTH_VIEW)
def growth_print(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """Without mood, wellbeing and the parents' situation."""
    return _paper(request, grant, case_number, is_sensitive=False)


@require_GET
@requires(Permission.WELLBEING_VIEW)
def growth_print_sensitive(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    return _paper(request, grant, case_number, is_sensitive=True)


def _paper(request: Request, grant: Grant, case_number: str, is_sensitive: bool) -> HttpResponse:
    """`?language=` holds for this page alone: it is rendered before the choice ends."""
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.PRINTED, request=request, child_id=child.pk,
        area_code=child.managing_area_id,
        subject="growth.sensitive" if is_sensitive else "growth",
    )  # fmt: skip
    chosen = request.GET.get("language", "")
    language = chosen if chosen in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        now = timezone.now()
        context = {
            "child": child,
            "file": GrowthFile(child, grant, timezone.localdate(now), is_sensitive),
            "is_sensitive": is_sensitive,
            "language": language,
            "now": now,
        }
        response = TemplateResponse(request, "schools/growth_print.html", context)
        response.headers["Content-Language"] = str(language)
        response.render()
    return response
