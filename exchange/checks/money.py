"""Rolls, accounts, entitlements and payments beside each other: M23 – M25, M31, M32."""

from children.rules.categories import SECRET

from .parts import PAID, Query, of_child, of_row, row_facts

_TWO_SCHOOLS = of_row(
    row_facts(twice="'two_schools'::text"), "school_roll r",
    "r.stands AND r.id_number_hash IS NOT NULL AND EXISTS (SELECT 1 FROM school_roll o"
    " WHERE o.stands AND o.id_number_hash = r.id_number_hash"
    " AND o.marks->>'school_code' < r.marks->>'school_code')",
    "'p' || encode(r.id_number_hash, 'hex') || ':schools'",
)  # fmt: skip
_TWO_AREAS = of_row(
    row_facts("month", "subsidy", twice="'two_areas'::text"),
    "two_subsidy_roll r",
    f"r.id_number_hash IS NOT NULL AND {PAID} AND (r.child_id IS NOT NULL"
    " OR r.birth_date > %(born_after)s) AND EXISTS (SELECT 1 FROM two_subsidy_roll o"
    " WHERE o.id_number_hash = r.id_number_hash AND o.id < r.id"
    " AND o.marks->>'month' = r.marks->>'month' AND left(o.area_code, 9) <> left(r.area_code, 9)"
    " AND coalesce(o.marks->>'subsidy', '') = coalesce(r.marks->>'subsidy', '')"
    " AND coalesce(o.marks->>'pay_status', 'PAID') = 'PAID')",
    "'p' || encode(r.id_number_hash, 'hex') || ':' || coalesce(r.marks->>'subsidy', '')"
    " || coalesce(r.marks->>'month', '')",
)
_RUNS = (
    "{0}.state = 'RUNNING' AND {0}.from_month <= %(month)s"
    " AND ({0}.to_month IS NULL OR {0}.to_month >= %(month)s)"
)
# Rules with a condition of their own (`when`) are the engine's to read, not this statement's.
_EXCLUDING = of_child(
    "jsonb_build_object('twice', 'programmes', 'programmes', jsonb_build_array(p.code, q.code))",
    "assistance_overlaprule o"
    " JOIN assistance_programme p ON p.code = ANY(o.programmes)"
    " JOIN assistance_programme q ON q.code = ANY(o.others) AND q.code <> ALL(o.programmes)"
    " JOIN assistance_entitlement e ON e.programme_id = p.id"
    " JOIN assistance_entitlement f ON f.programme_id = q.id AND f.child_id = e.child_id"
    " JOIN children_child c ON c.id = e.child_id",
    "o.kind = 'EXCLUDES' AND o.\"when\" IS NULL AND NOT o.is_withdrawn"
    " AND coalesce(o.from_month, '-infinity') <= %(month)s"
    " AND coalesce(o.to_month, 'infinity') >= %(month)s"
    " AND starts_with(c.managing_area_id, o.area)"
    f" AND {_RUNS.format('e')} AND {_RUNS.format('f')}",
    "'c' || c.id || ':' || p.code || ':' || q.code",
)
M23 = Query(
    f"{_TWO_SCHOOLS} UNION ALL {_TWO_AREAS} UNION ALL {_EXCLUDING}",
    ("school_roll", "two_subsidy_roll"),
)
M24 = Query(
    of_child(
        "jsonb_strip_nulls(jsonb_build_object('holder', nullif(a.holder_is, 'CHILD'),"
        " 'children', CASE WHEN n.children > %(account_children)s THEN n.children END))",
        "assistance_paymentaccount a JOIN children_child c ON c.id = a.child_id"
        " JOIN (SELECT account_number_hash, count(DISTINCT child_id) AS children"
        " FROM assistance_paymentaccount WHERE state = 'IN_USE' GROUP BY 1) n"
        " ON n.account_number_hash = a.account_number_hash",
        "a.state = 'IN_USE' AND (a.holder_is = 'OTHER'"
        " OR a.holder_is <> 'INSTITUTION' AND n.children > %(account_children)s)",
        "'c' || c.id || ':' || a.id",
    )
)
# Of 29 February the day after the last of the month, as `children.rules.ages` counts.
_REACHES = "(c.birth_date + make_interval(years => {0}))::date"
_BIRTHDAY = f"({_REACHES} + (extract(day FROM c.birth_date) <> extract(day FROM {_REACHES}))::int)"
_NEXT_MONTH = "{} BETWEEN %(next_month)s AND %(month_after)s - 1"


