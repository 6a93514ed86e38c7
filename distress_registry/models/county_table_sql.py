"""Statements of the tables that count children: a row of figures for each place, and the whole.

They look past the policies, for readers who see figures and no child, and answer for the reader's
own area alone. Who is counted are the children of the county's picture in the month of `last_day`
(docs/picture.md), so that table and picture agree; docs/tables.md says the same in words.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections

from accounts.guard.install import OWNER, application_role
from children.rules.categories import FACTS, SECRET, Category, Root
from distress_registry.rules.county_figures import ANSWERS, GROUPS, GUARANTEES

from ._picture_facts_sql import HEAD

# Columns of a place by the length of its code, and of the places right in it.
_LEVELS = {6: ("county_code", "township_code"), 9: ("township_code", "village_code"),
           12: ("village_code", "village_code")}  # fmt: skip
_SUMS = ("ANY", "SECRET_ALONE")  # of the picture: no categories


def _codes(codes: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{code}'" for code in codes) + "]::text[]"


_HIDDEN = _codes([*sorted(code.value for code in SECRET), "SECRET_ALONE"])
_POOR = _codes(sorted(code.value for code, of in FACTS.items() if Root.POVERTY in of.roots))
_ORPHANS = _codes(["ORPHAN_INST", "ORPHAN_SCAT"])
_OWN = _codes(["SEV_DISABLED", "DISABLED"])
_BY_GROUP = {
    "ORPHAN": ["ORPHAN_INST", "ORPHAN_SCAT", "DE_FACTO"],
    "DESTITUTE": ["TEKUN"],
    "UNWELL": ["SEV_DISABLED", "DISABLED", "SEV_ILL", "HIV"],
}
_BY_GROUP["OTHER"] = [
    code.value for code in Category if not any(code.value in each for each in _BY_GROUP.values())
]


def _at(row: str = "r") -> str:
    cases = " ".join(f"WHEN {n} THEN {row}.{part}" for n, (_own, part) in _LEVELS.items())
    return f"CASE length(of_place) {cases} ELSE {row}.county_code END::text"


_INSIDE = " OR ".join(
    [f"length(of_place) = {n} AND r.{own} = of_place" for n, (own, _part) in _LEVELS.items()]
    + ["length(of_place) = 4 AND left(r.county_code, 4) = of_place"]
)
_MEMBER = f"""
    member AS MATERIALIZED (
        SELECT r.child_id, r.category::text, {_at()} AS at, r.living, r.medical, r.education,
            r.guardianship, r.welfare
        FROM distress_registry_picturerow r
        WHERE ({_INSIDE}) AND r.since <= last_day
          AND (r.until IS NULL OR r.until >= date_trunc('month', last_day))
          AND (r.category <> ALL({_HIDDEN})
               OR current_setting('registry.secrets', true) = 'yes'))"""


def _kept(joined: str = "") -> str:
    """Children of the place by who keeps the file now: of whom the picture need not know."""
    return f"""children_child c {joined}
        CROSS JOIN LATERAL (SELECT CASE length(of_place) WHEN 6 THEN c.township_code
            WHEN 4 THEN c.county_code ELSE c.managing_area_id END::text AS at) p
        WHERE c.managing_area_id >= of_place AND c.managing_area_id < of_place || ':'
          AND"""


def _function(name: str, body: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION county_table_{name}(of_place text, first_day date, last_day date)
RETURNS TABLE (row_key text, figures jsonb)
LANGUAGE plpgsql STABLE {HEAD} SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    IF (of_place COLLATE "C" >= current_setting('registry.audit_lo', true)
        AND of_place COLLATE "C" < current_setting('registry.audit_hi', true)) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY {body};
END $$;
"""


def _counted(figures: dict[str, str]) -> str:
    """Figure → SQL of the sum, as one object; a function takes a hundred arguments."""
    parts, names = [], list(figures)
    for start in range(0, len(names), 40):
        pairs = ", ".join(f"'{name}', {figures[name]}" for name in names[start : start + 40])
        parts.append(f"jsonb_build_object({pairs})")
    return " || ".join(parts)


def _by_place(figures: dict[str, str], flags: tuple[str, ...]) -> str:
    """Of `child`: a row of a child and place. In the whole, whoever stands in two counts once."""
    once = ", ".join(f"bool_or({flag}) AS {flag}" for flag in flags)
    return f""",
    whole AS (SELECT child_id, {once} FROM child GROUP BY child_id)
    SELECT at, {_counted(figures)} FROM child GROUP BY at
    UNION ALL SELECT '', {_counted(figures)} FROM whole"""


