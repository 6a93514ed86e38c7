"""Where a list in the order of a day and the key goes on: one text for an address and back."""

from datetime import date

from django.db.models import Q


def cursor_of(day: date, pk: int) -> str:
    return f"{day.toordinal()}-{pk}"


def beyond(field: str, cursor: str) -> Q:
    """Rows behind the cursor, by `field` and key. Raises ValueError for what is no such cursor."""
    text, _dash, key = cursor.partition("-")
    if not (text.isascii() and text.isdigit() and key.isascii() and key.isdigit()):
        raise ValueError("the cursor is none of ours")
    if len(text) > 9 or len(key) > 18:
        raise ValueError("the cursor is none of ours")
    try:
        day, pk = date.fromordinal(int(text)), int(key)
    except (ValueError, OverflowError) as error:
        raise ValueError("the cursor is none of ours") from error
    return Q(**{f"{field}__gte": day}) & (Q(**{f"{field}__gt": day}) | Q(pk__gt=pk))
