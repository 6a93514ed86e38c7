"""Temporary guardianships of the demo county: one to be assessed, one that ended well."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from children.actions.placement import end_placement, place_child, review_placement
from children.models import Child, FileStatus, Guardianship

DAY = timedelta(days=1)
CARER = {"name": "洪玉兰", "relation": "FOSTER", "phone": "17000003319"}


def load_placements(users: dict[str, Posting], now: datetime) -> None:
    rows = Child.objects.filter(status=FileStatus.ACTIVE, risk_level="HIGH").order_by("pk")
    home = rows.filter(managing_area=users["director"].area_id)
    found = [*home[:1], *rows.exclude(pk__in=home[:1].values("pk"))[:1]]
    for child, tell in zip(found, (_running, _returned), strict=False):
        tell(child, users["county"], now)


def _running(child: Child, county: Posting, now: datetime) -> None:
    """With a foster family since two months, to be assessed within the week."""
    today = timezone.localdate(now)
    first = max(today - 62 * DAY, child.opened_on)
    facts: dict[str, Any] = {
        "setting": "FOSTER", "place": "洪玉兰家庭（千岛湖镇）", "ground": "GUARDIAN_UNABLE",
        "legal_basis": "《未成年人保护法》第九十二条第三项", "starts_on": first,
        "decided_by": "县民政局 淳民临监〔2026〕3号", "until": first + 180 * DAY,
        "review_on": first + 66 * DAY, "purpose": "祖母出院后能够料理起居；村里落实日间照看的人。",
    }  # fmt: skip
    row = place_child(
        child=child, facts=facts, carer=CARER, withheld=[], by=county.user, now=now - 62 * DAY
    )
    facts = {
        "review": "孩子吃睡正常，按时到校；祖母仍在康复，暂不能接回。", "until": row.until,
        "review_on": today + 5 * DAY,
    }  # fmt: skip
    review_placement(row=row, version=1, facts=facts, by=county.user, now=now - 30 * DAY)


def _returned(child: Child, county: Posting, now: datetime) -> None:
    first = max(timezone.localdate(now) - 150 * DAY, child.birth_date)
    facts: dict[str, Any] = {
        "setting": "INSTITUTION", "place": "县儿童福利院", "ground": "UNATTENDED",
        "legal_basis": "《未成年人保护法》第九十二条第四项", "starts_on": first,
        "decided_by": "县民政局 淳民临监〔2026〕1号", "until": first + 120 * DAY,
        "review_on": first + 60 * DAY, "purpose": "监护人返乡并签订监护承诺。",
    }  # fmt: skip
    cares = Guardianship.objects.none()
    row = place_child(
        child=child, facts=facts, carer=None, withheld=cares, by=county.user, now=now - 148 * DAY
    )
    end_placement(
        row=row, version=row.version, ends_on=first + 58 * DAY, outcome="RETURNED",
        finding="母亲已返乡就业，家访两次情况稳定，评估合格。", by=county.user, now=now - 90 * DAY,
    )  # fmt: skip
