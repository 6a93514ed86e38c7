"""A row of a list checked as a whole: what it says, or every reason why it cannot be taken.

Source: domain reference 8 (identifiers).
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from children.rules import ages
from children.rules.identifiers import (
    IdentifierError,
    ResidentId,
    parse_resident_id,
)
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.table import UNDER
from exchange.reading.values import Month, is_as_above
from exchange.reading.workbook import Cell

from . import family_checks, said_twice, subsidies_told
from .cell_readers import (
    ADMITTED_TO,
    Reader,
    name_of_dead,
    problem_of_id,
    reader_of,
    school_admitted,
    words_or_nothing,
)
from .checked import Checked, Facts
from .columns import Column, Kind, Layout
from .family_checks import PARENTS
from .faults import Fault, RowProblem
from .half_told import decided, kind_and_grade
from .legible import legible
from .places import Places, Unplaced
from .said_for_a_name import (
    NO_NAME,
    OF_RELATIVES,
    SIGNED,
    name_of_relative,
    relation_alone,
    told_beside,
)
from .term import term_in

OLDEST = 25  # completed years; some are supported until they leave school
_ORDERED = [
    ("certificate__issued_on", "certificate__expires_on"), ("since", "until"),
    ("absent_from", "absent_to"), ("died_on", "cremated_on"),
]  # fmt: skip
_AFTER_BIRTH = ("certificate__issued_on", "died_on", "opened_on", "category__since", "diagnosed_on")
_ANY_NUMBERS = ("id_number", "guardian__id_number", "second__id_number")

_MAY_REPEAT = (str, tuple)  # of numbers and truth values some are equal and not the same
_SEEN = 1_000  # of a column; where all cells differ, looking for more of them is in vain
_OF_DISABILITY = ("certificate__kind", "certificate__grade")
# Where a term may stand for one day: its first and its last, of a certificate the last alone.
_WITH_TERM = {
    "since": ("since", "until"), "until": ("since", "until"),
    "absent_from": ("absent_from", "absent_to"), "absent_to": ("absent_from", "absent_to"),
    "certificate__expires_on": ("", "certificate__expires_on"),
}  # fmt: skip
_TOLD_BY_NUMBER = ("id_number", "birth_date", "sex")
_HERE = ("village", "township", "area_code")  # where a child lives
_OF_HUKOU = ("hukou__village", "hukou__township")
_REASONS = ("reason", "cause", "from_school")
_REMARKS = ("note", *_REASONS)  # read by people alone


class RowChecker:
    """For the columns that one file has."""

    def __init__(
        self, layout: Layout, present: Collection[str], *, today: date, is_1904: bool = False,
        places: Places | None = None, children_only: bool = False,
        headings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`headings`: by key, as the file calls its columns."""
        self.headings = headings or {}
        self.layout, self.today, self.places = layout, today, places
        self.children_only = children_only
        self.present = frozenset(present)
        self.has_placed = False  # a row before said where
        is_register = layout.feed == "register"
        may_be_dead = {f"{prefix}__name" for prefix in PARENTS}
        may_be_dead |= {"name"} if layout.feed == "deaths" else set()
        # Most cells say what many others of their column do: each is read for all of them.
        self.readers: list[tuple[str, Reader, dict[Any, Any]]] = [
            (column.key, self._reader(column, column.key in may_be_dead, is_1904), {})
            for column in layout.columns
            if column.key in self.present and column.kind is not Kind.SERIAL
        ]
        filled = [c.key for c in layout.columns if c.is_filled and c.key in self.present]
        self.needed = list(dict.fromkeys([*(c.key for c in layout.required), *filled]))
        self.past = {c.key for c in layout.columns if c.kind is Kind.DATE}
        self.months = {c.key for c in layout.columns if c.kind is Kind.MONTH}
        held = {c.key for c in layout.columns if c.kind in (Kind.ID_NUMBER, Kind.CERTIFICATE)}
        self.numbers = held.union(_ANY_NUMBERS)
        # One of them would tell whose birth date and sex it is.
        self.telling = ("id_number", *(("certificate__number", "roll_number") * (not is_register)))
        self.asks_status = bool(self.present & said_twice.ASKED_STATUS.keys())
        self.parents = [prefix for prefix in PARENTS if f"{prefix}__id_number" in self.present]

    def _reader(self, column: Column, may_be_dead: bool, is_1904: bool) -> Reader:
        tables = self.layout.codes
        read = name_of_dead if may_be_dead else reader_of(column, tables, self.today, is_1904)
        if column.key in OF_RELATIVES:
            return name_of_relative(read, column.key, tables)
        if (self.layout.feed, column.key) == ADMITTED_TO:
            return school_admitted
        # The ministry's sheet wants its columns filled, with 无 where there is nothing.
        is_kept = column.key in _REASONS or (self.layout.feed == "school_roll" and column.is_filled)
        return words_or_nothing if column.kind is Kind.TEXT and not is_kept else read

    def check(self, row: int, cells: Mapping[str, Cell], sheet: str = "") -> Checked:
        checked = Checked(row, {}, [], sheet)
        facts = checked.facts
        for key, read, seen in self.readers:
            cell = cells.get(key)
            if cell is None:
                continue
            is_repeated = type(cell) in _MAY_REPEAT
            if is_repeated and cell in seen:
                facts[key] = seen[cell]
                continue
            if is_as_above(cell) and key not in _REMARKS:
                checked.refuse(key, CellProblem.AS_ABOVE)
                continue
            try:
                value = read(cell)
            except BadCell as bad:
                checked.refuse(key, bad.problem, **bad.facts)
                continue
            if value is not None and value != "" and value != ():
                facts[key] = value
                if is_repeated and len(seen) < _SEEN:
                    seen[cell] = value
        if self.asks_status:
            said_twice.status(checked)
        self._identify(checked)
        if checked.faults:
            self._mend(checked, cells)
        if self.layout.feed == "two_subsidy_roll":
            subsidies_told.told(checked, self.present)
        self._whole(checked)
        self._dates(checked)
        self._place(checked, cells)
        family_checks.numbers(checked)
        if self.layout.feed == "register":
            family_checks.named(checked, self.present)
            family_checks.guardian_alone(checked)
            family_checks.dead_by_name(checked, cells)
            family_checks.institution(checked)
            family_checks.one_parent(checked)
        if "certificate__number" in facts:
            said_twice.certificate(checked)
        if self.layout.feed == "school_roll":
            said_twice.roll(checked)
        for key in self.numbers & facts.keys():
            facts[key] = getattr(facts[key], "number", facts[key])
        return checked

    def _mend(self, checked: Checked, cells: Mapping[str, Cell]) -> None:
        """What one cell leaves open and another column of the row decides. Decision 32."""
        for fault in list(checked.faults):
            if fault.problem == CellProblem.UNKNOWN_CODE and fault.key in _OF_DISABILITY:
                self._both_told(checked, fault, cells)
                continue
            if fault.key in _WITH_TERM:
                self._term_told(checked, fault, cells)
                continue
            cell = cells.get(fault.key)
            said = decided(fault, checked.facts, cell, self.headings)
            told = {fault.key: said} if said else told_beside(
                fault, checked.facts, cell, self.layout.codes
            )  # fmt: skip
            if told:
                known = told if self.layout.feed == "register" else self.layout.keys & told.keys()
                checked.facts.update((key, told[key]) for key in known)
                checked.faults.remove(fault)
            elif fault.problem in NO_NAME and not self.needs_name(fault.key):
                relation_alone(checked, fault, cell, self.layout.codes)
            else:
                subsidies_told.ticked(checked, fault, cell)

    def needs_name(self, key: str) -> bool:
        """Whether somebody is recorded under it, or answers with it."""
        return self.layout.feed == "register" or key == SIGNED

    def _both_told(self, checked: Checked, fault: Fault, cells: Mapping[str, Cell]) -> None:
        """Kind and grade of a disability in one cell; a column of its own must not deny them."""
        tables = self.layout.codes
        told = kind_and_grade(
            cells.get(fault.key), tables.get("disability", {}), tables.get("grade", {})
        )
        facts = checked.facts
        said = dict(zip(_OF_DISABILITY, told, strict=True)) if told else {}
        if said and all(facts.get(key, value) == value for key, value in said.items()):
            facts.update(said)
            checked.faults.remove(fault)

    def _term_told(self, checked: Checked, fault: Fault, cells: Mapping[str, Cell]) -> None:
        """First and last day in one cell; a column of its own must not deny the last."""
        first, last = _WITH_TERM[fault.key]
        term = term_in(cells.get(fault.key)) if last in self.layout.keys else None
        if term is None:
            return
        said = dict(zip((first, last), term, strict=True)) if first else {last: term[1]}
        told, blamed = checked.facts, {one.key for one in checked.faults if one is not fault}
        if blamed & said.keys() or any(told.get(key, day) != day for key, day in said.items()):
            return
        days = {key: day for key, day in said.items() if day is not None}
        if not any(isinstance(day, date) and day > self.today for key, day in days.items()
                   if key in self.past):  # fmt: skip
            told.update(days)
            checked.faults.remove(fault)

    def meant(self, checked: Checked, cells: Mapping[str, Cell]) -> Facts:
        """Whom a refused row may mean."""
        unknown = (CellProblem.ID_LOST_DIGITS, CellProblem.AS_ABOVE)
        lost = {f.key for f in checked.faults if f.problem in unknown}
        told = {key: cell for key, cell in cells.items() if key not in lost}
        readers = {key: read for key, read, _seen in self.readers}
        number = cells.get("id_number") if "id_number" in lost else None
        return legible(told, checked.facts, readers, self.places, number)

    def _identify(self, checked: Checked) -> None:
        """ID number, birth date and sex: what one says the others must not deny."""
        facts = checked.facts
        for key in _ANY_NUMBERS:
            if type(facts.get(key)) is str:
                self._any_number(checked, key)
        self._number_within(checked)
        identity = facts.get("id_number")
        born = facts.get("birth_date")
        if not isinstance(identity, ResidentId):
            if isinstance(born, Month):
                checked.refuse("birth_date", CellProblem.DATE_INCOMPLETE)
                del facts["birth_date"]
            return
        agrees = born.covers(identity.birth_date) if isinstance(born, Month) else (
            born is None or born == identity.birth_date
        )  # fmt: skip
        if not agrees:
            checked.refuse("birth_date", RowProblem.ID_BIRTH_DATE_DIFFERS)
        if facts.get("sex") and facts["sex"] != identity.sex:
            checked.refuse("sex", RowProblem.ID_SEX_DIFFERS)
        facts["birth_date"] = identity.birth_date
        facts.setdefault("sex", identity.sex)

    def _number_within(self, checked: Checked) -> None:
        """Certificates of disability, and roll numbers that begin with G, hold the ID number: a row
        that leaves it out says it all the same. A register opens files by what its own cell says.
        """
        facts = checked.facts
        is_left_out = "id_number" not in facts and not checked.blames("id_number")
        if not is_left_out or self.layout.feed == "register":
            return
        held, roll = facts.get("certificate__number"), facts.get("roll_number", "")
        number = held.resident_id if held else None
        if number is None and roll.startswith("G"):
            with suppress(IdentifierError):
                number = parse_resident_id(roll[1:], self.today)
        if number is not None and facts.get("birth_date") in (None, number.birth_date):
            facts["id_number"] = number

    def _any_number(self, checked: Checked, key: str) -> None:
        """A resident ID unless the row says that it is another kind of number."""
        facts, kind_key = checked.facts, key.replace("id_number", "id_type")
        kind = facts.get(kind_key, "")
        if kind not in ("", "RESIDENT_ID"):
            if kind == "NONE":
                checked.refuse(kind_key, RowProblem.ID_TYPE_MISSING)
            elif len(facts[key]) > 50:
                checked.refuse(key, CellProblem.TOO_LONG, limit=50)
            return
        written = facts.pop(key)
        try:
            facts[key] = parse_resident_id(written, self.today)
        except IdentifierError as error:
            checked.refuse(key, problem_of_id(error, written), length=len(written))

    def _whole(self, checked: Checked) -> None:
        """What must not be empty."""
        facts = checked.facts
        more: tuple[str, ...] = ()
        if self.layout.feed == "register" or "id_number" not in self.present:
            if not isinstance(facts.get("id_number"), ResidentId):
                more = ("birth_date", "sex")
        elif "id_number" not in facts and "birth_date" not in facts:
            more = ("id_number",)
        for key in (*self.needed, *(key for key in more if key not in self.needed)):
            if key not in facts and not checked.blames(key):
                if key in _TOLD_BY_NUMBER and any(checked.blames(one) for one in self.telling):
                    continue  # the number would have told
                checked.refuse(key, CellProblem.REQUIRED)

    def _dates(self, checked: Checked) -> None:
        facts = checked.facts
        for key, value in facts.items():
            if isinstance(value, Month):
                facts[key] = date(value.year, value.months[0], 1)
                if len(value.months) > 1:
                    checked.refuse(key, CellProblem.DATE_AMBIGUOUS)
        born = facts.get("birth_date")
        for first, last in _ORDERED:
            if first in facts and last in facts and facts[last] < facts[first]:
                checked.refuse(
                    last, RowProblem.DATES_IN_WRONG_ORDER, after=f"{facts[first]:%Y-%m-%d}"
                )
        if born is None:
            return
        for key in _AFTER_BIRTH:
            if key in facts and facts[key] < born and facts[key] != born.replace(day=1):
                checked.refuse(key, RowProblem.DATE_BEFORE_BIRTH)
        if self.children_only and ages.completed_years(born, self.today) > OLDEST:
            key = "id_number" if "id_number" in facts else "birth_date"
            checked.refuse(key, RowProblem.NOT_A_CHILD, age=OLDEST)

    def _place(self, checked: Checked, cells: Mapping[str, Cell]) -> None:
        if self.places is None:
            return
        facts = checked.facts
        parts = (facts.get("area_code", ""), facts.get("township", ""), facts.get("village", ""))
        if not any(parts) and (place := self._around(facts, str(cells.get(UNDER) or ""))):
            facts["area"] = place
        elif any(parts):
            self._find(checked, _HERE, parts)
        elif self.layout.feed == "register":
            of_hukou = ("", facts.get("hukou__township", ""), facts.get("hukou__village", ""))
            if any(of_hukou) and self.present.isdisjoint(_HERE):
                self._find(checked, _OF_HUKOU, of_hukou)
            else:
                wanted = next((k for k in _HERE if k in self.present), "village")
                once = CellProblem.AREA_ONCE if self.has_placed else CellProblem.REQUIRED
                checked.refuse(wanted, once)
        parts = ("", facts.get("hukou__township", ""), facts.get("hukou__village", ""))
        if any(parts):
            with suppress(Unplaced):  # far away is no fault
                facts["hukou_area"] = self.places.find(*parts)

    def _find(self, checked: Checked, keys: Iterable[str], parts: tuple[str, str, str]) -> None:
        assert self.places is not None
        self.has_placed = True
        try:
            checked.facts["area"] = self.places.find(*parts)
        except Unplaced as unplaced:
            key = next(k for k in keys if checked.facts.get(k))
            checked.refuse(key, unplaced.problem, **unplaced.facts)

    def _around(self, facts: Facts, under: str) -> str:
        """By the address or, where that does not say it, by the heading above the row."""
        assert self.places is not None
        place = self.places.of_address(facts.get("address", ""))
        above = self.places.of_heading(under) if under else ""
        return above if above.startswith(place) else place
