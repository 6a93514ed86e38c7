"""The gaps of any number of children, compared with those kept, in one statement.

The rules and the children stand in it as literals, see `_owed_sql`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistance.rules import codes, conditions
from assistance.rules.gap import leaves_of, paid_before, with_diagnoses
from assistance.rules.months import last_day, shifted
from assistance.rules.rulebook import Rulebook
from children.rules.categories import SECRET

from . import _facts_sql as facts
from . import _owed_sql
from ._facts_sql import literal, literals
from ._received_sql import served_elsewhere

# What of the child answers which condition: text of all its rows, in order.
CATEGORIES = """(SELECT string_agg(concat_ws(',', x.category, x.starts_on, x.ends_on), ';'
    ORDER BY x.id) FROM children_categoryspell x WHERE x.child_id = c.id)"""
ECONOMIC = """(SELECT string_agg(concat_ws(',', x.status, x.starts_on, x.ends_on), ';'
    ORDER BY x.id) FROM children_economicstatusspell x WHERE x.child_id = c.id)"""
CERTIFICATES = """(SELECT string_agg(concat_ws(',', x.kind, x.grade, x.issued_on, x.expires_on,
    x.status, x.status_from, x.number_hash IS NULL), ';' ORDER BY x.id)
    FROM children_disabilitycertificate x WHERE x.child_id = c.id)"""
PARENTS = """(SELECT string_agg(concat_ws(',', x.parent, x.status, x.starts_on, x.ends_on,
    x.evidence = '', x.verified_on IS NULL), ';' ORDER BY x.id)
    FROM children_parentstatus x WHERE x.child_id = c.id)"""
SCHOOLING = """(SELECT string_agg(concat_ws(',', x.stage, x.is_boarding, x.placement, x.status,
    x.ends_on), ';' ORDER BY x.id) FROM schools_enrolment x WHERE x.child_id = c.id)"""
LIVING = """(SELECT string_agg(concat_ws(',', x.starts_on, x.ends_on), ';' ORDER BY x.id)
    FROM children_guardianship x WHERE x.child_id = c.id AND x.kind = 'INSTITUTION')"""
TIERS = """(SELECT string_agg(concat_ws(',', x.year_id, x.state, x.tier, x.tier_before,
    x.adjusted_on), ';' ORDER BY x.id) FROM assistance_recognition x WHERE x.child_id = c.id)"""
ADMISSIONS = """(SELECT string_agg(concat_ws(',', x.level, x.admitted_on,
    x.state IN ('REFUSED', 'RECOVERED')), ';' ORDER BY x.id)
    FROM assistance_freshmansubsidy x WHERE x.child_id = c.id)"""
PERSON = "concat_ws(',', c.birth_date, c.sex, c.hukou_area_id, c.residence_area_id, c.closed_on)"
ASKED_OF: dict[type, tuple[str, ...]] = {
    conditions.Disability: (CERTIFICATES,),
    conditions.Category: (CATEGORIES,),
    conditions.Happened: (CATEGORIES,),
    conditions.Economic: (ECONOMIC,),
    conditions.Parents: (PARENTS,),
    conditions.Parent: (PARENTS,),
    conditions.School: (SCHOOLING,),
    conditions.Living: (CATEGORIES, LIVING),
    conditions.Tier: (TIERS,),
    conditions.Admitted: (ADMISSIONS,),
}


def compared(
    book: Rulebook, month: date, where: str, standards: Mapping[str, date | None], now: str
) -> str:
    """Opens, moves and closes gaps; answers (what, id, lack) with what NEW, AGAIN, MOVED, GONE.

    `where` is over children `c`; `standards`: since when each place of the book is in force;
    `now`: the moment, as SQL.
    """
    asked = [one for one in book.programmes if not one.is_reference]
    relaxed, certified = with_diagnoses(book)
    held = f"EXISTS (SELECT FROM {facts.CERTIFICATE} x WHERE x.child_id = c.id" \
        " AND x.number_hash IS NULL AND x.status = 'VALID')"  # fmt: skip
    near = _owed_sql.everything(relaxed, month, f"({where}) AND {held}") if certified else NOBODY
    months = (shifted(month, 1), last_day(month))
    return STATEMENT.format(
        now=now, owed=_owed_sql.everything(book, month, where), near=near, where=where,
        month=literal(month), after=literal(months[0]), last=literal(months[1]),
        certified=literals(certified) or "''", elsewhere=served_elsewhere(month),
        standards=_standards(standards),
        programmes=", ".join(_programme(one, month) for one in asked),
        fingerprint=by_programme(book, fingerprint_of), secret=by_programme(book, secret_of),
        same=SAME,
    )  # fmt: skip


NOBODY = "SELECT NULL::bigint AS child_id, ''::text AS programme, 0.00 AS amount WHERE false"


def _standards(standards: Mapping[str, date | None]) -> str:
    rows = [f"({literal(place)}, {literal(day)})" for place, day in standards.items() if day]
    return ", ".join([*rows, "('', NULL::date)"])


def _programme(one: Any, month: date) -> str:
    pays = not one.pay_months or month.month in one.pay_months
    is_once = one.cadence == codes.Cadence.ONCE
    last = paid_before(one, month)
    before = literal(last) if last else "NULL::date"
    return f"({literal(one.code)}, {literal(pays)}, {literal(is_once)}, {before})"


def by_programme(book: Rulebook, say: Any) -> str:
    cases = "".join(
        f" WHEN {literal(one.code)} THEN {say(book, one.code)}"
        for one in book.programmes if not one.is_reference
    )  # fmt: skip
    return f"CASE p.code{cases} END"


def fingerprint_of(book: Rulebook, code: str) -> str:
    parts = dict.fromkeys(
        part for leaf in leaves_of(book, code) for part in ASKED_OF.get(type(leaf), ())
    )
    return f"md5(concat_ws('|', {', '.join([PERSON, *parts])}))"


def secret_of(book: Rulebook, code: str) -> str:
    """A secret category of the child is among what the programme asks for."""
    told = {
        category for leaf in leaves_of(book, code) if isinstance(leaf, conditions.Category)
        for category in leaf.any_of
    } & {category.value for category in SECRET}  # fmt: skip
    if not told:
        return "false"
    return facts.exists(facts.CATEGORY, f"x.category IN ({literals(sorted(told))})")


# What was set aside stays so: facts and entitlement are as they were, and what is missing with it.
SAME = """(g.fingerprint = f.fingerprint AND g.entitlement_id IS NOT DISTINCT FROM f.entitlement_id
             AND (f.entitlement_id IS NULL OR g.reason = f.reason))"""

STATEMENT = """
WITH owed AS MATERIALIZED ({owed}),
near AS MATERIALIZED ({near}),
asked (code, pays, is_once, before) AS (VALUES {programmes}),
programme AS MATERIALIZED (
    SELECT p.id, p.code, p.paid_to, a.pays, a.is_once, a.before
    FROM asked a JOIN assistance_programme p ON p.code = a.code),
