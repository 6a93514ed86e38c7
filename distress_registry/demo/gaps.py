"""Gaps of the demo county: found by the rules in what the others told; one is set aside."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Posting
from assistance.actions import gap
from assistance.models import Entitlement, Gap
from children.actions.record import sign
from children.models import DisabilityCertificate

RUN_OUT = (20, 45)  # days from now


def find_gaps(users: dict[str, Posting], now: datetime) -> None:
    county = users["county"].area
    if county is None or Gap.objects.exists():
        return
    _let_papers_run_out(users, now)
    check, _is_new = gap.ask_for_check(area=county, by=None, now=now)
    places = gap.places_of(county)
    gap.begin(check=check, total=len(places))
    for code in places:
        gap.check_place(check=check, code=code, now=now)
    gap.finish(check=check, now=now)
    town = users["supervisor"].area
    rows = Gap.objects.open().of_kind("OWED").filter(reason="APPLICATION")
    if town is not None:
        rows = rows.filter(child__township_code=town.code)
    first = rows.order_by("-since", "pk").first()
    if first is not None:
        gap.set_aside(
            gap=first, reason="监护人书面声明暂不申请，已存档", by=users["supervisor"].user, now=now
        )


def _let_papers_run_out(users: dict[str, Posting], now: datetime) -> None:
    """Of two children who are paid the nursing subsidy, so that its end is foreseen."""
    paid = Entitlement.objects.filter(state="RUNNING", programme__code="NURSING")
    rows = DisabilityCertificate.objects.filter(child__in=paid.values("child"))
    for row, days in zip(rows.order_by("pk"), RUN_OUT, strict=False):
        row.expires_on = timezone.localdate(now) + timedelta(days=days)
        sign(row, users["supervisor"].user, now, "核对残疾人证有效期")
        row.save()
