"""Where assistance joins a child's page, its due work, its trail and its masked fields.

Called once when the applications are ready; a new noun of assistance adds its line here.
"""

from accounts.access import Permission
from children.extensions import DUE, REVEALED, Panel
from children.models import Child
from children.models.trail import join_trail
from schools.extensions import AID

from .models import Entitlement, PaymentAccount
from .models.aid_received import aid_received
from .views import aid, due


def join() -> None:
    # Payments would fill the trail month by month; each tells its own on its page.
    join_trail(account=PaymentAccount, entitlement=Entitlement)
    REVEALED["account"] = _revealed_account
    DUE.extend([due.accounts_due, due.failures_due])
    AID.append(aid_received)
    aid.MAIN.append(
        Panel("assistance/_entitlements.html", Permission.AID_VIEW, aid.entitlements_panel)
    )
    aid.MAIN.append(Panel("assistance/_payments.html", Permission.AID_VIEW, aid.payments_panel))
    aid.SIDE.append(Panel("assistance/_accounts.html", Permission.AID_VIEW, aid.accounts_panel))


def _revealed_account(child: Child, pk: int, field: str) -> PaymentAccount | None:
    if field != "account_number":
        return None
    return PaymentAccount.objects.filter(child=child, pk=pk).first()
