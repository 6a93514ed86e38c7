"""Changes that lists propose: listed, accepted one by one or in bulk, refused with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.models.area import parts_of, upper_bound
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.actions.record import lock_children
from children.forms.child import ReasonForm
from children.views.common import form_context
from exchange.actions.change_batch import MOST
from exchange.actions.proposed_change import Decided, FactChanged, accept, refuse, stale
from exchange.forms.proposed_change import ChangeFilterForm
from exchange.models import ChangeBatch, ProposedChange
from exchange.models.certificate_sides import certificates_beside
from exchange.models.change_sides import REVEALED, sides

PAGE = 100  # ticked at once; each is some 30 ms of work


def waiting_changes(grant: Grant) -> Any:
    rows = ProposedChange.objects.permitted(grant).waiting(grant)
    return rows.select_related("child__residence_area__parent", "list_import")


@dataclass(frozen=True)
class Chosen:
    """What narrows the list. `choice`: as an address carries it."""

    form: ChangeFilterForm
    field: str
    inside: str
    list_import: int | None
    choice: dict[str, str]

    @classmethod
    def of(cls, grant: Grant, asked: Any) -> Self:
        form = ChangeFilterForm(asked or None, places=parts_of(grant.area_code or ""))
        said = form.cleaned_data if form.is_valid() else {}
        choice = {key: asked[key] for key in ("field", "inside", "import") if asked.get(key)}
        return cls(
            form, said.get("field", ""), said.get("inside", ""),
            whole_number(asked.get("import", "")), choice,
        )  # fmt: skip

    @property
    def is_understood(self) -> bool:
        """Else the list shows more than was asked for."""
        is_list = "import" not in self.choice or self.list_import is not None
        return is_list and (not self.form.is_bound or self.form.is_valid())

    def of_rows(self, rows: Any) -> Any:
        if self.list_import is not None:
            rows = rows.filter(list_import=self.list_import)
        if self.field:
            rows = rows.filter(field=self.field)
        if self.inside:
            end = upper_bound(self.inside)
            rows = rows.filter(child__managing_area__gte=self.inside, child__managing_area__lt=end)
        return rows

    def address(self, **more: str) -> str:
        query = urlencode(self.choice | more)
        return reverse("exchange:change_list") + (f"?{query}" if query else "")


@require_GET
@requires(Permission.CHANGE_DECIDE)
def change_list(request: Request, grant: Grant) -> HttpResponse:
    return _page(request, grant, request.GET)


def _page(
    request: Request, grant: Grant, asked: Any, ticked: Collection[int] = (), mistake: str = ""
) -> HttpResponse:
    """`asked`: the choice, from the address or sent along with an answer that was not taken."""
    chosen = Chosen.of(grant, asked)
    every = chosen.of_rows(waiting_changes(grant))
    rows = every
    if (after := whole_number(asked.get("after", ""))) is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    old, papers = stale(shown), certificates_beside(shown)
    lines = [
        {"change": one, "held": held, "said": said, "is_stale": one.pk in old,
         "is_masked": one.field in REVEALED, "is_ticked": one.pk in ticked,
         "paper": papers.get(one.pk)}
        for one, (held, said) in zip(shown, sides(shown, papers=papers), strict=True)
    ]  # fmt: skip
    # Counted only where the page does not show them all.
    count = every.count() if len(found) > PAGE or after is not None else len(shown)
    context = form_context(
        request, grant, "", form=chosen.form, lines=lines, choice=chosen.choice, after=after,
        query=urlencode(chosen.choice), is_filtered=bool(chosen.choice), mistake=mistake,
        one_list=shown[0].list_import if shown and chosen.list_import is not None else None,
        count=count, at_once=min(count, MOST), is_more=count > len(shown),
        batches=ChangeBatch.objects.permitted(grant).lately(timezone.now()).told_of(grant)[:5],
        following=found[PAGE - 1].pk if len(found) > PAGE else None,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/change_list.html", context)


@require_POST
@requires(Permission.CHANGE_DECIDE)
@once
def change_decide(request: Request, grant: Grant) -> HttpResponse:
    """`one`: a single one, `anyway` although the fact has changed; else those that are ticked."""
    single = whole_number(request.POST.get("one", ""))
    keys = [single] if single else map(whole_number, request.POST.getlist("change")[:PAGE])
    changes = list(
        waiting_changes(grant).filter(pk__in=[key for key in keys if key]).order_by("pk")
    )
    is_refused = request.POST.get("move") == "REFUSE"
    reason = request.POST.get("reason", "").strip()[:200]
    if not changes:
        messages.warning(request, _("Nothing was ticked, or it was decided in the meantime."))
    elif is_refused and len(reason) < 2:
        if single:
            messages.error(request, _("Say why the change is refused."))
            return redirect("exchange:change_reveal", single)
        ticked = {one.pk for one in changes}
        return _page(request, grant, request.POST, ticked, _("Say why the change is refused."))
    else:
        # Only who was told that the fact has changed accepts it all the same.
        anyway = bool(single) and request.POST.get("anyway") == "1"
        _decide_all(request, grant, changes, reason if is_refused else None, anyway)
    after = request.POST.get("after", "")
    return redirect(Chosen.of(grant, request.POST).address(**{"after": after} if after else {}))


def _decide_all(
    request: Request, grant: Grant, changes: list[Any], reason: str | None, anyway: bool
) -> None:
    done, now = 0, timezone.now()
    lock_children(one.child_id for one in changes)
    for one in changes:
        name = f"{one.child.name}, {one.get_field_display()}"
        try:
            if reason is not None:
                refuse(change=one, reason=reason, by=grant.user, now=now)
            else:
                accept(change=one, anyway=anyway, by=grant.user, now=now)
        except Decided:
            messages.warning(request, _("%(name)s: decided in the meantime.") % {"name": name})
        except FactChanged:
            messages.warning(
                request,
                _("%(name)s: the file has changed since the list came. Look at it by itself.")
                % {"name": name},
            )
        except PromiseBroken as broken:
            messages.error(request, f"{name}: {broken.message}")
        else:
            done += 1
    if not done:
        return
    if reason is None:
        said = ngettext("%(count)s change accepted.", "%(count)s changes accepted.", done)
    else:
        said = ngettext("%(count)s change refused.", "%(count)s changes refused.", done)
    messages.success(request, said % {"count": done})


@require_http_methods(["GET", "POST"])
@requires(Permission.CHANGE_DECIDE)
def change_reveal(request: Request, grant: Grant, change_id: int) -> HttpResponse:
    """Both values in the clear, for a reason that is logged before they are shown."""
    change = get_object_or_404(waiting_changes(grant), pk=change_id)
    form: Any = ReasonForm(request.POST or None)
    is_shown = request.method == "POST" and form.is_valid()
    if is_shown:
        record(
            grant=grant, kind=AccessKind.REVEALED, request=request, child_id=change.child_id,
            area_code=change.child.managing_area_id, reason=form.cleaned_data["reason"],
            subject=f"change.{change.field}",
        )  # fmt: skip
    papers = certificates_beside([change])
    ((held, said),) = sides([change], revealed=is_shown, papers=papers)
    paper = papers.get(change.pk)
    context = form_context(
        request, grant, "", form=form, change=change, held=held, said=said, is_shown=is_shown,
        is_stale=bool(stale([change])), paper=paper, facts=paper.rows(is_shown) if paper else [],
    )  # fmt: skip
    return TemplateResponse(request, "exchange/change_reveal.html", context)
