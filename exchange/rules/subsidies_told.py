"""Which of the two subsidies a row of their roll tells: by name, by yes and no, or by its money."""

from collections.abc import Collection

from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.workbook import Cell

from .checked import Checked
from .faults import Fault, RowProblem

# Subsidy → column of yes and no, column of its money.
COLUMNS = {"LIVING": ("is_living", "living_amount"), "NURSING": ("is_nursing", "nursing_amount")}
_MONEY = {money: asked for asked, money in COLUMNS.values()}
_ASKED = {asked for asked, _money in COLUMNS.values()}
_KEYS = tuple(key for pair in COLUMNS.values() for key in pair)


def ticked(checked: Checked, fault: Fault, cell: Cell) -> None:
    """√ below 生活补贴, where money mostly stands."""
    if fault.key not in _MONEY or fault.problem != CellProblem.NUMBER:
        return
    try:
        answer = values.yes_or_no(cell)
    except BadCell:
        return
    if answer is not None:
        checked.facts.setdefault(_MONEY[fault.key], answer)
        checked.faults.remove(fault)


def told(checked: Checked, present: Collection[str]) -> None:
    """Puts `subsidy` where no column names it. Who gets neither is not paid."""
    facts = checked.facts
    asked = {one: facts.pop(key, None) for one, (key, _) in COLUMNS.items()}
    if any(checked.blames(key) for key in ("subsidy", *_KEYS)):
        return
    paid = {one: facts.get(money) for one, (_, money) in COLUMNS.items()}
    for one, answer in asked.items():
        money = paid[one]
        denies = money is not None and answer is not None and answer != (money > 0)
        if denies or _denies(facts.get("subsidy"), one, answer):
            checked.refuse(COLUMNS[one][0], RowProblem.SUBSIDY_DIFFERS)
            return
    if "subsidy" in facts:
        return
    given = [one for one in COLUMNS if asked[one] or (asked[one] is None and paid[one])]
    if given:
        facts["subsidy"] = given[0] if len(given) == 1 else "BOTH"
    elif False in asked.values():
        _neither(checked, present)
    elif _ASKED.issubset(present):
        checked.refuse(COLUMNS["LIVING"][0], CellProblem.REQUIRED)


def _denies(named: str | None, one: str, answer: bool | None) -> bool:
    return named is not None and answer is not None and answer != (named in (one, "BOTH"))


def _neither(checked: Checked, present: Collection[str]) -> None:
    key = next(key for key, _ in COLUMNS.values() if key in present)
    if not all(set(pair) & set(present) for pair in COLUMNS.values()):
        checked.refuse(key, RowProblem.SUBSIDY_ALONE)
    elif checked.facts.setdefault("pay_status", "STOPPED") == "PAID":
        checked.refuse(key, RowProblem.SUBSIDY_DIFFERS)
