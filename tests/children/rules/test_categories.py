from datetime import date

import pytest

from children.rules.categories import (
    FACTS,
    PROTECTION_FIRST,
    SECRET,
    Category,
    Root,
    age_ends_on,
    fits_age,
)

SIXTEEN = {Category.TEKUN, Category.LEFT_BEHIND, Category.MIGRANT, Category.DROPOUT}


def test_every_category_has_its_facts():
    assert set(FACTS) == set(Category)
    assert all(facts.roots for facts in FACTS.values())


@pytest.mark.parametrize("category", Category)
def test_categories_end_at_eighteen_and_four_at_sixteen(category):
    birth_date = date(2008, 2, 29)

    expected = date(2024, 2, 29) if category in SIXTEEN else date(2026, 3, 1)
    assert age_ends_on(category, birth_date) == expected


def test_out_of_school_is_from_six_to_fifteen():
    birth_date = date(2010, 9, 1)

    assert not fits_age("DROPOUT", birth_date, date(2016, 8, 31))
    assert fits_age("DROPOUT", birth_date, date(2016, 9, 1))
    assert fits_age("DROPOUT", birth_date, date(2026, 8, 31))
    assert not fits_age("DROPOUT", birth_date, date(2026, 9, 1))


def test_the_three_roots_of_the_national_definition():
    assert FACTS[Category.TEKUN].roots == (Root.POVERTY, Root.GUARDIANSHIP)
    assert FACTS[Category.SEV_DISABLED].roots == (Root.OWN,)
    assert FACTS[Category.DE_FACTO].roots == (Root.GUARDIANSHIP,)


def test_infection_and_victims_are_secret():
    assert {"HIV", "ABUSED", "TRAFFIC_RESCUED"} == SECRET


def test_children_in_danger_are_taken_in_before_papers():
    assert Category.ABUSED in PROTECTION_FIRST
    assert Category.DE_FACTO not in PROTECTION_FIRST


def test_an_unknown_category_is_refused():
    with pytest.raises(ValueError, match="RICH"):
        age_ends_on("RICH", date(2010, 1, 1))
