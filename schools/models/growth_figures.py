"""What a growth record tells from other records: attendance, help given, aid received, notices.

An open record tells what stands today; closing keeps the answer as JSON in `figures`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from children.models.guardianship import Relation
from schools.extensions import Aid, aid_of

from .absence import AbsenceKind
from .attendance import attendance_of
from .contact import ContactKind, GuardianContact
from .growth_record import GrowthRecord
from .notice_delivery import DeliveryState, DeliveryStep, NoticeDelivery
from .school import Term


@dataclass(frozen=True)
class Missed:
    """School days missed in the term: in all, and by the code of the kind of absence."""

    days_missed: int
    by_kind: Mapping[str, int] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        """Kinds in words with their days."""
        words = dict(AbsenceKind.choices)
        return [f"{words.get(kind, kind)} {days}" for kind, days in self.by_kind.items() if days]


@dataclass(frozen=True)
class Contacts:
    """How often somebody was reached in one way, and when last."""

    kind: str
    count: int
    last_on: date

    @property
    def label(self) -> str:
        return str(dict(ContactKind.choices).get(self.kind, self.kind))


@dataclass(frozen=True)
class SentNotice:
    """To whom as relation to the child; `step` is the way it went, `state` what came of it."""

    on: date
    title: str
    relation: str
    step: str
    state: str

    @property
    def labels(self) -> list[str]:
        """Receiver, way, outcome in words."""
        pairs = (
            (Relation, self.relation), (DeliveryStep, self.step), (DeliveryState, self.state)
        )  # fmt: skip
        return [str(dict(codes.choices).get(code, code)) for codes, code in pairs]


@dataclass(frozen=True)
class Figures:
    """`attendance` is None where nobody keeps absences."""

    attendance: Missed | None = None
    contacts: tuple[Contacts, ...] = ()
    aid: tuple[Aid, ...] = ()
    notices: tuple[SentNotice, ...] = ()

    def as_json(self) -> dict[str, Any]:
        missed = self.attendance
        return {
            "attendance": missed and {"days": missed.days_missed, "by_kind": dict(missed.by_kind)},
            "contacts": [[c.kind, c.count, c.last_on.isoformat()] for c in self.contacts],
            "aid": [[a.on.isoformat(), a.label, a.amount] for a in self.aid],
            "notices": [
                [n.on.isoformat(), n.title, n.relation, n.step, n.state] for n in self.notices
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figures":
        missed = kept.get("attendance")
        return cls(
            Missed(missed["days"], missed["by_kind"]) if missed else None,
            tuple(Contacts(k, n, date.fromisoformat(on)) for k, n, on in kept["contacts"]),
            tuple(Aid(date.fromisoformat(on), *rest) for on, *rest in kept["aid"]),
            tuple(SentNotice(date.fromisoformat(on), *rest) for on, *rest in kept["notices"]),
        )


def _attendance(children: Sequence[int], starts_on: date, ends_on: date) -> dict[int, Missed]:
    """School days missed, of those up to today; who missed none is among them."""
    found = attendance_of(children, starts_on, ends_on, timezone.localdate())
    return {child: Missed(row.missed, row.by_kind) for child, row in found.items()}


def _notices(
    children: Sequence[int], starts_on: date, ends_on: date
) -> dict[int, list[SentNotice]]:
    rows = NoticeDelivery.objects.filter(
        child__in=children, notice__written_at__date__range=(starts_on, ends_on)
    )
    rows = rows.select_related("notice", "guardianship").order_by("notice__written_at", "pk")
    found: dict[int, list[SentNotice]] = defaultdict(list)
    for row in rows:
        found[row.child_id].append(
            SentNotice(
                timezone.localdate(row.notice.written_at), row.notice.subject,
                row.guardianship.relation, row.step, row.state,
            )
        )  # fmt: skip
    return found


def _contacts(children: Sequence[int], starts_on: date, ends_on: date) -> dict[int, list[Contacts]]:
    reached = GuardianContact.objects.filter(
        child__in=children, is_reached=True, happened_on__range=(starts_on, ends_on)
    ).order_by()
    rows = reached.values("child_id", "kind").annotate(count=Count("pk"), last=Max("happened_on"))
    found: dict[int, list[Contacts]] = defaultdict(list)
    order = {kind: place for place, kind in enumerate(ContactKind.values)}
    for row in sorted(rows, key=lambda row: order.get(row["kind"], 99)):
        found[row["child_id"]].append(Contacts(row["kind"], row["count"], row["last"]))
    return found


def figures_now(children: Sequence[int], term: Term) -> dict[int, Figures]:
    """Child's id → figures of the term as they stand; a constant number of queries."""
    period = (term.starts_on, term.ends_on)
    attendance, notices = _attendance(children, *period), _notices(children, *period)
    contacts, aid = _contacts(children, *period), aid_of(children, *period)
    return {
        child: Figures(
            attendance.get(child), tuple(contacts.get(child, ())), tuple(aid.get(child, ())),
            tuple(notices.get(child, ())),
        )
        for child in children
    }  # fmt: skip


def add_figures(records: Iterable[GrowthRecord]) -> None:
    """Set `told` on each record: kept figures of a closed one, today's of an open one.

    Asks once per term that has an open record.
    """
    open_in: dict[Term, list[GrowthRecord]] = defaultdict(list)
    for record in records:
        if record.figures is not None:
            record.told = Figures.from_json(record.figures)  # type: ignore[attr-defined]
        else:
            open_in[record.term].append(record)
    for term, rows in open_in.items():
        found = figures_now([row.child_id for row in rows], term)
        for row in rows:
            row.told = found[row.child_id]  # type: ignore[attr-defined]
