"""Certificates beside the roll of the two subsidies: M02 – M05, M30."""

from .parts import (
    CARD_HOLDS,
    MINOR,
    PAID,
    SEVERE,
    SUBJECT,
    VALID,
    Query,
    entitled,
    has_list,
    holds,
    named_poor,
    not_over,
    of_child,
    of_row,
    on_list,
    row_facts,
)

_CERTIFICATES, _ROLL, _POOR = "disability_certificates", "two_subsidy_roll", "low_income"


def _paid(subsidy: str, number: str, child: str) -> str:
    """The person stands on the roll of that subsidy in the newest list."""
    return on_list(
        _ROLL, number, child,
        "coalesce(o.marks->>'pay_status', 'PAID') = 'PAID'"
        f" AND coalesce(o.marks->>'subsidy', 'BOTH') IN ('{subsidy}', 'BOTH')",
    )  # fmt: skip


_HOLDER = (
    f"r.stands AND {VALID} AND {not_over('certificate__expires_on', 'r')} AND NOT r.is_asked"
    f" AND {MINOR} AND r.file IS DISTINCT FROM 'CLOSED'"
)
_KIND = row_facts("certificate__kind", "certificate__grade")


def _is(economic: str) -> str:
    return named_poor("r.id_number_hash", "r.child_id", f"o.marks->>'economic' = '{economic}'")


M02 = Query(
    of_row(
        _KIND,
        f"{_CERTIFICATES} r",
        f"{_HOLDER} AND {SEVERE} AND {has_list(_ROLL, 'r.area_code')}"
        f" AND NOT {_paid('NURSING', 'r.id_number_hash', 'r.child_id')}"
        f" AND NOT coalesce({entitled('r.child_id')}, false)",
    )
    + " UNION ALL "
    + of_child(
        "jsonb_build_object('certificate__kind', d.kind::text, 'certificate__grade',"
        " d.grade::text)",
        "children_disabilitycertificate d JOIN children_child c ON c.id = d.child_id",
        f"{CARD_HOLDS} AND (d.grade <= 2 OR d.kind IN (5, 6)) AND c.status = 'ACTIVE'"
        f" AND c.birth_date > %(born_after)s AND {has_list(_ROLL, 'c.managing_area_id')}"
        f" AND NOT {_paid('NURSING', 'c.id_number_hash', 'c.id')} AND NOT {entitled('c.id')}"
        f" AND NOT EXISTS (SELECT 1 FROM {_CERTIFICATES} o WHERE o.stands AND o.child_id = c.id)",
    ),
    (_CERTIFICATES, _ROLL),
)
M03 = Query(
    of_row(
        row_facts("certificate__kind", "certificate__grade", economic="'\"DIBAO\"'::jsonb"),
        f"{_CERTIFICATES} r",
        f"{_HOLDER} AND {has_list(_ROLL, 'r.area_code')} AND {_is('DIBAO')}"
        f" AND NOT {_paid('LIVING', 'r.id_number_hash', 'r.child_id')}"
        f" AND NOT coalesce({entitled('r.child_id')}, false)"
        f" AND NOT {holds('r.child_id', 'ORPHAN_INST', 'ORPHAN_SCAT', 'DE_FACTO')}",
    ),
    (_CERTIFICATES, _ROLL, _POOR),
)
# The newest word on each person's certificate; a valid one goes before one that is not.
_NEWEST = f"""LEFT JOIN LATERAL (
    SELECT coalesce(k.marks->>'certificate__status', 'VALID') AS status,
           (k.marks->>'certificate__expires_on')::date AS expires_on
      FROM {_CERTIFICATES} k
     WHERE k.stands AND (k.id_number_hash = r.id_number_hash OR k.child_id = r.child_id)
     ORDER BY coalesce(k.marks->>'certificate__status', 'VALID') = 'VALID' DESC,
              coalesce((k.marks->>'certificate__expires_on')::date, 'infinity') DESC
     LIMIT 1) k ON true"""
M04 = Query(
    of_row(
        row_facts("subsidy", certificate="coalesce(k.status, 'ABSENT')", expired_on="k.expires_on"),
        f"{_ROLL} r {_NEWEST}",
        f"r.stands AND {PAID} AND NOT r.is_asked AND (r.child_id IS NOT NULL OR {MINOR})"
        f" AND {has_list(_CERTIFICATES, 'r.area_code')}"
        " AND (k.status IS NULL OR k.status <> 'VALID' OR k.expires_on < %(today)s)",
    ),
    (_CERTIFICATES, _ROLL),
)
M05 = Query(
    of_child(
        "jsonb_build_object('expires_on', d.expires_on)",
        "children_disabilitycertificate d JOIN children_child c ON c.id = d.child_id",
        "d.status = 'VALID' AND c.status <> 'CLOSED' AND d.expires_on >= %(today)s"
        " AND d.expires_on <= %(today)s + %(expiry_days)s",
    )
)
_EXCLUDED = (
    f"(coalesce(r.marks->>'subsidy', 'BOTH') IN ('LIVING', 'BOTH')"
    f" AND {holds('r.child_id', 'ORPHAN_INST', 'ORPHAN_SCAT', 'DE_FACTO', 'TEKUN')}"
    f" OR {holds('r.child_id', 'TEKUN')}"
    f" OR {_is('DESTITUTE')})"
)
M30 = Query(
    of_row(
        row_facts("subsidy"),
        f"{_ROLL} r",
        f"r.stands AND {PAID} AND NOT r.is_asked AND (r.child_id IS NOT NULL OR {MINOR})"
        f" AND {_EXCLUDED}",
        f"({SUBJECT}) || ':' || coalesce(r.marks->>'subsidy', '')",
    ),
    (_ROLL, _POOR),
)
