"""What befalls parents: deaths, prison, lost contact, illness, and a carer who cannot care.

M07 – M12, M35.
"""

from children.rules.parent_status import AWAY

from .parts import (
    MINOR,
    MINORS_PARENT,
    PARENTS,
    UNKNOWN,
    Query,
    applied,
    holds,
    is_parent_known_as,
    not_over,
    of_child,
    of_parent,
    of_row,
    row_facts,
)

_UNATTENDED = ("DE_FACTO", "ORPHAN_INST", "ORPHAN_SCAT")
M07 = Query(
    of_parent(
        row_facts("died_on", "death__kind", parent="p.parent"),
        f"deaths r JOIN {PARENTS} p ON p.id_number_hash = r.id_number_hash",
        f"{MINORS_PARENT} AND NOT {is_parent_known_as('p.child_id', 'p.parent', 'DEAD')}",
    ),
    ("deaths",),
)

_INSIDE = {"prison_results": "IMPRISONED", "rehabilitation_results": "COMPULSORY_REHAB"}


def _answers(kind: str) -> str:
    """The newest answer on each parent; by number, or by the child named beside it."""
    return (
        f"(SELECT DISTINCT ON (p.child_id, p.parent) p.*, r.id, r.marks"
        f"   FROM {kind} r JOIN {PARENTS} p ON p.id_number_hash = r.id_number_hash"
        "  ORDER BY p.child_id, p.parent, r.seen DESC, r.id DESC) p"
        " CROSS JOIN LATERAL (SELECT p.id, p.marks) r"
    )


_IS_INSIDE = f"r.marks->>'answer' = 'YES' AND {not_over('until', 'r')}"
M08 = Query(
    " UNION ALL ".join(
        of_parent(
            row_facts("since", "until", parent="p.parent", parent_status=f"'{status}'::text"),
            _answers(kind),
            f"{_IS_INSIDE} AND {MINORS_PARENT}"
            f" AND NOT {is_parent_known_as('p.child_id', 'p.parent', status)}",
        )
        for kind, status in _INSIDE.items()
    ),
    tuple(_INSIDE),
)
M09 = Query(
    " UNION ALL ".join(
        of_parent(
            row_facts("answer", "until", parent="p.parent", parent_status=f"'{status}'::text"),
            _answers(kind),
            f"NOT ({_IS_INSIDE}) AND {is_parent_known_as('p.child_id', 'p.parent', status)}",
        )
        for kind, status in _INSIDE.items()
    ),
    tuple(_INSIDE),
)


def _by_status(statuses: str, since: str = "") -> str:
    """Files in which a parent is known so, and that led to no category and no application."""
    return of_child(
        "jsonb_build_object('parent', s.parent, 'parent_status', s.status, 'since', s.starts_on)",
        "children_parentstatus s JOIN children_child c ON c.id = s.child_id",
        f"s.status IN ({statuses}) AND s.starts_on <= %(today)s{since}"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s) AND c.status <> 'CLOSED'"
        f" AND c.birth_date > %(born_after)s AND NOT {holds('c.id', *_UNATTENDED)}"
        f" AND NOT {applied('c.id', *_UNATTENDED)}",
        "'c' || c.id || ':' || s.parent || ':' || s.status",
    )


M10 = Query(
    _by_status(
        "'LOST_CONTACT'",
        " AND s.starts_on + make_interval(months => %(lost_contact_months)s) <= %(today)s",
    )
)
M11 = Query(_by_status("'GUARDIANSHIP_REVOKED', 'MISSING_DECLARED'"))

_ILL = row_facts("diagnosed_on")
M12 = Query(
    of_row(
        _ILL, "severe_illness r",
        f"NOT r.is_asked AND ({UNKNOWN} AND {MINOR} OR r.file IN ('LEAD', 'ACTIVE')"
        f" AND NOT {holds('r.child_id', 'SEV_ILL')} AND NOT {applied('r.child_id', 'SEV_ILL')})",
    )
    + " UNION ALL "
    + of_parent(
        row_facts("diagnosed_on", parent="p.parent"),
        f"severe_illness r JOIN {PARENTS} p ON p.id_number_hash = r.id_number_hash",
        f"{MINORS_PARENT}"
        f" AND NOT {is_parent_known_as('p.child_id', 'p.parent', 'SERIOUS_ILLNESS', 'DEAD')}",
    ),
    ("severe_illness",),
)  # fmt: skip
_AWAY = ", ".join(f"'{status.value}'" for status in sorted(AWAY))
# No register of marriages reaches us: only what the file itself says against its main carer.
M35 = Query(
    of_child(
        "jsonb_build_object('parent', s.parent, 'parent_status', s.status, 'since', s.starts_on)",
        "children_guardianship g JOIN children_child c ON c.id = g.child_id"
        " JOIN children_parentstatus s ON s.child_id = c.id AND s.parent = g.relation",
        "g.is_main_carer AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)"
        " AND g.starts_on <= %(today)s AND c.status <> 'CLOSED'"
        f" AND s.status IN ({_AWAY})"
        " AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)",
        "'c' || c.id || ':' || s.parent",
    )
)
