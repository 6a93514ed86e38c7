"""A form asks for one child among a million while somebody waits: by index, never through all."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from exchange.matching import Sought, blocks, exact, facts, tables
from exchange.matching.register import CHILDREN
from exchange.matching.sought import prepared
from exchange.rules.match import Thresholds
from tests.factories import VILLAGE, ChildFactory

pytestmark = pytest.mark.django_db


def looked_up_by(statement):
    """The plan where reading the whole table is the last resort."""
    with acting(EVERYTHING), connection.cursor() as cursor:
        for path in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{path} = off")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def one_sought():
    ChildFactory(name="曾小明")
    row = Sought(row=0, name="曾小明", birth_date=date(2016, 3, 12), sex="MALE", area_code=VILLAGE,
                 id_number="990101201603120015")  # fmt: skip
    for exactly in (exact.by_number, exact.by_name):
        exactly([row], Thresholds(), CHILDREN)
    tables.fill([prepared(row, timezone.localdate())])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE match_owner (row int, child_id bigint) ON COMMIT DROP")


@pytest.mark.usefixtures("one_sought")
@pytest.mark.parametrize(
    ("told", "by"),
    [
        (blocks.BLOCKS["name"], "name_sort = n.name_sort"),
        (blocks.BLOCKS["name as heard"], "name_sort >= n.sorted_from) AND (name_sort <"),
        ("SELECT 1 FROM match_name n JOIN {table} c ON c.residence_area_id = n.area",
         "(residence_area_id)::text = n.area"),
        ("SELECT 1 FROM match_name n JOIN {table} c ON c.birth_date = n.birth",
         "birth_date = n.birth"),
        (facts._NAMESAKES, "name_sort = n.name_sort"),
        (blocks._OWNERS.partition(" AS\n")[2].partition(";")[0], "Scan using child_id_number_once"),
        (exact._BY_NAME.partition(" AS\n")[2].partition(";")[0],
         "(residence_area_id)::text = s.village) AND (birth_date = s.birth"),
    ],
)  # fmt: skip
def test_one_row_is_looked_up_by_index(told, by):
    plan = looked_up_by(told.format(**CHILDREN._asdict()))

    assert any(by in line for line in plan.splitlines() if "Index" in line), plan
    assert "Seq Scan on children_child" not in plan
