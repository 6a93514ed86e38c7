"""A department asked of findings, its answer, and the question withdrawn."""

import hashlib
import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.history_rows import write_history
from accounts.models import Organisation, User
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.rules import masking
from exchange.models import Finding, FindingQuestion, SharingFigure
from exchange.models.finding_list import facts_of
from exchange.models.rows_in_sets import add_rows
from exchange.rules.finding_asked import LEGAL_GROUND, PERSON, PURPOSE, facts_told

from .sharing import record_out

KIND = "finding_question"  # of the record of sharing


class NotWaiting(Exception):
    """The question was answered or withdrawn since its page was opened."""


def ask_department(
    *,
    findings: Collection[int],
    asked_of: Organisation,
    text: str,
    due_on: date,
    area_code: str,
    by: User,
    now: datetime,
) -> int:
    """Of each of the findings, keys of those of one check in the area `area_code`; how many are
    asked. Left out: what is done, rests on a report of harm or waits for this department already.

    What it is told is recorded as a list that goes out. Raises PromiseBroken.
    """
    try:
        with transaction.atomic():
            rows = _fit(findings, asked_of)
            questions = [_question(row, asked_of, text, due_on, by, now) for row in rows]
            add_rows(questions, [""] * len(questions), by_id=by.pk, now=now)
            if questions:
                _record(questions, asked_of, rows[0].found_by.code, area_code, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return len(questions)


def _fit(findings: Collection[int], asked_of: Organisation) -> list[Finding]:
    """Locked in the order of their keys, as everybody locks them; who is asked already is looked
    up behind the locks, so that nobody is asked twice."""
    locked = Finding.objects.select_for_update(of=("self",), no_key=True).open()
    rows = locked.filter(pk__in=findings, is_for_few=False)
    found = list(rows.select_related("child", "list_row", "found_by").order_by("pk"))
    waiting = FindingQuestion.objects.waiting().filter(finding__in=found, asked_of=asked_of)
    asked = set(waiting.values_list("finding", flat=True))
    return [row for row in found if row.pk not in asked]


def _question(
    row: Finding, asked_of: Organisation, text: str, due_on: date, by: User, now: datetime
) -> FindingQuestion:
    check = row.found_by
    return FindingQuestion(
        finding=row, child_id=row.child_id, found_by=check, area_code=row.area_code,
        facts=facts_told(row.facts, asked_of.department, check.programmes),
        person=json.dumps(person_told(row), ensure_ascii=False), asked_of=asked_of, text=text,
        due_on=due_on, asked_by=by, asked_at=now,
    )  # fmt: skip


def person_told(row: Finding) -> dict[str, Any]:
    """What a department needs to find somebody in its own books, and no more: not whether there
    is a file. `place` is a code until it is shown."""
    born: date | None
    if row.child is not None:
        name, sex, born, number = (
            row.child.name, row.child.sex, row.child.birth_date, row.child.id_number,
        )  # fmt: skip
    else:
        assert row.list_row is not None
        facts = facts_of(row.list_row)
        name, number = facts.get("name", ""), facts.get("id_number", "")
        sex, born = row.list_row.sex, row.list_row.birth_date
    return {
        "name": name, "sex": sex, "birth_date": born.isoformat() if born else "",
        "id_number": masking.id_number(number or ""), "place": row.area_code,
    }  # fmt: skip


def _record(
    questions: list[FindingQuestion], asked_of: Organisation, check: str, area_code: str,
    by: User, now: datetime,
) -> None:  # fmt: skip
    """The hash is of what was told, one line a person."""
    told = [json.dumps([row.person, row.facts, row.text], sort_keys=True) for row in questions]
    keys = {key for row in questions for key in row.facts}
    record_out(
        kind=KIND, department=asked_of.name[:100], purpose=PURPOSE.format(check=check),
        legal_ground=LEGAL_GROUND, fields=[*PERSON, *sorted(keys)], rows=len(questions),
        file_hash=hashlib.sha256("\n".join(told).encode()).digest(), area_code=area_code, by=by,
        now=now,
    )  # fmt: skip


def answer_question(
    *, question: FindingQuestion, verdict: str, answer: str, by: User, now: datetime
) -> FindingQuestion:
    """Once, and the finding stays where it is: people decide. Raises NotWaiting, PromiseBroken."""
    try:
        with transaction.atomic():
            row = _locked(question)
            row.verdict, row.answer, row.answered_by, row.answered_at = verdict, answer, by, now
            sign(row, by, now, "")
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def withdraw_question(*, question: FindingQuestion, version: int, by: User, now: datetime) -> None:
    """Raises NotWaiting, also when it has changed since it was at `version`."""
    with transaction.atomic():
        row = _locked(question)
        if row.version != version:
            raise NotWaiting
        _withdraw(row, by, now)


def withdraw_questions_of(finding: Finding, by: User, now: datetime) -> None:
    """In the transaction in which the finding is done."""
    rows = FindingQuestion.objects.select_for_update(no_key=True).waiting().filter(finding=finding)
    for row in rows.order_by("pk"):
        _withdraw(row, by, now)


_FORGET = """
UPDATE exchange_findingquestion
   SET person = '', facts = '{}', forgotten_at = %s, version = version + 1, updated_at = %s
 WHERE id = ANY(%s)
"""


def forget_questions(*, now: datetime) -> int:
    """Of how many nobody keeps any more what the department was told. Question, answer and what
    was compared in the finding stay. Repeatable; in a transaction that sees everybody."""
    days = SharingFigure.objects.in_force(timezone.localdate(now))["QUESTION_KEPT_DAYS"]
    rows = FindingQuestion.objects.select_for_update(no_key=True).order_by("pk")
    ids = list(rows.to_forget(now - timedelta(days=days)).values_list("pk", flat=True))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [now, now, ids])
        write_history(FindingQuestion, ids, "~", by_id=None, now=now)
    return len(ids)


def _locked(question: FindingQuestion) -> FindingQuestion:
    row: FindingQuestion = FindingQuestion.objects.select_for_update(no_key=True).get(
        pk=question.pk
    )
    if not row.waits:
        raise NotWaiting
    return row


def _withdraw(row: FindingQuestion, by: User, now: datetime) -> None:
    row.closed_by, row.closed_at = by, now
    sign(row, by, now, "")
    row.save()
