"""The administration site: for administrators by posting, inside the same locks as the pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
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
        if getattr(request, "lacks_second_factor", True) or getattr(
            request, "has_lent_password", True
        ):
            return False
        return may(getattr(request, "posting", None), Permission.ADMINISTER)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One door for all: with the lock-out and the second factor that hang there."""
        if not request.user.is_authenticated:
            following = request.GET.get("next") or reverse("admin:index")
            return redirect_to_login(following, reverse("account_login"))
        if getattr(request, "has_lent_password", False):
            return redirect("account_change_password")
        if getattr(request, "lacks_second_factor", False):
            return redirect("accounts:second_factor")
        raise PermissionDenied

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        def rendered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            # Inside the transaction, where rows can be seen.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            return response

        return super().admin_view(rendered, cacheable)
