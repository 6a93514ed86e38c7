"""M01, M13, M34: children whom a list names and no file knows."""

from .cases import edge, finds, leaves
from .people import DAY, EIGHTEEN, TODAY, child, listed, number


def holder(born=None, again=False, who=1):
    born = {"born": born} if born else {}
    listed("disability_certificates", number(who), again=again, **born)


def member(until=None, **more):
    until = {"until": str(until)} if until else {}
    listed("low_income", number(1), **{"economic": "DIBAO"} | until, **more)


def came_along(**more):
    listed("school_roll", number(1), migrant=True, **more)


finds("M01", "a holder without a file", lambda: holder())
leaves("M01", "not one with a file", lambda: (child(1), holder()))
leaves("M01", "not who left the newest list", lambda: (
    holder(), listed("disability_certificates", child=child(3), again=True)))  # fmt: skip
edge("M01", "until the eighteenth birthday",
     lambda: holder(EIGHTEEN + DAY), lambda: holder(EIGHTEEN))  # fmt: skip

finds("M13", "a poor household's child", lambda: member())
leaves("M13", "not one with a file", lambda: (child(1), member()))
leaves("M13", "not of an ordinary household",
       lambda: listed("low_income", number(1), economic="ORDINARY"))  # fmt: skip
edge("M13", "until the household's last day",
     lambda: member(until=TODAY), lambda: member(until=TODAY - DAY))  # fmt: skip
edge("M13", "until the eighteenth birthday",
     lambda: member(born=EIGHTEEN + DAY), lambda: member(born=EIGHTEEN))  # fmt: skip

finds("M34", "came along, asks for aid", lambda: came_along(needs_aid=True))
finds("M34", "came along, an orphan", lambda: came_along(orphan=True))
leaves("M34", "not without need", lambda: came_along())
leaves("M34", "not who is from here",
       lambda: listed("school_roll", number(1), migrant=False, needs_aid=True))  # fmt: skip
leaves("M34", "not one with a file", lambda: (child(1), came_along(needs_aid=True)))
edge("M34", "disabled or not",
     lambda: came_along(disability="1"), lambda: came_along(disability="0"))  # fmt: skip
edge("M34", "until the eighteenth birthday",
     lambda: came_along(needs_aid=True, born=EIGHTEEN + DAY),
     lambda: came_along(needs_aid=True, born=EIGHTEEN))  # fmt: skip
