"""Two at once: the moment at which one waits for the other."""

import time

from django.db import connection


def until_somebody_waits():
    """For a row of ours; 60 seconds at most."""
    with connection.cursor() as cursor:
        for _n in range(3000):
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waited")
