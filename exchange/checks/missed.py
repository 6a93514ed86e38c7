"""Children whom a list names and no file knows: M01, M13, M34."""

from .parts import MINOR, UNKNOWN, VALID, Query, not_over, of_row, row_facts


def _missed(kind: str, where: str, *facts: str) -> Query:
    return Query(
        of_row(row_facts(*facts), f"{kind} r", f"r.stands AND {UNKNOWN} AND {MINOR} AND {where}"),
        (kind,),
    )


M01 = _missed(
    "disability_certificates", VALID, "certificate__kind", "certificate__grade"
)  # fmt: skip
M13 = _missed(
    "low_income",
    f"coalesce(r.marks->>'economic', '') <> 'ORDINARY' AND {not_over('until', 'r')}",
    "economic",
)
# Residence permits are no list of ours: the school roll says who came with parents that work here.
M34 = _missed(
    "school_roll",
    "(r.marks->>'migrant')::boolean AND ((r.marks->>'needs_aid')::boolean"
    " OR (r.marks->>'orphan')::boolean OR coalesce(r.marks->>'disability', '0') <> '0')",
    "migrant", "needs_aid", "orphan", "disability",
)  # fmt: skip
