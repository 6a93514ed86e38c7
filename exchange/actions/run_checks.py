"""All checks in use, over everybody: at night, and after a list has come in."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.models import PaymentFigure
from assistance.rules.months import month_of, shifted
from children.rules import ages, working_days
from exchange.checks import CHECKS
from exchange.models import Check, CheckFigure
from exchange.models.finding_refresh import Refreshed, refresh_findings
from schools.models.calendar import calendar_of

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Checks that could not be asked; the others were."""


def run_checks(*, now: datetime, codes: Iterable[str] | None = None) -> dict[str, Refreshed]:
    """Each check is a transaction of its own: one that fails takes nothing from the others.

    Run twice it changes nothing. Raises SomeFailed at the end.
    """
    today = timezone.localdate(now)
    done: dict[str, Refreshed] = {}
    failed = []
    with acting(EVERYTHING):
        with transaction.atomic():
            params = params_on(today)
            checks = list(Check.objects.filter(is_active=True, code__in=codes or CHECKS))
        for check in checks:
            due_on = working_days.add(today, check.deadline_days)
            try:
                with transaction.atomic():
                    done[check.code] = refresh_findings(
                        check=check, params=params, due_on=due_on, today=today, now=now
                    )
            except DatabaseError:
                logger.exception("check %s failed", check.code)
                failed.append(check.code)
    if failed:
        raise SomeFailed(", ".join(failed))
    return done


def params_on(today: date) -> dict[str, Any]:
    """What the statements of `exchange.checks` are given; three queries."""
    figures = CheckFigure.objects.in_force(today)
    calendar = calendar_of(today)
    born_first, born_last = ages.born_between(
        figures["SCHOOL_AGE_FROM"], figures["SCHOOL_AGE_TO"], calendar.year_starts_on
    )
    month = month_of(today)
    following = shifted(month, 1)
    paid = month_of(today - timedelta(days=figures["PAY_GRACE_DAYS"]))
    return {key.lower(): value for key, value in figures.items()} | {
        "today": today,
        "month": month,
        "next_month": following,
        "month_after": shifted(month, 2),
        "last_month": shifted(paid, -1),
        "first_month": shifted(paid, -figures["MONTHS_BACK"]),
        "born_after": ages.born_between(0, 17, today)[0] - timedelta(days=1),
        "absent_by": calendar.days_ago(figures["ABSENT_DAYS"]),
        "born_rehab": ages.born_between(0, figures["REHAB_AGE_TO"], today)[0],
        "born_first": born_first,
        "born_last": born_last,
        "account_children": PaymentFigure.objects.in_force(today)["ACCOUNT_CHILDREN"],
    }
