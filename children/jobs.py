"""Work done by the clock for the registry."""

from django.db import connection
from procrastinate.contrib.django import app

DAYS = 3  # a night or two without the worker does no harm


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="refresh_keys")
def refresh_keys(timestamp: int) -> None:
    """Search keys that hang on dates: categories, carers and access that began or ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_refresh_keys_of_late(%s)", [DAYS])
