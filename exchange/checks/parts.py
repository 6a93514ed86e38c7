"""Pieces of SQL that the checks are put together from.

Parameters: `today`, `born_after` (younger than 18 then), figures of `CheckFigure` by their keys in
small letters, `programmes` of the check. A check answers with the columns of `ANSWER`.
"""

from dataclasses import dataclass

from assistance.rules.entitlement import OPEN

ANSWER = ("subject", "child_id", "list_row_id", "area_code", "facts")
PAID = "coalesce(r.marks->>'pay_status', 'PAID') = 'PAID'"
VALID = "coalesce(r.marks->>'certificate__status', 'VALID') = 'VALID'"
# Grades 1 and 2, and every grade of intellectual and mental disability (domain reference 2.2).
SEVERE = (
    "(r.marks->>'certificate__grade' IN ('1', '2') OR r.marks->>'certificate__kind' IN ('5', '6'))"
)
MINOR = "r.birth_date > %(born_after)s"
# Of a row `o` of the low-income list.
IS_POOR = "coalesce(o.marks->>'economic', '') <> 'ORDINARY'"
# Nobody of the registry, and no question open whether it might be somebody.
UNKNOWN = "r.child_id IS NULL AND NOT r.is_asked"
# Who a row means: the file, else the person by the keyed hash of what tells people apart.
PERSON = "'p' || encode(coalesce(r.id_number_hash, r.person_key), 'hex')"
SUBJECT = f"CASE WHEN r.child_id IS NULL THEN {PERSON} ELSE 'c' || r.child_id END"


@dataclass(frozen=True)
class Query:
    """`lists`: kinds of lists that are read, as tables of their names; `sql` the rest."""

    sql: str
    lists: tuple[str, ...] = ()

    @property
    def tables(self) -> str:
        """Statements that put the lists at hand until the transaction ends. They are indexed and
        counted, for a list has often just come in: taken for a few rows it would be read through
        for each child."""
        return ";".join(
            f"DROP TABLE IF EXISTS pg_temp.{kind};"
            f"CREATE TEMP TABLE {kind} ON COMMIT DROP AS {listed(kind)};"
            f"CREATE INDEX ON {kind} (id_number_hash); CREATE INDEX ON {kind} (child_id);"
            f"ANALYZE {kind}"
            for kind in self.lists
        )


def listed(kind: str) -> str:
    """Rows of one kind of list with the file each means.

    What is worked out of each row is so once (`OFFSET 0`), not wherever it is named.
    `stands`: it is in the newest list of that kind for its township. `is_asked`: a person has yet
    to decide whether it is the child suggested.
    """
    return f"""
    SELECT r.*, r.seen = max(r.seen) OVER (PARTITION BY left(r.area_code, 9)) AS stands,
           c.id AS child_id, c.status AS file, c.managing_area_id
      FROM (SELECT r.id, r.area_code, r.id_number_hash, r.person_key, r.birth_date, r.marks,
                   (SELECT max(i.id) FROM (
                           SELECT r.list_import_id AS id UNION ALL
                           SELECT a.list_import_id FROM exchange_listagain a
                            WHERE a.list_row_id = r.id) i
                     WHERE NOT EXISTS (SELECT 1 FROM exchange_listupload u
                                        WHERE u.list_import_id = i.id AND u.state = 'UNDONE')
                   ) AS seen,
                   r.decision = 'suggested' AND d.verdict IS NULL AS is_asked,
                   CASE WHEN r.decision = 'automatic' THEN r.child_id
                        WHEN r.decision <> 'suggested' OR d.verdict = 'DISTINCT' THEN h.id
                        WHEN d.verdict = 'SAME' THEN d.child_id END AS found_id
              FROM exchange_listrow r
              LEFT JOIN children_child h ON h.id_number_hash = r.id_number_hash
                                        AND h.merged_into_id IS NULL
              LEFT JOIN LATERAL (
                   SELECT v.verdict, v.child_id
                     FROM (SELECT DISTINCT ON (m.child_id) m.verdict, m.child_id
                             FROM exchange_matchdecision m WHERE m.person_key = r.person_key
                            ORDER BY m.child_id, m.id DESC) v
                    WHERE v.verdict = 'SAME' OR v.child_id = r.child_id
                    ORDER BY v.verdict = 'SAME' DESC LIMIT 1) d ON r.decision = 'suggested'
             WHERE r.kind = '{kind}' AND r.area_code <> '' AND r.undone_at IS NULL OFFSET 0) r
      LEFT JOIN children_child f ON f.id = r.found_id
      LEFT JOIN children_child c ON c.id = coalesce(f.merged_into_id, f.id)
     WHERE r.seen IS NOT NULL"""


def row_facts(*keys: str, **more: str) -> str:
    """JSON of marks of the row `r`, and of more expressions; what is null is left out."""
    pairs = [f"'{key}', r.marks->'{key}'" for key in keys]
    pairs += [f"'{key}', {sql}" for key, sql in more.items()]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs)}))"


