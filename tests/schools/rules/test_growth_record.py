"""Who fills what of a growth record, and what is missing in it."""

from decimal import Decimal

import pytest

from schools.rules.growth_mark import MarkEntry, seen, unseen
from schools.rules.growth_record import (
    NEEDED,
    SECTIONS,
    Marker,
    Taught,
    grade_of_twelve,
    missing,
    sections_for,
    subjects_due,
)

MATHS, CHINESE = 1, 2


@pytest.mark.parametrize(
    ("role", "is_main_helper", "filled"),
    [
        ("CLASS_TEACHER", False, set(SECTIONS)),
        ("PRINCIPAL", False, set(SECTIONS)),
        ("COUNSELLOR", False, {"mood"}),
        ("SUBJECT_TEACHER", False, set()),
        ("SUBJECT_TEACHER", True, set(SECTIONS)),
    ],
)
def test_each_fills_the_sections_of_the_own_work(role, is_main_helper, filled):
    assert sections_for(role, is_main_helper) == filled


@pytest.mark.parametrize(
    ("role", "seats", "given_by", "may"),
    [
        ("CLASS_TEACHER", (), 9, True),
        ("PRINCIPAL", (), 9, True),
        ("SUBJECT_TEACHER", (MATHS,), 9, True),  # the predecessor's mark in the own subject
        ("SUBJECT_TEACHER", (CHINESE,), None, False),
        ("SUBJECT_TEACHER", (), None, True),
        ("SUBJECT_TEACHER", (), 7, True),
        ("SUBJECT_TEACHER", (), 9, False),
        ("COUNSELLOR", (), None, False),
    ],
)
def test_a_subject_teacher_marks_only_the_own_subjects(role, seats, given_by, may):
    assert Marker(role, frozenset({7}), frozenset(seats)).may_mark(MATHS, given_by) is may


@pytest.mark.parametrize(
    ("stage", "grade", "year"),
    [("PRIMARY", 1, 1), ("JUNIOR", 1, 7), ("JUNIOR", 4, 9), ("SENIOR", 2, 11),
     ("VOCATIONAL", 1, None), ("PRESCHOOL", 2, None), ("", None, None)],
)  # fmt: skip
def test_grades_are_counted_through_from_primary_school(stage, grade, year):
    assert grade_of_twelve(stage, grade) == year


def test_marks_are_due_in_the_subjects_of_the_grade():
    plan = [Taught(1, 1, 9), Taught(2, 3, 12), Taught(3, 9, 9)]

    assert subjects_due("PRIMARY", 2, plan) == [1]
    assert subjects_due("JUNIOR", 3, plan) == [1, 2, 3]
    assert subjects_due("PRESCHOOL", 2, plan) == []


def test_what_is_missing_is_named_and_zero_is_not_nothing():
    facts = dict.fromkeys(NEEDED, "x") | {"height_cm": None, "goals": "", "weight_kg": Decimal(0)}

    lacks = missing(facts, {1}, [1, 2])

    assert (lacks.fields, lacks.subjects) == (("goals", "height_cm"), (2,))
    assert not missing(dict.fromkeys(NEEDED, "x"), {1, 2}, [1, 2])


@pytest.mark.parametrize("score", [None, Decimal("98.5"), Decimal("100.0"), Decimal(0)])
def test_a_mark_goes_through_a_hidden_field_unchanged(score):
    assert unseen(seen("GOOD", score)) == ("GOOD", score)
    assert unseen(seen("", None)) == ("", None)
    assert unseen("GOOD|x") == ("GOOD", None)


def test_taking_the_level_away_takes_the_score_with_it():
    entry = MarkEntry(1, MATHS, "", Decimal(80), "GOOD", Decimal(80))

    assert entry.wanted == ("", None)
    assert entry.is_change
