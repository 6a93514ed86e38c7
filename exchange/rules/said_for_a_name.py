"""What stands where the name of a guardian or parent should, or beside it: 爷爷奶奶, 村委会, 已故.

Decision 43.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from children.rules import names
from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.workbook import Cell

from .checked import Checked, Facts
from .code_readers import Reader, code
from .faults import Fault

Tables = Mapping[str, Mapping[str, str]]
# Whose relation, or state, may stand in the cell of the name; of whom neither may.
CARERS = ("guardian__name", "second__name")
PARENTS = {"father__name": "FATHER", "mother__name": "MOTHER"}
SIGNED = "signed_by"
NO_NAME = (CellProblem.NAME_RELATION, CellProblem.NAME_INSTITUTION)
OF_RELATIVES = (*CARERS, *PARENTS, SIGNED)

_NOBODY = re.compile(
    "(?:暂)?(?:无|没有)(?:人|人监护|人抚养|监护人|法定监护人|家长)?|暂缺|待定|待补|待核实|不清楚"
)
_OF_NOBODY = "暂无没待不"
_PLAIN = re.compile("[\u4e00-\u9fff]{2,4}")  # nearly every cell of a long list
_BETWEEN = re.compile(r"[、,，;；/／\s和及与]+")
_MORE_WORDS = frozenset(["本人", "自己", "父母", "父母亲", "双亲", "亲人", "家人", "家属", "家长"])
_HAN = "\u3400-\u9fff"
_BESIDE = re.compile(rf"\s*([{_HAN}·]{{2,}})\s*[(（\[【]\s*([^()（）]+?)\s*[)）\]】]\s*")
_BEHIND = re.compile(rf"\s*[:：]?\s*([{_HAN}]{{2,4}})")
# Words before a name: 爷爷张老三. Of the table all that name one relative.
_NO_RELATIVE = ("OTHER", "INSTITUTION", "FOSTER")
_ENDS = frozenset("会院构局门站心区管养护")
_WELFARE = r"(?:儿童|社会|综合)?(?:社会)?福利(?:院|中心|机构)|孤儿院"
_OFFICE = r"民政(?:局|部门)|救助(?:管理)?站|(?:未成年人|儿童)(?:救助)?保护中心"
_COMMITTEE = r"(?:村|居|社区)(?:民|居民)?(?:委员会|委会|委)|社区"
_OTHER_HOUSE = r"(?:敬|养)老院"
_INSTITUTION = re.compile(
    rf"(?P<of>.*?)(?:(?P<welfare>{_WELFARE})|(?P<office>{_OFFICE})|(?P<committee>{_COMMITTEE})"
    rf"|(?P<house>{_OTHER_HOUSE}))(?:代管|代养|监护|代为监护)?"
)
_IN_CARE_OF = re.compile("(?:代管|代养|代为监护|监护)$")
_ANY_HOUSE = frozenset(["市", "县", "区", "乡", "镇", "省", "村", "本", "某", "当地"])


class Guardian(NamedTuple):
    """Of an institution: how it is related, and in which way it is guardian."""

    relation: str
    kind: str


def words_of(key: str, tables: Tables) -> frozenset[str]:
    """That stand in the column and are nobody's name."""
    told = {*tables.get("relation", {}), *tables.get("guardianship", {}), *_MORE_WORDS}
    if key in PARENTS:
        told |= set(tables.get("parent_status", {}))
    return frozenset(word for word in told if not word.isascii())


def name_of_relative(read: Reader, key: str, tables: Tables) -> Reader:
    """`read`, of which a word instead of a name is refused, and an institution that is not named
    in full."""
    words = words_of(key, tables)
    before = _relatives(tables)
    starts = frozenset(word[:2] for word in before)

    def of_person(cell: Cell) -> str:
        if type(cell) is not str or (
            _PLAIN.fullmatch(cell) and cell[-1] not in _ENDS and cell[0] not in _OF_NOBODY
            and cell[:2] not in starts and cell not in words
        ):  # fmt: skip
            return read(cell)
        if _NOBODY.fullmatch(cell.strip()):
            return ""
        if cell[-1:] in _ENDS and (found := _INSTITUTION.fullmatch(written := values.text(cell))):
            if len(found["of"]) < 2 or found["of"] in _ANY_HOUSE:
                raise BadCell(CellProblem.NAME_INSTITUTION)
            return names.clean(_IN_CARE_OF.sub("", written))
        if cell in words or _are_words(cell, words):
            raise BadCell(CellProblem.NAME_RELATION)
        if cell[:2] in starts and _named_behind(cell, before)[0]:
            raise BadCell(CellProblem.NAME_CHARACTER)  # and read with its relation
        return read(cell)

    return of_person


