from datetime import date

from schools.models.norm import NormKey
from schools.rules.norms import DEFAULTS, in_force

DAY = date(2026, 3, 2)


def test_every_figure_has_a_default_with_its_source():
    assert set(DEFAULTS) == set(NormKey.values)
    assert all(default.value > 0 and len(default.source) > 10 for default in DEFAULTS.values())


def test_what_the_county_entered_goes_before_the_default_from_its_day_on():
    rows = [("CONTACT_DAYS_HIGH", 5, DAY)]

    assert in_force(rows, DAY)["CONTACT_DAYS_HIGH"] == 5
    assert in_force(rows, date(2026, 3, 1))["CONTACT_DAYS_HIGH"] == 7


def test_the_newest_begun_value_holds_whatever_the_order_of_rows():
    rows = [("CONTACT_DAYS_HIGH", 5, DAY), ("CONTACT_DAYS_HIGH", 6, date(2025, 1, 1))]

    assert in_force(rows, DAY)["CONTACT_DAYS_HIGH"] == 5
