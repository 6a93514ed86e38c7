"""Rehabilitation that small children do not get, and that is claimed and was not given: M28, M29.

A claimed session without a signature, beyond its plan, or at two institutions of one day of one
file is refused by the database (docs/rehabilitation.md). What M29 finds came true later – a birth
date corrected, a designation ended, a death told, two files found to be one – or was asked for
by an institution and never granted.
"""

from django.conf import settings

from .parts import CARD_HOLDS, VALID, Query, not_over, of_child, of_row, row_facts

_CERTIFICATES = "disability_certificates"
# A plan that runs, is to come or ended a while ago; an application that waits, or was approved a
# while ago and the guardian is choosing an institution. Those of a file continued in another too.
_HELPED = f"""
    SELECT coalesce(f.merged_into_id, f.id) AS child_id
      FROM assistance_rehabilitationplan a JOIN children_child f ON f.id = a.child_id
     WHERE a.state <> 'REFUSED' AND a.ends_on >= %(today)s - %(rehab_pause_days)s
    UNION ALL
    SELECT coalesce(f.merged_into_id, f.id)
      FROM assistance_rehabilitationapplication a JOIN children_child f ON f.id = a.child_id
     WHERE a.state IN ('SUBMITTED', 'RETURNED')
        OR a.state = 'APPROVED' AND (a.decided_at AT TIME ZONE '{settings.TIME_ZONE}')::date
                                   >= %(today)s - %(rehab_pause_days)s"""


def _nobody_helps(child: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM ({_HELPED}) a WHERE a.child_id = {child})"


_KIND = "jsonb_build_object('certificate__kind', d.kind::text, 'certificate__grade', d.grade::text)"
M28 = Query(
    of_row(
        row_facts("certificate__kind", "certificate__grade"),
        f"{_CERTIFICATES} r",
        f"r.stands AND {VALID} AND NOT r.is_asked AND r.birth_date >= %(born_rehab)s"
        f" AND {not_over('certificate__expires_on', 'r')}"
        f" AND r.file IS DISTINCT FROM 'CLOSED' AND {_nobody_helps('r.child_id')}",
    )
    + " UNION ALL "
    # On file, by a certificate or a diagnosis that stands in for one, or by category.
    + of_child(
        f'CASE WHEN d.id IS NULL THEN \'{{"why": "disabled"}}\'::jsonb ELSE {_KIND} END',
        "children_child c LEFT JOIN LATERAL ("
        "SELECT * FROM children_disabilitycertificate d WHERE d.child_id = c.id"
        f" AND {CARD_HOLDS}"
        " ORDER BY d.number_hash IS NULL, d.id DESC LIMIT 1) d ON true",
        "c.status <> 'CLOSED' AND c.birth_date >= %(born_rehab)s AND (d.id IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM children_categoryspell s WHERE s.child_id = c.id"
        " AND s.category IN ('DISABLED', 'SEV_DISABLED') AND s.starts_on <= %(today)s"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)))"
        f" AND {_nobody_helps('c.id')}",
    ),
    (_CERTIFICATES,),
)

_DAYS = "s.withdrawn_on IS NULL AND date_trunc('month', s.held_on)::date = k.month"
# Sessions of a plan and month on which a claim rests; `child_id` is the file that goes on.
_CLAIMED = f"""
    (SELECT s.plan_id, s.held_on, s.institution_id, k.month, f.id AS file_id, f.birth_date,
            coalesce(f.merged_into_id, f.id) AS child_id
       FROM (SELECT DISTINCT l.plan_id, k.month FROM assistance_claimline l
               JOIN assistance_rehabilitationclaim k ON k.id = l.claim_id
              WHERE k.state <> 'CANCELLED') k
       JOIN assistance_rehabilitationsession s ON s.plan_id = k.plan_id AND {_DAYS}
       JOIN children_child f ON f.id = s.child_id) s"""


