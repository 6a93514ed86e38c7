"""What PostgreSQL believes of tables that many rows were just written to."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.history_rows import write_history
from accounts.in_bulk import in_bulk
from accounts.scope import EVERYTHING, acting
from accounts.statistics import analyze_changed
from children.models import CodeEntry

pytestmark = pytest.mark.django_db(transaction=True)

_ENTRIES = """INSERT INTO children_codeentry
    (code_list, code, label_zh, label_en, position, is_active)
    SELECT 'ILLNESS', 's' || n, 'x', 'x', 0, true FROM generate_series(%s, %s) n RETURNING id"""


def written(first, last):
    with acting(EVERYTHING), in_bulk(), connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [first, last])
        ids = [key for (key,) in cursor.fetchall()]
        write_history(CodeEntry, ids, "+", by_id=None, now=timezone.now())


def believed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'children_codeentry'::regclass")
        return cursor.fetchone()[0]


def test_a_table_that_thousands_were_written_to_is_looked_at_anew():
    analyze_changed()
    before = believed()

    written(1, 300)
    analyze_changed()
    assert believed() == before

    written(301, 4000)
    assert analyze_changed() >= 2  # the table and its history
    assert believed() >= 4000
    assert analyze_changed() == 0
