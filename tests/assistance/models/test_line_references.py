"""What a payment line points to is there and stays, though no foreign key looks row by row."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone
from psycopg import IsolationLevel

from accounts.guard.install import references_in_sets
from accounts.guard.references import MANY
from accounts.history_rows import write_history
from accounts.scope import EVERYTHING, acting
from assistance.models import PaymentLine
from tests.factories import PaymentAccountFactory, PaymentLineFactory

NOBODY = 987_654_321
LINE = [one for one in references_in_sets() if one.table == PaymentLine._meta.db_table]


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def refused(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert error.value.__cause__.diag.constraint_name == name
    assert error.value.__cause__.sqlstate == "23503"


def copied(line, **instead):
    """One more row like `line`, a month later, as a statement of the database alone."""
    facts = {"month": date(2031, 1, 1)} | instead
    columns = [f.column for f in PaymentLine._meta.concrete_fields if not f.primary_key]
    values = ", ".join("%s" if column in facts else f'"{column}"' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return sql(
        f"INSERT INTO assistance_paymentline ({names})"
        f" SELECT {values} FROM assistance_paymentline WHERE id = %s",
        *(facts[column] for column in columns if column in facts), line.pk,
    )  # fmt: skip


@pytest.mark.django_db
def test_each_foreign_key_of_a_line_is_looked_after():
    relations = {f.column for f in PaymentLine._meta.concrete_fields if f.is_relation}

    assert {one.column for one in LINE} == relations
    assert len(relations) == 7
    assert sql("SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
               PaymentLine._meta.db_table) == 0  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("one", LINE, ids=lambda one: one.column)
def test_a_new_line_that_points_to_nothing_is_refused(one):
    line = PaymentLineFactory()

    instead = {one.column: NOBODY}
    if one.column == "replaces_id":
        instead["kind"] = "REISSUE"
    refused(one.name, lambda: copied(line, **instead))


@pytest.mark.django_db
@pytest.mark.parametrize("one", LINE, ids=lambda one: one.column)
def test_a_line_cannot_be_turned_to_nothing(one):
    line = PaymentLineFactory()

    def turn():
        copied(line, replaces_id=line.pk, kind="REISSUE")
        sql(
            f"UPDATE assistance_paymentline SET {one.column} = %s WHERE replaces_id = %s",
            NOBODY, line.pk,
        )  # fmt: skip

    refused(one.name, turn)


def many(line, **instead):
    """As many rows like `line` as are looked at together; SQL `instead`, of `n`, for a column."""
    facts = {"month": "(month + make_interval(months => n))::date"} | instead
    columns = [f.column for f in PaymentLine._meta.concrete_fields if not f.primary_key]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(facts.get(column, f'"{column}"') for column in columns)
    return sql(
        f"INSERT INTO assistance_paymentline ({names}) SELECT {values}"
        f" FROM assistance_paymentline, generate_series(1, {MANY}) n WHERE id = %s", line.pk,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("one", LINE, ids=lambda one: one.column)
def test_many_lines_of_which_one_points_to_nothing_are_refused(one):
    line = PaymentLineFactory()
    instead = {one.column: f'CASE WHEN n = 7 THEN {NOBODY} ELSE "{one.column}" END'}
    if one.column == "replaces_id":
        instead["kind"] = "CASE WHEN n = 7 THEN 'REISSUE' ELSE kind END"

    refused(one.name, lambda: many(line, **instead))

    assert many(line) == MANY
    told(line)


def told(line):
    """History of all lines of the run."""
    ids = list(PaymentLine.objects.filter(run=line.run).values_list("pk", flat=True))
    write_history(PaymentLine, ids, "+", by_id=None, now=timezone.now())


def as_owner(statement, *params):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(statement, params)


@pytest.mark.django_db(transaction=True)
def test_what_a_line_points_to_stays_and_keeps_its_key():
    with acting(EVERYTHING), transaction.atomic():
        line = PaymentLineFactory()
        account = PaymentAccountFactory(child=line.child, is_in_use=True)
        line = PaymentLineFactory(
            run=line.run, entitlement=line.entitlement, account=account, kind="REISSUE",
            replaces=line,
        )  # fmt: skip

    for one in LINE:
        key = getattr(line, one.column)
        with pytest.raises(IntegrityError, match="points to no row") as error:
            as_owner(f"DELETE FROM {one.parent} WHERE id = %s", key)
        names = {other.name for other in LINE if other.parent == one.parent}
        assert error.value.__cause__.diag.constraint_name in names
        with pytest.raises(IntegrityError, match="never change"):
            as_owner(f"UPDATE {one.parent} SET id = id + 1000000 WHERE id = %s", key)
    with connections["owner"].cursor() as cursor:  # of no block: nothing is asked before
        with pytest.raises(IntegrityError, match="READ COMMITTED alone"):
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ;"
                           " DELETE FROM assistance_paymentaccount")  # fmt: skip
        cursor.execute("ROLLBACK")


def one_line(line, account):
    copied(line, account_id=account)


def many_lines(line, account):
    many(line, account_id=str(account))


def apart(work, *told):
    """In a transaction of its own, on the connection of another thread."""
    try:
        with acting(EVERYTHING), transaction.atomic():
            work(*told)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [one_line, many_lines])
def test_who_takes_a_row_away_waits_for_who_points_to_it(write):
    with acting(EVERYTHING), transaction.atomic():
        line = PaymentLineFactory()
        account = PaymentAccountFactory(child=line.child)

    with ThreadPoolExecutor(1) as other:
        with acting(EVERYTHING), transaction.atomic():
            write(line, account.pk)
            told(line)
            taken = other.submit(apart, account.delete)
            with pytest.raises(TimeoutError):
                taken.result(timeout=1)
        with pytest.raises(IntegrityError, match="points to no row"):
            taken.result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [one_line, many_lines])
def test_who_points_to_a_row_waits_for_who_takes_it_away(write):
    with acting(EVERYTHING), transaction.atomic():
        line = PaymentLineFactory()
        account = PaymentAccountFactory(child=line.child)

    with ThreadPoolExecutor(1) as other:
        with acting(EVERYTHING), transaction.atomic():
            key = account.pk
            account.delete()
            pointed = other.submit(apart, write, line, key)
            with pytest.raises(TimeoutError):
                pointed.result(timeout=1)
        with pytest.raises(IntegrityError, match="points to no row"):
            pointed.result()


@contextmanager
def of_one_snapshot():
    connection.ensure_connection()
    session = connection.connection
    session.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        session.isolation_level = None


@pytest.mark.django_db(transaction=True)
def test_many_lines_of_an_older_snapshot_lock_what_they_point_to():
    """They would not see that it has gone; who takes it away cannot tell them."""
    with acting(EVERYTHING), transaction.atomic():
        line = PaymentLineFactory()
        account = PaymentAccountFactory(child=line.child)

    key = account.pk
    with (
        ThreadPoolExecutor(1) as other,
        acting(EVERYTHING),
        of_one_snapshot(),
        transaction.atomic(),
    ):
        sql("SELECT 1")  # the snapshot
        other.submit(apart, account.delete).result()
        with pytest.raises(OperationalError, match="could not serialize"):
            many(line, account_id=str(key))
        transaction.set_rollback(True)
