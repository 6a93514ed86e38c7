"""Fills a database with n invented children, set-based, with their history rows.

Counties of 10,000 children, townships of 1,000, villages of 100; every row as the registry itself
would write it (encrypted numbers, search keys), only faster: as superuser, triggers off, the keys
written outright. `agrees` asks the triggers' own functions whether the keys are true.
"""

import os
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg

from accounts.crypto.cipher import blind_index, encrypt
from children.rules import names
from children.rules.identifiers import make_resident_id
from distress_registry.demo import people

POOL = 20_000
CHUNK = 20_000
PER_COUNTY, PER_TOWNSHIP, PER_VILLAGE = 10_000, 1_000, 100
CATEGORY = """CASE WHEN g % 20 = 0 THEN 'DE_FACTO' WHEN g % 5 = 1 THEN 'DISABLED'
    WHEN g % 3 = 0 THEN 'LEFT_BEHIND' WHEN g % 200 = 2 THEN 'ORPHAN_SCAT' END"""
AREA = f"""('33' || lpad(((g - 1) / {PER_COUNTY} / 10 + 1)::text, 2, '0')
    || lpad(((g - 1) / {PER_COUNTY} % 10 + 1)::text, 2, '0')
    || (100 + (g - 1) / {PER_TOWNSHIP} % {PER_COUNTY // PER_TOWNSHIP})::text
    || (200 + (g - 1) / {PER_VILLAGE} % {PER_TOWNSHIP // PER_VILLAGE})::text)"""


def fill(server: psycopg.Connection, n: int) -> None:
    """`server` is a superuser's connection to a migrated, empty database."""
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute("SET LOCAL maintenance_work_mem = '1GB'")
        server.execute("SET LOCAL work_mem = '256MB'")
        _areas(server, n)
        indexes = _drop_indexes(server)
        _children(server, n)
        _records(server)
        for definition in indexes:
            server.execute(definition)
    _figures(server, n)
    server.execute("VACUUM ANALYZE")


def _figures(server: psycopg.Connection, n: int) -> None:
    """Due work and the county's picture, by the database's own functions."""
    for first in range(0, n, CHUNK):
        ids = f"ARRAY(SELECT id FROM children_child WHERE id > {first} AND id <= {first + CHUNK})"
        server.execute(f"SELECT children_refresh_due({ids}, current_date)")
        server.execute(f"SELECT picture_refresh({ids}, current_date)")
    server.execute("SELECT picture_note_following(current_date)")


def _areas(server: psycopg.Connection, n: int) -> None:
    server.execute("INSERT INTO accounts_area (code, name, level, search_keys)"
                   " VALUES ('33', '浙江省', 2, '{}')")  # fmt: skip
    for digits, parent in ((4, 2), (6, 4), (9, 6), (12, 9)):
        server.execute(
            f"INSERT INTO accounts_area (code, name, level, parent_id, search_keys)"
            f" SELECT DISTINCT left({AREA}, {digits}), '地' || left({AREA}, {digits}), {digits},"
            f" left({AREA}, {parent}), '{{}}'::text[] FROM generate_series(1, {n}, {PER_VILLAGE}) g"
        )


def _drop_indexes(server: psycopg.Connection) -> list[str]:
    """Plain indexes are made anew after the rows; constraints stay."""
    found = server.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'children_child'::regclass"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
    ).fetchall()
    for name, _definition in found:
        server.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _people(n: int) -> Iterator[tuple]:
    chance, today = random.Random(7), date.today()
    for g in range(1, n + 1):
        born = today - timedelta(days=chance.randint(200, 17 * 365))
        male = chance.random() < 0.52
        number = make_resident_id(f"99{g // 10_000_000 % 100:02}{g // 100_000 % 100:02}", born,
                                  (g * 2 + male) % 1000)  # fmt: skip
        key = uuid.UUID(bytes=os.urandom(16), version=4)
        sealed = encrypt(number, f"children.Child.id_number:{key}")
        # Numbers may meet by chance among a million; the hash is what must be one of its kind.
        digest = blind_index(number if g <= 1000 else f"{number}/{g}", "id_number")
        yield (g, key, sealed, digest, born,
               "MALE" if male else "FEMALE", chance.randrange(POOL))  # fmt: skip


