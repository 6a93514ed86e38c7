"""Divisions as lists write them: codes, names with and without «village committee», in one cell."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from exchange.reading.problems import BadCell

from .faults import RowProblem

_COMMITTEE = re.compile(
    r"(?:(村)民委员会|(村)委会|(社区)居民委员会|(社区)居委会|居民委员会|居委会|(社区)工作站|(街道)办事处)$"
)
_LEVEL = re.compile(r"(?:行政村|社区|街道|民族乡|村|镇|乡)$")
_GROUP = re.compile(r"(?:第?[0-9一二三四五六七八九十]+(?:村民)?(?:小组|组|社|队)|自然村.*)$")
# A place above its rows or on the tab of its sheet: 一、大源村（3人）.
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,3}[、.)]|[(][一二三四五六七八九十\d]{1,3}[)])?"
    r"(\D{2,20}?)(?:[(]?(?:共|计)?\d+[人名户][)]?)?:?"
)
_IS_PLACE = re.compile(r"(?:村|社区|镇|乡|街道|委会|委员会|办事处)$")
_COUNTY, _TOWNSHIP, _VILLAGE = 6, 9, 12


class Unplaced(BadCell):
    """`near` is a name that may be meant."""

    def __init__(self, problem: RowProblem, near: str = "") -> None:
        super().__init__(problem, near=near)  # type: ignore[arg-type]


def spellings(name: str) -> list[str]:
    """大源村民委员会 is also 大源村 and 大源; the longest first."""
    name = re.sub(r"\s", "", name)
    found = [name]
    if committee := _COMMITTEE.search(name):
        place = name[: committee.start()]
        found += [place + next(filter(None, committee.groups()), ""), place]
    found += [_LEVEL.sub("", spelling) for spelling in found]
    return list(dict.fromkeys(spelling for spelling in found if len(spelling) > 1))


def named_in(heading: str) -> str:
    """The name in a heading, without its number and how many stand below: 一、大源村（3人）."""
    found = _HEADING.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", heading)))
    return found[1] if found else ""


class Places:
    """`areas`: (code, name) of everything that the list may name, usually one county. `ended`:
    (old code, old name, code that follows) of places that went over into one of them."""

    def __init__(
        self, areas: Iterable[tuple[str, str]], ended: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        everything = dict(areas)
        self.names = {code: name for code, name in everything.items() if len(code) >= _COUNTY}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.upper: list[tuple[str, str]] = []
        for code, name in self.names.items():
            for spelling in spellings(name):
                self.by_name[spelling].append(code)
        for code, name in everything.items():
            if len(code) <= _TOWNSHIP:
                self.upper.append((name, code))
        self.follows: dict[str, str] = {}
        self.by_old_name: dict[str, list[str]] = defaultdict(list)
        self._keep_ended(ended)
        self.upper.sort(key=lambda entry: -len(entry[0]))
        self.known: dict[tuple[str, str, str], str] = {}

    def _keep_ended(self, ended: Iterable[tuple[str, str, str]]) -> None:
        """Lists go on calling a place what it was called before it was merged."""
        present = {name for name, _ in self.upper}
        for old, name, code in ended:
            if code not in self.names:
                continue
            self.follows[old] = code
            if len(code) == _TOWNSHIP and name not in present:
                self.upper.append((name, code))
            for spelling in spellings(name):
                if code not in self.by_old_name[spelling]:
                    self.by_old_name[spelling].append(code)

    def find(self, code: str, township: str, village: str) -> str:
        """Code of the narrowest place that the cells name, "" for none. Raises Unplaced."""
        asked = (code, township, village)
        if asked not in self.known:
            self.known[asked] = self._find(*asked)
        return self.known[asked]

    def of_address(self, written: str) -> str:
        """Code of the township or village that an address begins with, "" for none or several.

        淳安县千岛湖镇大源村3组12号; without the village's level only when something lies above it.
        """
        if not written:
            return ""
        asked = ("", "", f"address {written}")
        if asked not in self.known:
            self.known[asked] = self._of_address(re.sub(r"\s", "", written))
        return self.known[asked]

    def of_heading(self, written: str) -> str:
        """Code of the township or village that a heading names and nothing else, "" for none or
        several."""
        asked = ("", "", f"heading {written}")
        if asked not in self.known:
            self.known[asked] = self._of_heading(named_in(written))
        return self.known[asked]

    def _of_heading(self, name: str) -> str:
        if not _IS_PLACE.search(name):
            return ""
        try:
            return _at_least(self._find("", "", name))
        except Unplaced:
            return ""

    def _of_address(self, rest: str) -> str:
        within = ""
        while above := next(
            ((name, code) for name, code in self.upper
             if rest.startswith(name) and code.startswith(within) and code != within), None,
        ):  # fmt: skip
            rest, within = rest[len(above[0]) :], above[1]
        for known in (self.by_name, self.by_old_name):
            for length in range(min(len(rest), 20), 1, -1):
                found = {
                    code for code in known.get(rest[:length], ())
                    if len(code) == _VILLAGE and code.startswith(within)
                }  # fmt: skip
                if found:
                    return found.pop() if len(found) == 1 and within else _at_least(within)
        return _at_least(within)

    def _find(self, code: str, township: str, village: str) -> str:
        found = ""
        for written in (code, township, village):
            digits = re.search(r"(?<!\d)(\d{12}|\d{9}|\d{6})(?!\d)", written)
            if digits:
                told = self.follows.get(digits[1], digits[1])
                if told not in self.names:
                    raise Unplaced(RowProblem.AREA_UNKNOWN)
                found = max(found, told, key=len)
            elif written and written is code:
                raise Unplaced(RowProblem.AREA_UNKNOWN)
        if len(found) >= _VILLAGE:
            return found
        if township and not re.search(r"\d{6}", township):
            found = self._named(township, found, _TOWNSHIP)
        if village and not re.search(r"\d{6}", village):
            found = self._named(village, found, _VILLAGE)
        return found

    def _named(self, written: str, within: str, digits: int) -> str:
        """The place of `written` inside `within`; its cell may begin with what lies above."""
        whole = re.sub(r"\s", "", written)
        name = _GROUP.sub("", whole)
        codes = self._inside(whole, within) or self._inside(name, within)  # 五队 may be a village
        if not codes:
            for upper, code in self.upper:
                if name.startswith(upper) and (code.startswith(within) or within.startswith(code)):
                    rest, inside = name[len(upper) :], max(code, within, key=len)
                    return self._named(rest, inside, digits) if rest else inside
            raise Unplaced(RowProblem.AREA_UNKNOWN, self._near(name, within))
        level = [code for code in codes if len(code) == digits] or codes
        if len(level) > 1:
            raise Unplaced(RowProblem.AREA_AMBIGUOUS)
        return level[0]

    def _inside(self, name: str, within: str) -> list[str]:
        """Whole names before shortened ones, names of today before those of the past."""
        for known in (self.by_name, self.by_old_name):
            for spelling in spellings(name):
                codes = [code for code in known.get(spelling, ()) if code.startswith(within)]
                if codes:
                    return codes
        return []

    def _near(self, name: str, within: str) -> str:
        from rapidfuzz import process

        shortened = spellings(name)
        if not shortened:  # a group alone, or a single character
            return ""
        choices = {
            code: spellings(known)[-1]
            for code, known in self.names.items()
            if code.startswith(within) and len(code) > max(len(within), 6)
        }
        best = process.extractOne(shortened[-1], choices, score_cutoff=60)
        return self.names[best[2]] if best else ""


def _at_least(code: str) -> str:
    """A county says nothing that the list does not."""
    return code if len(code) >= _TOWNSHIP else ""
