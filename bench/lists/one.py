"""One measurement in a process of its own, for the sake of its memory.

python -m bench.lists.one WHAT N ROWS FILE
WHAT: import, match, export, export-alike, peer-import, peer-import-child, peer-export
"""

import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.__main__ import ROOT
from bench.fill import PER_COUNTY
from distress_registry.private_postgres import PrivatePostgres

from .files import COUNTY, villages_of, write_register
from .floor import import_floor, joins_floor, last_keys, written_since
from .memory import Memory

_SHORT_LISTS = 7  # PostgreSQL keeps a plan for any value from the sixth time on
# The filled children took case numbers without asking for them.
_SERIALS = """INSERT INTO children_casenumberserial (county_code, year, last)
    VALUES ('330101', %s, %s) ON CONFLICT (county_code, year) DO UPDATE SET last = excluded.last"""


def import_(n: int, rows: int) -> dict[str, Any]:
    """A register checked, matched and taken in with history, up to its commit; then taken back."""
    from django.db import connection, transaction
    from django.utils import timezone

    from accounts.in_bulk import in_bulk
    from accounts.scope import EVERYTHING, acting
    from exchange.taking_in.import_list import import_list

    path = Path(tempfile.mkdtemp()) / "register.xlsx"
    with acting(EVERYTHING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SERIALS, [timezone.localdate().year, min(n, PER_COUNTY)])
    _wear(path)
    with acting(EVERYTHING), in_bulk(), connection.cursor() as cursor:
        write_register(path, rows, villages_of(COUNTY))
        keys = last_keys(cursor)
        start = time.perf_counter()
        with Memory() as memory:
            outcome = import_list(path=path, kind="register", within=COUNTY, commit=True, by=None,
                                  now=timezone.now())  # fmt: skip
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds, peak = time.perf_counter() - start, memory.peak
        assert outcome.listing.rows == rows, outcome.listing.rows
        cursor.execute("SELECT count(*) FROM children_child WHERE id > %s",
                       [keys["children_child", "id"]])  # fmt: skip
        opened = cursor.fetchone()[0]
        assert opened >= outcome.count("new") > 0, (opened, outcome.count("new"))
        written = written_since(cursor, keys)
        transaction.set_rollback(True)
    with _server(n) as server:
        floor = import_floor(server, path, written)
        server.execute("VACUUM ANALYZE")  # what was taken back is no burden on what follows
    path.unlink()
    return {"seconds": seconds, "floor": floor, "peak": peak, "opened": opened,
            "faults": len(outcome.listing.faults)}  # fmt: skip


