"""Sums of money as people read them."""

from decimal import Decimal


def grouped(amount: Decimal | int) -> str:
    """Thousands parted, two places."""
    return f"{amount:,.2f}"