def _if(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _more_than_once(flags: tuple[str, ...]) -> str:
    """How often too often the children are counted that stand in several columns."""
    count = " + ".join(f"coalesce({flag}, false)::int" for flag in flags)
    return f"coalesce(sum(greatest({count} - 1, 0)), 0)"


def _civil() -> str:
    marks = {
        "poor": f"mark = ANY({_POOR})", "own": f"mark = ANY({_OWN})",
        "de_facto": "mark = 'DE_FACTO'",
        "orphan": f"mark = ANY({_ORPHANS})", "named": "mark = '#NAMED'",
        "institution": "mark = 'ORPHAN_INST'", "scattered": "mark = 'ORPHAN_SCAT'",
        "adopted": "mark = '#ADOPTED'", "dibao": "mark = 'LOWINC_DIBAO'",
        "destitute": "mark = 'TEKUN'", "vagrant": "mark = 'VAGRANT'",
        "living": "mark = '#LIVING'", "nursing": "mark = '#NURSING'",
    }  # fmt: skip
    flags = ", ".join(f"bool_or({condition}) AS {name}" for name, condition in marks.items())
    figures = {
        "POOR": _if("poor"), "OWN": _if("own"), "DE_FACTO": _if("de_facto"),
        "AGAIN": _more_than_once(("poor", "own", "de_facto")),
        "DISTRESSED": _if("poor OR own OR de_facto"),
        "NAMED": _if("orphan AND named"), "UNNAMED": _if("orphan AND NOT named"),
        "ORPHANS": _if("orphan"), "INSTITUTION": _if("institution"),
        "SCATTERED": _if("scattered"), "KEPT_AGAIN": _if("institution AND scattered"),
        "ADOPTED": _if("adopted"), "DIBAO": _if("dibao"), "DESTITUTE": _if("destitute"),
        "VAGRANT": _if("vagrant"), "LIVING": _if("living"), "NURSING": _if("nursing"),
    }  # fmt: skip
    month = "date_trunc('month', last_day)::date"
    subsidies = f"""JOIN (
            SELECT e.child_id, g.code FROM assistance_entitlement e
            JOIN assistance_programme g ON g.id = e.programme_id
            WHERE g.code IN ('LIVING', 'NURSING') AND e.state IN ('RUNNING', 'ENDED')
              AND e.from_month <= {month} AND (e.to_month IS NULL OR e.to_month >= {month})
        ) s ON s.child_id = c.id"""
    return f"""
    WITH {_MEMBER},
    marked AS (
        SELECT child_id, at, category AS mark FROM member
        UNION ALL SELECT m.child_id, m.at, '#NAMED' FROM member m
            JOIN children_child c ON c.id = m.child_id WHERE c.id_number_hash IS NOT NULL
        UNION ALL SELECT c.id, p.at, '#ADOPTED' FROM {_kept()} EXISTS (
            SELECT 1 FROM children_fileexit x WHERE x.child_id = c.id AND x.reason = 'ADOPTED'
            AND x.taken_back_at IS NULL AND x.event_on BETWEEN first_day AND last_day)
        UNION ALL SELECT c.id, p.at, '#' || s.code FROM {_kept(subsidies)}
            c.merged_into_id IS NULL),
    child AS MATERIALIZED (SELECT child_id, at, {flags} FROM marked GROUP BY child_id, at)
    {_by_place(figures, tuple(marks))}"""


def _guarantees() -> str:
    flags: list[tuple[str, str]] = []
    figures: dict[str, str] = {}
    groups = {**{g.lower(): f"category = ANY({_codes(_BY_GROUP[g])})" for g in GROUPS},
              "every": f"category <> ALL({_codes(_SUMS)})"}  # fmt: skip
    for group, condition in groups.items():
        flags.append((group, f"bool_or({condition})"))
        for code in GUARANTEES:
            name = code.lower()
            answer = f"bool_or({name}) FILTER (WHERE {condition})"
            flags += [
                (f"{name}_{group}_yes", f"coalesce({answer}, false)"),
                (f"{name}_{group}_no", f"coalesce(NOT {answer}, false)"),
            ]
    parts = [group.lower() for group in GROUPS]
    figures |= {group: _if(group.lower()) for group in GROUPS}
    figures |= {"AGAIN": _more_than_once(tuple(parts)), "ALL": _if("every")}
    for code in GUARANTEES:
        for answer in ANSWERS:
            name, end = code.lower(), answer.lower()
            for group in GROUPS:
                figures[f"{code}_{group}_{answer}"] = _if(f"{name}_{group.lower()}_{end}")
            figures[f"{code}_AGAIN_{answer}"] = _more_than_once(
                tuple(f"{name}_{part}_{end}" for part in parts)
            )
            figures[f"{code}_ALL_{answer}"] = _if(f"{name}_every_{end}")
    columns = ", ".join(f"{sql} AS {name}" for name, sql in flags)
    return f"""
    WITH {_MEMBER},
    child AS MATERIALIZED (SELECT child_id, at, {columns} FROM member GROUP BY child_id, at)
    {_by_place(figures, tuple(name for name, _sql in flags))}"""


def _born(years: int) -> str:
    """At least so old on the last day; 29 February as decision 8 has it."""
    return f"c.birth_date <= (last_day - interval '{years} years')::date"


def _in_force(row: str) -> str:
    return f"{row}.starts_on <= last_day AND ({row}.ends_on IS NULL OR {row}.ends_on >= last_day)"


_GRAND = _codes([f"GRAND{who}_{side}" for who in ("FATHER", "MOTHER")
                 for side in ("PATERNAL", "MATERNAL")])  # fmt: skip


def _at_school(stage: str) -> str:
    return f"stage = '{stage}' AND NOT is_dropout"


def _survey() -> str:
    """What is told of each child stands once in `fact`; sums are of what was found there."""
    flags = {
        "BOYS": "sex = 'MALE'", "GIRLS": "sex = 'FEMALE'",
        "AGE_0": "NOT is_6", "AGE_6": "is_6 AND NOT is_14", "AGE_14": "is_14 AND NOT is_16",
        "KINDERGARTEN": _at_school("PRESCHOOL"), "PRIMARY": _at_school("PRIMARY"),
        "JUNIOR": _at_school("JUNIOR"), "SENIOR": _at_school("SENIOR"),
        "VOCATIONAL": _at_school("VOCATIONAL"), "DROPOUT": "is_dropout",
        "NO_KINDERGARTEN": "stage IS NULL AND NOT is_dropout AND NOT is_6",
        "NO_SCHOOL": "stage IS NULL AND NOT is_dropout AND is_6",
        "GRANDPARENTS": f"carer = ANY({_GRAND})",
        "RELATIVES": "carer IN ('SIBLING', 'UNCLE_AUNT')",
        "PARENT": "carer IN ('FATHER', 'MOTHER', 'STEPPARENT')",
        "OTHER_CARER": "carer IN ('FOSTER', 'INSTITUTION', 'OTHER')", "NO_CARER": "carer IS NULL",
        "GOOD": "conduct = 'GOOD'", "FAIR": "conduct = 'FAIR'", "POOR": "conduct = 'WORRYING'",
        "DISABLED": "is_disabled", "ILL": "is_ill AND NOT is_disabled",
        "HEALTHY": "NOT is_ill AND NOT is_disabled",
        "BOARDS": "coalesce(boards, false)", "AT_HOME": "NOT coalesce(boards, false)",
    }  # fmt: skip
    names = {figure: f"is_{figure.lower()}_" for figure in flags}
    columns = ", ".join(f"coalesce({flags[f]}, false) AS {names[f]}" for f in flags)
    figures = {figure: _if(names[figure]) for figure in flags} | {"ALL": "count(*)"}
    return f"""
    WITH {_MEMBER},
    known AS MATERIALIZED (
        SELECT child_id, at, bool_or(category = 'SEV_ILL') AS is_ill FROM member
        GROUP BY child_id, at HAVING bool_or(category = 'LEFT_BEHIND')),
    fact AS MATERIALIZED (
        SELECT k.child_id, k.at, k.is_ill, c.sex, {_born(6)} AS is_6, {_born(14)} AS is_14,
            {_born(16)} AS is_16, e.stage, e.is_boarding AS boards,
            EXISTS (SELECT 1 FROM children_disabilitycertificate d WHERE d.child_id = k.child_id
                AND d.status = 'VALID' AND (d.issued_on IS NULL OR d.issued_on <= last_day)
                AND (d.expires_on IS NULL OR d.expires_on >= last_day)) AS is_disabled,
            EXISTS (SELECT 1 FROM schools_ledgerentry l WHERE l.child_id = k.child_id
                AND l.ledger = 'DROPOUT' AND l.opened_on <= last_day AND l.closed_at IS NULL
                AND (l.cleared_on IS NULL OR l.cleared_on > last_day)) AS is_dropout,
            (SELECT g.relation FROM children_guardianship g WHERE g.child_id = k.child_id
                AND g.is_main_carer AND {_in_force("g")}) AS carer,
            (SELECT v.guardian_conduct FROM children_homevisit v WHERE v.child_id = k.child_id
                AND v.guardian_conduct <> '' AND v.visited_on <= last_day
                ORDER BY v.visited_on DESC, v.id DESC LIMIT 1) AS conduct
        FROM known k JOIN children_child c ON c.id = k.child_id
        LEFT JOIN schools_enrolment e ON e.child_id = k.child_id AND e.starts_on <= last_day
            AND (e.ends_on IS NULL OR e.ends_on > last_day)),
    child AS MATERIALIZED (SELECT child_id, at, {columns} FROM fact)
    {_by_place(figures, tuple(names.values()))}"""


def statements() -> str:
    bodies = {"civil": _civil(), "guarantees": _guarantees(), "survey": _survey()}
    return "\n".join(_function(name, body) for name, body in bodies.items())


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`, after `picture_sql`. Does nothing unless the owner migrated."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with connection.cursor() as cursor:
        if "distress_registry_picturerow" in connection.introspection.table_names(cursor):
            cursor.execute(statements())
