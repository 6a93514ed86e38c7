"""Handovers of the demo county: one that waits for an answer, one acknowledged, one refused."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Area, Posting
from children.actions.transfer import acknowledge_file, refuse_file, send_file
from children.models import Child, FileStatus, Transfer

DAY = timedelta(days=1)
SUMMARY = "本月应走访一次。\n残疾人两项补贴按月发放。\n学校已结对，班主任每周联系。"


def load_transfers(users: dict[str, Posting], now: datetime) -> None:
    """Between the supervisor's township and the others of the county."""
    town = users["supervisor"].area_id or ""
    rows = Child.objects.filter(status=FileStatus.ACTIVE).order_by("-pk")
    mine = list(rows.filter(township_code=town)[:2])
    theirs = list(rows.exclude(township_code=town)[:1])
    villages = Area.objects.filter(level=12, code__startswith=town[:6]).order_by("code")
    elsewhere = villages.exclude(code__startswith=town).first()
    if len(mine) < 2 or not theirs or elsewhere is None:
        return
    supervisor, county = users["supervisor"], users["county"]
    _send(theirs[0], users["director"].area, county, now - 4 * DAY)
    refused = _send(mine[0], elsewhere, supervisor, now - 9 * DAY)
    refuse_file(
        row=refused,
        version=1,
        answer="经核实孩子已随祖母返回原村居住",
        by=county,
        now=now - 6 * DAY,
    )
    moved = _send(mine[1], elsewhere, supervisor, now - 20 * DAY)
    acknowledge_file(
        row=moved, version=1, village=elsewhere, address="", by=county, now=now - 17 * DAY
    )


def _send(child: Child, place: Area | None, by: Posting, now: datetime) -> Transfer:
    facts = {
        "to_area": place, "moved_on": timezone.localdate(now) - 2 * DAY, "summary": SUMMARY,
        "reason": "随母亲迁居，已在新住处居住两周",
    }  # fmt: skip
    return send_file(child=child, facts=facts, by=by, now=now)
