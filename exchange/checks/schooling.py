"""Household register, certificates, school roll, attendance, admissions: M15 – M19, M22."""

from .parts import (
    CARD_HOLDS,
    IS_POOR,
    SUBJECT,
    VALID,
    Query,
    has_list,
    holds,
    named_poor,
    of_child,
    of_row,
    on_list,
    poor_on_file,
    row_facts,
)

_SCHOOL_AGE = "r.birth_date <= %(born_last)s AND r.birth_date >= %(born_first)s AND NOT r.is_asked"


def _learns(number: str, child: str) -> str:
    """On the roll, in the newest list or in the registry; taught at home; or excused."""
    return f"""(
    {on_list("school_roll", number, child)}
    OR EXISTS (SELECT 1 FROM schools_enrolment e WHERE e.child_id = {child}
                AND e.starts_on <= %(today)s AND (e.ends_on IS NULL OR e.ends_on > %(today)s))
    OR EXISTS (SELECT 1 FROM schools_hometeachingplan h WHERE h.child_id = {child}
                AND h.starts_on <= %(today)s AND (h.ends_on IS NULL OR h.ends_on >= %(today)s))
    OR EXISTS (SELECT 1 FROM schools_excuse x WHERE x.child_id = {child}
                AND x.starts_on <= %(today)s AND x.ends_on >= %(today)s))"""


_OUT = (
    f"{has_list('school_roll', 'r.area_code')} AND NOT {_learns('r.id_number_hash', 'r.child_id')}"
)
M15 = Query(
    of_row(
        row_facts("event"), "household_registration r",
        f"r.stands AND coalesce(r.marks->>'event', 'PRESENT') NOT IN ('OUT', 'CANCELLED')"
        f" AND r.file IS DISTINCT FROM 'CLOSED' AND {_SCHOOL_AGE} AND {_OUT}",
    ),
    ("household_registration", "school_roll"),
)  # fmt: skip
_ABSENT = "(r.marks->>'absent_from')::date"
M16 = Query(
    of_row(
        row_facts("absent_from", "absence"), "attendance r",
        f"NOT r.is_asked AND coalesce(r.marks->>'absence', 'UNEXCUSED') = 'UNEXCUSED'"
        f" AND (r.marks->>'absent_to') IS NULL AND {_ABSENT} <= %(absent_by)s"
        " AND NOT EXISTS (SELECT 1 FROM schools_ledgerentry y WHERE y.child_id = r.child_id"
        " AND y.closed_at IS NULL AND y.ledger IN ('SUSPECTED', 'DROPOUT'))"
        # A later row that says the pupil is back, or when.
        " AND NOT EXISTS (SELECT 1 FROM attendance b WHERE b.seen >= r.seen AND b.id <> r.id"
        " AND (b.id_number_hash = r.id_number_hash OR b.child_id = r.child_id)"
        f" AND (b.marks->>'absence' = 'PRESENT' OR (b.marks->>'absent_to')::date >= {_ABSENT}))",
    ),
    ("attendance",),
)  # fmt: skip
_DISABLED = (
    f"({holds('c.id', 'DISABLED', 'SEV_DISABLED')} OR EXISTS (SELECT 1"
    f" FROM children_disabilitycertificate d WHERE d.child_id = c.id AND {CARD_HOLDS}))"
)
M17 = Query(
    of_child(
        "jsonb_build_object('ledger', y.ledger, 'since', y.since, 'why', CASE"
        f" WHEN {_DISABLED} THEN 'disabled' ELSE 'poor' END)",
        "schools_ledgerentry y JOIN children_child c ON c.id = y.child_id",
        "y.closed_at IS NULL AND y.cleared_on IS NULL AND y.ledger IN ('SUSPECTED', 'DROPOUT')"
        f" AND ({_DISABLED} OR {poor_on_file('c.id')}"
        f" OR {named_poor('c.id_number_hash', 'c.id', IS_POOR)})",
    ),
    ("low_income",),
)
M18 = Query(
    of_row(
        row_facts("certificate__kind", "certificate__grade"), "disability_certificates r",
        f"r.stands AND {VALID} AND r.file IS DISTINCT FROM 'CLOSED' AND {_SCHOOL_AGE} AND {_OUT}",
    )
    + " UNION ALL "
    + of_child(
        "jsonb_build_object('certificate__kind', d.kind::text, 'certificate__grade',"
        " d.grade::text)",
        "children_disabilitycertificate d JOIN children_child c ON c.id = d.child_id",
        "d.status = 'VALID' AND c.status <> 'CLOSED' AND c.birth_date <= %(born_last)s"
        f" AND c.birth_date >= %(born_first)s AND {has_list('school_roll', 'c.managing_area_id')}"
        f" AND NOT {_learns('c.id_number_hash', 'c.id')}",
    ),
    ("disability_certificates", "school_roll"),
)  # fmt: skip
_ORPHAN = holds("r.child_id", "ORPHAN_INST", "ORPHAN_SCAT")
_FLAGS = f"""
    CASE WHEN (r.marks->>'orphan')::boolean AND NOT {_ORPHAN} THEN 'orphan_only_on_roll' END,
    CASE WHEN (r.marks->>'orphan') = 'false' AND {_ORPHAN} THEN 'orphan_only_here' END,
    CASE WHEN r.marks->>'left_behind' IN ('1', '2', '9')
              AND NOT {holds("r.child_id", "LEFT_BEHIND")}
         THEN 'left_behind_only_on_roll' END,
    CASE WHEN r.marks->>'left_behind' = '0' AND {holds("r.child_id", "LEFT_BEHIND")}
         THEN 'left_behind_only_here' END,
    CASE WHEN coalesce(r.marks->>'disability', '0') <> '0' AND NOT EXISTS (
              SELECT 1 FROM children_disabilitycertificate d
               WHERE d.child_id = r.child_id AND d.status = 'VALID')
         THEN 'disabled_only_on_roll' END,
    CASE WHEN r.marks->>'disability' = '0' AND EXISTS (
              SELECT 1 FROM children_disabilitycertificate d
               WHERE d.child_id = r.child_id AND {CARD_HOLDS} AND d.number_hash IS NOT NULL)
         THEN 'disabled_only_here' END"""
