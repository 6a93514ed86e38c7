"""What a school charges, for one payment of a programme that waives it."""

from decimal import Decimal

from . import codes
from . import rulebook as r
from .facts import Fee


def charged(fee: Fee, programme: r.Programme) -> Decimal | None:
    """For a term or a month, as the programme is paid; None where the two do not go together.

    A monthly fee makes a term by the months in which it is charged; a term's fee makes no month.
    """
    match programme.cadence:
        case codes.Cadence.TERM:
            return fee.amount * (fee.months or 1)
        case codes.Cadence.MONTH:
            return fee.amount if fee.months else None
    return None
