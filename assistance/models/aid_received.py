"""What a child received, for its growth record."""

from collections.abc import Mapping, Sequence
from datetime import date

from schools.extensions import Aid

from .payment_line import PaymentLine, PaymentLineState


def aid_received(children: Sequence[int], first: date, last: date) -> Mapping[int, Sequence[Aid]]:
    """Payments that arrived in that time, by child; one query under the reader's rows."""
    rows = PaymentLine.objects.filter(
        child__pk__among=list(children), state=PaymentLineState.PAID, paid_on__range=(first, last)
    )
    found: dict[int, list[Aid]] = {}
    for line in rows.select_related("programme").order_by("paid_on", "pk"):
        aid = Aid(line.paid_on or last, line.programme.label, f"¥{line.amount}")
        found.setdefault(line.child_id, []).append(aid)
    return found
