"""Fills the schools of a database that `bench.fill` filled with children; set-based, with history.

Two schools to a township of 1,000 children, 30 staff to a school, every child on a roll, paired,
and contacted `CONTACTS` times. Run as superuser, triggers off; what triggers keep (summaries,
search keys) is made by the registry's own functions afterwards.
"""

import psycopg

from bench.fill import _history

STAFF = 30  # to a school: a principal, a counsellor, the others class teachers
CONTACTS = 30  # to a child
# Child id → number of its school (1 …): the halves of its township.
SCHOOL_OF = "((id - 1) / 500 + 1)"
FIRST_SCHOOL = 1_000_000  # organisations of the bench are numbered from here on
FIRST_USER = 5_000_000  # users too: a staff member's user and posting have the same number


def fill_schools(server: psycopg.Connection, n: int) -> None:
    """`server` is a superuser's connection; `n` children are there, numbered from 1."""
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute("SET LOCAL maintenance_work_mem = '1GB'")
        server.execute("SET LOCAL work_mem = '256MB'")
        _calendar(server)
        _schools(server, n // 500)
        _staff(server, n // 500)
        _rolls(server)
        _contacts(server)
        for table, column in (("accounts_organisation", "id"), ("accounts_user", "id"),
                              ("accounts_posting", "id")):  # fmt: skip
            server.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
                f" (SELECT max({column}) FROM {table}))"
            )
    server.execute("VACUUM ANALYZE")


def _calendar(server: psycopg.Connection) -> None:
    """The school year that is on, one term that covers today."""
    server.execute(
        """INSERT INTO schools_schoolyear (name, starts_on, ends_on)
        VALUES ('bench', current_date - 300, current_date + 60)"""
    )
    server.execute(
        """INSERT INTO schools_term (year_id, season, starts_on, ends_on)
        SELECT id, 2, current_date - 100, current_date + 40 FROM schools_schoolyear"""
    )


def _schools(server: psycopg.Connection, schools: int) -> None:
    server.execute(
        f"""INSERT INTO accounts_organisation (id, code, kind, name, area_id, is_active)
        SELECT {FIRST_SCHOOL} + s, '2133' || lpad(s::text, 6, '0'), 'SCHOOL', '第' || s || '小学',
            (SELECT left(managing_area_id, 9) FROM children_child WHERE id = (s - 1) * 500 + 1),
            true
        FROM generate_series(1, {schools}) s"""
    )
    server.execute(
        f"""INSERT INTO schools_school (organisation_id, stages)
        SELECT {FIRST_SCHOOL} + s, ARRAY['PRIMARY', 'JUNIOR']
        FROM generate_series(1, {schools}) s"""
    )


def _staff(server: psycopg.Connection, schools: int) -> None:
    """Staff i (from 0) of school s is user and posting FIRST_USER + (s - 1) × STAFF + i."""
    server.execute(
        f"""INSERT INTO accounts_user (id, password, is_superuser, username, full_name, is_active,
            is_staff, date_joined, first_name, last_name, email)
        SELECT {FIRST_USER} + u, '', false, 'bench-staff-' || u, '教师' || u, true, false, now(),
            '', '', ''
        FROM generate_series(0, {schools * STAFF - 1}) u"""
    )
    server.execute(
        f"""INSERT INTO accounts_posting (id, user_id, role, organisation_id, starts_on)
        SELECT {FIRST_USER} + u, {FIRST_USER} + u,
            CASE u % {STAFF} WHEN 0 THEN 'PRINCIPAL' WHEN 1 THEN 'COUNSELLOR'
                 ELSE 'CLASS_TEACHER' END,
            {FIRST_SCHOOL} + u / {STAFF} + 1, current_date - 800
        FROM generate_series(0, {schools * STAFF - 1}) u"""
    )


def _helper() -> str:
    """SQL: the posting that helps child `id`: class teachers in turn."""
    return f"({FIRST_USER} + ({SCHOOL_OF} - 1) * {STAFF} + 2 + id % {STAFF - 2})"


def _rolls(server: psycopg.Connection) -> None:
    server.execute(
        f"""INSERT INTO children_caseaccess (child_id, organisation_id, reason, opened_at)
        SELECT id, {FIRST_SCHOOL} + {SCHOOL_OF}, 'ENROLMENT', now() - interval '300 days'
        FROM children_child"""
    )
    server.execute(
        f"""INSERT INTO children_caseaccess (child_id, user_id, reason, opened_at)
        SELECT id, {_helper()}, 'PAIRING', now() - interval '300 days' FROM children_child"""
    )
    server.execute(
        f"""INSERT INTO schools_enrolment (uuid, version, updated_at, child_id, school_id, stage,
            grade, class_name, is_boarding, placement, status, starts_on)
        SELECT gen_random_uuid(), 1, now(), id, {FIRST_SCHOOL} + {SCHOOL_OF}, 'PRIMARY',
            id % 6 + 1, '1班', false, 'ORDINARY', 'ENROLLED', current_date - 300
        FROM children_child"""
    )
    server.execute(
        f"""INSERT INTO schools_pairing (uuid, version, updated_at, child_id, helper_id, is_main,
            starts_on, confirmed_at)
        SELECT gen_random_uuid(), 1, now(), id, {_helper()}, true, current_date - 300, now()
        FROM children_child"""
    )
    for table in ("enrolment", "pairing"):
        _history(server, f"schools_{table}", f"schools_historical{table}")
    _history(server, "children_caseaccess", "children_historicalcaseaccess")


def _contacts(server: psycopg.Connection) -> None:
    """A contact every ten days or so; one in eight in vain, one in eleven a worrying mood."""
    server.execute(
        f"""INSERT INTO schools_guardiancontact (uuid, version, updated_at, child_id, helper_id,
            kind, means, happened_on, is_reached, minutes, physical_state, mental_state, summary,
            agreed)
        SELECT gen_random_uuid(), 1, now(), id, {_helper()},
            CASE WHEN k % 9 = 4 THEN 'CHILD_TALK' ELSE 'GUARDIAN' END,
            CASE WHEN k % 9 = 4 THEN 'IN_PERSON' ELSE 'PHONE' END,
            current_date - (k * 10 + id % 23)::int, (id + k) % 8 <> 3, 5, '',
            CASE WHEN (id + k) % 8 = 3 THEN '' WHEN (id + k) % 11 = 2 THEN 'WORRYING'
                 ELSE 'GOOD' END,
            '奶奶说孩子按时写作业', ''
        FROM children_child, generate_series(0, {CONTACTS - 1}) k"""
    )
    _history(server, "schools_guardiancontact", "schools_historicalguardiancontact")
