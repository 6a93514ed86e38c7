"""Ending a category or a file: from which month. Domain reference 1.7."""

from datetime import date

from .application import effective_month


def first_month_without(event_on: date, reason: str) -> date:
    """First day of the first month without benefit: the month after the event.

    A parent found alive ends it from the same month (渝 2010, example).
    """
    if reason == "PARENT_FOUND":
        return event_on.replace(day=1)
    return effective_month(event_on)
