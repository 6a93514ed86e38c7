"""Whom the demo's stories of the schools are told of, who acts in them, and on which days."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from children.models import Child
from schools.models import School
from schools.models.calendar import school_days

DAY = timedelta(days=1)
MORNING = time(10, 20)
LOOKS = (48, 38, 24)  # school days ago on which the ledgers were brought in line before


class Cast:
    """Who acts, and the school days up to today."""

    def __init__(self, users: dict[str, Posting], now: datetime) -> None:
        self.users, self.now, self.today = users, now, timezone.localdate(now)
        self.days = school_days(self.today - 200 * DAY, self.today - DAY)
        self.school = School.objects.get(pk=users["principal"].organisation_id)

    def by(self, name: str, day: date | None = None) -> dict[str, Any]:
        """Who, and when: in the morning of `day`, or now."""
        return {"by": self.users[name].user, "now": self.at(day) if day else self.now}

    def at(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, MORNING))

    def pupils(self) -> list[Child]:
        """At the principal's school since before these stories, the teacher's own first."""
        rows = Child.objects.filter(
            enrolments__school=self.school, enrolments__ends_on=None,
            enrolments__starts_on__lt=self.days[-LOOKS[0]],
        )  # fmt: skip
        paired = rows.filter(pairings__helper=self.users["teacher"])
        first = list(paired.order_by("pk"))
        return first + [child for child in rows.order_by("pk") if child not in first]
