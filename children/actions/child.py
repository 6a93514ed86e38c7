"""Registering, closing and re-opening a child's file."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

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
    code = (child.hukou_area_id or "")[:9]
    wanted = len(code) == 9 and not child.managing_area_id.startswith(code)
    for row in child.access_rows.filter(reason=AccessReason.HUKOU, closed_at__isnull=True):
        if wanted and row.area_id == code:
            return
        row.closed_at = now
        sign(row, by, now, "")
        row.save()
    if wanted:
        row = CaseAccess(child=child, area_id=code, reason=AccessReason.HUKOU, opened_at=now)
        sign(row, by, now, "")
        row.save()


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
            if "hukou_area" in changed:
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
