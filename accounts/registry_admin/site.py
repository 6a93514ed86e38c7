"""The administration site: for administrators by posting, inside the same locks as the pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, may


class RegistryAdminSite(AdminSite):
    site_header = _("Distress registry – administration")
    site_title = _("Administration")
    index_title = _("Administration")

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """Only models of ours: those of packages would show secrets of sign-in or of jobs."""
        given = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in given if hasattr(model, "row_security")]
        super().register(ours, *args, **kwargs)

    def has_permission(self, request: HttpRequest) -> bool:
        if getattr(request, "lacks_second_factor", True):
            return False
        return may(getattr(request, "posting", None), Permission.ADMINISTER)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        def rendered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            # Inside the transaction, where rows can be seen.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            return response

        return super().admin_view(rendered, cacheable)