standard (place, starts) AS (VALUES {standards}),
child AS MATERIALIZED (
    SELECT c.id, c.status, c.birth_date, c.closed_on FROM children_child c WHERE {where}),
served AS ({elsewhere}),
taken AS MATERIALIZED (
    SELECT DISTINCT ON (e.child_id, e.programme_id)
           e.id, e.child_id, e.programme_id, e.state, e.from_month, coalesce(r.amount, 0) AS rate
    FROM child c
    JOIN assistance_entitlement e ON e.child_id = c.id
    LEFT JOIN LATERAL (
        SELECT amount FROM assistance_entitlementrate
        WHERE entitlement_id = e.id AND from_month <= greatest({month}, e.from_month)
        ORDER BY from_month DESC, id DESC LIMIT 1) r ON true
    WHERE e.state IN ('PROPOSED', 'RUNNING', 'HELD', 'ENDED')
      AND (e.to_month IS NULL OR e.to_month >= {month} OR e.state <> 'ENDED'
           AND e.programme_id IN (SELECT id FROM programme WHERE is_once))  -- until it is paid
    ORDER BY e.child_id, e.programme_id, e.from_month),
lacking AS (
    SELECT o.child_id, p.id AS programme_id, t.id AS entitlement_id,
           CASE
           WHEN t.id IS NULL THEN
               CASE WHEN EXISTS (
                   SELECT FROM assistance_entitlement e WHERE e.child_id = o.child_id
                     AND e.programme_id = p.id AND e.state = 'REFUSED')
               THEN 'REFUSED' ELSE 'APPLICATION' END
           WHEN t.state = 'PROPOSED' THEN 'CONFIRMATION'
           WHEN t.state = 'HELD' THEN 'HELD'
           WHEN t.from_month > {month} THEN NULL
           WHEN t.rate < o.amount THEN 'AMOUNT'
           WHEN p.paid_to <> 'FAMILY' THEN NULL
           WHEN failed.month IS NOT NULL THEN 'FAILED'
           WHEN NOT EXISTS (SELECT FROM assistance_paymentaccount a
                            WHERE a.child_id = o.child_id AND a.state = 'IN_USE')
           THEN CASE WHEN EXISTS (
                   SELECT FROM assistance_paymentaccount a
                   WHERE a.child_id = o.child_id AND a.state = 'PROPOSED')
               THEN 'ACCOUNT_PROPOSED' ELSE 'ACCOUNT' END
           WHEN t.from_month > before.month OR before.is_paid THEN NULL
           WHEN before.is_under_way THEN 'UNDER_WAY'
           WHEN before.month IS NOT NULL THEN 'RUN' END AS reason,
           CASE WHEN t.state = 'RUNNING' AND t.rate < o.amount THEN o.amount - t.rate
                ELSE o.amount END AS amount,
           CASE WHEN t.id IS NULL THEN {month}
                WHEN t.state = 'RUNNING' AND t.rate < o.amount
                THEN greatest(t.from_month, s.starts)
                WHEN failed.month IS NOT NULL OR t.state <> 'RUNNING'
                THEN coalesce(failed.month, t.from_month)
                ELSE (SELECT coalesce(
                          max(least(before.month, (l.month + interval '1 month')::date)),
                          t.from_month)
                      FROM assistance_paymentline l
                      WHERE l.entitlement_id = t.id AND l.state = 'PAID'
                        AND l.kind <> 'RECOVERY') END AS since
    FROM owed o
    JOIN child c ON c.id = o.child_id AND c.status <> 'CLOSED'
    JOIN programme p ON p.code = o.programme AND p.pays
    LEFT JOIN taken t ON t.child_id = o.child_id AND t.programme_id = p.id
    LEFT JOIN standard s ON s.place = o.standard
    LEFT JOIN LATERAL (
        SELECT min(l.month) AS month FROM assistance_paymentline l
        WHERE l.entitlement_id = t.id AND l.state = 'FAILED' AND l.retry_at IS NULL) failed ON true
    LEFT JOIN LATERAL (  -- what became of the last month that should have arrived
        SELECT d.month, bool_or(l.state = 'PAID') AS is_paid,
               bool_or(l.state = 'PENDING') AS is_under_way
        FROM (SELECT CASE WHEN NOT p.is_once THEN p.before
                     WHEN t.from_month < {month} THEN t.from_month END AS month) d
        LEFT JOIN assistance_paymentline l
          ON l.entitlement_id = t.id AND l.month = d.month AND l.kind <> 'RECOVERY'
        WHERE t.state = 'RUNNING' AND p.paid_to = 'FAMILY' GROUP BY d.month) before ON true
    WHERE NOT EXISTS (SELECT FROM served v
                      WHERE v.child_id = o.child_id AND v.programme_id = p.id)
    UNION ALL
    SELECT n.child_id, p.id, NULL, 'CERTIFICATE', n.amount, {month}
    FROM near n
    JOIN child c ON c.id = n.child_id AND c.status <> 'CLOSED'
    JOIN programme p ON p.code = n.programme AND p.pays AND p.code IN ({certified})
    WHERE NOT EXISTS (SELECT FROM owed o
                      WHERE o.child_id = n.child_id AND o.programme = n.programme)
      AND NOT EXISTS (SELECT FROM taken t
                      WHERE t.child_id = n.child_id AND t.programme_id = p.id)),
