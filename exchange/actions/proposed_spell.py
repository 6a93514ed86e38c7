"""A list says otherwise how a household is classed or how a parent stands: dated rows, each ended
by the next."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from children.actions.record import add_record, change_record
from children.models import Child, EconomicStatusSpell, ParentStatus, ParentStatusCode
from exchange.models import ProposedChange, ProposedField
from exchange.models.changed_since import OF_PARENT

Spell = EconomicStatusSpell | ParentStatus
Facts = dict[str, date | str]
# What ends when anything else is known of a parent; NONE in its turn ends all else.
_NOTHING_KNOWN = (ParentStatusCode.NONE, ParentStatusCode.UNKNOWN)


def write_spell(
    *, change: ProposedChange, child: Child, by: User, now: datetime, reason: str
) -> None:
    """In the caller's transaction, the child locked. From the day of the list on; what it ends,
    ends the day before. Raises PromiseBroken."""
    model = EconomicStatusSpell if change.field == ProposedField.ECONOMIC else ParentStatus
    changes, new = spell_told(change, [*model.objects.filter(child=child).order_by("pk")])
    for row, facts in changes:
        change_record(row=row, version=row.version, facts=facts, by=by, now=now, reason=reason)
    if new is not None:
        add_record(row=new, by=by, now=now, reason=reason)


def spell_told(
    change: ProposedChange, rows: Sequence[Spell]
) -> tuple[list[tuple[Spell, Facts]], Spell | None]:
    """Of the child's `rows` of the kind: which change, in this order, before the new one comes."""
    field, status = ProposedField(change.field), str(change.new_value)
    day = timezone.localdate(change.list_import.at)
    held = [row for row in rows if row.starts_on <= day <= (row.ends_on or day)]
    new: Spell
    before: list[Spell]
    if field is ProposedField.ECONOMIC:
        new = EconomicStatusSpell(child_id=change.child_id, status=status, starts_on=day)
        before = held
    else:
        parent = OF_PARENT[field]
        new = ParentStatus(child_id=change.child_id, parent=parent, status=status, starts_on=day)
        ends_all = status == ParentStatusCode.NONE
        before = [
            row for row in held
            if isinstance(row, ParentStatus) and row.parent == parent
            and (ends_all or row.status in _NOTHING_KNOWN)
        ]  # fmt: skip
    if any(row.status == status for row in before):
        return [], None
    begun_today = [row for row in before if row.starts_on >= day]
    changes: list[tuple[Spell, Facts]] = [
        (row, {"ends_on": day - timedelta(days=1)}) for row in before if row not in begun_today
    ]
    if not begun_today:
        return changes, new
    # A row that would have lasted no day says the new status itself.
    first, *others = begun_today
    changes += [(row, {"ends_on": day}) for row in others]
    return [*changes, (first, {"status": status})], None
