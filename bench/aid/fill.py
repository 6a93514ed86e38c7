"""Lays aid over a filled database: papers, the example rules, 35 entitlements for 100 children.

One disabled child in ten lacks the subsidy it is owed, and some are paid what is not owed any more,
so that both lists of gaps have lines as a county's would.
"""

from datetime import date
from pathlib import Path
from typing import Any

import psycopg

RULES = Path(__file__).resolve().parents[2] / "docs/examples/rules.json"
DISABLED = "id % 5 = 1"
CERTIFICATE = f"""
SELECT id AS child_id, 6 AS kind, (id / 5 % 4 + 1)::int AS grade, decode(md5(id::text), 'hex')
       AS number_hash, date '2024-01-15' AS issued_on, 'VALID' AS status,
       CASE WHEN id % 50 = 1 THEN current_date + 20 END AS expires_on
FROM children_child WHERE {DISABLED}"""
ECONOMIC = f"""
SELECT id AS child_id, 'DIBAO' AS status, date '2024-01-15' AS starts_on
FROM children_child WHERE {DISABLED}"""
# Who is entitled to what; every fiftieth was forgotten.
ENTITLEMENT = f"""
SELECT c.id AS child_id, p.id AS programme_id, 'RUNNING' AS state,
       date_trunc('month', current_date - 90)::date AS from_month, u.id AS proposed_by_id,
       now() - interval '100 days' AS proposed_at, u.second AS confirmed_by_id,
       now() - interval '99 days' AS confirmed_at
FROM children_child c JOIN assistance_programme p
  ON p.code = 'LIVING' AND c.{DISABLED} OR p.code = 'DE_FACTO' AND c.id % 20 = 0
  OR p.code = 'NURSING' AND c.{DISABLED} AND c.id / 5 % 4 < 2
CROSS JOIN (SELECT min(id) AS id, max(id) AS second FROM accounts_user) u
WHERE c.id % 250 <> 1"""
ACCOUNT = """
SELECT DISTINCT ON (e.child_id) e.child_id, 'CHILD' AS holder_is, 'x' AS holder, 'x' AS bank,
       decode(md5('a' || e.child_id), 'hex') AS account_number_hash, 0 AS proof_id,
       'IN_USE' AS state, e.proposed_by_id, e.proposed_at, e.confirmed_by_id AS decided_by_id,
       e.confirmed_at AS decided_at
FROM assistance_entitlement e ORDER BY e.child_id"""
RATE = """
SELECT e.child_id, e.id AS entitlement_id, e.from_month, coalesce(o.amount, 100) AS amount,
       e.confirmed_at AS set_at
FROM assistance_entitlement e JOIN assistance_programme p ON p.id = e.programme_id
LEFT JOIN ({owed}) o ON o.child_id = e.child_id AND o.programme = p.code
ORDER BY e.child_id"""
COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
  AND NOT atthasdef AND attidentity = ''"""
USUAL = {
    "uuid": "gen_random_uuid()", "timestamp with time zone": "now()", "integer": "1",
    "boolean": "false", "jsonb": "'[]'", "bytea": "''",
}  # fmt: skip


def fill_aid(server: psycopg.Connection) -> None:
    """`server` is a superuser's connection; the children are there."""
    _rules()
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute(
            "INSERT INTO accounts_user (password, is_superuser, username, full_name, is_active,"
            " is_staff, date_joined, email, language, single_keys)"
            " SELECT '', false, name, '', true, false, now(), '', '', true"
            " FROM unnest(ARRAY['bench-aid', 'bench-aid-2']) name"
        )
        _insert(server, "children_disabilitycertificate", CERTIFICATE)
        _insert(server, "children_economicstatusspell", ECONOMIC)
        _insert(server, "assistance_entitlement", ENTITLEMENT)
        _insert(server, "assistance_paymentaccount", ACCOUNT)
    server.execute("VACUUM ANALYZE")
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        _insert(server, "assistance_entitlementrate", RATE.replace("{owed}", owed_now()))
    server.execute("VACUUM ANALYZE")


def owed_now() -> str:
    from django.db import transaction
    from django.utils import timezone

    from accounts.scope import EVERYTHING, acting
    from assistance.models.owed import statement
    from assistance.models.rulebook import kept_rules

    with acting(EVERYTHING), transaction.atomic():
        return statement(kept_rules().book(), _month(timezone.localdate()))


def _month(day: date) -> date:
    return day.replace(day=1)


def _rules() -> None:
    from django.db import transaction
    from django.utils import timezone

    from accounts.scope import EVERYTHING, acting
    from assistance.actions.load_rules import load_rules
    from assistance.rules.reading import load

    with acting(EVERYTHING), transaction.atomic():
        load_rules(data=load(RULES.read_text(encoding="utf-8")), by=None, now=timezone.now())


def _insert(server: psycopg.Connection, table: str, rows: str) -> None:
    """What a row must hold and `rows` does not name is written as the forms would leave it."""
    found: Any = server.execute(f"SELECT * FROM ({rows}) r LIMIT 0").description
    named = {column.name for column in found}
    needed = [(name, kind) for name, kind in server.execute(COLUMNS, [table]).fetchall()
              if name not in named]  # fmt: skip
    values = [USUAL.get(kind, "''") for _name, kind in needed]
    columns = ", ".join([*(name for name, _kind in needed), *(c.name for c in found)])
    taken = ", ".join([*values, *(f"r.{c.name}" for c in found)])
    server.execute(f"INSERT INTO {table} ({columns}) SELECT {taken} FROM ({rows}) r")
