"""Where assistance joins a child's page, its due work, its trail and its masked fields.

Called once when the applications are ready; a new noun of assistance adds its line here.
"""

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from children.extensions import BEFORE_MOVE, DUE, HANDED_OVER, IN_SHORT, PANELS, REVEALED, Panel
from children.models import Child
from children.models.trail import join_trail
from schools import panels as school_panels
from schools.extensions import AID
from schools.views import hub as school_hub

from .models import (
    EducationAward,
    Entitlement,
    FreshmanSubsidy,
    PaymentAccount,
    Recognition,
    RecoveryWaiver,
    RehabilitationApplication,
    RehabilitationPlan,
    RehabilitationSession,
)
from .models._award_sql import SERVED, SERVED_ONCE
from .models._received_sql import ELSEWHERE
from .models.aid_received import aid_received
from .models.payment_build import wait_for_runs
from .views import aid, due, education, hub, rehabilitation_work


def join() -> None:
    # Payments would fill the trail month by month; each tells its own on its page.
    join_trail(account=PaymentAccount, entitlement=Entitlement)
    join_trail(waiver=RecoveryWaiver)
    join_trail(rehab_application=RehabilitationApplication, rehab_plan=RehabilitationPlan)
    join_trail(rehab_session=RehabilitationSession, in_short=False)  # dozens a month
    REVEALED["account"] = _revealed_account
    IN_SHORT.append(Panel("assistance/_aid_in_short.html", Permission.AID_VIEW, aid.aid_in_short))
    DUE.extend([due.stops_due, due.accounts_due, due.failures_due, due.exits_due])
    DUE.append(due.waivers_due)
    DUE.append(rehabilitation_work.rehab_due)
    AID.append(aid_received)
    HANDED_OVER.append(aid.handed_over)
    BEFORE_MOVE.append(wait_for_runs)
    aid.MAIN.append(Panel("assistance/_gaps.html", Permission.AID_VIEW, aid.gaps_panel))
    aid.MAIN.append(
        Panel("assistance/_entitlements.html", Permission.AID_VIEW, aid.entitlements_panel)
    )
    aid.MAIN.append(Panel("assistance/_payments.html", Permission.AID_VIEW, aid.payments_panel))
    rehab, view = "assistance/_rehabilitation.html", Permission.AID_VIEW
    aid.MAIN.append(Panel(rehab, view, rehabilitation_work.rehab_panel))
    PANELS.append(Panel(rehab, view, rehabilitation_work.rehab_panel_of_file))
    aid.SIDE.append(Panel("assistance/_accounts.html", Permission.AID_VIEW, aid.accounts_panel))
    _join_education()


def _join_education() -> None:
    join_trail(recognition=Recognition, award=EducationAward)
    join_trail(freshman=FreshmanSubsidy)
    DUE.extend([education.recognitions_due, education.freshmen_due])
    for panels in (aid.MAIN, school_panels.MAIN):
        panels.append(
            Panel("assistance/_education.html", Permission.EDUCATION_VIEW, education.panel)
        )
    ELSEWHERE.extend([SERVED, SERVED_ONCE])
    hub.DOORS.extend(education.AID_DOORS)
    school_hub.JOINED.append((_("Education aid"), education.SCHOOL_DOORS))


def _revealed_account(child: Child, pk: int, field: str) -> PaymentAccount | None:
    if field != "account_number":
        return None
    return PaymentAccount.objects.filter(child=child, pk=pk).first()
