"""Guardian and parents in a row: whose number and name stand where."""

from collections.abc import Collection, Mapping
from datetime import date

from children.rules.identifiers import ResidentId
from exchange.reading.problems import CellProblem
from exchange.reading.workbook import Cell

from .cell_readers import says_dead
from .checked import Checked
from .faults import RowProblem
from .said_for_a_name import institution as institution_named

PARENTS = {"father": "MALE", "mother": "FEMALE"}
YOUNGEST_PARENT = 13  # years between a parent and a child


def numbers(checked: Checked) -> None:
    """Numbers of guardians and parents stand in the wrong cell every day."""
    facts = checked.facts
    own = facts.get("id_number")
    for key in ("guardian__id_number", "father__id_number", "mother__id_number"):
        identity = facts.get(key)
        if not isinstance(identity, ResidentId):
            continue
        prefix = key.partition("__")[0]
        if isinstance(own, ResidentId) and identity.number == own.number:
            checked.refuse(key, RowProblem.ID_OF_SOMEBODY_ELSE)
            continue
        relation = facts.get("guardian__relation", "") if prefix == "guardian" else ""
        parent = relation.lower() if relation.lower() in PARENTS else prefix
        if parent in PARENTS:
            _parent(checked, key, identity, PARENTS[parent])


def _parent(checked: Checked, key: str, identity: ResidentId, sex: str) -> None:
    born = checked.facts.get("birth_date")
    if identity.sex != sex:
        checked.refuse(key, RowProblem.ID_SEX_DIFFERS)
    elif isinstance(born, date) and (
        born.year - identity.birth_date.year < YOUNGEST_PARENT
    ):  # fmt: skip
        checked.refuse(key, RowProblem.PARENT_TOO_YOUNG, years=YOUNGEST_PARENT)


def named(checked: Checked, present: Collection[str]) -> None:
    """A number or a phone of a guardian or parent needs the name that it belongs to."""
    facts = checked.facts
    for prefix in ("guardian", *PARENTS):
        key = f"{prefix}__name"
        is_told = f"{prefix}__id_number" in facts or f"{prefix}__phone" in facts
        is_named = key in facts or key not in present or checked.blames(key)
        if is_told and not is_named:
            checked.refuse(key, RowProblem.NAME_MISSING)


def guardian_alone(checked: Checked) -> None:
    """Most likely of the child in the row above; once sorted, of any other."""
    if {"name", "id_number"} & checked.facts.keys() or "guardian__name" not in checked.facts:
        return
    empty = (CellProblem.REQUIRED, CellProblem.AREA_ONCE)
    if all(fault.problem in empty for fault in checked.faults):
        checked.faults.clear()
        checked.refuse("name", CellProblem.CHILD_ABOVE)


def dead_by_name(checked: Checked, cells: Mapping[str, Cell]) -> None:
    """A parent whose name bears the word: 张三（已故）."""
    for prefix in PARENTS:
        if f"{prefix}__name" in checked.facts and says_dead(cells.get(f"{prefix}__name")):
            checked.facts.setdefault(f"{prefix}__status", "DEAD")


def institution(checked: Checked) -> None:
    """A guardian that is none of the people: 淳安县儿童福利院, 大源村村民委员会."""
    facts = checked.facts
    if found := institution_named(facts.get("guardian__name", "")):
        facts.setdefault("guardian__relation", found.relation)
        facts.setdefault("guardian__kind", found.kind)


def one_parent(checked: Checked) -> None:
    """The guardian who is the father is the father whom the row names."""
    facts = checked.facts
    prefix = facts.get("guardian__relation", "").lower()
    names = {facts.get("guardian__name"), facts.get(f"{prefix}__name")} - {None}
    if prefix in PARENTS and len(names) > 1:
        checked.refuse("guardian__relation", RowProblem.PARENT_DIFFERS)
