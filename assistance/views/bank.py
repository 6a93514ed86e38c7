"""The bank: the file for it, and failures as the township's work."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from assistance.actions.bank import SumsDiffer, send_run
from assistance.actions.payment_run import MovedOn, NotAsChecked
from assistance.forms.bank import SendForm
from assistance.models import AnswerUpload, PaymentLine, PaymentRun
from assistance.rules.bank_layout import FIXED, DoesNotFit
from children.views.common import form_context

MOST_LISTED = 200
CHANGED = gettext_lazy(
    "Accounts, lines or what is owed have changed since the check. Give the run back, so that it "
    "is put together and checked again."
)


def permitted_run(grant: Grant, run_id: int) -> PaymentRun:
    return get_object_or_404(PaymentRun.objects.permitted(grant).select_related("area"), pk=run_id)


def being_read(grant: Grant, run: PaymentRun) -> AnswerUpload | None:
    """The answer that is being read right now."""
    rows = AnswerUpload.objects.permitted(grant).filter(run=run).at_work()
    return rows.select_related("by", "progress").first()


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_APPROVE)
def run_send(request: Request, grant: Grant, run_id: int) -> HttpResponse | FileResponse:
    """The file as often as it is needed: it always holds what was approved."""
    run = permitted_run(grant, run_id)
    if run.is_approved and run.has_nothing_for_the_bank:
        messages.info(request, _("Nothing of this run goes to the bank: no file is needed."))
        return redirect("assistance:run_detail", run.pk)
    purpose = _("Payments of %(month)s") % {"month": f"{run.month:%Y-%m}"}
    form = SendForm(request.POST or None, initial={"reason": purpose})
    if request.method == "POST" and form.is_valid():
        layout = form.layouts[form.cleaned_data["layout"]]
        try:
            file, run = send_run(run=run, layout=layout, by=grant.user, now=timezone.now())
        except MovedOn:
            form.add_error(None, _("Only an approved run is sent."))
        except NotAsChecked:
            form.add_error(None, CHANGED)
        except SumsDiffer:
            form.add_error(None, _("The file would not hold what was approved. Nothing was sent."))
        except DoesNotFit as too_long:
            form.add_error(
                "layout",
                _("Payment %(reference)s does not fit into the column «%(field)s».")
                % {"reference": too_long.reference, "field": too_long.field},
            )
        else:
            record(
                grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=run.area_id,
                subject="bank_file", row_count=run.line_count, reason=form.cleaned_data["reason"],
            )  # fmt: skip
            ending = "txt" if layout.kind == FIXED else "xlsx"
            name = f"bank-{run.area_id}-{run.month:%Y%m}-{run.number}.{ending}"
            return FileResponse(file, as_attachment=True, filename=name)
    context = form_context(request, grant, "", form=form, run=run)
    return TemplateResponse(request, "assistance/run_send.html", context)


@require_GET
@requires(Permission.RUN_CHECK)
def failure_list(request: Request, grant: Grant) -> HttpResponse:
    """Failed payments to be put right, the nearest deadline first."""
    rows = PaymentLine.objects.permitted(grant).to_put_right()
    rows = rows.select_related("child__residence_area__parent", "programme", "account")
    context = {
        "lines": rows.order_by("act_by", "pk")[:MOST_LISTED], "today": timezone.localdate(),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/failure_list.html", context)
