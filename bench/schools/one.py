"""The schools, in a process of its own: `python -m bench.schools.one N REPEATS FILE`.

Beside the pages: what is done for many children at once, and one plain contact. These write, and
are taken back after each measuring, their deferred checks included.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.one import clients, measure, plain_connection, set_up


class World:
    """The child that a helper of the first school cares for."""

    def __init__(self) -> None:
        from django.db import transaction

        from accounts.scope import EVERYTHING, acting
        from children.models import Child
        from schools.models import Pairing

        from .fill import FIRST_USER

        with acting(EVERYTHING), transaction.atomic():
            pairing = Pairing.objects.filter(helper=FIRST_USER + 2).order_by("child").first()
            assert pairing is not None
            child = Child.objects.get(pk=pairing.child_id)
            carer = child.guardianships.first()
        self.case_number, self.carer = child.case_number, carer.pk if carer else ""


def staff() -> dict[str, int]:
    from .fill import FIRST_USER

    return {"helper": FIRST_USER + 2, "lead": FIRST_USER}


def contact(client: Any, world: World) -> Any:
    from django.utils import timezone

    return client.post(
        f"/schools/{world.case_number}/contacts/add/",
        {
            "submission": str(uuid.uuid4()), "kind": "GUARDIAN", "means": "PHONE",
            "is_reached": "on", "guardianship": world.carer, "summary": "奶奶说都好",
            "happened_on": timezone.localdate().isoformat(),
        },
    )  # fmt: skip


def saving_a_contact(client: Any, world: World, repeats: int) -> dict[str, Any]:
    """Server time beyond the time that the database itself took, commit and its checks aside."""
    from django.db import connection

    spent = 0.0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - start

    found = []
    for _ in range(repeats + 2):
        spent, start = 0.0, time.perf_counter()
        with connection.execute_wrapper(watch):
            answer = contact(client, world)
        found.append((time.perf_counter() - start, spent))
        assert answer.status_code == 302, answer.content.decode()[:3000]
    whole, in_sql = min(found[2:], key=lambda pair: pair[0] - pair[1])
    beyond = (whole - in_sql) * 1000
    return {
        "name": "a plain contact saved, beyond its SQL", "ours": beyond, "floor": in_sql * 1000,
        "peer": None, "unit": "ms", "goal": "≤ 25 ms beyond", "holds": beyond <= 25,
    }  # fmt: skip


def taken_back(act: Callable[[], int]) -> tuple[float, int]:
    """Seconds of `act` with its deferred checks, and what it answered; nothing stays."""
    from django.db import connection, transaction

    from accounts.scope import EVERYTHING, acting

    start = time.perf_counter()
    with acting(EVERYTHING), transaction.atomic():
        done = act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        spent = time.perf_counter() - start
        transaction.set_rollback(True)
    return spent, done


def at_once() -> list[dict[str, Any]]:
    """The digests of the county's week, and a term begun for all and closed for one school."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Posting
    from accounts.scope import EVERYTHING, acting
    from schools.actions.digest import make_digests
    from schools.actions.growth_record import close_records, start_records
    from schools.models import GrowthRecord, Term

    from .fill import FIRST_SCHOOL, FIRST_USER

    now, today = timezone.now(), timezone.localdate()
    with acting(EVERYTHING), transaction.atomic():
        term = Term.objects.get()
        lead = Posting.objects.select_related("user").get(pk=FIRST_USER).user

    def digests() -> int:
        return len(make_digests(today=today, now=now))

    def begin() -> int:
        return start_records(term=term, day=today, by=None, now=now)

    def close() -> int:
        ids = list(
            GrowthRecord.objects.filter(term=term, school=FIRST_SCHOOL + 1).values_list(
                "pk", flat=True
            )
        )
        return close_records(term=term, ids=ids, by=lead, now=now)

    rows = []
    for name, act, most in (("digests of all leads and townships", digests, 10),
                            ("growth records begun for all", begin, 60)):  # fmt: skip
        spent, done = taken_back(act)
        rows.append(_seconds(f"{name} ({done:,})", spent, most))
    with acting(EVERYTHING), transaction.atomic():
        begin()
    spent, done = taken_back(close)
    rows.append(_seconds(f"a term closed for one school ({done:,} records)", spent, 5))
    return rows


def _seconds(name: str, spent: float, most: float) -> dict[str, Any]:
    return {
        "name": name, "ours": spent, "floor": None, "peer": None, "unit": "s",
        "goal": f"≤ {most} s", "holds": spent <= most,
    }  # fmt: skip


def main() -> None:
    n, repeats = int(sys.argv[1]), int(sys.argv[2])
    set_up()
    from bench.harness import CASES

    from . import cases  # noqa: F401 - registers them

    world, who = World(), clients(staff())
    server = plain_connection()
    pages = [measure(one, n, world, who[one.role], server, repeats) for one in CASES]
    rows = [saving_a_contact(who["helper"].client, world, repeats), *at_once()]
    Path(sys.argv[3]).write_text(json.dumps({"pages": pages, "rows": rows}))


if __name__ == "__main__":
    main()
