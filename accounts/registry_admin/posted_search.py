"""A list in which people are searched for: a name is posted, its token stands in the address."""

from typing import Any

from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.shortcuts import redirect

from accounts.searches import keep_search, kept_search


class PostedSearch:
    """Before `RegistryAdmin`; its `get_search_results` gets the token."""

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        if request.method == "POST" and "text" in request.POST:
            asked = request.GET.copy()
            asked.pop(PAGE_VAR, None)
            asked[SEARCH_VAR] = keep_search(request)
            return redirect(f"{request.path}?{asked.urlencode()}")
        return super().changelist_view(request, extra_context)  # type: ignore[misc]

    def get_changelist_instance(self, request: Any) -> Any:
        found = super().get_changelist_instance(request)  # type: ignore[misc]
        found.is_posted = True
        found.text = kept_search(request, found.query)  # for the field that it was typed into
        return found
