"""What a place answers in a round: for each child, for those newly found, and for the whole.

The child is locked before the answer of its place, here and where a child moves.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Posting
from children.models import (
    CampaignAnswer,
    CampaignChild,
    CampaignKind,
    CampaignOutcome,
    Child,
    HomeVisit,
)
from children.models.home_visit import SOMEBODY_MET

from .due import confirm_facts
from .promises import broken_promise
from .record import lock_child, sign


class NotOpen(Exception):
    """The place has answered, the round is closed, or the child is asked about elsewhere."""


class Elsewhere(Exception):
    """The file is kept by another place than the one that answers."""


class NotVisited(Exception):
    """No visit of the lead was recorded since the round was opened."""


def settle_child(
    *, line: CampaignChild, outcome: str, changed: Iterable[str] = (), remark: str = "",
    by: Posting, now: datetime,
) -> CampaignChild:  # fmt: skip
    """Say what became of one child. Facts of the round that did not change are confirmed by it.

    Said again it is corrected. Raises NotOpen, NotVisited, PromiseBroken.
    """
    changed = [fact for fact in line.campaign.facts if fact in set(changed)]
    try:
        with transaction.atomic():
            child = lock_child(line.child_id)
            fresh = _locked(line)
            if outcome == CampaignOutcome.VISITED and not _is_visited(fresh):
                raise NotVisited(fresh.pk)
            fresh.outcome, fresh.changed_facts, fresh.remark = outcome, changed, remark
            fresh.answered_at, fresh.answered_by = now, by
            sign(fresh, by.user, now, "")
            fresh.save()
            if outcome in (CampaignOutcome.UNCHANGED, CampaignOutcome.CHANGED):
                same = [fact for fact in line.campaign.facts if fact not in changed]
                confirm_facts(child=child, facts=same, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh


def _locked(line: CampaignChild) -> CampaignChild:
    """The row as it is now, with its place's answer locked. Raises NotOpen."""
    rows = CampaignChild.objects.select_related("campaign")
    answer_id = rows.values_list("answer_id", flat=True).get(pk=line.pk)
    _open_answer(answer_id)
    fresh = rows.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
    if fresh.is_gone or fresh.kind == CampaignKind.FOUND:
        raise NotOpen(fresh.pk)
    return fresh


def _open_answer(answer_id: int) -> CampaignAnswer:
    answer = CampaignAnswer.objects.select_for_update(of=("self",), no_key=True).get(pk=answer_id)
    if not answer.is_open:
        raise NotOpen(answer_id)
    return answer


def _is_visited(line: CampaignChild) -> bool:
    visits = HomeVisit.objects.filter(child_id=line.child_id, outcome__in=SOMEBODY_MET)
    return visits.filter(visited_on__gte=line.campaign.opens_on).exists()


@transaction.atomic
def add_found(*, answer: CampaignAnswer, child: Child, by: Posting, now: datetime) -> CampaignChild:
    """The file of a child newly found, opened in the same transaction. NotOpen, Elsewhere."""
    fresh = _open_answer(answer.pk)
    if not child.managing_area_id.startswith(fresh.place_id):
        raise Elsewhere(fresh.pk)
    line = CampaignChild(
        campaign_id=fresh.campaign_id, answer=fresh, child=child,
        kind=CampaignKind.FOUND, outcome=CampaignOutcome.FOUND, answered_at=now, answered_by=by,
    )  # fmt: skip
    sign(line, by.user, now, "")
    line.save(force_insert=True)
    return line


def send_answer(
    *, answer: CampaignAnswer, is_nil: bool, remark: str, by: Posting, now: datetime
) -> CampaignAnswer:
    """The place is through. Raises NotOpen, and PromiseBroken while a child is not answered for."""
    try:
        with transaction.atomic():
            fresh = _open_answer(answer.pk)
            fresh.is_nil, fresh.remark = is_nil, remark
            fresh.answered_at, fresh.answered_by = now, by
            return _save(fresh, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error


@transaction.atomic
def take_back(*, answer: CampaignAnswer, by: Posting, now: datetime) -> CampaignAnswer:
    """The answer can be corrected until the round is closed. Raises NotOpen."""
    fresh = CampaignAnswer.objects.select_for_update(of=("self",), no_key=True).get(pk=answer.pk)
    if fresh.is_over or not fresh.is_answered:
        raise NotOpen(fresh.pk)
    fresh.is_nil, fresh.answered_at, fresh.answered_by = False, None, None
    return _save(fresh, by, now)


def _save(answer: CampaignAnswer, by: Posting, now: datetime) -> CampaignAnswer:
    """Not its counts, which the database keeps."""
    sign(answer, by.user, now, "")
    answer.save(update_fields=["is_nil", "remark", "answered_at", "answered_by"])
    return answer
