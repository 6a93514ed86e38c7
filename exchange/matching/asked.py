"""Who somebody may be who is about to be registered: what a list would find, asked by the form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .match import match_rows
from .sought import Sought


def may_be(facts: Mapping[str, Any]) -> list[int]:
    """Ids of the files that a row of a list with these facts would be matched with, or ask about.

    `facts` as the form of registration has them; what is missing is not compared. Without a name
    and a birth date or number nothing is looked for.
    """
    name, number = facts.get("name") or "", facts.get("id_number") or ""
    born = facts.get("birth_date")
    if isinstance(born, str):
        try:
            born = date.fromisoformat(born)
        except ValueError:
            born = None
    if not name or not (born or number):
        return []
    place = facts.get("residence_area")
    (match,) = match_rows([
        Sought(
            row=0, name=name, id_number=number, birth_date=born, sex=facts.get("sex") or "",
            area_code=getattr(place, "pk", place) or "", phone=facts.get("phone") or "",
        )
    ])  # fmt: skip
    return [one.child_id for one in match.candidates]
