"""How a dirty list stands on its sheet, whom it names, and what is asked of what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from children.models import Child
from exchange.actions.run_checks import run_checks
from exchange.models import Finding, ListRow
from tests.browser.office import Merged
from tests.exchange.lists import BORN, EAST, adult, number
from tests.factories import ChildFactory, GuardianFactory, GuardianshipFactory, area

UNKNOWN = "领导批示"

A, B, C, D = number(1), number(40), number(3), number(42)

WITH_X = next(one for one in map(number, range(2, 400, 2)) if one.endswith("X"))


def wide(written: str) -> str:
    """Full-width, as an input method leaves it."""
    return "".join(chr(ord(mark) + 0xFEE0) if mark.isascii() else mark for mark in written)


def apart(number: str) -> str:
    return f" {number[:6]} {number[6:14]}　{number[14:]}"


@dataclass(frozen=True)
class Dirty:
    """`head`: one line, or two below group headings. `wrong`: place among `rows` → codes."""

    title: str
    head: list[list[Any]]
    rows: list[list[Any]]
    wrong: dict[int, str]
    arrange: Callable[[], Any]
    shows: Callable[[Any], None]  # given what `arrange` gave
    means: dict[str, str] = field(default_factory=dict)  # heading → key, to be seen on the page

    @property
    def first(self) -> int:
        """Number of the first row of data."""
        return 3 + len(self.head)

    @property
    def sheets(self) -> dict[str, list[list[Any]]]:
        first, *more = self.head
        width = len(first) + 1
        blank = [None] * (width - 2)
        heads = [[*first, Merged(UNKNOWN, len(self.head))], *([*line, None] for line in more)]
        content = [
            [Merged(f"淳安县{self.title}（２０２６年）", 1, width), *[None] * (width - 1)],
            ["填报单位：某某局", None, "填报时间：2026年3月"],
            *heads,
            *([*row, "同意"] for row in self.rows),
            [Merged("合　计", 1, 2), None, f"{len(self.rows)}人", *blank[1:]],
            ["注：1.本表数据截至上月底；2.如有疑问请与我局联系。"],
            ["填表人：王某", None, "审核人：赵某", "（盖章）"],
        ]
        return {"填表说明": [["请勿改动表头"], ["身份证号请按文本格式填写"]], "名单": content}


def known(**facts: Any) -> Child:
    """张三, whose file the village keeps."""
    facts = {"status": "ACTIVE", "hukou_area": area(EAST)} | facts
    return ChildFactory(
        name="张三", id_number=A, birth_date=BORN, sex="MALE", residence_area=area(EAST), **facts
    )


def parent(sequence: int, relation: str) -> Child:
    """张三, with a parent of that number."""
    one = known()
    who = GuardianFactory(name="张大", id_number=adult(sequence), recorded_in=area(EAST))
    GuardianshipFactory(child=one, guardian=who, relation=relation, kind="PARENT")
    return one


def rows() -> list[ListRow]:
    return list(ListRow.objects.select_related("child").order_by("row"))


def found(code: str) -> list[Finding]:
    run_checks(now=timezone.now(), codes=[code])
    return list(Finding.objects.filter(found_by__code=code).open().order_by("pk"))


def finds(code: str, *, unknown: bool = False, **marks: Any) -> Callable[[Child], None]:
    """The first row is 张三, the second nobody of ours; the check finds 张三, or who is unknown."""

    def shows(child: Child) -> None:
        first, second, *_more = rows()
        assert (first.decision, first.child) == ("automatic", child)
        assert (second.decision, second.child) == ("new", None)
        assert {key: first.marks.get(key) for key in marks} == marks
        told = [(one.child, one.list_row) for one in found(code)]
        assert ((None, second) if unknown else (child, first)) in told
        assert set(told) <= {(child, first), (None, second)}

    return shows


def finds_of_parent(code: str) -> Callable[[Child], None]:
    def shows(child: Child) -> None:
        (finding,) = found(code)
        assert (finding.child, finding.list_row) == (child, rows()[0])

    return shows