def _wear(path: Path) -> None:
    """A worker's session has seen to many a short list before the long one comes, and kept the
    plans that were right for them."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.in_bulk import in_bulk
    from accounts.scope import EVERYTHING, acting
    from exchange.taking_in.import_list import import_list

    for _again in range(_SHORT_LISTS):
        with acting(EVERYTHING), in_bulk():
            write_register(path, 3, villages_of(COUNTY))
            import_list(path=path, kind="register", within=COUNTY, commit=True, by=None,
                        now=timezone.now())  # fmt: skip
            transaction.set_rollback(True)


def match(n: int, rows: int) -> dict[str, Any]:
    """Half the list by ID number, half by name and birth date with sex and village."""
    from django.db import transaction
    from django.db.models.functions import Mod

    from accounts.crypto.cipher import blind_index
    from accounts.scope import EVERYTHING, acting
    from children.models import Child
    from exchange.matching import Sought, match_rows

    sought, plain = [], []
    with acting(EVERYTHING), transaction.atomic():
        every = max(n // rows, 1)
        spread = Child.objects.alias(turn=Mod("pk", every)).filter(turn=1 % every).order_by("pk")
        for row, child in enumerate(spread[:rows]):
            told = {"row": row, "name": child.name, "birth_date": child.birth_date}
            if row % 2:
                number = child.id_number if child.pk <= 1000 else f"{child.id_number}/{child.pk}"
                sought.append(Sought(**told, id_number=number))
                plain.append((row, blind_index(number, "id_number"), child.name, child.birth_date))
            else:
                sought.append(Sought(**told, sex=child.sex, area_code=child.residence_area_id))
                plain.append((row, None, child.name, child.birth_date))
    with _server(n) as server:
        floor, found = min(joins_floor(server, plain) for _ in range(3))
    start = time.perf_counter()
    matches = match_rows(sought)
    seconds = time.perf_counter() - start
    sure = sum(1 for one in matches if one.decision == "automatic")
    return {"seconds": seconds, "floor": floor, "found": found, "automatic": sure,
            "rows": len(sought)}  # fmt: skip


# What the peer's ten columns say.
_ALIKE = ("case_number", "name", "sex", "birth_date", "id_type", "id_number", "township",
          "village", "address", "opened_on")  # fmt: skip


def _alike() -> Any:
    """A layout of the child alone; taken back with its transaction."""
    from exchange.models import OutColumn, OutLayout

    layout = OutLayout.objects.create(
        key="alike", title_zh="alike", title_en="alike", department="-", purpose="-",
        legal_ground="-", selection="OPEN",
    )  # fmt: skip
    for place, fact in enumerate(_ALIKE):
        OutColumn.objects.create(
            layout=layout, heading=fact, fact=f"child.{fact}", position=place
        )  # fmt: skip
    return layout


def export(n: int, rows: int, is_alike: bool = False) -> dict[str, Any]:
    """The national layout of child welfare over the province, at most `rows` of it; or what the
    peer writes of the children alone. First encrypted, for its memory; then timed by itself."""
    from itertools import islice

    from django.db import transaction
    from django.utils import timezone

    from accounts.access import Grant, Permission, scope_of
    from accounts.scope import acting
    from bench.one import clients
    from children.encrypted_book import encrypted
    from exchange.models import OutLayout
    from exchange.models.out_rows import rows as rows_of

    posting = clients({})["everywhere"].posting
    grant = Grant(posting.user, posting, Permission.LIST_OUT)
    with acting(scope_of(posting)), transaction.atomic():
        layout = _alike() if is_alike else OutLayout.objects.get(key="child_welfare")
        head = [column.heading for column in layout.columns.all()]

        def write(most: int) -> tuple[Any, int]:
            return _written(head, islice(rows_of(layout, grant, timezone.localdate()), most), grant)

        write(50)[0].close()
        with Memory() as memory:
            encrypted(write(rows)[0], "yi-er-san-si").close()
        begun, busy = time.perf_counter(), time.process_time()
        file, count = write(rows)
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
        file.close()
        transaction.set_rollback(True)
        return {"seconds": seconds, "processor": busy, "over idle": memory.peak - memory.idle,
                "rows": count, "columns": len(head)}  # fmt: skip


def _written(head: list[str], rows: Any, grant: Any) -> tuple[Any, int]:
    from django.utils import timezone

    from children.spreadsheet import write_sheet

    return write_sheet(title="list", head=head, rows=rows, grant=grant, now=timezone.now(),
                       as_text=True)  # fmt: skip


def _server(n: int) -> Any:
    """As superuser: the floor asks no trigger."""
    return PrivatePostgres(ROOT / "bench" / ".data").connect(database=f"bench_{n}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "distress_registry.settings")
    from bench.one import set_up

    set_up()
    what, n, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what.startswith("peer"):
        from .peer import export_peer, import_child_peer, import_peer

        answer = {"peer-import": import_peer, "peer-import-child": import_child_peer,
                  "peer-export": export_peer}[what](n, rows)  # fmt: skip
    else:
        answer = {
            "import": import_, "match": match, "export": export,
            "export-alike": partial(export, is_alike=True),
        }[what](n, rows)  # fmt: skip
    Path(sys.argv[4]).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
