"""One word for where a child stands towards school: the status codes of enrolment control."""

from dataclasses import dataclass

from schools.rules.ledger import Departure, Place

OF_EXCUSE = {
    "DEFERRED": "DEFERRED", "SUSPENDED": "SUSPENDED", "ELSEWHERE": "ENROLLED_ELSEWHERE",
    "ABROAD": "EMIGRATED",
}  # fmt: skip
OF_LEDGER = {"SUSPECTED": "SUSPECTED_DROPOUT", "DROPOUT": "DROPOUT"}
OF_PLACEMENT = {
    "SUPPORTED": "INCLUSIVE", "SPECIAL_CLASS": "SPECIAL_CLASS", "SPECIAL_SCHOOL": "SPECIAL_SCHOOL",
    "HOME_TEACHING": "HOME_TEACHING", "DISTANCE": "DISTANCE", "REHAB_INST": "REHAB_INST",
}  # fmt: skip
OF_DEPARTURE = {
    "DIED": "DEAD", "EMIGRATED": "EMIGRATED", "NOT_FOUND": "NOT_FOUND", "DROPPED_OUT": "DROPOUT",
    "GRADUATED": "GRADUATED",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """As of one day; `ledger` is the child's open line that is not back to order, or empty."""

    place: Place | None = None
    departure: Departure | None = None  # the newest row of the roll that has ended
    excuse: str = ""  # kind of the lawful reason in force
    ledger: str = ""
    is_below_age: bool = False


def roll_status(standing: Standing) -> str:
    """A code of `RollStatus`; empty for a child of school age on no roll and without a reason."""
    gone = standing.departure.reason if standing.departure and standing.place is None else ""
    if gone in ("DIED", "EMIGRATED", "NOT_FOUND"):
        return OF_DEPARTURE[gone]
    if standing.ledger in OF_LEDGER:
        return OF_LEDGER[standing.ledger]
    if standing.excuse:
        return OF_EXCUSE[standing.excuse]
    if standing.place is not None:
        return _on_the_roll(standing.place)
    return OF_DEPARTURE.get(gone) or ("NOT_OF_AGE" if standing.is_below_age else "")


def _on_the_roll(place: Place) -> str:
    if place.status == "SUSPENDED":
        return "SUSPENDED"
    return OF_PLACEMENT.get(place.placement) or (
        "RETURNED" if place.status == "RETURNED" else "ENROLLED"
    )
