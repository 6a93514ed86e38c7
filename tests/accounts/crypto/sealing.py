"""Rows with encrypted columns, as the database has them."""

from contextlib import contextmanager

from django.db import connection, transaction

from children.models import Child

ID_NUMBER, OTHER_ID_NUMBER = "99010120160301007X", "990101201603010088"
PHONE = "13800001234"


def read(child):
    return Child.objects.get(pk=child.pk)


def stored(column, where, table="children_child"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [where.pk])
        return bytes(cursor.fetchone()[0])


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def written_past_the_guard(sql, params=None):
    """Rolled back after it: at commit, the missing history row would be refused."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        yield
        transaction.set_rollback(True)
