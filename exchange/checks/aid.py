"""Education aid beside gaps, school roll and lists: M20, M21.

What the rules owe is asked of the gaps of assistance, kept by one statement over everybody; here
they meet what other departments' lists say. A gap that somebody set aside is decided there, and
one that would tell of a secret category stays where few may see it.
"""

from .parts import (
    CARD_HOLDS,
    IS_POOR,
    Query,
    has_list,
    named_poor,
    not_over,
    of_child,
    of_row,
    on_list,
    poor_on_file,
    row_facts,
)

_ROLL, _POOR, _CERTIFICATES = "school_roll", "low_income", "disability_certificates"
_GAPS = (
    "assistance_gap g JOIN assistance_programme p ON p.id = g.programme_id"
    " JOIN children_child c ON c.id = g.child_id"
)
_STANDS = (
    "g.closed_at IS NULL AND g.aside_at IS NULL AND NOT g.is_secret"
    " AND p.code = ANY(%(programmes)s) AND c.status <> 'CLOSED'"
)


def _of_gap(where: str) -> str:
    return of_child(
        "jsonb_build_object('programme', p.code, 'gap', g.reason, 'from_month', g.since)",
        _GAPS, f"{_STANDS} AND {where}", "'c' || c.id || ':' || p.code",
    )  # fmt: skip


# A school that enters the living subsidy of a pupil pays it, whatever the books here say.
_PAID_AT_SCHOOL = (
    f"EXISTS (SELECT 1 FROM {_ROLL} o WHERE o.stands AND NOT o.is_asked AND o.child_id = c.id"
    " AND (o.marks->>'one_subsidy')::boolean)"
)
# What waits for the county, a bank account or a payment is under way: that list is the gaps' own.
M20 = Query(
    _of_gap(
        "g.kind = 'OWED' AND g.reason IN ('APPLICATION', 'REFUSED')"
        f" AND NOT {_PAID_AT_SCHOOL}"
    ),
    (_ROLL,),
)  # fmt: skip


def _grounded(number: str, child: str) -> str:
    """A list of today names the household poor, or the child's certificate valid."""
    card = (
        "coalesce(o.marks->>'certificate__status', 'VALID') = 'VALID'"
        f" AND {not_over('certificate__expires_on')}"
    )
    return (
        f"({named_poor(number, child, IS_POOR)} OR {on_list(_CERTIFICATES, number, child, card)})"
    )


# What a term gives stays for the term once its pupils are counted, whatever the facts say then.
_STAYS = """EXISTS (
    SELECT 1 FROM assistance_educationaward w
      JOIN assistance_entitlement e ON e.id = w.entitlement_id
     WHERE e.id = g.entitlement_id AND w.state = 'CONFIRMED'
       AND (e.from_month + interval '1 month')::date <= %(today)s)"""
# Closed files are M26's. Whom a list names poor is not without a ground: the file is behind.
_WITHOUT_CONDITIONS = _of_gap(
    f"NOT {_STAYS} AND "
    "g.kind = 'RECEIVED' AND (g.reason = 'AGE' OR g.reason IN ('EXPIRED', 'CONDITIONS')"
    f" AND NOT {_grounded('c.id_number_hash', 'c.id')})"
)
_KNOWN_POOR = f"""({poor_on_file("r.child_id")}
    OR EXISTS (SELECT 1 FROM children_disabilitycertificate d WHERE d.child_id = r.child_id
                AND {CARD_HOLDS})
    OR EXISTS (SELECT 1 FROM assistance_recognition k JOIN schools_schoolyear y ON y.id = k.year_id
                WHERE k.child_id = r.child_id AND k.state = 'CONFIRMED' AND k.tier <> ''
                  AND %(today)s BETWEEN y.starts_on AND y.ends_on)
    OR EXISTS (SELECT 1 FROM assistance_entitlement e
                 JOIN assistance_programme p ON p.id = e.programme_id
                WHERE e.child_id = r.child_id AND p.code = ANY(%(programmes)s)
                  AND e.state IN ('RUNNING', 'HELD') AND e.from_month <= %(month)s
                  AND (e.to_month IS NULL OR e.to_month >= %(month)s))
    OR EXISTS (SELECT 1 FROM children_categoryspell s WHERE s.child_id = r.child_id
                AND s.category NOT IN ('LEFT_BEHIND', 'MIGRANT', 'DROPOUT', 'NO_HUKOU')
                AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)))"""
# Of pupils with a file alone: a school recognises others on papers that no list tells.
_BY_THE_ROLL = of_row(
    row_facts("one_subsidy"),
    f"{_ROLL} r",
    "r.stands AND NOT r.is_asked AND r.file IN ('LEAD', 'ACTIVE')"
    f" AND (r.marks->>'one_subsidy')::boolean AND {has_list(_POOR, 'r.area_code')}"
    f" AND NOT {_KNOWN_POOR} AND NOT {_grounded('r.id_number_hash', 'r.child_id')}",
    "'c' || r.child_id || ':roll'",
)
M21 = Query(f"{_WITHOUT_CONDITIONS} UNION ALL {_BY_THE_ROLL}", (_ROLL, _POOR, _CERTIFICATES))
