"""The empty page that a phone keeps for days without a network, and the worker that keeps it.

Both are the same for everybody who reads one language: nobody's data is in them.
"""

import json
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from children.forms.home_visit import ESSENTIAL, ESSENTIAL_THERE, VisitForm
from children.rules.offline_day import MOST_PHOTOS

FILES = (
    "bootstrap/bootstrap.min.css", "css/registry.css", "js/day.js", "js/day_page.js", "icon.svg",
)  # fmt: skip


def _page() -> str:
    today = timezone.localdate()  # of no use to an empty form
    form = VisitForm(child=None, today=today, initial={"mode": "HOME", "outcome": "MET"})
    essential = {"": ESSENTIAL} | ESSENTIAL_THERE
    return render_to_string(
        "children/offline_day.html",
        {"form": form, "essential": json.dumps(essential), "most_photos": MOST_PHOTOS},
    )


@require_GET
@login_not_required
def offline_page(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_page())
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@login_not_required
def offline_worker(request: HttpRequest) -> HttpResponse:
    """Another page or another file makes another version, which the browser then fetches."""
    version = sha256(_page().encode())
    for name in FILES if settings.DEBUG else ():  # elsewhere their addresses change with them
        path = finders.find(name)
        if path:
            with open(path, "rb") as file:
                version.update(file.read())
    told = {
        "version": version.hexdigest()[:16], "page": reverse("offline:offline_page"),
        "files": [static(name) for name in FILES],
    }  # fmt: skip
    script = json.dumps(static("js/day_worker.js"))
    lines = [f"self.DAY = {json.dumps(told)};", f"importScripts({script});", ""]
    response = HttpResponse("\n".join(lines), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response