too_much AS (
    SELECT t.child_id, t.programme_id, t.id AS entitlement_id,
           CASE
           WHEN o.child_id IS NOT NULL THEN
               CASE WHEN t.rate > o.amount THEN 'TOO_MUCH' END
           WHEN c.status = 'CLOSED' THEN 'CLOSED'
           WHEN c.birth_date + interval '18 years' <= {last} THEN 'AGE'
           WHEN p.code IN ({certified}) AND EXISTS (
               SELECT FROM children_disabilitycertificate x WHERE x.child_id = t.child_id
                 AND x.number_hash IS NOT NULL AND least(x.expires_on, x.status_from) < {after})
           THEN 'EXPIRED' ELSE 'CONDITIONS' END AS reason,
           t.rate - coalesce(o.amount, 0) AS amount,
           CASE WHEN o.child_id IS NOT NULL THEN greatest(t.from_month, s.starts)
                WHEN c.status = 'CLOSED' THEN least({month}, greatest(t.from_month,
                    (date_trunc('month', c.closed_on) + interval '1 month')::date))
                ELSE {month} END AS since
    FROM taken t
    JOIN child c ON c.id = t.child_id
    JOIN programme p ON p.id = t.programme_id AND p.pays AND NOT p.is_once
    LEFT JOIN owed o ON o.child_id = t.child_id AND o.programme = p.code
    LEFT JOIN standard s ON s.place = o.standard
    WHERE t.state = 'RUNNING' AND t.from_month <= {month} AND t.rate > 0),
