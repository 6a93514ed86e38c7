"""Registering, closing and re-opening a child's file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.crypto.cipher import blind_indexes
from accounts.models import User
from children.models import (
    AccessReason,
    Application,
    ApplicationStep,
    CaseAccess,
    Child,
    FileExit,
    FileStatus,
)
from children.rules.case_number import case_number
from children.rules.exits import ending

from .promises import PromiseBroken, broken_promise
from .record import add_record, change_record, sign, write_over

CHILD_FACTS = (
    "name", "id_type", "id_number", "birth_date", "sex", "ethnicity", "hukou_area",
    "residence_area", "address", "phone", "notes",
)  # fmt: skip


class AlreadyRegistered(PromiseBroken):
    """The ID number belongs to a registered child; `area_code` is whose file it is."""

    def __init__(self, broken: PromiseBroken, area_code: str) -> None:
        super().__init__(broken.constraint, broken.message)
        self.area_code = area_code


def register_child(
    *, facts: Mapping[str, Any], category: str = "", by: User, now: datetime
) -> Child:
    """Open a file as a lead, kept by the area where the child lives.

    `facts` holds CHILD_FACTS. A `category` also opens an application for it. Raises
    AlreadyRegistered or PromiseBroken; nothing is saved then.
    """
    today = timezone.localdate(now)
    child = Child(**facts, opened_on=today, managing_area=facts["residence_area"])
    try:
        with transaction.atomic():
            child.case_number = _next_case_number(child.managing_area_id, today)
            sign(child, by, now, "")
            child.save(force_insert=True)
            share_with_hukou_township(child, by, now)
            if category:
                _open_application(child, category, by, now)
    except IntegrityError as error:
        broken = broken_promise(error)
        if broken.constraint == "child_id_number_once":
            raise AlreadyRegistered(broken, area_of_id_number(child.id_number) or "") from error
        raise broken from error
    return child


def area_of_id_number(id_number: str) -> str | None:
    """Code of the area that keeps the file of this ID number, wherever it is; None if none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(registry_area_of_id_number(hash)) FROM unnest(%s::bytea[]) AS t(hash)",
            [blind_indexes(id_number, "id_number")],
        )
        return cursor.fetchone()[0]


def _next_case_number(area_code: str, today: date) -> str:
    county = area_code[:6].ljust(6, "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO children_casenumberserial AS s (county_code, year, last)"
            " VALUES (%s, %s, 1) ON CONFLICT (county_code, year)"
            " DO UPDATE SET last = s.last + 1 RETURNING last",
            [county, today.year],
        )
        return case_number(county, today.year, cursor.fetchone()[0])


def share_with_hukou_township(child: Child, by: User, now: datetime) -> None:
    """The township of household registration pays: it sees the file while that stands."""
    closed, opened = _of_hukou(child, child.access_rows.filter(**_HUKOU), now)
    for row in (*closed, *opened):
        sign(row, by, now, "")
        row.save()


def share_many_with_hukou_township(children: Iterable[Child], by: User, now: datetime) -> None:
    """The same for many, whose townships of registration have changed, in a few statements."""
    held: dict[int, list[CaseAccess]] = defaultdict(list)
    by_key = {child.pk: child for child in children}
    for row in CaseAccess.objects.filter(child__pk__among=list(by_key), **_HUKOU).order_by("pk"):
        held[row.child_id].append(row)
    closed: list[CaseAccess] = []
    opened: list[CaseAccess] = []
    for key, child in by_key.items():
        ended, new = _of_hukou(child, held[key], now)
        closed, opened = closed + ended, opened + new
    signed: dict[str, Any] = {"default_user": by, "default_date": now}
    if closed:
        bulk_update_with_history(closed, CaseAccess, ["closed_at"], **signed)
    if opened:
        bulk_create_with_history(opened, CaseAccess, **signed)


_HUKOU: dict[str, Any] = {"reason": AccessReason.HUKOU, "closed_at__isnull": True}


def _of_hukou(
    child: Child, held: Iterable[CaseAccess], now: datetime
) -> tuple[list[CaseAccess], list[CaseAccess]]:
    """Of the open rows `held`: those to be closed, and the one to be opened."""
    code = (child.hukou_area_id or "")[:9]
    wanted = len(code) == 9 and not child.managing_area_id.startswith(code)
    closed: list[CaseAccess] = []
    for row in held:
        if wanted and row.area_id == code:
            return closed, []
        row.closed_at = now
        closed.append(row)
    reason = AccessReason.HUKOU
    new = CaseAccess(child=child, area_id=code, reason=reason, opened_at=now)
    return closed, [new] if wanted else []


def _open_application(child: Child, category: str, by: User, now: datetime) -> None:
    application = Application(child=child, category=category)
    sign(application, by, now, "")
    application.save()
    ApplicationStep.objects.create(
        application=application, child=child, move="OPEN", to_state=application.state, by=by, at=now
    )


def change_child(
    *, child: Child, version: int, facts: Mapping[str, Any], by: User, now: datetime, reason: str
) -> Child:
    """Correct the facts. Raises StaleRecord, AlreadyRegistered, PromiseBroken."""
    try:
        with transaction.atomic():
            fresh, changed = write_over(
                row=child, version=version, facts=facts, by=by, now=now, reason=reason
            )
            if not {"hukou_area", "hukou_area_id"}.isdisjoint(changed):
                share_with_hukou_township(fresh, by, now)
    except IntegrityError as error:
        broken = broken_promise(error)
        if broken.constraint == "child_id_number_once":
            raise AlreadyRegistered(broken, area_of_id_number(facts["id_number"]) or "") from error
        raise broken from error
    return fresh


def close_child(
    *, child: Child, version: int, closed_on: date, exit_reason: str, by: User, now: datetime,
    transition_months: int = 0, remark: str = "",
) -> Child:  # fmt: skip
    """Close the file, with the months from which nothing follows from it any more.

    What is paid goes on until it is ended itself. Raises StaleRecord, and PromiseBroken e.g. for a
    day before the opening.
    """
    facts = {
        "status": FileStatus.CLOSED, "closed_on": closed_on, "closing_reason": exit_reason,
    }  # fmt: skip
    ends = ending(closed_on, exit_reason, transition_months=transition_months)
    leaving = FileExit(
        child=child, event_on=closed_on, reason=exit_reason, remark=remark, recorded_by=by,
        effective_month=ends.effective_month, transition_until=ends.transition_until,
    )  # fmt: skip
    with transaction.atomic():
        fresh = change_record(row=child, version=version, facts=facts, by=by, now=now)
        add_record(row=leaving, by=by, now=now)
    return fresh


def reopen_child(*, child: Child, version: int, by: User, now: datetime, reason: str) -> Child:
    """Take a closing back, with its reason; active if a category holds, else a lead."""
    holds = child.category_spells.on(timezone.localdate(now)).exists()
    facts = {
        "status": FileStatus.ACTIVE if holds else FileStatus.LEAD,
        "closed_on": None, "closing_reason": "",
    }  # fmt: skip
    with transaction.atomic():
        fresh = change_record(
            row=child, version=version, facts=facts, by=by, now=now, reason=reason
        )
        for leaving in FileExit.objects.standing().filter(child=child):
            leaving.taken_back_at = now
            sign(leaving, by, now, reason)
            leaving.save()
    return fresh
