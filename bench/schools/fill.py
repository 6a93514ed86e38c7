"""Fills the schools of a database that `bench.fill` filled with children; set-based, with history.

Two schools to a township of 1,000 children, 30 staff to a school, every child on a roll, paired,
contacted `CONTACTS` times and told of by one notice. Run as superuser, triggers off; the rows that
triggers keep (whose contact is due when) are made by the registry's own functions afterwards.
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
        _groups(server)
        _rolls(server)
        _contacts(server)
        _absences(server)
        _notices(server)
        for table in ("accounts_organisation", "accounts_user", "accounts_posting"):
            server.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                f" (SELECT max(id) FROM {table}))"
            )
    server.execute("VACUUM ANALYZE")
    server.execute("SELECT schools_refresh_contacts(NULL)")
    server.execute("SELECT schools_refresh_due(NULL, current_date)")
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
            is_staff, date_joined, email, language, single_keys)
        SELECT {FIRST_USER} + u, '', false, 'bench-staff-' || u, '教师' || u, true, false, now(),
            '', '', true
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


def _groups(server: psycopg.Connection) -> None:
    """A working group to a school; of its eight seats that of grade 6 stands empty."""
    server.execute(
        """INSERT INTO schools_workinggroup (school_id, year_id, formed_on)
        SELECT organisation_id, y.id, current_date - 300
        FROM schools_school, schools_schoolyear y"""
    )
    server.execute(
        """INSERT INTO schools_seat (group_id, kind, stage, grade, class_name, subject, opened_on)
        SELECT g.id, kind, stage, grade, class_name, '', current_date - 300
        FROM schools_workinggroup g, (
            SELECT 'LEAD' AS kind, '' AS stage, NULL::int AS grade, '' AS class_name
            UNION ALL SELECT 'COUNSELLOR', '', NULL, ''
            UNION ALL SELECT 'CLASS_TEACHER', 'PRIMARY', n, '1班' FROM generate_series(1, 6) n) k"""
    )
    server.execute(
        f"""INSERT INTO schools_seatholder (seat_id, holder_id, starts_on)
        SELECT s.id, {FIRST_USER} + (g.school_id - {FIRST_SCHOOL} - 1) * {STAFF}
            + CASE s.kind WHEN 'LEAD' THEN 0 WHEN 'COUNSELLOR' THEN 1 ELSE 1 + s.grade END,
            current_date - 300
        FROM schools_seat s JOIN schools_workinggroup g ON g.id = s.group_id
        WHERE s.grade IS DISTINCT FROM 6"""
    )
    for table in ("workinggroup", "seat", "seatholder"):
        _history(server, f"schools_{table}", f"schools_historical{table}")


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
            grade, class_name, is_boarding, placement, status, roll_number, starts_on, end_reason)
        SELECT gen_random_uuid(), 1, now(), id, {FIRST_SCHOOL} + {SCHOOL_OF}, 'PRIMARY',
            id % 6 + 1, '1班', false, 'ORDINARY', 'ENROLLED', '', current_date - 300, ''
        FROM children_child"""
    )
    server.execute(
        f"""INSERT INTO schools_pairing (uuid, version, updated_at, child_id, helper_id, is_main,
            starts_on, ended_because, confirmed_at)
        SELECT gen_random_uuid(), 1, now(), id, {_helper()}, true, current_date - 300, '', now()
        FROM children_child"""
    )
    for table in ("enrolment", "pairing"):
        _history(server, f"schools_{table}", f"schools_historical{table}")
    _history(server, "children_caseaccess", "children_historicalcaseaccess")


def _contacts(server: psycopg.Connection) -> None:
    """A contact every ten days or so; one in eight in vain, one in eleven a worrying mood."""
    server.execute(
        f"""INSERT INTO schools_guardiancontact (uuid, version, updated_at, child_id, helper_id,
            kind, means, happened_on, is_reached, minutes, subjects, physical_state, mental_state,
            living_conditions, summary, agreed)
        SELECT gen_random_uuid(), 1, now(), id, {_helper()},
            CASE WHEN k % 9 = 4 THEN 'CHILD_TALK' ELSE 'GUARDIAN' END,
            CASE WHEN k % 9 = 4 THEN 'IN_PERSON' ELSE 'PHONE' END,
            current_date - (k * 10 + id % 23)::int, (id + k) % 8 <> 3, 5, ARRAY['STUDY', 'MOOD'],
            '', CASE WHEN (id + k) % 8 = 3 THEN '' WHEN (id + k) % 11 = 2 THEN 'WORRYING'
                 ELSE 'GOOD' END,
            '', '奶奶说孩子按时写作业', ''
        FROM children_child, generate_series({CONTACTS - 1}, 0, -1) k ORDER BY k DESC, id"""
    )
    _history(server, "schools_guardiancontact", "schools_historicalguardiancontact")


def _absences(server: psycopg.Connection) -> None:
    """One child in twenty was ill for three days this term."""
    server.execute(
        f"""INSERT INTO schools_absence (uuid, version, updated_at, child_id, school_id, kind,
            starts_on, ends_on, remark)
        SELECT gen_random_uuid(), 1, now(), id, {FIRST_SCHOOL} + {SCHOOL_OF}, 'ILL',
            current_date - (20 + id % 40)::int, current_date - (17 + id % 40)::int, ''
        FROM children_child WHERE id % 20 = 7"""
    )
    _history(server, "schools_absence", "schools_historicalabsence")


def _notices(server: psycopg.Connection) -> None:
    """One to each carer, a batch to a helper; one in four is unread."""
    server.execute(
        """INSERT INTO schools_notice (uuid, version, updated_at, child_id, writer_id, batch, kind,
            language, subject, body, asks_answer, withdrawn_because, written_at, expanded_at)
        SELECT gen_random_uuid(), 1, now(), child_id, helper_id, md5(helper_id::text)::uuid,
            'OTHER', 'zh-hans', '家长会', '星期五下午三点开家长会。', false, '',
            now() - interval '9 days', now() - interval '9 days'
        FROM schools_pairing"""
    )
    server.execute(
        """INSERT INTO schools_noticedelivery (uuid, version, updated_at, child_id, notice_id,
            guardianship_id, guardian_id, step, step_on, state, phone, tries, sent_at, failure,
            read_at, answer, answer_text)
        SELECT gen_random_uuid(), 1, now(), n.child_id, n.id, g.id, g.guardian_id, 'PAGE',
            current_date - 9, CASE WHEN n.child_id % 4 = 0 THEN 'SENT' ELSE 'READ' END, '', 1,
            n.written_at, '', CASE WHEN n.child_id % 4 <> 0 THEN now() - interval '8 days' END,
            '', ''
        FROM schools_notice n JOIN children_guardianship g ON g.child_id = n.child_id"""
    )
    for table in ("notice", "noticedelivery"):
        _history(server, f"schools_{table}", f"schools_historical{table}")
