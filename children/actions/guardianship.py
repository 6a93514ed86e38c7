"""Guardians of a child: a person and the time of their care, recorded together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from children.models import Child, Guardian, Guardianship, StaleRecord

from .promises import broken_promise
from .record import lock_child, sign

PERSON = ("name", "id_type", "id_number", "phone", "workplace")
CARE = (
    "relation", "kind", "starts_on", "ends_on", "is_main_carer", "lives_with_child",
    "do_not_notify",
)  # fmt: skip


def add_guardian(
    *,
    child: Child,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    known: Guardian | None = None,
    reason: str = "",
) -> Guardianship:
    """`facts` holds PERSON and CARE; a `known` guardian keeps their own facts.

    Raises PromiseBroken.
    """
    try:
        with transaction.atomic():
            lock_child(child.pk)
            person = known
            if person is None:
                person = Guardian(
                    **{name: facts[name] for name in PERSON}, recorded_in=child.managing_area
                )
                sign(person, by, now, reason)
                person.save(force_insert=True)
            row = Guardianship(child=child, guardian=person, **{name: facts[name] for name in CARE})
            sign(row, by, now, reason)
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def change_guardian(
    *,
    row: Guardianship,
    version: int,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    reason: str = "",
) -> Guardianship:
    """Both rows change or none; `version` is the joint one. Raises StaleRecord, PromiseBroken."""
    try:
        with transaction.atomic():
            lock_child(row.child_id)
            fresh = Guardianship.objects.select_related("guardian").get(pk=row.pk)
            if fresh.joint_version != version:
                raise StaleRecord(fresh)
            for target, names in ((fresh.guardian, PERSON), (fresh, CARE)):
                changed = [n for n in names if n in facts and getattr(target, n) != facts[n]]
                for name in changed:
                    setattr(target, name, facts[name])
                if changed:
                    sign(target, by, now, reason)
                    target.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh
