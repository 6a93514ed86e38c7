"""Where the demo county is: its code, its first township, its villages."""

from typing import Any

from accounts.models import Area

COUNTY = "330127"


def township() -> Any:
    return Area.objects.get(code=f"{COUNTY}100")


def villages(inside: str) -> list[Area]:
    return list(Area.objects.inside(inside).filter(level=12).order_by("code"))
