"""Two rounds of checks of the demo county: one closed in the last quarter, one that runs."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from accounts.models.area import upper_bound
from children.actions.campaign import close_campaign, open_campaign, remind
from children.actions.campaign_answer import NotVisited, send_answer, settle_child
from children.models import Campaign, CampaignAnswer, CampaignChild

DAY = timedelta(days=1)
SUMMARY = (
    "各村已逐户核实。变化主要是监护人和住址，已更正档案；走失联系的线索交派出所协查。"
    "下季度重点走访外出务工返乡家庭。"
)
WHERE = ("随母亲去杭州", "转到外婆家，外县", "全家外出，电话打不通")


def load_campaigns(users: dict[str, Posting], now: datetime) -> None:
    chance = random.Random(20260404)
    closed = _open("秋季困境儿童摸排", users, now - 75 * DAY, days=25)
    _settle(chance, closed, users, now - 60 * DAY, said=1.0)
    _answer(chance, closed, users, now - 55 * DAY, share=0.97)
    close_campaign(campaign=closed, summary=SUMMARY, by=users["county"], now=now - 48 * DAY)
    running = _open("冬季困境儿童和流动留守儿童摸排", users, now - 6 * DAY, days=18)
    _settle(chance, running, users, now - DAY, said=0.55)
    _answer(chance, running, users, now - DAY, share=0.6)
    remind(
        campaign=running,
        inside=users["director"].area_id or "",
        by=users["supervisor"],
        now=now - DAY,
    )


def _open(title: str, users: dict[str, Posting], now: datetime, days: int) -> Campaign:
    facts = {
        "title": title, "facts": ["RESIDENCE", "CARER", "PARENTS"], "from_age": 0, "to_age": 17,
        "categories": [], "compared_with": "低保名单、残疾人证名单",
        "due_on": timezone.localdate(now) + days * DAY,
    }  # fmt: skip
    return open_campaign(facts=facts, by=users["county"], now=now)


def _by(users: dict[str, Posting], place: str) -> Posting:
    """The director for the own village, the supervisor for the others (told by phone)."""
    return users["director" if place == users["director"].area_id else "supervisor"]


def _settle(
    chance: random.Random, campaign: Campaign, users: dict[str, Posting], now: datetime,
    said: float,
) -> None:  # fmt: skip
    lines = CampaignChild.objects.filter(campaign=campaign).select_related("campaign", "answer")
    for line in lines.order_by("pk"):
        if chance.random() > said:
            continue
        told: dict[str, Any] = {
            "line": line, "by": _by(users, line.answer.place_id), "now": now,
        }  # fmt: skip
        if line.kind == "LEAD":
            _settle_lead(chance, told)
            continue
        outcome = chance.choices(("UNCHANGED", "CHANGED", "AWAY"), (80, 15, 5))[0]
        if outcome == "CHANGED":
            told |= {"changed": [chance.choice(campaign.facts)], "remark": "已在档案中更正"}
        elif outcome == "AWAY":
            told["remark"] = chance.choice(WHERE)
        settle_child(outcome=outcome, **told)


def _settle_lead(chance: random.Random, told: dict[str, Any]) -> None:
    try:
        settle_child(outcome="VISITED", **told)
    except NotVisited:
        if chance.random() < 0.4:
            settle_child(outcome="AWAY", remark=chance.choice(WHERE), **told)


def _answer(
    chance: random.Random, campaign: Campaign, users: dict[str, Posting], now: datetime,
    share: float,
) -> None:  # fmt: skip
    """Villages that are through: most of them; the director's own still works on its list."""
    rows = CampaignAnswer.objects.filter(campaign=campaign, waiting=0, found=0)
    own = users["director"].area_id or ""
    for answer in rows.order_by("pk"):
        if chance.random() < share and not own <= answer.place_id < upper_bound(own):
            by = _by(users, answer.place_id)
            send_answer(answer=answer, is_nil=True, remark="", by=by, now=now)
