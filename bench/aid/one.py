"""Aid over a place, in a process of its own: `python -m bench.aid.one N FILE [PART,PART[@PLACE]]`.

In a copy of the filled database, which is thrown away. Each is done once, as the application does
it, to the end of its transaction with all that is checked there; beside it the bare SQL of the
owner, whom no policy binds: the same reading, and the same rows written to tables of the same
columns and indexes. Told is also how much memory the process took at most, and what the server's
process needs to plan the large statements.
"""

import csv
import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.one import set_up

PLACE = "33"  # all of it; of a part (a prefix of area codes) gaps and what will change are asked
OF_ONE_MONTH = 100_000  # children; of more a run is of its month alone, of fewer of four
COPY = """
CREATE TABLE line_copy (LIKE assistance_paymentline INCLUDING ALL);
CREATE TABLE told_copy (LIKE assistance_historicalpaymentline INCLUDING ALL)
"""


class Timed:
    """Rows as the bench writes them; `floor` in seconds."""

    def __init__(self, n: int, place: str) -> None:
        self.n, self.place = n, place
        self.rows: list[dict[str, Any]] = []

    def add(self, name: str, ours: float, floor: float) -> None:
        self.rows.append({
            "name": name, "n": self.n, "ours": ours, "floor": floor, "peer": None, "unit": "s",
            "goal": "≤ 2 × floor", "holds": ours <= 2 * floor,
        })  # fmt: skip
        print(f"  {name}: {ours:.2f} s, {ours / floor:.2f} ×", flush=True)

    def megabytes(self, name: str, ours: float, most: int) -> None:
        self.rows.append({
            "name": name, "n": self.n, "ours": ours, "floor": None, "peer": None, "unit": "MB",
            "goal": f"≤ {most} MB", "holds": ours <= most,
        })  # fmt: skip


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = act()
    return time.perf_counter() - start, answer


def owner() -> Any:
    import psycopg

    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True)