def _children(server: psycopg.Connection, n: int) -> None:
    chance = random.Random(5)
    server.execute("CREATE TEMP TABLE pool (i int PRIMARY KEY, name text, sort text, keys text[])")
    with server.cursor().copy("COPY pool FROM STDIN") as copy:
        for i in range(POOL):
            name = people.name(chance)
            copy.write_row((i, name, names.sort_key(name), names.search_keys(name)))
    server.execute("CREATE TEMP TABLE person (g int, key uuid, sealed bytea,"
                   " digest bytea, born date, sex text, i int)")  # fmt: skip
    with server.cursor().copy("COPY person FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int4", "uuid", "bytea", "bytea", "date", "text", "int4"])
        for row in _people(n):
            copy.write_row(row)
    server.execute("ANALYZE person")
    server.execute(
        f"""
        INSERT INTO children_child (id, uuid, version, updated_at, case_number, name, id_type,
            id_number, id_number_hash, birth_date, sex, residence_area_id, managing_area_id,
            address, phone, notes, status, risk_level, opened_on, closing_reason, name_sort,
            name_keys, phone_last_four, related_keys)
        SELECT g, key, 1, now() - (g % 500000) * interval '1 minute',
            left({AREA}, 6) || '2026' || lpad(((g - 1) % {PER_COUNTY} + 1)::text, 6, '0'),
            pool.name, 'RESIDENT_ID', sealed, digest, born, sex, {AREA}, {AREA}, g % 90 || '号',
            '', '', CASE WHEN g % 3 = 2 THEN 'LEAD' ELSE 'ACTIVE' END,
            CASE WHEN g % 50 = 0 THEN 'HIGH' WHEN g % 7 = 0 THEN 'MEDIUM' WHEN g % 2 = 0 THEN 'LOW'
                 ELSE 'UNKNOWN' END,
            current_date, '', pool.sort, pool.keys, '',
            array_remove(ARRAY['#c:' || {CATEGORY},
                CASE WHEN g % 10 <> 9 THEN '#p:' || lpad((g % 10000)::text, 4, '0') END,
                CASE WHEN g % 10 = 9 THEN '#m:carer' END, '#m:parents',
                CASE WHEN {CATEGORY} IS NULL THEN '#m:category' END], NULL)
        FROM person JOIN pool USING (i)"""
    )
    server.execute("SELECT setval('children_child_id_seq', %s)", [n])
    _history(server, "children_child", "children_historicalchild")


def _records(server: psycopg.Connection) -> None:
    """A carer for nine of ten, the category each was given."""
    server.execute(
        """INSERT INTO children_guardian (uuid, version, updated_at, name, id_type, id_number,
            phone, phone_last_four, workplace, recorded_in_id)
        SELECT gen_random_uuid(), 1, now(), left(name, 1) || '大山', 'NONE', '', '',
            lpad((id % 10000)::text, 4, '0'), '', managing_area_id
        FROM children_child WHERE id % 10 <> 9 ORDER BY id"""
    )
    server.execute(
        """INSERT INTO children_guardianship (uuid, version, updated_at, child_id, guardian_id,
            relation, kind, starts_on, is_main_carer, lives_with_child, do_not_notify)
        SELECT gen_random_uuid(), 1, now(), c.id, g.id, 'GRANDMOTHER_PATERNAL', 'ENTRUSTED',
            current_date - 400, true, true, false
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM children_child
              WHERE id % 10 <> 9) c
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS r FROM children_guardian) g USING (r)"""
    )
    server.execute(
        f"""INSERT INTO children_categoryspell (uuid, version, updated_at, child_id, category,
            starts_on, legal_basis, evidence, ending_reason)
        SELECT gen_random_uuid(), 1, now(), id, category, current_date - 300, '', '', ''
        FROM (SELECT id, {CATEGORY.replace("g %", "id %")} AS category FROM children_child) s
        WHERE category IS NOT NULL"""
    )
    for table in ("guardian", "guardianship", "categoryspell"):
        _history(server, f"children_{table}", f"children_historical{table}")


def _history(server: psycopg.Connection, table: str, history: str) -> None:
    ours = {r[0] for r in server.execute(_COLUMNS, [table])}
    kept = ", ".join(f'"{r[0]}"' for r in server.execute(_COLUMNS, [history]) if r[0] in ours)
    server.execute(
        f"INSERT INTO {history} ({kept}, history_date, history_type)"
        f" SELECT {kept}, now(), '+' FROM {table}"
    )


_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    " AND NOT attisdropped AND attname <> 'history_date'"
)


def agrees(server: psycopg.Connection) -> bool:
    """Whether the keys written outright are those the triggers would have made."""
    wrong = server.execute(
        "SELECT count(*) FROM (SELECT id, related_keys FROM children_child ORDER BY id LIMIT 500) c"
        " WHERE NOT (related_keys @> registry_child_related_keys(id)"
        " AND registry_child_related_keys(id) @> related_keys)"
    ).fetchone()
    return wrong == (0,)
