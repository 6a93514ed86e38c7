"""`python -m bench lists[=ROWS]`: lists in and out over a filled database."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PEER_ROWS = 1_000  # the peer is slow: its rows in a second are what is compared


def measured(environment: dict[str, str], n: int, rows: int) -> list[dict]:
    """Figures of a list of `rows` into, against and out of a registry of n children."""

    def ask(what: str, size: int = rows) -> dict:
        print(f"  {what}, {size:,} rows, {n:,} children …", flush=True)
        return _asked(environment, what, n, size)

    found = _import_rows(n, rows, ask("import"))
    found += _match_rows(n, ask("match", min(rows, n)))
    out = ask("export", min(rows, n))
    found += _export_rows(n, out)
    if importlib.util.find_spec("import_export"):
        alike = ask("export-alike", min(rows, n))
        found += _peer_rows(n, found[0], alike, *(
            ask(what, min(rows, PEER_ROWS)) for what in ("peer-import", "peer-import-child")
        ), ask("peer-export", alike["rows"]))  # fmt: skip
    else:
        print("  django-import-export is not installed: nothing beside it", flush=True)
    return found


def _asked(environment: dict[str, str], what: str, n: int, rows: int) -> Any:
    owner = {"DATABASE_URL": environment["OWNER_DATABASE_URL"]} if "peer" in what else {}
    settings = {"DJANGO_SETTINGS_MODULE": "distress_registry.settings"}
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "bench.lists.one", what, str(n), str(rows), file.name]
        subprocess.run(command, cwd=ROOT, env=environment | settings | owner, check=True)
        told = json.loads(Path(file.name).read_text())
        print(f"    {told}", flush=True)
        return told


def _import_rows(n: int, rows: int, told: dict) -> list[dict]:
    return [
        _row("lists in: a register taken in", n, told["seconds"], floor=told["floor"],
             goal="≤ 2 × floor", holds=told["seconds"] <= 2 * told["floor"], rows=rows),
        _row("lists in: peak memory", n, told["peak"], unit="MB", goal="≤ 400 MB",
             holds=told["peak"] <= 400, rows=rows),
    ]  # fmt: skip


def _match_rows(n: int, told: dict) -> list[dict]:
    return [
        _row("lists in: whom the rows mean", n, told["seconds"], floor=told["floor"],
             goal="≤ 1.5 × COPY + joins", holds=told["seconds"] <= 1.5 * told["floor"],
             rows=told["rows"])
    ]  # fmt: skip


def _export_rows(n: int, told: dict) -> list[dict]:
    return [
        _row("lists out: memory over idle", n, told["over idle"], unit="MB", goal="≤ 60 MB",
             holds=told["over idle"] <= 60, rows=told["rows"])
    ]  # fmt: skip


def _peer_rows(
    n: int, taken: dict, out: dict, slow: dict, slow_child: dict, slow_out: dict
) -> list[dict]:
    """Milliseconds of 1,000 rows, ours and the peer's: of the same records, and of its child alone
    beside all of ours."""
    ours, peer = taken["ours"] / taken["rows"], slow["seconds"] / slow["rows"]
    child = slow_child["seconds"] / slow_child["rows"]
    ours_out = out["seconds"] / out["rows"]
    peer_out = slow_out["seconds"] / slow_out["rows"]
    return [
        _row("lists in: 1,000 rows, beside django-import-export", n, ours * 1e6, peer=peer * 1e6,
             unit="ms", goal="≥ 30 × faster", holds=peer >= 30 * ours, rows=slow["rows"]),
        _row("lists in: 1,000 rows, beside its child alone", n, ours * 1e6, peer=child * 1e6,
             unit="ms", goal="≥ 30 × faster", holds=child >= 30 * ours, rows=slow_child["rows"]),
        _row("lists out: 1,000 rows, beside django-import-export", n, ours_out * 1e6,
             peer=peer_out * 1e6, unit="ms", goal="≥ 20 × faster",
             holds=peer_out >= 20 * ours_out, rows=out["rows"]),
    ]  # fmt: skip


def growth(found: list[dict]) -> list[dict]:
    """The same list into the largest registry beside the smallest."""
    taken = [row for row in found if row["name"] == "lists in: a register taken in"]
    small, large = min(taken, key=_size), max(taken, key=_size)
    if small is large:
        return []
    return [
        _row(f"lists in: {large['n']:,} children beside {small['n']:,}", large["n"], large["ours"],
             floor=small["ours"], goal="≤ 1.5 ×", holds=large["ours"] <= 1.5 * small["ours"],
             rows=large["rows"])
    ]  # fmt: skip


def _size(row: dict) -> int:
    return row["n"]


def _row(name: str, n: int, ours: float, *, goal: str, holds: bool, rows: int, unit: str = "s",
         floor: float | None = None, peer: float | None = None) -> dict:  # fmt: skip
    return {
        "name": name, "n": n, "ours": round(ours, 4), "floor": floor and round(floor, 4),
        "peer": peer and round(peer, 4), "unit": unit, "goal": goal, "holds": bool(holds),
        "rows": rows,
    }  # fmt: skip