found AS MATERIALIZED (
    SELECT f.*, g.id AS gap_id, g.closed_at IS NOT NULL AS was_closed,
           {fingerprint} AS fingerprint, {secret} AS is_secret
    FROM (SELECT 'OWED' AS kind, * FROM lacking WHERE reason IS NOT NULL
          UNION ALL SELECT 'RECEIVED', * FROM too_much WHERE reason IS NOT NULL) f
    JOIN children_child c ON c.id = f.child_id
    JOIN programme p ON p.id = f.programme_id
    LEFT JOIN assistance_gap g ON g.child_id = f.child_id
        AND g.programme_id = f.programme_id AND g.kind = f.kind),
gone AS (
    UPDATE assistance_gap g SET closed_at = {now}
    FROM child c
    WHERE g.child_id = c.id AND g.closed_at IS NULL
      AND g.programme_id NOT IN (SELECT id FROM programme WHERE NOT pays)
      AND NOT EXISTS (SELECT FROM found f WHERE f.gap_id = g.id)
    RETURNING g.id, g.reason),
moved AS (
    UPDATE assistance_gap g SET
        reason = f.reason, entitlement_id = f.entitlement_id, amount = f.amount,
        fingerprint = f.fingerprint, is_secret = f.is_secret, closed_at = NULL,
        found_at = CASE WHEN f.was_closed THEN {now} ELSE g.found_at END,
        since = CASE WHEN f.was_closed THEN f.since ELSE least(g.since, f.since) END,
        aside_at = CASE WHEN {same} THEN g.aside_at END,
        aside_by_id = CASE WHEN {same} THEN g.aside_by_id END,
        aside_reason = CASE WHEN {same} THEN g.aside_reason ELSE '' END
    FROM found f
    WHERE f.gap_id = g.id
      AND (f.was_closed OR (g.reason, g.entitlement_id, g.amount, g.fingerprint, g.is_secret)
           IS DISTINCT FROM
           (f.reason, f.entitlement_id, f.amount, f.fingerprint, f.is_secret))
    RETURNING g.id, g.reason, f.was_closed),
made AS (
    INSERT INTO assistance_gap (
        child_id, programme_id, kind, reason, entitlement_id, since, amount, fingerprint,
        is_secret, found_at, aside_reason)
    SELECT f.child_id, f.programme_id, f.kind, f.reason, f.entitlement_id, f.since, f.amount,
           f.fingerprint, f.is_secret, {now}, ''
    FROM found f WHERE f.gap_id IS NULL ORDER BY f.child_id, f.programme_id
    RETURNING id, reason)
SELECT 'NEW', id, reason FROM made
UNION ALL SELECT CASE WHEN was_closed THEN 'AGAIN' ELSE 'MOVED' END, id, reason FROM moved
UNION ALL SELECT 'GONE', id, reason FROM gone
"""