def _wrong(why: str, source: str, where: str) -> str:
    """Days of the sessions `s` for which `where` holds; one finding for a plan and month."""
    facts = (
        f"jsonb_build_object('claim', '{why}', 'month', s.month, 'plan', s.plan_id,"
        " 'days', jsonb_agg(DISTINCT s.held_on))"
    )
    rows = of_child(
        facts, f"{_CLAIMED} JOIN children_child c ON c.id = s.child_id {source}", where,
        f"'c' || c.id || ':{why}:' || s.plan_id || ':' || s.month",
    )  # fmt: skip
    return f"{rows} GROUP BY c.id, c.managing_area_id, s.plan_id, s.month"


# Of open claims: more than the days signed for that no earlier line was granted for.
_NOT_ATTENDED = of_child(
    "jsonb_build_object('claim', 'NOT_ATTENDED', 'month', k.month, 'plan', l.plan_id,"
    " 'asked', l.asked_sessions, 'attended', greatest(a.days - e.granted, 0))",
    "assistance_claimline l"
    " JOIN assistance_rehabilitationclaim k ON k.id = l.claim_id"
    " AND k.state IN ('DRAFT', 'CHECKED', 'APPROVED')"
    " JOIN children_child c ON c.id = l.child_id"
    " CROSS JOIN LATERAL (SELECT count(*) AS days FROM assistance_rehabilitationsession s"
    f" WHERE s.plan_id = l.plan_id AND {_DAYS}) a"
    " CROSS JOIN LATERAL (SELECT coalesce(sum(o.granted_sessions), 0) AS granted"
    " FROM assistance_claimline o JOIN assistance_rehabilitationclaim m ON m.id = o.claim_id"
    " AND m.state <> 'CANCELLED' AND m.month = k.month"
    " WHERE o.plan_id = l.plan_id AND o.id < l.id) e",
    "l.asked_sessions > a.days - e.granted",
    "'c' || c.id || ':NOT_ATTENDED:' || l.plan_id || ':' || k.month || ':' || k.id",
)
_EXIT = "LEFT JOIN children_fileexit x ON x.child_id = s.file_id AND x.taken_back_at IS NULL"
# As `registry_rehab_session_fits` counts: born on 29 February, in common years on 1 March.
_TOO_OLD = (
    "extract(year FROM age(CASE p.age_rule WHEN 'YEAR_START'"
    " THEN date_trunc('year', s.held_on)::date ELSE s.held_on END, s.birth_date)) >= p.until_age"
)
_OTHER_PLACE = """EXISTS (
    SELECT 1 FROM assistance_rehabilitationsession o JOIN children_child g ON g.id = o.child_id
     WHERE coalesce(g.merged_into_id, g.id) = s.child_id AND o.withdrawn_on IS NULL
       AND o.held_on = s.held_on AND o.institution_id <> s.institution_id)"""
M29 = Query(
    " UNION ALL ".join(
        (
            _NOT_ATTENDED,
            _wrong(
                "AFTER_DEATH", "JOIN deaths r ON r.child_id = s.child_id AND NOT r.is_asked",
                "s.held_on > (r.marks->>'died_on')::date",
            ),
            _wrong(
                "CLOSED", _EXIT,
                "c.status = 'CLOSED' AND s.held_on > CASE WHEN x.reason = 'CHILD_DEATH'"
                " THEN x.event_on ELSE c.closed_on END",
            ),
            _wrong(
                "TOO_OLD", "JOIN assistance_rehabilitationplan p ON p.id = s.plan_id", _TOO_OLD
            ),
            _wrong("TWO_PLACES", "", _OTHER_PLACE),
            _wrong(
                "NOT_DESIGNATED",
                "JOIN assistance_rehabilitationinstitution i ON i.id = s.institution_id",
                "s.held_on NOT BETWEEN i.starts_on AND coalesce(i.ends_on, 'infinity')",
            ),
        )
    ),
    ("deaths",),
)  # fmt: skip