def measure(n: int, wanted: list[str], place: str = PLACE) -> list[dict[str, Any]]:
    """`wanted`: names of parts, all where there are none."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.scope import EVERYTHING, acting
    from assistance.models.rulebook import kept_rules

    told, server, now = Timed(n, place), owner(), timezone.now()
    with acting(EVERYTHING):
        with transaction.atomic():
            kept = kept_rules()
        for part in (eligibility, gaps, coming, payments):
            if not wanted or part.__name__ in wanted:
                part(told, server, kept, now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.megabytes("aid: memory of the process at most", peak, 400)
    return told.rows


def _drained(server: Any, sql: str) -> int:
    """Rows of a statement, read to the end in parts, as the application reads them."""
    count = 0
    with server.transaction(), server.cursor(name="drained") as cursor:
        cursor.itersize = 2_000
        cursor.execute(sql)
        for _row in cursor:
            count += 1
    return count


def _planning(server: Any, sql: str) -> float:
    """Megabytes that planning takes; 0 before PostgreSQL 17."""
    if server.info.server_version < 170_000:
        return 0
    rows = server.execute(f"EXPLAIN (MEMORY, SUMMARY, COSTS OFF) {sql}").fetchall()
    used = next(line for (line,) in rows if "Memory: used=" in line)
    return int(used.partition("used=")[2].partition("kB")[0]) / 1024


def eligibility(told: Timed, server: Any, kept: Any, now: Any) -> None:
    from django.db import transaction

    from assistance.models.owed import owed, statement

    month = now.date().replace(day=1)
    book = kept.book()
    floor, _n = timed(lambda: _drained(server, statement(book, month, "true")))
    with transaction.atomic():
        ours, count = timed(lambda: sum(1 for _one in owed(book, month)))
    told.add(f"eligibility of all programmes ({count:,} owed)", ours, floor)


def _places(within: str) -> list[str]:
    from django.db import transaction

    from accounts.models import Area

    with transaction.atomic():
        rows = Area.objects.filter(level=9, code__startswith=within).order_by("code")
        return list(rows.values_list("code", flat=True))


def _each_place(within: str, act: Callable[[str], Any]) -> list[Any]:
    """A transaction for every place, as the job has it, and the connection of none."""
    from accounts.in_bulk import in_bulk
    from assistance.models.prepared import let_go

    found = []
    for code in _places(within):
        with in_bulk():
            found.append(act(code))
    let_go()
    return found


def _bare(server: Any, sql: str) -> None:
    """Done and taken back, its deferred checks with it."""
    import psycopg

    with server.transaction() as done:
        server.execute(sql)
        raise psycopg.Rollback(done)


def gaps(told: Timed, server: Any, kept: Any, now: Any) -> None:
    """Found for the first time; then gone over again, as every night."""
    from assistance.models._gap_sql import compared
    from assistance.models.gap_refresh import inside, refresh

    month = now.date().replace(day=1)
    standards = {
        place: row.from_month for place, row in kept.rows.items() if ".standards[" in place
    }
    moment = f"'{now.isoformat()}'::timestamptz"
    sql = compared(kept.book(), month, inside(told.place), standards, moment)
    floor, _n = timed(lambda: _bare(server, sql))

    def over_all() -> int:
        found = _each_place(
            told.place,
            lambda code: refresh(kept, month, inside(code), now=now, by_id=None, keeps_plan=True),
        )
        return sum(one.new for one in found)

    ours, count = timed(over_all)
    told.add(f"both gap lists, all of it new ({count:,} gaps)", ours, floor)
    again, _n = timed(over_all)
    told.add("both gap lists, gone over again", again, floor)
    told.megabytes("both gap lists: memory to plan them", _planning(server, sql), 256)


def coming(told: Timed, server: Any, kept: Any, now: Any) -> None:
    from assistance.models._coming_sql import compared
    from assistance.models.coming_refresh import refresh_coming
    from assistance.models.gap_refresh import inside
    from assistance.rules.coming_change import months_ahead

    today = now.date()
    sql = compared(kept.book(), today.replace(day=1), months_ahead(today), inside(told.place))
    floor, _n = timed(lambda: _bare(server, sql))
    ours, count = timed(
        lambda: sum(
            _each_place(
                told.place,
                lambda code: refresh_coming(kept, today, inside(code), keeps_plan=True),
            )
        )
    )
    told.add(f"what will change, all of it new ({count:,})", ours, floor)
    told.megabytes("what will change: memory to plan it", _planning(server, sql), 256)


def payments(told: Timed, server: Any, kept: Any, now: Any) -> None:
    """A run built, built again, answered and proved, and the same rows written bare."""
    from django.db import connection, transaction

    from accounts.models import Area, User
    from assistance.actions.bank import read_answer
    from assistance.actions.payment_run import approve_run, check_run, fill_run, open_run
    from assistance.models import PaymentLine
    from assistance.models.proof import _SQL, proofs
    from children.actions.record import sign

    with transaction.atomic():
        first = User.objects.get(username="bench-aid")
        second = User.objects.get(username="bench-aid-2")
        place = Area.objects.get(pk=PLACE)
    month = now.date().replace(day=1)
    run = open_run(month=month, area=place, by=first, now=now)
    if told.n > OF_ONE_MONTH:
        run.arrears_from = month
        sign(run, first, now, "")
        with transaction.atomic():
            run.save()
    built, count = timed(lambda: fill_run(run=run, by=first, now=now))
    server.execute(COPY)
    bare, _n = timed(lambda: [server.execute(sql, [run.pk]) for sql in BARE_BUILD])
    told.add(f"a monthly run built ({count:,} lines with history)", built, bare)
    again, count = timed(lambda: fill_run(run=run, by=first, now=now))
    assert count == 0, "built again it writes nothing"
    told.add("the same run built again, nothing written", again, bare)

    check_run(run=run, by=first, now=now)
    run = approve_run(run=run, by=second, now=now)
    run.state, run.sent_at = "SENT", now
    sign(run, first, now, "")
    with transaction.atomic():
        run.save()
        lines = PaymentLine.objects.filter(run=run).to_pay().order_by("pk")
        paid = lines.values_list("pk", "amount")
        content = _answer(paid.iterator(chunk_size=5_000))
    taken, answer = timed(lambda: read_answer(run=run, content=content, by=first, now=now))
    floor, _n = timed(lambda: _bare_answer(server, content))
    told.add(f"the bank's answer taken ({answer.paid_count:,} paid)", taken, floor)

    between = {
        "lo": PLACE, "hi": "34", "since": month.replace(year=month.year - 2), "month": month,
        "today": now.date(),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        bare_proof, _n = timed(lambda: (cursor.execute(_SQL, between), cursor.fetchall()))
        proved, _n = timed(lambda: proofs(**between))
    told.add("figures of proof, all townships", proved, bare_proof)


# What is owed read; the lines written, and told.
BARE_BUILD = (
    "SELECT count(*), sum(r.amount), %s::bigint FROM assistance_entitlement e"
    " JOIN children_child c ON c.id = e.child_id CROSS JOIN LATERAL ("
    "   SELECT amount FROM assistance_entitlementrate WHERE entitlement_id = e.id"
    "   ORDER BY from_month DESC, id DESC LIMIT 1) r",
    "INSERT INTO line_copy SELECT * FROM assistance_paymentline WHERE run_id = %s",
    "INSERT INTO told_copy OVERRIDING SYSTEM VALUE"
    " SELECT * FROM assistance_historicalpaymentline WHERE run_id = %s",
)
BARE_ANSWER = (
    "UPDATE line_copy SET state = 'PAID', paid_on = current_date FROM bare_answer a"
    " WHERE line_copy.id = a.reference AND line_copy.amount = a.amount AND state = 'PENDING'",
    "INSERT INTO told_copy OVERRIDING SYSTEM VALUE"
    " SELECT h.* FROM assistance_historicalpaymentline h"
    " WHERE h.history_type = '~' AND NOT EXISTS ("
    "   SELECT FROM told_copy t WHERE t.history_id = h.history_id)",
)


def _bare_answer(server: Any, content: bytes) -> None:
    """The file read and copied in; the lines by their reference, and told."""
    with server.transaction(), server.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bare_answer (reference bigint, amount numeric, result text)"
        )
        rows = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        next(rows)
        with cursor.copy("COPY bare_answer FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE bare_answer")
        for sql in BARE_ANSWER:
            cursor.execute(sql)


def _answer(lines: Any) -> bytes:
    """As a bank writes it: reference, amount, result."""
    content = io.BytesIO()
    content.write("业务参考号,金额,处理结果\n".encode())
    for pk, amount in lines:
        content.write(f"{pk},{amount},成功\n".encode())
    return content.getvalue()


def main() -> None:
    n = int(sys.argv[1])
    set_up()
    parts, _, place = (sys.argv[3] if sys.argv[3:] else "").partition("@")
    rows = measure(n, parts.split(",") if parts else [], place or PLACE)
    Path(sys.argv[2]).write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
