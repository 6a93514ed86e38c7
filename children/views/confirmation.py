"""Key facts of a file: when they were last confirmed, and «unchanged» in one tap."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.due import confirm_facts
from children.models import Child, FactConfirmation, KeyFact
from children.models.compiled import compiled

from .common import is_ours, our_child
from .put_off import work_of


@require_POST
@requires(Permission.VISIT_LOG)
@once
def facts_confirm(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """«Unchanged»: of the facts named, or of all."""
    child = our_child(grant, case_number)
    named = set(request.POST.getlist("fact"))
    facts = [fact for fact in KeyFact.values if fact in named or "ALL" in named]
    if facts:
        confirm_facts(child=child, facts=facts, by=grant.posting, now=timezone.now())
        messages.success(request, _("Confirmed: unchanged today."))
    return redirect(reverse("children:child_detail", args=[child.case_number]) + "#confirmations")


@compiled(by_key=True)
def _newest(grant: Grant, child: Any) -> Any:
    return FactConfirmation.objects.permitted(grant).filter(child=child).newest_of_each_fact()


def confirmations_panel(child: Child, grant: Grant, today: date) -> Any:
    """Each key fact with when and by whom it was last confirmed."""
    latest = {row.fact: row for row in _newest(grant, child=child.pk)}
    work = work_of(child)
    lines = [(fact, KeyFact(fact).label, latest.get(fact)) for fact in KeyFact.values]
    return {
        "child": child, "lines": lines, "work": work, "is_ours": is_ours(child, grant),
        "is_stale": work is not None and work.verify_was_on < today,
    }  # fmt: skip
