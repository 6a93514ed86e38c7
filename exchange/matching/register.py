"""The registry as a long list looks it up.

Each agreement that is looked for is a join with all children, whose rows are wide: encrypted
fields, search keys, addresses. A long list copies the few columns it compares once and joins with
the copy; a short one uses the indexes of the children themselves.
"""

from django.db import connection

CHILDREN = "children_child"
_COPY = "match_register"
MANY = 2_000  # rows of a list that are looked for by name
SOME = 300  # that need a look around: a dozen joins
_TABLE = f"""
DROP TABLE IF EXISTS {_COPY};
CREATE TEMP TABLE {_COPY} ON COMMIT DROP AS
SELECT id, case_number, name, name_sort, birth_date, sex, residence_area_id, township_code,
       county_code, id_number_hash, merged_into_id
  FROM {CHILDREN};
ANALYZE {_COPY}
"""


def register_for(rows: int, many: int) -> str:
    """The table to join so many rows with; from `many` it is the copy."""
    if rows < many:
        return CHILDREN
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    return _COPY
