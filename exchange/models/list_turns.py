"""Lists come in, and are undone, one after the other."""

from django.db import connection


def wait_for_turn() -> None:
    """Until the transaction ends. What one list opened the next knows; and one that is undone
    takes guardians and files away, which many rows of another may be about to point to: each would
    wait for the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lists come in'))")
