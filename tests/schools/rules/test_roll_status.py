from datetime import date

import pytest

from schools.models import EndReason, EnrolmentStatus, ExcuseKind, Ledger, Placement
from schools.models.roll_status import RollStatus
from schools.rules.ledger import Departure, Place
from schools.rules.roll_status import Standing, roll_status

DAY = date(2026, 3, 2)


def place(placement="ORDINARY", status="ENROLLED"):
    return Place("PRIMARY", status, placement, DAY)


def left(reason):
    return Departure(reason, DAY)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(), ""),
        (Standing(is_below_age=True), "NOT_OF_AGE"),
        (Standing(place=place()), "ENROLLED"),
        (Standing(place=place("SUPPORTED")), "INCLUSIVE"),
        (Standing(place=place("SPECIAL_SCHOOL")), "SPECIAL_SCHOOL"),
        (Standing(place=place("SPECIAL_CLASS")), "SPECIAL_CLASS"),
        (Standing(place=place("HOME_TEACHING")), "HOME_TEACHING"),
        (Standing(place=place("DISTANCE")), "DISTANCE"),
        (Standing(place=place("REHAB_INST")), "REHAB_INST"),
        (Standing(place=place(status="SUSPENDED")), "SUSPENDED"),
        (Standing(place=place(status="RETURNED")), "RETURNED"),
        (Standing(place=place(status="SUSPENDED"), excuse="SUSPENDED"), "SUSPENDED"),
        (Standing(excuse="DEFERRED"), "DEFERRED"),
        (Standing(excuse="ELSEWHERE"), "ENROLLED_ELSEWHERE"),
        (Standing(excuse="ABROAD"), "EMIGRATED"),
        (Standing(place=place(), ledger="SUSPECTED"), "SUSPECTED_DROPOUT"),
        (Standing(place=place(), ledger="DROPOUT"), "DROPOUT"),
        (Standing(departure=left("DROPPED_OUT"), ledger="DROPOUT"), "DROPOUT"),
        (Standing(departure=left("NOT_FOUND"), ledger="DROPOUT"), "NOT_FOUND"),
        (Standing(departure=left("DIED"), excuse="SUSPENDED"), "DEAD"),
        (Standing(departure=left("EMIGRATED")), "EMIGRATED"),
        (Standing(departure=left("GRADUATED")), "GRADUATED"),
        (Standing(departure=left("DROPPED_OUT")), "DROPOUT"),  # beyond school age
        (Standing(departure=left("TRANSFERRED"), ledger="NO_ROLL"), ""),
        (Standing(place=place(), departure=left("DROPPED_OUT")), "ENROLLED"),
    ],
)
def test_a_child_has_one_status_towards_school(standing, expected):
    assert roll_status(standing) == expected


def test_whatever_is_on_file_has_a_status_with_a_name_and_each_name_is_given():
    standings = [Standing(place=place(p, s)) for p in Placement for s in EnrolmentStatus]
    standings += [Standing(excuse=kind) for kind in ExcuseKind]
    standings += [Standing(departure=left(reason)) for reason in EndReason]
    standings += [Standing(ledger=ledger) for ledger in Ledger]
    standings += [Standing(is_below_age=True)]

    assert {roll_status(standing) for standing in standings} - {""} == {*RollStatus}