def _relatives(tables: Tables) -> frozenset[str]:
    return frozenset(
        word for word, meaning in tables.get("relation", {}).items()
        if len(word) > 1 and not word.isascii() and meaning not in _NO_RELATIVE
    )  # fmt: skip


def _named_behind(cell: str, relatives: Collection[str]) -> tuple[str, str]:
    """Name and the word before it: 爷爷张老三."""
    for length in (4, 3, 2):
        found = _BEHIND.fullmatch(cell.strip(), length) if cell[:length] in relatives else None
        if found:
            return found[1], cell[:length]
    return "", ""


def _are_words(cell: str, words: Collection[str]) -> bool:
    parts = [part for part in _BETWEEN.split(cell) if part]
    return bool(parts) and all(part in words for part in parts)


def institution(name: str) -> Guardian | None:
    """None of a person. Who lives in a welfare institution gets other money: of a department, and
    of a village committee, the name does not say that the child does."""
    found = _INSTITUTION.fullmatch(name) if name[-1:] in _ENDS else None
    if found is None:
        return None
    if found["welfare"]:
        return Guardian("INSTITUTION", "INSTITUTION")
    return Guardian("OTHER" if found["committee"] else "INSTITUTION", "LEGAL")


def told_beside(fault: Fault, facts: Facts, cell: Cell, tables: Tables) -> Facts:
    """What the refused cell says for certain after all: a name with the relation or the state
    beside it, or a parent's state alone. Empty where doubt is left."""
    if fault.key not in (*CARERS, *PARENTS) or type(cell) is not str:
        return {}
    prefix = fault.key.partition("__")[0]
    if fault.problem == CellProblem.NAME_RELATION:
        said = _state(cell, tables) if fault.key in PARENTS else ""
        return _agreeing({f"{prefix}__status": said}, facts) if said else {}
    if fault.problem not in (CellProblem.NAME_CHARACTER, CellProblem.NAME_SEVERAL):
        return {}
    name, word = _apart(cell, tables)
    if not name:
        return {}
    relation = tables.get("relation", {}).get(word, "")
    if fault.key in PARENTS:
        if relation == PARENTS[fault.key]:
            return {fault.key: name}
        said = _state(word, tables)
        return _agreeing({fault.key: name, f"{prefix}__status": said}, facts) if said else {}
    both = {fault.key: name, f"{prefix}__relation": relation}
    return _agreeing(both, facts) if relation else {}


def relation_alone(checked: Checked, fault: Fault, cell: Cell, tables: Tables) -> None:
    """Of a list in which a guardian only helps to find the child: the word is no name."""
    checked.faults.remove(fault)
    word = values.text(cell)
    if relation := tables.get("relation", {}).get(word):
        checked.facts.setdefault(f"{fault.key.partition('__')[0]}__relation", relation)


def _apart(cell: str, tables: Tables) -> tuple[str, str]:
    """Name and the word beside it, in plain width."""
    found = _BESIDE.fullmatch(cell)
    name, word = (found[1], found[2]) if found else _named_behind(cell, _relatives(tables))
    cleaned = names.clean(name)
    return ("", "") if names.problem(cleaned) else (cleaned, values.text(word))


def _state(word: str, tables: Tables) -> str:
    """Of a parent, as the column of states reads it."""
    try:
        return str(code(tables.get("parent_status", {}), "parent_status")(word))
    except BadCell:
        return ""


def _agreeing(said: Facts, facts: Facts) -> Facts:
    """Nothing where a column of its own denies it."""
    return said if all(facts.get(key, value) == value for key, value in said.items()) else {}
