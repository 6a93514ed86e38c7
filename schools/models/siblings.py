"""Children of one household as a helper meets them: paired with them, in the same hands."""

from datetime import date
from typing import Any

from accounts.access import Grant
from children.models import Child, FileStatus, Guardianship

from .pairing import Pairing

MOST = 12


def siblings_of(child: Child, grant: Grant, today: date) -> list[Any]:
    """Cares of other children, paired with the reader, by a guardian who cares for `child` too.

    With child and guardian, the child's name first; one query.
    """
    carers = Guardianship.objects.permitted(grant).filter(child=child).on(today)
    paired = Pairing.objects.on(today).filter(helper__in=grant.posting.desks)
    rows = Guardianship.objects.permitted(grant).on(today).filter(
        guardian__in=carers.values("guardian"), child__in=paired.values("child"),
    )  # fmt: skip
    rows = rows.exclude(child=child).exclude(child__status=FileStatus.CLOSED)
    return list(rows.select_related("child", "guardian").order_by("child__name_sort", "pk")[:MOST])
