"""A child placed under temporary guardianship, the assessments of it, and its end."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from children.models import Child, Guardianship, GuardianshipKind, IdType, Placement

from .guardianship import add_guardian
from .promises import broken_promise
from .record import lock_child, sign, write_over


def place_child(
    *, child: Child, facts: Mapping[str, Any], carer: Mapping[str, Any] | None,
    withheld: Iterable[Guardianship], by: User, now: datetime,
) -> Placement:  # fmt: skip
    """`carer`: name, phone and relation of the temporary guardian, who is among the guardians then.

    Those of `withheld` get no notices from now on. Raises PromiseBroken; nothing is saved then.
    """
    row = Placement(child=child, **facts)
    try:
        with transaction.atomic():
            lock_child(child.pk)
            for care in withheld:
                write_over(
                    row=care, version=care.version, facts={"do_not_notify": True}, by=by, now=now,
                    reason="",
                )  # fmt: skip
            if carer:
                row.carer = _guardianship(row, carer, by, now).guardian
            sign(row, by, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _guardianship(
    row: Placement, carer: Mapping[str, Any], by: User, now: datetime
) -> Guardianship:
    """It runs out with the term: a notice written later goes to nobody by mistake."""
    care = {
        "kind": GuardianshipKind.TEMPORARY, "starts_on": row.starts_on, "ends_on": row.until,
        "is_main_carer": False, "lives_with_child": True, "do_not_notify": False,
        "id_type": IdType.NONE, "id_number": "", "workplace": row.place,
    }  # fmt: skip
    return add_guardian(child=row.child, facts=care | dict(carer), by=by, now=now)


def review_placement(
    *, row: Placement, version: int, facts: Mapping[str, Any], by: User, now: datetime
) -> Placement:
    """`facts`: review, review_on, until; a longer term holds for the temporary guardian too.

    Raises StaleRecord, PromiseBroken.
    """
    facts = {**facts, "reviewed_on": timezone.localdate(now)}
    return _write(row, version, facts, facts["until"], by, now)


def end_placement(
    *, row: Placement, version: int, ends_on: date, outcome: str, finding: str, by: User,
    now: datetime,
) -> Placement:  # fmt: skip
    """The temporary guardianship ends that day too. Raises StaleRecord, PromiseBroken."""
    facts = {"ends_on": ends_on, "outcome": outcome, "finding": finding}
    return _write(row, version, facts, ends_on, by, now)


def _write(
    row: Placement, version: int, facts: Mapping[str, Any], last_day: date, by: User, now: datetime
) -> Placement:
    """`facts` over the placement, `last_day` over the care of its temporary guardian."""
    try:
        with transaction.atomic():
            fresh, _changed = write_over(
                row=row, version=version, facts=facts, by=by, now=now, reason=""
            )
            for care in _cares(fresh):
                write_over(
                    row=care, version=care.version, facts={"ends_on": last_day}, by=by, now=now,
                    reason="",
                )  # fmt: skip
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh


def _cares(row: Placement) -> Iterable[Guardianship]:
    """The temporary guardian's care as it was written with the placement."""
    if row.carer_id is None:
        return []
    rows = Guardianship.objects.filter(child=row.child_id, guardian=row.carer_id)
    return rows.filter(kind=GuardianshipKind.TEMPORARY, starts_on=row.starts_on)
