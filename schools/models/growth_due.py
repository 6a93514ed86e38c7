"""Growth records that are due: to be filled near the end of a term, to be closed after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from schools.rules.growth_record import close_by, fill_from

from .growth_list import Line, lines_of
from .growth_record import GrowthRecord
from .norm import Norm
from .school import Term

SHOWN = 8
LONG_PAST = timedelta(days=200)  # a term whose records nobody closed is told of in the list alone


def due_terms(today: date) -> list[tuple[Term, date]]:
    """Terms whose records are due, with the last day for closing; two queries."""
    norms = Norm.objects.in_force(today)
    terms = Term.objects.filter(starts_on__lte=today, ends_on__gte=today - LONG_PAST)
    return [
        (term, close_by(term.ends_on, norms))
        for term in terms.select_related("year").order_by("starts_on")
        if fill_from(term.ends_on, norms) <= today
    ]


def may_be_closed(term: Term, today: date) -> bool:
    """Whether the term is so far gone that its records are closed as a matter of course."""
    return fill_from(term.ends_on, Norm.objects.in_force(today)) <= today


@only_with(GrowthRecord)
def due_of_child(child: Child, grant: Grant, today: date) -> Iterable[Due]:
    """For `children.extensions.DUE`: of who may do it; an office only reads the records."""
    if not grant.allows(Permission.GROWTH_FILL):
        return
    terms = dict(due_terms(today))
    if not terms:
        return
    rows = GrowthRecord.objects.permitted(grant).still_open()
    rows = rows.filter(child=child, term__in=list(terms)).select_related("term__year")
    for record in rows.order_by("term__starts_on"):
        last = terms[record.term]
        words = {"term": record.term, "day": formats.date_format(last, "SHORT_DATE_FORMAT")}
        yield Due(
            _("Growth record %(term)s: fill and close it by %(day)s.") % words, "",
            is_overdue=last < today,
            url=reverse("schools:growth_record", args=[child.case_number, record.pk]),
        )  # fmt: skip


@dataclass
class DueRecords:
    """The first few open records that are due, with what each lacks."""

    lines: list[Line]
    has_more: bool
    last_day: date
    is_overdue: bool
    term: Term


def due_records(grant: Grant, today: date) -> DueRecords | None:
    """For the home page: the grant's records of the oldest term that has open ones due."""
    for term, last in due_terms(today):
        rows = GrowthRecord.objects.permitted(grant).still_open().filter(term=term).for_list()
        found = list(rows.by_class()[: SHOWN + 1])
        if found:
            lines = lines_of(found[:SHOWN])
            return DueRecords(lines, len(found) > SHOWN, last, last < today, term)
    return None
