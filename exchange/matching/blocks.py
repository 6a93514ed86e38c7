"""Which children are looked at for a row at all: those that share something telling with it.

Each block is one statement over the whole list, joined by equal values, so that a hash join over
the registry serves a long list and an index a short one.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db import connection

_SHARED_BY = 12  # children; a telephone of more is the village office's
# Birth dates that agree in two of year, month and day, have day and month exchanged, or name the
# year alone by its first day.
_NEARLY = """(
    (extract(year FROM c.birth_date) = extract(year FROM n.birth))::int
    + (extract(month FROM c.birth_date) = extract(month FROM n.birth))::int
    + (extract(day FROM c.birth_date) = extract(day FROM n.birth))::int >= 2
    OR to_char(c.birth_date, 'YYYYDDMM') = to_char(n.birth, 'YYYYMMDD')
    OR c.birth_date BETWEEN n.birth - 60 AND n.birth + 60
    OR to_char(n.birth, 'MMDD') = '0101'
       AND extract(year FROM c.birth_date) = extract(year FROM n.birth)
    OR n.birth IS NULL OR NOT n.is_told AND n.area = '')"""
_SAME_YEAR_OR_DAY = """(
    extract(year FROM c.birth_date) = extract(year FROM n.birth)
    OR to_char(c.birth_date, 'MMDD') = to_char(n.birth, 'MMDD') OR n.birth IS NULL)"""
# By the columns that the registry keeps indexed; a row of a whole county has no township.
_TOWNSHIP = "c.township_code = n.township"
_COUNTY = "c.county_code = n.county"
# A row with a good number of its own is hardly a child with another one: for such a pair more must
# agree than these blocks ask.
_UNNUMBERED = "(NOT n.is_numbered OR c.id_number_hash IS NULL)"

# REGISTER: the table of `register_for`; numbers and phones are found by their indexes.
BLOCKS = {
    "number": "SELECT n.row, c.id FROM match_number n"
    " JOIN children_child c ON c.id_number_hash = n.hash",
    "number of family": "SELECT n.row, s.child_id FROM match_number n"
    " JOIN children_guardian g ON g.id_number_hash = n.hash"
    " JOIN children_guardianship s ON s.guardian_id = g.id",
    "family of the number's owner": "SELECT n.row, t.child_id FROM match_number n"
    " JOIN children_child c ON c.id_number_hash = n.hash"
    " JOIN children_guardianship s ON s.child_id = c.id"
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
    "name": f'SELECT n.row, c.id FROM match_name n JOIN REGISTER c ON c.name COLLATE "C" ='
    f" n.name WHERE {_NEARLY} OR {_COUNTY}",
    "name as heard": "SELECT n.row, c.id FROM match_name n"
    " JOIN REGISTER c ON split_part(c.name_sort, ' ', 1) = n.sound"
    f" WHERE n.sound <> '' AND ({_NEARLY} OR {_TOWNSHIP})",
    "given name and township": "SELECT n.row, c.id FROM match_name n"
    f" JOIN REGISTER c ON {_UNNUMBERED} AND {_TOWNSHIP}"
    ' AND right(c.name, 2) COLLATE "C" = right(n.name, 2)'
    f" WHERE length(n.name) > 2 AND {_SAME_YEAR_OR_DAY}",
    "guardian and township": 'SELECT n.row, c.id FROM match_sought n JOIN children_guardian g'
    ' ON g.name COLLATE "C" = n.guardian JOIN children_guardianship s ON s.guardian_id = g.id'
    f" JOIN children_child c ON c.id = s.child_id AND {_TOWNSHIP}",
}  # fmt: skip


_SURNAME = "split_part(split_part(c.name_sort, ' ', 1), '''', 1) = n.surname"
# Beside an equal value: what else agrees, one of these at least.
BESIDE = {
    "c.birth_date = n.birth": {
        "first character": 'left(c.name, 1) COLLATE "C" = left(n.name, 1)',
        "last character": 'right(c.name, 1) COLLATE "C" = right(n.name, 1)',
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


def _statements(names: int, register: str) -> Iterator[str]:
    """Few rows look at all that share the value once. Of many rows that would be far too many
    pairs: there each agreement is a join of its own, by equal values."""
    for statement in BLOCKS.values():
        yield statement.replace("REGISTER", register)
    for shared, conditions in BESIDE.items():
        joined = f"SELECT n.row, c.id FROM match_name n JOIN {register} c ON {shared}"
        told = [f"({condition})" for condition in conditions.values()]
        for condition in ["(" + " OR ".join(told) + ")"] if names <= _FEW else told:
            yield f"{joined} AND {_UNNUMBERED} AND {condition}"
    yield (
        f"SELECT n.row, c.id FROM match_name n JOIN {register} c ON c.birth_date = n.birth"
        f" AND {_TOWNSHIP} WHERE n.is_numbered AND {_SURNAME}"
    )  # a number with another slip than these, well formed again by chance


def find_pairs(decided: Mapping[int, Iterable[int]], names: int, register: str) -> None:
    """Fills `match_pair`; a file continued in another one stands for that one.

    `decided`: row → ids of children that were looked at with it before. `names`: how many rows
    `match_name` holds.
    """
    with connection.cursor() as cursor:
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
