"""Fills what follows the children of a database that `bench.fill` filled: visits, people, a round.

Ten visits to a child over two years, with history; a child director to each of the first 5,000
villages; one round of checks over the whole place, opened by the application itself, which half of
the villages have answered. Rows that triggers keep are made by the registry's own functions.
"""

import psycopg

from bench.fill import _figures, _history

VISITS = 10  # to a child
APART = 70  # days between two of them
DIRECTORS = 5_000
FIRST_USER = 5_000_000  # a director's user and posting have the same number


def fill_following(server: psycopg.Connection, n: int) -> None:
    """`server` is a superuser's connection; `n` children are there, numbered from 1."""
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute("SET LOCAL maintenance_work_mem = '1GB'")
        server.execute("SET LOCAL work_mem = '256MB'")
        _directors(server)
        _visits(server)
    server.execute("VACUUM ANALYZE children_homevisit, children_historicalhomevisit")
    _figures(server, n)
    _open_round()
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute(
            """UPDATE children_campaignanswer SET answered_at = now(), answered_by_id =
                (SELECT opened_by_id FROM children_campaign), unchanged = waiting, waiting = 0,
                is_nil = true
            WHERE id % 2 = 0"""
        )
    server.execute("VACUUM ANALYZE")


def _directors(server: psycopg.Connection) -> None:
    server.execute(
        f"""INSERT INTO accounts_user (id, password, is_superuser, username, full_name, is_active,
            is_staff, date_joined, email, language, single_keys)
        SELECT {FIRST_USER} + r, '', false, 'bench-director-' || r, '主任' || r, true, false, now(),
            '', '', true
        FROM generate_series(1, {DIRECTORS}) r"""
    )
    server.execute(
        f"""INSERT INTO accounts_posting (id, user_id, role, area_id, starts_on)
        SELECT {FIRST_USER} + r, {FIRST_USER} + r, 'CHILD_DIRECTOR', code, current_date - 800
        FROM (SELECT code, row_number() OVER (ORDER BY code) AS r FROM accounts_area
              WHERE level = 12 ORDER BY code LIMIT {DIRECTORS}) a"""
    )
    for table in ("accounts_user", "accounts_posting"):
        server.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


def _visits(server: psycopg.Connection) -> None:
    """The last one up to sixty days ago: of some children the next is overdue by now."""
    server.execute(
        f"""INSERT INTO children_homevisit (uuid, version, updated_at, child_id, visitor_id,
            companions, visited_on, mode, outcome, place, child_seen, living_conditions, diet,
            clothes, health, injuries, schooling, mood, guardian_conduct, allowance_use, summary,
            needs, promises)
        SELECT gen_random_uuid(), 1, now(), c.id, {FIRST_USER} + 1, '',
            current_date - (c.id % 60)::int - k * {APART}, 'HOME', 'MET', '', 'ALONE', 'GOOD', '',
            '', 'GOOD', 'NONE', '', CASE WHEN c.id % 9 = 0 THEN 'FAIR' ELSE 'GOOD' END, '', '',
            '家里都好', '', ''
        FROM generate_series({VISITS} - 1, 0, -1) k, children_child c ORDER BY k DESC, c.id"""
    )
    _history(server, "children_homevisit", "children_historicalhomevisit")


def _open_round() -> None:
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Area, Posting, User
    from accounts.scope import EVERYTHING, acting
    from children.actions.campaign import open_campaign
    from children.models import KeyFact

    now = timezone.now()
    with acting(EVERYTHING), transaction.atomic():
        user = User.objects.create(username="bench-everywhere")
        posting = Posting.objects.create(
            user=user, role="COUNTY_OFFICER", area=Area.objects.get(code="33"),
            starts_on="2020-01-01",
        )  # fmt: skip
    facts = {
        "title": "摸排", "facts": [KeyFact.values[0]], "from_age": 0, "to_age": 17,
        "categories": [], "due_on": timezone.localdate(now) + timedelta(days=14),
    }  # fmt: skip
    with acting(EVERYTHING):
        open_campaign(facts=facts, by=posting, now=now)
