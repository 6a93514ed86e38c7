"""Children of the demo county that were registered twice, and lists that the county asked for."""

from datetime import datetime, timedelta
from typing import Any

from accounts.access import Grant, Permission
from accounts.models import Posting
from children.actions.child import CHILD_FACTS, register_child
from children.models import Child
from exchange.actions.file_merge import merge_files
from exchange.actions.list_out import ask_list
from exchange.models import MatchPair, OutLayout
from exchange.taking_in.queue_pairs import queue_files

# Which child, and what was written otherwise the second time.
AGAIN: tuple[tuple[int, dict[str, Any]], ...] = (
    (3, {}),
    (17, {"phone": ""}),
    (31, {"days": 1}),
    (58, {"days": 30, "phone": ""}),
    (83, {"phone": "", "address": ""}),
)


def load_pairs(users: dict[str, Posting], now: datetime) -> None:
    """The first is merged already; the others wait for somebody to decide."""
    county = users["county"]
    children = list(Child.objects.order_by("pk").exclude(status="CLOSED"))
    again = [register_again(children[place], changed, users, now) for place, changed in AGAIN]
    queue_files([child.pk for child in again], now=now)
    pair = MatchPair.objects.waiting().filter(other=again[0]).first()
    if pair is not None:
        merge_files(
            pair=pair, version=pair.version, kept=pair.child, by=county.user, now=now,
            reason="户口簿核对，同一人",
        )  # fmt: skip
    grant = Grant(county.user, county, Permission.LIST_OUT)
    for key in ("left_behind_b", "child_welfare"):
        layout = OutLayout.objects.get(key=key)
        ask_list(layout=layout, grant=grant, purpose=layout.purpose, now=now - timedelta(hours=3))


def register_again(
    child: Child, changed: dict[str, Any], users: dict[str, Posting], now: datetime
) -> Child:
    """A second file of the child: without its number, written by somebody who did not look."""
    facts = {name: getattr(child, name) for name in CHILD_FACTS}
    facts |= {"id_type": "NONE", "id_number": "", "notes": ""}
    facts |= {name: value for name, value in changed.items() if name in facts}
    facts["birth_date"] += timedelta(days=changed.get("days", 0))
    return register_child(facts=facts, by=users["supervisor"].user, now=now)
