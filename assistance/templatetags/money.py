"""Sums of money in templates."""

from decimal import Decimal

from django import template

from assistance.rules.money import grouped

register = template.Library()


@register.filter
def money(amount: Decimal | int | str | None, places: int = 2) -> str:
    """What is no sum (a dash in its place) stays as it is; None shows nothing."""
    return grouped(amount, places) if isinstance(amount, Decimal | int) else amount or ""
