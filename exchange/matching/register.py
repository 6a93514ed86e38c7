"""The registry as a list looks it up.

Each agreement that is looked for is a join with all children, whose rows are wide: encrypted
fields, search keys, addresses. A long list copies the few columns it compares once and joins with
the copy by equal values; a short one uses the indexes of the children themselves.
"""

from typing import NamedTuple

from django.db import connection

# What is compared of a child. In the copy the planner knows how many values there are of each; over
# the children themselves it is worked out for the few that are looked at.
_COMPARED = """SELECT id, case_number, name, name_sort, birth_date, sex, residence_area_id,
       township_code, county_code, left(residence_area_id, 6) COLLATE "C" AS residence_county,
       id_number_hash, merged_into_id, split_part(name_sort, ' ', 1) AS sound,
       split_part(split_part(name_sort, ' ', 1), '''', 1) AS surname_sound,
       left(name, 1) COLLATE "C" AS first_character,
       right(name, 1) COLLATE "C" AS last_character, right(name, 2) COLLATE "C" AS last_two,
       date_part('year', birth_date)::int AS year, date_part('month', birth_date)::int AS month,
       date_part('day', birth_date)::int AS day
  FROM children_child"""


class Register(NamedTuple):
    """`table` to join with as `c`; conditions that find its rows beside one as `n` with `name`
    and `sound`; the table of those in the townships of the list, by `id` and `township_code`; and
    all files, of which each of the conditions finds some by their number.
    """

    table: str
    same_sound: str
    same_name: str
    here: str
    files: tuple[str, ...]


# A name is found as the registry sorts it, by its sound: "zeng'xiao'ming 曾小明".
# Row security lets an index serve a condition only where nothing is worked out in it.
_SORTED = "c.name_sort >= n.sorted_from AND c.name_sort < n.sorted_to"
# Of rows for which somebody of the same township is looked for by guardian or by surname.
_IS_HERE = """township_code IN (SELECT township FROM match_sought WHERE guardian IS NOT NULL
    UNION SELECT township FROM match_name WHERE is_numbered)"""
CHILDREN = Register(
    table=f"({_COMPARED})",
    same_sound=_SORTED,
    same_name="c.name_sort = n.name_sort",
    here=f"(SELECT id, township_code FROM children_child WHERE {_IS_HERE})",
    # Numbers of files in use are indexed; those continued in another one are few.
    files=("c.merged_into_id IS NULL", "c.merged_into_id IS NOT NULL"),
)
COPY = Register(
    table="match_register",
    same_sound="c.sound = n.sound",
    same_name='c.name COLLATE "C" = n.name',
    here="match_here",
    files=("true",),
)
MANY = 2_000  # rows of a list that are looked for by name
SOME = 300  # that need a look around: a dozen joins
_TABLE = f"""
SET LOCAL work_mem = '64MB'; SET LOCAL default_statistics_target = 10;
DROP TABLE IF EXISTS match_register;
CREATE TEMP TABLE match_register ON COMMIT DROP AS {_COMPARED};
ANALYZE match_register
"""
# How many children live where the list's rows do decides what is joined first.
_HERE = f"""
DROP TABLE IF EXISTS match_here;
CREATE TEMP TABLE match_here ON COMMIT DROP AS
SELECT id, township_code FROM match_register WHERE {_IS_HERE};
ANALYZE match_here
"""


def register_for(rows: int, many: int) -> Register:
    """What to join so many rows with; from `many` it is the copy."""
    if rows < many:
        return CHILDREN
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    return COPY


def look_here(register: Register) -> None:
    """Once the rows are in `match_sought`."""
    if register is COPY:
        with connection.cursor() as cursor:
            cursor.execute(_HERE)
