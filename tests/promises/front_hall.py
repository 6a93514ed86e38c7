"""A failing write for each promise of the front hall."""

from datetime import date

from distress_registry.models import GuaranteeTerm
from tests.factories import (
    CountyTableColumnFactory,
    CountyTableFactory,
    ProgrammeFactory,
    SavedReportFactory,
)

from . import twice

MONTH = date(2026, 1, 1)


def _term(**facts):
    told = {"guarantee": "LIVING", "category": "NO_HUKOU", "from_month": MONTH, **facts}
    return GuaranteeTerm.objects.create(**told)


def _same_column_twice():
    twice(CountyTableColumnFactory, table=CountyTableFactory())


WRITES = {
    "guarantee_term_is_of_a_category_or_a_programme": lambda: _term(programme=ProgrammeFactory()),
    "guarantee_term_of_what_programmes_answer": lambda: _term(guarantee="EDUCATION"),
    "guarantee_term_category_known": lambda: _term(category="NOBODY"),
    "guarantee_term_months_are_months": lambda: _term(to_month=date(2026, 2, 3)),
    "guarantee_term_ends_no_earlier_than_it_starts": lambda: _term(to_month=date(2025, 12, 1)),
    "guarantee_term_once": lambda: twice(_term),
    "report_rows_are_not_its_columns": lambda: SavedReportFactory(rows="MONTH", columns="MONTH"),
    "report_parts_known": lambda: SavedReportFactory(measure="MONEY"),
    "report_months_are_few": lambda: SavedReportFactory(months=25),
    "report_has_a_name": lambda: SavedReportFactory(name=" "),
    "report_name_once_in_a_county": lambda: twice(SavedReportFactory, name="季报"),
    "county_table_once_a_key": lambda: twice(CountyTableFactory, key="table"),
    "county_table_counting_known": lambda: CountyTableFactory(counting="EVERYTHING"),
    "county_table_says_on_what_ground": lambda: CountyTableFactory(legal_ground=""),
    "county_table_column_once_a_figure": _same_column_twice,
    "county_table_column_figure_known": lambda: CountyTableColumnFactory(figure="MONEY_OF_ALL"),
    "county_table_column_has_a_heading": lambda: CountyTableColumnFactory(heading_en=""),
}
