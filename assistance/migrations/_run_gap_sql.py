"""Gaps that close by a payment: looked at again when lines are written or answered.

Only children in whose list such a gap stands, and no more than `MOST` at a time: where a county was
without a run for a month, the night sees to the rest.
"""

from . import _gap_sql

MOST = 5000
WAITING = "g.closed_at IS NULL AND g.reason IN ('RUN', 'UNDER_WAY')"
MORE = f"""
CREATE OR REPLACE FUNCTION assistance_mark_gaps_of_line() RETURNS trigger
LANGUAGE plpgsql {_gap_sql.HEAD} AS $$
BEGIN
    INSERT INTO assistance_gapmark (child_id)
    SELECT DISTINCT child_id FROM changed WHERE state IN ('FAILED', 'REISSUED');
    INSERT INTO assistance_gapmark (child_id)
    SELECT g.child_id FROM assistance_gap g
    WHERE {WAITING} AND g.child_id IN (SELECT child_id FROM changed) LIMIT {MOST};
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION assistance_mark_gaps_of_run(run bigint) RETURNS void
LANGUAGE sql {_gap_sql.HEAD} AS $$
    INSERT INTO assistance_gapmark (child_id)
    SELECT g.child_id FROM assistance_gap g
    WHERE {WAITING}
      AND g.child_id IN (SELECT l.child_id FROM assistance_paymentline l WHERE l.run_id = run)
    LIMIT {MOST}
$$;
"""
TABLES = ("assistance_recognition", "assistance_freshmansubsidy")


def forwards() -> str:
    return MORE + _gap_sql.triggers_of(TABLES)


def backwards() -> str:
    gone = "DROP FUNCTION IF EXISTS assistance_mark_gaps_of_run(bigint);"
    return _gap_sql.FUNCTIONS + gone + _gap_sql.without_triggers_of(TABLES)
