"""Which children are looked at for a row at all: those that share something telling with it.

Each block is one statement over the whole list, joined by equal values, so that a hash join over
the registry serves a long list and an index a short one.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db import connection

from .register import Register, look_here

_SHARED_BY = 12  # children; a telephone of more is the village office's
# Birth dates that agree in two of year, month and day, have day and month exchanged, or name the
# year alone by its first day.
_NEARLY = """((c.year = n.year)::int + (c.month = n.month)::int + (c.day = n.day)::int >= 2
    OR c.year = n.year AND c.month = n.day AND c.day = n.month
    OR c.birth_date BETWEEN n.birth - 60 AND n.birth + 60
    OR n.month = 1 AND n.day = 1 AND c.year = n.year
    OR n.birth IS NULL OR NOT n.is_told AND n.area = '')"""
_SAME_YEAR_OR_DAY = """(c.year = n.year OR c.month = n.month AND c.day = n.day
    OR n.birth IS NULL)"""
# By the columns that the registry keeps indexed; a row of a whole county has no township.
_TOWNSHIP = "c.township_code = n.township"
_COUNTY = "c.county_code = n.county"
_SURNAME = "c.surname_sound = n.surname"
# A row with a good number of its own is hardly a child with another one: for such a pair more must
# agree than these blocks ask. Two joins: either has few on one side, together they would be all.
_UNNUMBERED = ("NOT n.is_numbered", "n.is_numbered AND c.id_number_hash IS NULL")

_OWNERS = """
DROP TABLE IF EXISTS match_owner;
CREATE TEMP TABLE match_owner ON COMMIT DROP AS {owners};
ANALYZE match_owner
"""
_OWNER = (
    "SELECT n.row, c.id AS child_id FROM match_number n"
    " JOIN {table} c ON c.id_number_hash = n.hash WHERE {files}"
)
# With the fields of `Register`; phones are found by their indexes.
BLOCKS = {
    "number": "SELECT row, child_id FROM match_owner",
    "number of family": "SELECT n.row, s.child_id FROM match_number n"
    " JOIN children_guardian g ON g.id_number_hash = n.hash"
    " JOIN children_guardianship s ON s.guardian_id = g.id",
    "family of the number's owner": "SELECT o.row, t.child_id FROM match_owner o"
    " JOIN children_guardianship s ON s.child_id = o.child_id"
    " JOIN children_guardianship t ON t.guardian_id = s.guardian_id",
    "phone": f"""SELECT row, id FROM (
        SELECT n.row, c.id, count(*) OVER (PARTITION BY n.row, n.hash) AS shared
          FROM match_phone n JOIN children_child c ON c.phone_hash = n.hash) found
         WHERE shared <= {_SHARED_BY}""",
    "phone of family": f"""SELECT row, child_id FROM (
        SELECT n.row, s.child_id, count(*) OVER (PARTITION BY n.row, n.hash) AS shared
          FROM match_phone n JOIN children_guardian g ON g.phone_hash = n.hash
          JOIN children_guardianship s ON s.guardian_id = g.id) found
         WHERE shared <= {_SHARED_BY}""",
    "name": "SELECT n.row, c.id FROM match_name n JOIN {table} c ON {same_name}"
    f" WHERE {_NEARLY} OR {_COUNTY}",
    "name as heard": "SELECT n.row, c.id FROM match_name n JOIN {table} c ON {same_sound}"
    f" WHERE n.sound <> '' AND ({_NEARLY} OR {_TOWNSHIP})",
    "guardian and township": "SELECT n.row, c.id FROM {here} c"
    " JOIN children_guardianship s ON s.child_id = c.id"
    " JOIN children_guardian g ON g.id = s.guardian_id"
    f' JOIN match_sought n ON n.guardian = g.name COLLATE "C" AND {_TOWNSHIP}',
    # a number with another slip than those looked up, well formed again by chance
    "birth, surname and township": "SELECT n.row, c.id FROM match_name n"
    f" JOIN {{table}} c ON c.birth_date = n.birth AND {_SURNAME} AND {_TOWNSHIP}"
    f" WHERE n.is_numbered AND c.id IN (SELECT id FROM {{here}} here)",
}  # fmt: skip


# Beside an equal value: what else agrees, one of these at least.
BESIDE = {
    _TOWNSHIP: {
        "given name": f"c.last_two = n.last_two AND length(n.name) > 2 AND {_SAME_YEAR_OR_DAY}",
    },
    "c.birth_date = n.birth": {
        "first character": "c.first_character = n.first_character",
        "last character": "c.last_character = n.last_character",
        "surname as heard": _SURNAME,
        "township": _TOWNSHIP,
    },
    "c.residence_area_id = n.area": {
        "surname": f"{_SURNAME} AND {_SAME_YEAR_OR_DAY}",
        "name of many characters": "length(c.name) > 4"
        " AND (length(n.name) > 4 OR n.name ~ '[A-Z]')",
    },
}  # fmt: skip
_FEW = 20_000  # names


def _statements(names: int, register: Register) -> Iterator[str]:
    """Few rows look at all that share the value once. Of many rows that would be far too many
    pairs: there each agreement is a join of its own, by equal values."""
    for statement in BLOCKS.values():
        yield statement.format(**register._asdict())
    for shared, conditions in BESIDE.items():
        joined = f"SELECT n.row, c.id FROM match_name n JOIN {register.table} c ON {shared}"
        told = [f"({condition})" for condition in conditions.values()]
        for condition in ["(" + " OR ".join(told) + ")"] if names <= _FEW else told:
            for unnumbered in _UNNUMBERED:
                yield f"{joined} AND {unnumbered} AND {condition}"


def find_pairs(decided: Mapping[int, Iterable[int]], names: int, register: Register) -> None:
    """Fills `match_pair`; a file continued in another one stands for that one.

    `decided`: row → ids of children that were looked at with it before. `names`: how many rows
    `match_name` holds.
    """
    look_here(register)
    with connection.cursor() as cursor:
        owners = [_OWNER.format(table=register.table, files=files) for files in register.files]
        cursor.execute(_OWNERS.format(owners=" UNION ALL ".join(owners)))
        cursor.execute("CREATE TEMP TABLE match_found (row int, child_id bigint) ON COMMIT DROP")
        for statement in _statements(names, register):
            cursor.execute(f"INSERT INTO match_found {statement}")
        before = [(row, child_id) for row, children in decided.items() for child_id in children]
        cursor.execute(
            "INSERT INTO match_found SELECT * FROM unnest(%s::int[], %s::bigint[])",
            [[row for row, _ in before], [child_id for _, child_id in before]],
        )
        cursor.execute(
            "INSERT INTO match_pair SELECT DISTINCT p.row, coalesce(d.merged_into_id, p.child_id)"
            " FROM match_found p LEFT JOIN children_child d"
            " ON d.id = p.child_id AND d.merged_into_id IS NOT NULL"
        )
        cursor.execute("DROP TABLE match_found")
        for _ in range(3):  # a file continued twice
            cursor.execute(
                "UPDATE match_pair p SET child_id = d.merged_into_id FROM children_child d"
                " WHERE d.id = p.child_id AND d.merged_into_id IS NOT NULL"
            )
            if not cursor.rowcount:
                break
        cursor.execute("ANALYZE match_pair")


def rows_paired() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT row FROM match_pair")
        return [row for (row,) in cursor.fetchall()]
