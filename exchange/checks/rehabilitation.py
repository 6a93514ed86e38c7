"""Small children who are disabled and not helped: M28."""

from django.conf import settings

from .parts import VALID, Query, of_child, of_row, row_facts

_CERTIFICATES = "disability_certificates"
# A plan that runs, is to come or ended a while ago; an application that waits, or was approved a
# while ago and the guardian is choosing an institution. Those of a file continued in another too.
_HELPED = f"""
    SELECT coalesce(f.merged_into_id, f.id) AS child_id
      FROM assistance_rehabilitationplan a JOIN children_child f ON f.id = a.child_id
     WHERE a.ends_on >= %(today)s - %(rehab_pause_days)s
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
        " AND coalesce((r.marks->>'certificate__expires_on')::date, 'infinity') >= %(today)s"
        f" AND r.file IS DISTINCT FROM 'CLOSED' AND {_nobody_helps('r.child_id')}",
    )
    + " UNION ALL "
    # On file, by a certificate or a diagnosis that stands in for one, or by category.
    + of_child(
        f'CASE WHEN d.id IS NULL THEN \'{{"why": "disabled"}}\'::jsonb ELSE {_KIND} END',
        "children_child c LEFT JOIN LATERAL ("
        "SELECT * FROM children_disabilitycertificate d WHERE d.child_id = c.id"
        " AND d.status = 'VALID' AND (d.expires_on IS NULL OR d.expires_on >= %(today)s)"
        " ORDER BY d.number_hash IS NULL, d.id DESC LIMIT 1) d ON true",
        "c.status <> 'CLOSED' AND c.birth_date >= %(born_rehab)s AND (d.id IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM children_categoryspell s WHERE s.child_id = c.id"
        " AND s.category IN ('DISABLED', 'SEV_DISABLED') AND s.starts_on <= %(today)s"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)))"
        f" AND {_nobody_helps('c.id')}",
    ),
    (_CERTIFICATES,),
)
