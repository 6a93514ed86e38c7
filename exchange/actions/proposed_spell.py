"""A list says otherwise how a household is classed or how a parent stands: dated rows, each ended
by the next."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from children.actions.record import add_record, change_record
from children.models import Child, EconomicStatusSpell, ParentStatus, ParentStatusCode
from exchange.models import ProposedChange, ProposedField
from exchange.models.changed_since import OF_PARENT

Spell = EconomicStatusSpell | ParentStatus
# What ends when anything else is known of a parent; NONE in its turn ends all else.
_NOTHING_KNOWN = (ParentStatusCode.NONE, ParentStatusCode.UNKNOWN)


def write_spell(
    *, change: ProposedChange, child: Child, by: User, now: datetime, reason: str
) -> None:
    """In the caller's transaction, the child locked. From the day of the list on; what it ends,
    ends the day before. Raises PromiseBroken."""
    field, status = ProposedField(change.field), str(change.new_value)
    day = timezone.localdate(change.list_import.at)
    new: Spell
    before: list[Spell]
    if field is ProposedField.ECONOMIC:
        new = EconomicStatusSpell(child=child, status=status, starts_on=day)
        before = [*EconomicStatusSpell.objects.on(day).filter(child=child)]
    else:
        parent = OF_PARENT[field]
        new = ParentStatus(child=child, parent=parent, status=status, starts_on=day)
        held = ParentStatus.objects.on(day).filter(child=child, parent=parent)
        ends_all = status == ParentStatusCode.NONE
        before = [*(held if ends_all else held.filter(status__in=_NOTHING_KNOWN))]
    if any(row.status == status for row in before):
        return
    begun_today = [row for row in before if row.starts_on >= day]
    for row in before:
        if row not in begun_today:
            _write(row, {"ends_on": day - timedelta(days=1)}, by, now, reason)
    if begun_today:  # a row that would have lasted no day says the new status itself
        first, *others = begun_today
        for row in others:
            _write(row, {"ends_on": day}, by, now, reason)
        _write(first, {"status": status}, by, now, reason)
    else:
        add_record(row=new, by=by, now=now, reason=reason)


def _write(row: Spell, facts: dict[str, date | str], by: User, now: datetime, reason: str) -> None:
    change_record(row=row, version=row.version, facts=facts, by=by, now=now, reason=reason)
