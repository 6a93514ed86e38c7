"""Sums of money as people read them."""

from decimal import Decimal


def grouped(amount: Decimal | int, places: int = 2) -> str:
    """Thousands parted; rounded where a table has no room for two places."""
    return f"{amount:,.{places}f}"