def of_row(facts: str, source: str, where: str, subject: str = SUBJECT) -> str:
    """Answer with the rows `r` of `source`."""
    return (
        f"SELECT {subject} AS subject, r.child_id, r.id AS list_row_id,"
        f" coalesce(r.managing_area_id, r.area_code) AS area_code, {facts} AS facts"
        f" FROM {source} WHERE {where}"
    )


def of_child(facts: str, source: str, where: str, subject: str = "'c' || c.id") -> str:
    """Answer with the children `c` of `source`."""
    return (
        f"SELECT {subject} AS subject, c.id AS child_id, NULL::bigint AS list_row_id,"
        f" c.managing_area_id AS area_code, {facts} AS facts FROM {source} WHERE {where}"
    )


def has_list(kind: str, area: str) -> str:
    """A list of that kind has come from the county of `area`: without one nothing is missing. The
    counties are put together once."""
    return f"left({area}, 6) = ANY (ARRAY(SELECT DISTINCT left(k.area_code, 6) FROM {kind} k))"


def on_list(kind: str, number: str, child: str, where: str = "") -> str:
    """The person of that number, or the child, stands in the newest list of the kind.

    Asked twice, so that each is looked up in a table of its own: `OR` inside one would compare
    every row with every other.
    """
    rows = f"SELECT 1 FROM {kind} o WHERE o.stands{where and f' AND {where}'} AND"
    return f"(EXISTS ({rows} o.id_number_hash = {number}) OR EXISTS ({rows} o.child_id = {child}))"


def not_over(column: str, row: str = "o") -> str:
    """The last day that the row names has not passed; without one nothing ends."""
    return f"coalesce(({row}.marks->>'{column}')::date, 'infinity') >= %(today)s"


# Of a certificate `d` on file: it holds today.
CARD_HOLDS = "d.status = 'VALID' AND (d.expires_on IS NULL OR d.expires_on >= %(today)s)"


def poor_on_file(child: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM children_economicstatusspell s WHERE s.child_id = {child}"
        " AND s.status <> 'ORDINARY' AND s.starts_on <= %(today)s"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s))"
    )


def named_poor(number: str, child: str, where: str) -> str:
    """By the newest low-income list, as `where` says of its row `o`, and not only up to a day."""
    return on_list("low_income", number, child, f"{where} AND {not_over('until')}")


def holds(child: str, *categories: str) -> str:
    codes = ", ".join(f"'{code}'" for code in categories)
    return (
        f"EXISTS (SELECT 1 FROM children_categoryspell s WHERE s.child_id = {child}"
        f" AND s.category IN ({codes}) AND s.starts_on <= %(today)s"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s))"
    )


def applied(child: str, *categories: str) -> str:
    """An application for one of them is under way."""
    codes = ", ".join(f"'{code}'" for code in categories)
    return (
        f"EXISTS (SELECT 1 FROM children_application a WHERE a.child_id = {child}"
        f" AND a.category IN ({codes}) AND a.state NOT IN ('APPROVED', 'REJECTED', 'WITHDRAWN'))"
    )


def is_parent_known_as(child: str, parent: str, *statuses: str) -> str:
    codes = ", ".join(f"'{status}'" for status in statuses)
    return (
        f"EXISTS (SELECT 1 FROM children_parentstatus ps WHERE ps.child_id = {child}"
        f" AND ps.parent = {parent} AND ps.status IN ({codes})"
        " AND (ps.ends_on IS NULL OR ps.ends_on >= %(today)s))"
    )


def entitled(child: str, programmes: bool = True) -> str:
    """An entitlement that takes this month (proposed ones with it), of the check's programmes."""
    only = " AND p.code = ANY(%(programmes)s)" if programmes else ""
    return (
        "EXISTS (SELECT 1 FROM assistance_entitlement e JOIN assistance_programme p"
        f" ON p.id = e.programme_id WHERE e.child_id = {child}{only}"
        f" AND e.state = ANY(ARRAY{list(OPEN)!r})"
        " AND (e.to_month IS NULL OR e.to_month >= %(month)s))"
    )


# Fathers and mothers with a number, of open files: child, its birth date, `parent`, id_number_hash.
PARENTS = """
    (SELECT c.id AS child_id, c.managing_area_id, c.birth_date, gs.relation AS parent,
            g.id_number_hash
       FROM children_guardianship gs
       JOIN children_guardian g ON g.id = gs.guardian_id
       JOIN children_child c ON c.id = gs.child_id
      WHERE gs.relation IN ('FATHER', 'MOTHER') AND g.id_number_hash IS NOT NULL
        AND c.status <> 'CLOSED')"""


MINORS_PARENT = "p.birth_date > %(born_after)s"


def of_parent(facts: str, source: str, where: str) -> str:
    """Answer with each child of a parent `p` whom a row `r` names; the subject names the parent."""
    return (
        "SELECT 'c' || p.child_id || ':' || p.parent AS subject, p.child_id, r.id AS list_row_id,"
        f" p.managing_area_id AS area_code, {facts} AS facts FROM {source} WHERE {where}"
    )
