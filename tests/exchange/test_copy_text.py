"""What goes in by COPY comes out as it was, whatever stands in it."""

import uuid
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from exchange.models.copy_text import copy_rows

pytestmark = pytest.mark.django_db


class Kind(StrEnum):
    ONE = "a\tb"


ODD = 'tab\t line\n return\r back\\slash \\N \\. "quoted", {braces} 𠮷·'
ROW = (
    ODD, [ODD, "", None, "NULL", "\\"], b"\x00\\\xff", Jsonb({ODD: [1, None, True]}), True,
    date(2016, 2, 29), datetime(2026, 1, 2, 3, 4, 5, 6, UTC), uuid.uuid4(), -7, 0.1, Kind.ONE,
)  # fmt: skip
EMPTY = ("", [], b"", *[None] * 8)


def test_every_kind_of_value_survives():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE told (a text, b text[], c bytea, d jsonb, e bool, f date,"
            " g timestamptz, h uuid, i bigint, j float8, k text) ON COMMIT DROP"
        )
        copy_rows(cursor, "COPY told FROM STDIN", iter([ROW, EMPTY, *[ROW] * 4_000]))
        cursor.execute("SELECT a, b, c, d::text, e, f, g, h, i, j, k FROM told")
        found = cursor.fetchall()
        cursor.execute("SELECT count(*), bool_and(d = %s) FROM told", [ROW[3]])

        assert cursor.fetchone() == (4_002, True)
        assert len(found) == 4_002
        for want, got in zip((ROW, EMPTY), found, strict=False):
            assert (*want[:3], *want[4:]) == (*got[:3], *got[4:])
        with pytest.raises(TypeError, match="COPY takes no set"):
            copy_rows(cursor, "COPY told (a) FROM STDIN", [({1},)])
