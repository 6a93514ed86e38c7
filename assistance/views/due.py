"""What money asks for, on a child's page."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from assistance.models import PaymentAccount
from children.models import Child
from children.models.overview import Due


def accounts_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """A proposed account waits for its second person; one query."""
    if not grant.allows(Permission.ACCOUNT_CONFIRM):
        return []
    rows = PaymentAccount.objects.permitted(grant).filter(child=child).proposed()
    return [
        Due(
            _("A bank account waits for a second person."), "",
            url=reverse("assistance:account_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.exclude(proposed_by=grant.user)
    ]  # fmt: skip
