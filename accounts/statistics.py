"""What PostgreSQL believes of tables that thousands of rows were just written to."""

from django.db import connection


def analyze_changed() -> int:
    """How many tables were looked at anew. After the transaction that wrote, never within.

    Plans follow what was seen of a table last, and autovacuum comes around by the minute: what
    runs meanwhile takes a list of many thousand rows for a few, and compares each with each.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # of this session, at its end
        cursor.execute("SELECT registry_analyze_changed()")
        return int(cursor.fetchone()[0])
