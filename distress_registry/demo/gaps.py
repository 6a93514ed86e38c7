"""Gaps of the demo county: found by the rules in what the others told; one is set aside."""

from datetime import datetime

from accounts.models import Posting
from assistance.actions import gap
from assistance.models import Gap


def find_gaps(users: dict[str, Posting], now: datetime) -> None:
    county = users["county"].area
    if county is None or Gap.objects.exists():
        return
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
