"""What stands for an answer to what is owed: where money that is not an entitlement joins.

`ELSEWHERE` holds queries of (child_id, programme_id) for the month `{month}` and the children
`child c`: whom an award, a plan or a waiver of another noun serves already is no gap.
"""

from datetime import date

from ._facts_sql import literal

ELSEWHERE: list[str] = []


def served_elsewhere(month: date) -> str:
    queries = [query.replace("{month}", literal(month)) for query in ELSEWHERE]
    nobody = "SELECT NULL::bigint AS child_id, NULL::bigint AS programme_id WHERE false"
    return " UNION ".join(queries) or nobody
