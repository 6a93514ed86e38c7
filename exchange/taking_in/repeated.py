"""One person twice in a list: the later row is refused; under two names, both are."""

from typing import Any

from exchange.models import FeedKind
from exchange.rules.faults import Fault, RowProblem
from exchange.words import masked

from .good import Good

# What makes two rows of one person different lines of a list.
TOLD_APART_BY = {
    FeedKind.TWO_SUBSIDY_ROLL: ("month", "subsidy"),
    FeedKind.ATTENDANCE: ("absent_from",),
    FeedKind.SEVERE_ILLNESS: ("illness", "diagnosed_on"),
    FeedKind.PRISON_RESULTS: ("child__id_number", "child__name"),
    FeedKind.REHABILITATION_RESULTS: ("child__id_number", "child__name"),
    FeedKind.REHABILITATION_SESSIONS: ("held_on", "institution", "help_kind"),
    FeedKind.REHABILITATION_CLAIMS: ("month", "institution", "help_kind"),
}


class Repeated:
    """Looked for as the rows go by."""

    def __init__(self, kind: str) -> None:
        self._apart = TOLD_APART_BY.get(FeedKind(kind), ())
        self._is_register = kind == FeedKind.REGISTER
        self._first: dict[Any, Good] = {}
        self._certificates: dict[str, Good] = {}
        self.refused: dict[Good, Fault] = {}

    def see(self, good: Good, facts: dict[str, Any]) -> None:
        """`facts`: of the row, which are at hand."""
        key, shown_by = _identity(facts, self._apart)
        other = self._first.setdefault(key, good)
        if other is not good:
            is_same = other.facts.get("name") == facts.get("name")
            problem = RowProblem.DUPLICATE_IN_FILE if is_same else RowProblem.ID_OF_TWO_PEOPLE
            self.refused[good] = _repeated(good, other, shown_by, problem)
            if not is_same:
                self.refused.setdefault(other, _repeated(other, good, shown_by, problem))
            return
        number = facts.get("certificate__number")
        if number and self._is_register:
            other = self._certificates.setdefault(number, good)
            if other is not good:
                self.refused[good] = _repeated(
                    good, other, "certificate__number", RowProblem.DUPLICATE_CERTIFICATE
                )


def _identity(facts: dict[str, Any], apart: tuple[str, ...]) -> tuple[Any, str]:
    """What must not come twice, and the column to blame."""
    more = tuple(facts.get(key) for key in apart)
    if facts.get("id_number"):
        return (facts["id_number"], more), "id_number"
    place = facts.get("area") or facts.get("village") or facts.get("class_name")
    return (
        (facts.get("name"), facts.get("birth_date"), facts.get("sex"), place,
         facts.get("guardian__name"), facts.get("father__name"), facts.get("household"), more),
        "name",
    )  # fmt: skip


def _repeated(good: Good, other: Good, key: str, problem: RowProblem) -> Fault:
    shown = masked(key, str(good.facts.get(key, "")))
    where = f"{other.row} ({other.sheet})" if other.sheet != good.sheet else str(other.row)
    return Fault(good.row, key, problem, {"other": where, "shown": shown}, good.sheet)
