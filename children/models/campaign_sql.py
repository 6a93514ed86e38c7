"""What the database keeps of a round; written after each migration.

A statement on the children of a round adds what it changed to the rows of their villages, and to no
other row: two thousand villages may answer at once. The additions hold however statements overlap,
as each is made to the row as it stands then. `tests/children/models/test_campaign.py` compares
them with a count.
"""

from typing import Any

from django.db import connections

from accounts.guard.install import OWNER, application_role

_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public"
# Measure → SQL of one row of children_campaignchild that counts in it.
COUNTED = {
    "known": "kind = 'KNOWN'",
    "leads": "kind = 'LEAD'",
    "found": "kind = 'FOUND'",
    "waiting": "outcome = '' AND NOT is_gone",
    "unchanged": "outcome = 'UNCHANGED'",
    "changed": "outcome = 'CHANGED'",
    "away": "outcome = 'AWAY'",
    "visited": "outcome = 'VISITED'",
    "gone": "outcome = '' AND is_gone",
}
_SOURCES = {
    "INSERT": "SELECT 1 AS sign, * FROM new_rows",
    "DELETE": "SELECT -1 AS sign, * FROM old_rows",
    "UPDATE": "SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows",
}
_TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def _counting(event: str) -> str:
    function = f"children_campaign_counts_{event.lower()}"
    sets = ", ".join(f"{name} = a.{name} + d.{name}" for name in COUNTED)
    sums = ", ".join(f"sum(sign * ({sql})::int)::int AS {name}" for name, sql in COUNTED.items())
    return f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger {_HEAD} AS $$
BEGIN
    -- Two rows are touched where a child moves: always in one order.
    PERFORM FROM children_campaignanswer
    WHERE id IN (SELECT answer_id FROM ({_SOURCES[event]}) AS r)
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE children_campaignanswer a SET {sets}
    FROM (SELECT answer_id, {sums} FROM ({_SOURCES[event]}) AS r GROUP BY answer_id) AS d
    WHERE a.id = d.answer_id;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {function} ON children_campaignchild;
CREATE TRIGGER {function} AFTER {event} ON children_campaignchild REFERENCING {_TABLES[event]}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


# A child that moves is asked about where its file is kept now, if that place has not answered yet;
# else, and when the file was closed, it has gone without an answer.
_FOLLOWING = f"""
CREATE OR REPLACE FUNCTION children_campaign_follows_child() RETURNS trigger {_HEAD} AS $$
DECLARE
    moved bigint[] := ARRAY(
        SELECT r.id FROM new_rows n JOIN old_rows o USING (id)
        JOIN children_campaignchild r ON r.child_id = n.id AND r.outcome = ''
        JOIN children_campaignanswer own ON own.id = r.answer_id AND NOT own.is_over
        WHERE (n.status = 'CLOSED', n.managing_area_id)
              IS DISTINCT FROM (o.status = 'CLOSED', o.managing_area_id));
BEGIN
    IF cardinality(moved) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM FROM children_campaignanswer a
    WHERE a.id IN (
        SELECT r.answer_id FROM children_campaignchild r WHERE r.id = ANY (moved)
        UNION
        SELECT t.id FROM children_campaignchild r JOIN children_child c ON c.id = r.child_id
        JOIN children_campaignanswer t
          ON t.campaign_id = r.campaign_id AND t.place_id = c.managing_area_id
        WHERE r.id = ANY (moved))
    ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE children_campaignchild r
    SET answer_id = next.answer_id, is_gone = next.is_gone
    FROM (
        SELECT line.id, coalesce(t.id, line.answer_id) AS answer_id,
               c.status = 'CLOSED' OR t.id IS NULL AS is_gone
        FROM children_campaignchild line
        JOIN children_campaignanswer own ON own.id = line.answer_id AND NOT own.is_over
        JOIN children_child c ON c.id = line.child_id
        LEFT JOIN children_campaignanswer t
          ON t.campaign_id = line.campaign_id AND t.place_id = c.managing_area_id
         AND t.answered_at IS NULL AND NOT t.is_over
        WHERE line.id = ANY (moved)) AS next
    WHERE r.id = next.id;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS children_campaign_follows_child ON children_child;
CREATE TRIGGER children_campaign_follows_child AFTER UPDATE ON children_child
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION children_campaign_follows_child();
"""
# What a closed round holds stays as it was signed.
_FROZEN = f"""
CREATE OR REPLACE FUNCTION children_campaign_is_closed() RETURNS trigger {_HEAD} AS $$
BEGIN
    RAISE EXCEPTION 'the round is closed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_is_closed';
END $$;
DROP TRIGGER IF EXISTS children_campaign_is_closed ON children_campaignanswer;
CREATE TRIGGER children_campaign_is_closed BEFORE UPDATE ON children_campaignanswer
    FOR EACH ROW WHEN (OLD.is_over) EXECUTE FUNCTION children_campaign_is_closed();
DROP TRIGGER IF EXISTS children_campaign_is_closed ON children_campaign;
CREATE TRIGGER children_campaign_is_closed BEFORE UPDATE ON children_campaign
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION children_campaign_is_closed();
"""


def statements() -> str:
    return "\n".join([*(_counting(event) for event in _SOURCES), _FOLLOWING, _FROZEN])


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing unless the owner migrated as far as the tables."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with connection.cursor() as cursor:
        if "children_campaignchild" in connection.introspection.table_names(cursor):
            cursor.execute(statements())
