"""The status codes of enrolment control in words, and a child's, from rows already at hand."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from children.models import Child
from children.rules import ages
from schools.rules.ledger import Departure, Place
from schools.rules.roll_status import OF_LEDGER, Standing, roll_status

from .calendar import year_starts_on
from .enrolment import Enrolment
from .excuse import Excuse
from .ledger import LedgerEntry
from .norm import figures_on


class RollStatus(models.TextChoices):
    NOT_OF_AGE = "NOT_OF_AGE", _("not of school age yet")
    ENROLLED = "ENROLLED", _("enrolled")
    ENROLLED_ELSEWHERE = "ENROLLED_ELSEWHERE", _("enrolled elsewhere")
    DEFERRED = "DEFERRED", _("enrolment deferred")
    SUSPENDED = "SUSPENDED", _("studies suspended")
    INCLUSIVE = "INCLUSIVE", _("learns in an ordinary class with support")
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL", _("special school")
    SPECIAL_CLASS = "SPECIAL_CLASS", _("special class")
    HOME_TEACHING = "HOME_TEACHING", _("home teaching")
    DISTANCE = "DISTANCE", _("distance teaching")
    REHAB_INST = "REHAB_INST", _("rehabilitation institution")
    SUSPECTED_DROPOUT = "SUSPECTED_DROPOUT", _("suspected dropout")
    DROPOUT = "DROPOUT", _("dropout")
    RETURNED = "RETURNED", _("returned after dropping out")
    GRADUATED = "GRADUATED", _("graduated")
    DEAD = "DEAD", _("died")
    EMIGRATED = "EMIGRATED", _("moved abroad")
    NOT_FOUND = "NOT_FOUND", _("cannot be found")


def status_of(
    child: Child,
    rows: Iterable[Enrolment],
    excuses: Iterable[Excuse],
    lines: Iterable[LedgerEntry],
    today: date,
) -> RollStatus | None:
    """From the child's whole roll, its excuses and open lines; two queries for age and year."""
    held = [row for row in rows if row.starts_on <= today]
    here = [row for row in held if row.ends_on is None or row.ends_on > today]
    ended = [row for row in held if row.ends_on is not None and row.ends_on <= today]
    last = max(ended, key=lambda row: (row.ends_on, row.pk), default=None)
    code = roll_status(
        Standing(
            place=_place(here[0]) if here else None,
            departure=Departure(last.end_reason, last.ends_on) if last and last.ends_on else None,
            excuse=next((e.kind for e in excuses if e.starts_on <= today <= e.ends_on), ""),
            ledger=next(
                (e.ledger for e in lines if e.cleared_on is None and e.ledger in OF_LEDGER), ""
            ),
            is_below_age=_is_below_age(child, today),
        )
    )
    return RollStatus(code) if code else None


def _place(row: Enrolment) -> Place:
    return Place(row.stage, row.status, row.placement, row.starts_on)


def _is_below_age(child: Child, today: date) -> bool:
    year = year_starts_on(today)
    if child.birth_date > year:
        return True
    return ages.completed_years(child.birth_date, year) < figures_on(today)["SCHOOL_AGE_FROM"]
