"""A child's wellbeing as it is told: observations with their questions, lines over time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import Grant
from children.models import Child
from schools.charts import Series, line_chart
from schools.rules.observation import monthly_means

from .checklist import ChecklistItem, Level
from .observation import Observation

MOST = 60  # observations of one page, the newest
MONTHS = 6  # of the table, the newest that were observed


@dataclass(frozen=True)
class Sign:
    """One question over time: the newest level in words and the picture."""

    item: ChecklistItem
    newest: float
    chart: Any

    @property
    def in_words(self) -> str:
        return str(Level(round(self.newest)).label)

    @property
    def is_strong(self) -> bool:
        return self.newest >= Level.CLEAR


class Course:
    """The observations of `child` that `grant` may see; two queries."""

    def __init__(self, child: Child, grant: Grant) -> None:
        rows = Observation.objects.permitted(grant).filter(child=child)
        rows = rows.select_related("observed_by", "observer")
        self.rows: list[Any] = list(rows.order_by("-month", "-pk")[:MOST])
        lists = {row.checklist_id for row in self.rows}
        items = ChecklistItem.objects.filter(checklist__in=lists).order_by("position")
        self.items: dict[int, list[ChecklistItem]] = {number: [] for number in lists}
        for item in items:
            self.items[item.checklist_id].append(item)
        for row in self.rows:
            row.answers = self._answers(row)

    def _answers(self, row: Observation) -> list[tuple[ChecklistItem, int, str]]:
        pairs = zip(self.items[row.checklist_id], row.levels, strict=True)
        return [(item, level, str(Level(level).label)) for item, level in pairs]

    @cached_property
    def means(self) -> dict[str, list[tuple[date, float]]]:
        return monthly_means(
            (row.month, {item.code: level for item, level, _words in row.answers})
            for row in self.rows
        )

    @property
    def most(self) -> int:
        """Points of the newest checklist when every sign is strong."""
        return Level.STRONG * len(self.items[self.rows[0].checklist_id]) if self.rows else 0

    @property
    def chart(self) -> Any:
        """All signs together."""
        series = [Series(_("all signs together"), self.means.get("", []))]
        return line_chart(series, title=_("All signs together, over time"), high=self.most)

    @property
    def signs(self) -> list[Sign]:
        """The questions of the newest checklist, each with its line."""
        if not self.rows:
            return []
        words = [str(level.label) for level in Level]
        return [
            Sign(
                item,
                self.means[item.code][-1][1],
                line_chart(
                    [Series(item.label, self.means[item.code])], title=item.label, high=3,
                    levels=words, height=130,
                ),
            )
            for item in self.items[self.rows[0].checklist_id]
        ]  # fmt: skip

    @property
    def months(self) -> list[date]:
        """Of the table: the newest observed months, oldest first."""
        return [month for month, _value in self.means.get("", [])][-MONTHS:]

    @property
    def table(self) -> list[tuple[str, list[float | None]]]:
        """The lines in figures: label → its mean in each of `months`, None where it was not asked.

        The signs of the newest checklist, then all signs together.
        """
        if not self.rows:
            return []
        items = self.items[self.rows[0].checklist_id]
        lines = [(item.label, item.code) for item in items] + [(_("All signs together"), "")]
        found = []
        for label, code in lines:
            values: dict[date, float] = dict(self.means.get(code, []))
            found.append((label, [values.get(month) for month in self.months]))
        return found

    @property
    def remarks(self) -> list[Any]:
        return [row for row in self.rows if row.remark]

    def mine(self, grant: Grant, month: date) -> Any:
        """What the reader has sent for `month`, or None."""
        own = (r for r in self.rows if r.observed_by_id == grant.user.pk and r.month == month)
        return next(own, None)
