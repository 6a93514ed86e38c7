"""What will change of allowances that run, over any number of children, beside what is kept.

The rules and the children stand in it as literals, see `_owed_sql`; statements take no parameters.
"""

from collections.abc import Collection
from datetime import date

from assistance.rules import codes
from assistance.rules.months import shifted
from assistance.rules.rulebook import Programme, Rulebook

from . import _owed_sql
from ._facts_sql import literal
from ._gap_sql import by_programme, fingerprint_of, secret_of

HAS_RUNNING = """EXISTS (SELECT FROM assistance_entitlement e
    WHERE e.child_id = c.id AND e.state = 'RUNNING')"""


def compared(book: Rulebook, month: date, ahead: int, where: str) -> str:
    """Takes away what is kept and no longer comes; answers what is new or came to differ.

    `where` is over children `c`; `ahead`: months looked ahead.
    """
    asked = [
        one for one in book.programmes
        if not one.is_reference and one.cadence != codes.Cadence.ONCE
    ]  # fmt: skip
    running = f"({where}) AND c.status <> 'CLOSED' AND {HAS_RUNNING}"
    months = [shifted(month, n) for n in range(1, ahead + 1)]
    later = " UNION ALL ".join(
        f"SELECT {literal(one)} AS month, o.child_id, o.programme, o.amount"
        f" FROM ({_owed_sql.everything(book, one, running)}) o"
        for one in months
    )
    return STATEMENT.format(
        now=_owed_sql.everything(book, month, running), later=later, where=where,
        running=running, month=literal(month), next=literal(months[0]),
        programmes=", ".join(f"({literal(x.code)}, {literal(_pays(x, month))})" for x in asked),
        months=_pay_months(asked, months),
        fingerprint=by_programme(book, fingerprint_of), secret=by_programme(book, secret_of),
    )  # fmt: skip


def _pays(one: Programme, month: date) -> bool:
    return not one.pay_months or month.month in one.pay_months


def _pay_months(asked: Collection[Programme], months: list[date]) -> str:
    rows = [
        f"({literal(one.code)}, {literal(month)})"
        for one in asked for month in months if _pays(one, month)
    ]  # fmt: skip
    return ", ".join([*rows, "('', NULL::date)"])


STATEMENT = """
WITH now AS MATERIALIZED ({now}),
later AS MATERIALIZED ({later}),
asked (code, pays) AS (VALUES {programmes}),
pay_month (code, month) AS (VALUES {months}),
running AS MATERIALIZED (
    SELECT DISTINCT ON (e.child_id, e.programme_id)
           e.child_id, e.programme_id, e.id AS entitlement_id, p.code, e.to_month,
           CASE WHEN a.pays THEN o.amount ELSE r.amount END AS amount
    FROM children_child c
    JOIN assistance_entitlement e ON e.child_id = c.id
    JOIN assistance_programme p ON p.id = e.programme_id
    JOIN asked a ON a.code = p.code
    LEFT JOIN now o ON o.child_id = e.child_id AND o.programme = p.code
    LEFT JOIN LATERAL (
        SELECT amount FROM assistance_entitlementrate
        WHERE entitlement_id = e.id AND from_month <= {month}
        ORDER BY from_month DESC, id DESC LIMIT 1) r ON true
    WHERE {running} AND e.state = 'RUNNING' AND e.from_month <= {month}
      AND (e.to_month IS NULL OR e.to_month >= {next})
    ORDER BY e.child_id, e.programme_id, e.from_month),
coming AS MATERIALIZED (
    SELECT DISTINCT ON (r.child_id, r.programme_id)
           r.child_id, r.programme_id, r.entitlement_id, r.code, m.month, r.amount,
           coalesce(t.amount, 0) AS amount_then
    FROM running r
    JOIN pay_month m ON m.code = r.code AND (r.to_month IS NULL OR m.month <= r.to_month)
    LEFT JOIN later t ON t.child_id = r.child_id AND t.programme = r.code AND t.month = m.month
    WHERE r.amount > 0 AND coalesce(t.amount, 0) <> r.amount
    ORDER BY r.child_id, r.programme_id, m.month),
found AS MATERIALIZED (
    SELECT f.*, {fingerprint} AS fingerprint, {secret} AS is_secret
    FROM coming f JOIN children_child c ON c.id = f.child_id
    JOIN assistance_programme p ON p.id = f.programme_id),
gone AS (
    DELETE FROM assistance_comingchange k USING children_child c
    WHERE k.child_id = c.id AND ({where}) AND NOT EXISTS (
        SELECT FROM found f WHERE f.child_id = k.child_id AND f.programme_id = k.programme_id))
SELECT f.child_id, f.programme_id, f.entitlement_id, f.code, f.month, f.amount, f.amount_then,
       f.fingerprint, f.is_secret
FROM found f LEFT JOIN assistance_comingchange k
  ON k.child_id = f.child_id AND k.programme_id = f.programme_id
WHERE k.id IS NULL
   OR (k.entitlement_id, k.month, k.amount, k.amount_then, k.fingerprint, k.is_secret)
      IS DISTINCT FROM
      (f.entitlement_id, f.month, f.amount, f.amount_then, f.fingerprint, f.is_secret)
ORDER BY f.child_id, f.programme_id
"""
WRITE = """
INSERT INTO assistance_comingchange AS k (
    child_id, programme_id, entitlement_id, month, amount, amount_then, fingerprint, is_secret,
    cause, happens_on)
SELECT * FROM unnest(
    %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::numeric[], %s::numeric[], %s::text[],
    %s::boolean[], %s::text[], %s::date[])
ON CONFLICT (child_id, programme_id) DO UPDATE SET
    entitlement_id = excluded.entitlement_id, month = excluded.month, amount = excluded.amount,
    amount_then = excluded.amount_then, fingerprint = excluded.fingerprint,
    is_secret = excluded.is_secret, cause = excluded.cause, happens_on = excluded.happens_on
"""
