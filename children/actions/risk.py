"""Assessing the risk of a child: what was found decides, unless a person says why not."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Posting
from children.models import Cadence, Child, RiskAssessment, RiskQuestion
from children.rules.risk import Scored, Sign, score

from .promises import broken_promise
from .record import lock_child, sign


def scored_on(signs: Sequence[str], now: datetime) -> Scored:
    """By the questions and points in force that day; codes that are not asked count for nothing."""
    today = timezone.localdate(now)
    asked = RiskQuestion.objects.in_force(today)
    thresholds = {
        level: row.from_points
        for level, row in Cadence.objects.in_force(today).items()
        if row.from_points is not None
    }
    found = [Sign(row.code, row.weight, row.is_alarm) for row in asked if row.code in signs]
    return score(found, thresholds)


def assess_risk(
    *, child: Child, signs: Sequence[str], level: str, override_reason: str, remark: str,
    assessor: Posting, now: datetime,
) -> RiskAssessment:  # fmt: skip
    """`level` "" takes the scored one. The child's own risk follows. Raises PromiseBroken."""
    scored = scored_on(signs, now)
    row = RiskAssessment(
        child=child, assessor=assessor, assessed_on=timezone.localdate(now),
        signs=list(scored.reasons), points=scored.points, scored_level=scored.level,
        level=level or scored.level, remark=remark,
        override_reason=override_reason if level not in ("", scored.level) else "",
    )  # fmt: skip
    try:
        with transaction.atomic():
            locked = lock_child(child.pk)
            sign(row, assessor.user, now, "")
            row.save(force_insert=True)
            if locked.risk_level != row.level:
                locked.risk_level = row.level
                sign(locked, assessor.user, now, row.override_reason or _("assessment of the risk"))
                locked.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row