def _turns(figure: str, where: str) -> str:
    day = _BIRTHDAY.format(f"%({figure})s")
    return of_child(
        f"jsonb_build_object('age', %({figure})s::int, 'birthday', {day})",
        "children_child c",
        f"c.status = 'ACTIVE' AND {_NEXT_MONTH.format(day)} AND {where}",
        f"'c' || c.id || ':' || %({figure})s::text",
    )


# A finding would tell of the category to those who may not know it.
_SECRET = ", ".join(f"'{code}'" for code in sorted(SECRET))
M25 = Query(
    _turns(
        "age_out",
        "(EXISTS (SELECT 1 FROM assistance_entitlement e WHERE e.child_id = c.id"
        " AND e.state IN ('RUNNING', 'HELD')"
        " AND (e.to_month IS NULL OR e.to_month >= %(month_after)s))"
        " OR EXISTS (SELECT 1 FROM children_categoryspell s WHERE s.child_id = c.id"
        f" AND s.category NOT IN ({_SECRET})"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(month_after)s)))",
    )
    + " UNION ALL "
    + _turns(
        "age_out_early",
        "EXISTS (SELECT 1 FROM children_categoryspell s WHERE s.child_id = c.id"
        " AND s.category IN ('TEKUN', 'LEFT_BEHIND')"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(month_after)s))",
    )
)
# Month by month: what the entitlement is worth, and what arrived, recoveries taken off.
_MONTHS = """
    (SELECT e.id, e.child_id, p.code, m.month::date AS month, w.amount AS owed,
            coalesce(sum(l.amount) FILTER (WHERE l.state IN ('PAID', 'RECOVERED')), 0) AS paid
       FROM assistance_entitlement e
       JOIN assistance_programme p ON p.id = e.programme_id AND p.cadence = 'MONTH'
                                  AND p.pay_months = '{}'
      CROSS JOIN LATERAL generate_series(
            greatest(e.from_month, %(first_month)s), least(e.to_month, %(last_month)s),
            interval '1 month') AS m(month)
      CROSS JOIN LATERAL (
            SELECT w.amount FROM assistance_entitlementrate w
             WHERE w.entitlement_id = e.id AND w.from_month <= m.month
             ORDER BY w.from_month DESC, w.id DESC LIMIT 1) w
       LEFT JOIN assistance_paymentline l ON l.child_id = e.child_id AND l.month = m.month
                                         AND l.programme_id = e.programme_id
      WHERE e.state IN ('RUNNING', 'ENDED')
      GROUP BY e.id, e.child_id, p.code, m.month, w.amount)"""
M31 = Query(
    f"""
    SELECT 'c' || c.id || ':' || m.code AS subject, c.id AS child_id, NULL::bigint AS list_row_id,
           c.managing_area_id AS area_code,
           jsonb_build_object('programme', m.code, 'months', jsonb_agg(
               jsonb_build_object('month', m.month, 'owed', m.owed, 'paid', m.paid)
               ORDER BY m.month)) AS facts
      FROM {_MONTHS} m JOIN children_child c ON c.id = m.child_id
     WHERE m.owed <> m.paid GROUP BY c.id, c.managing_area_id, m.code"""
)
M32 = Query(
    of_child(
        "jsonb_build_object('due', 'visit', 'due_on', w.visit_on)",
        "children_duework w JOIN children_child c ON c.id = w.child_id",
        "c.status <> 'CLOSED' AND w.visit_on < %(today)s - %(overdue_days)s",
        "'c' || c.id || ':visit'",
    )
    + " UNION ALL "
    + of_child(
        "jsonb_build_object('due', 'contact', 'due_on', w.due_on)",
        "schools_duecontact w JOIN children_child c ON c.id = w.child_id",
        "c.status <> 'CLOSED' AND w.due_on < %(today)s - %(overdue_days)s",
        "'c' || c.id || ':contact'",
    )
)