M19 = Query(
    of_row(
        "jsonb_build_object('flags', to_jsonb(f.flags))",
        f"school_roll r CROSS JOIN LATERAL (SELECT array_remove(ARRAY[{_FLAGS}], NULL) AS flags) f",
        "r.stands AND NOT r.is_asked AND r.file IS DISTINCT FROM 'CLOSED' AND f.flags <> '{}'",
        SUBJECT,
    ),
    ("school_roll",),
)
# Given once: what was paid for this admission stays an answer, what was for an earlier one is none.
_FRESHMAN = """(
    EXISTS (SELECT 1 FROM assistance_entitlement e
              JOIN assistance_programme p ON p.id = e.programme_id
             WHERE e.child_id = r.child_id AND p.code = ANY(%(programmes)s)
               AND e.state IN ('PROPOSED', 'RUNNING', 'HELD', 'ENDED')
               AND coalesce(e.to_month, 'infinity') >= coalesce(date_trunc('month',
                   (r.marks->>'admitted_on')::date)::date, '-infinity'))
    OR EXISTS (SELECT 1 FROM assistance_freshmansubsidy f WHERE f.child_id = r.child_id
                AND f.state <> 'REFUSED' AND f.admitted_on >= coalesce(
                    (r.marks->>'admitted_on')::date - interval '6 months', '-infinity')))"""
M22 = Query(
    of_row(
        row_facts("admitted_on"), "admissions r",
        f"r.stands AND NOT r.is_asked AND r.file = 'ACTIVE' AND NOT {_FRESHMAN}",
    ),
    ("admissions",),
)  # fmt: skip
