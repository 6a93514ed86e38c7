"""`make bench`: figures of the registry, always as ratios within one run; see docs/bench.md.

python -m bench [small | 10000 100000 1000000 | schools | schools=5000 | matching
                 | aid | aid=10000 | aid=10000:eligibility,gaps,coming,payments
                 | aid=1000000:coming@3301
                 | following | following=10000
                 | crowd | crowd=USERS:SECONDS:CHILDREN | lists | lists=ROWS:CHILDREN,CHILDREN]
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

from distress_registry.private_postgres import OWNER, PrivatePostgres
from distress_registry.run import write_env

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
FULL = (10_000, 100_000, 1_000_000)
SCHOOLS = 100_000  # children; 200 schools, 6,000 staff, 3,000,000 contacts
FEW_SCHOOLS = 5_000
FOLLOWED = 1_000_000  # children; ten visits to each, a round over 10,000 villages
AID = 100_000  # children; 35,000 lines a month
WRITERS = ["bench/fill.py", "children/rules/names.py"]  # of the rows


def prepare(server: PrivatePostgres, n: int, kind: str = "children") -> dict[str, str]:
    """The environment of a filled database of n children; made when it is missing or outdated."""
    name = f"bench_{n}" if kind == "children" else f"bench_{kind}_{n}"
    base = server.environment()
    environment = {key: url.replace("/registry?", f"/{name}?") for key, url in base.items()}
    environment = os.environ | environment | {"DEBUG": "True"}
    with server.connect() as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known and _stamp(server, name) == _state(kind):
        _migrate(environment)  # what came since is laid over the rows
        return environment
    print(f"Filling {n:,} children ({kind}) …", flush=True)
    start = time.monotonic()
    with server.connect() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
    _migrate(environment)
    code = (
        f"import django; django.setup(); from bench.__main__ import fill_it; fill_it({n}, {kind!r})"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "distress_registry.settings"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment | settings, check=True)
    with server.connect(database=name) as admin:
        admin.execute("CREATE TABLE bench_stamp AS SELECT %s AS state", [_state(kind)])
        admin.execute(f"ALTER TABLE bench_stamp OWNER TO {OWNER}")  # rights are granted over all
    print(f"  in {time.monotonic() - start:.0f} s", flush=True)
    return environment


def _migrate(environment: dict[str, str]) -> None:
    manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True)


def fill_it(n: int, kind: str) -> None:
    from bench.aid.fill import fill_aid
    from bench.fill import agrees, fill
    from bench.following.fill import fill_following
    from bench.schools.fill import fill_schools

    name = f"bench_{n}" if kind == "children" else f"bench_{kind}_{n}"
    with PrivatePostgres(ROOT / "bench" / ".data").connect(database=name) as server:
        fill(server, n)
        assert agrees(server), "the keys written outright differ from the triggers'"
        if kind == "schools":
            fill_schools(server, n)
        if kind == "aid":
            fill_aid(server)
        if kind == "following":
            fill_following(server, n)


def _state(kind: str) -> str:
    """Of what writes the rows; migrations that come later are run over them."""
    import hashlib

    digest = hashlib.sha256()
    for path in [*WRITERS, *([f"bench/{kind}/fill.py"] if kind != "children" else [])]:
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def _stamp(server: PrivatePostgres, name: str) -> str:
    with server.connect(database=name) as admin:
        if admin.execute("SELECT to_regclass('bench_stamp')").fetchone() == (None,):
            return ""
        row = admin.execute("SELECT state FROM bench_stamp").fetchone()
    return row[0] if row else ""


def measure(environment: dict[str, str], n: int, what: str, repeats: int) -> Any:
    if what == "peer":  # bound by no policy
        environment = environment | {"DATABASE_URL": environment["OWNER_DATABASE_URL"]}
    apart = what in ("schools", "following")
    module = [f"bench.{what}.one", str(n)] if apart else ["bench.one", str(n), what]
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", *module, str(repeats), file.name]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return json.loads(Path(file.name).read_text())


def children(server: PrivatePostgres, sizes: list[int], repeats: int) -> list[dict]:
    rows, measured = weights(), {}
    for n in sizes:
        environment = prepare(server, n)
        measured[n] = measure(environment, n, "ours", repeats)
        rows += rows_of(n, measured[n], measure(environment, n, "peer", repeats))
    return rows + growth(measured)


def schools(server: PrivatePostgres, n: int, repeats: int) -> list[dict]:
    found = measure(prepare(server, n, "schools"), n, "schools", repeats)
    return rows_of(n, found["pages"], {}) + [row | {"n": n} for row in found["rows"]]


def following(server: PrivatePostgres, n: int, repeats: int) -> list[dict]:
    return rows_of(n, measure(prepare(server, n, "following"), n, "following", repeats), {})


def aid(server: PrivatePostgres, wish: str) -> list[dict]:
    """`wish`: children and parts, as 1000000:eligibility,payments, and the place of them, as
    1000000:coming@3301.
    """
    size, _, parts = wish.partition(":")
    n = int(size or AID)
    filled = prepare(server, n, "aid")
    with (
        copied(server, filled, f"bench_aid_{n}") as environment,
        tempfile.NamedTemporaryFile(suffix=".json") as file,
    ):
        command = [sys.executable, "-m", "bench.aid.one", str(n), file.name]
        command += [parts] if parts else []
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return json.loads(Path(file.name).read_text())


@contextmanager
def copied(
    server: PrivatePostgres, environment: dict[str, str], name: str
) -> Iterator[dict[str, str]]:
    """The environment of a copy, for what is done to its end; it is gone afterwards."""
    drop = f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)"
    with server.connect() as admin:
        admin.execute(drop)
        admin.execute(f"CREATE DATABASE {name}_copy OWNER {OWNER} TEMPLATE {name}"
                      " STRATEGY file_copy")  # fmt: skip
    try:
        yield {
            key: url.replace(f"/{name}?", f"/{name}_copy?") for key, url in environment.items()
        }  # fmt: skip
    finally:
        with server.connect() as admin:
            admin.execute(drop)


def matching(server: PrivatePostgres) -> list[dict]:
    from bench.matching import run

    found = run.measured(server, run.SEEDS)
    run.show(found)
    return run.rows_of(found)


def lists(server: PrivatePostgres, wish: str) -> list[dict]:
    """`wish`: rows and sizes of the registry, as 100000:10000,1000000."""
    from bench.lists import run

    rows, _, sizes = wish.partition(":")
    found: list[dict] = []
    for n in [int(size) for size in sizes.split(",") if size] or [10_000]:
        found += run.measured(prepare(server, n), n, int(rows or 10_000))
    return found + run.growth(found)


def crowd(server: PrivatePostgres, wish: str) -> list[dict]:
    from bench.crowd import run

    users, seconds, n = [
        int(word or usual)
        for word, usual in zip_longest(wish.split(":"), (run.USERS, run.SECONDS, SCHOOLS))
    ]
    return run.rows_of(n, users, run.measured(prepare(server, n, "schools"), users, seconds))


def rows_of(n: int, measured: list[dict], stock: dict[str, float]) -> list[dict]:
    """One figure against its floor, its peer, and the 10 ms of SQL a term may cost."""
    rows = []
    for one in measured:
        floor = one["sql"] + one["empty"]
        if floor:
            goal = f"≤ {one['goal']} × floor"
            rows.append(_figure(one["case"], n, one["page"], floor=floor, goal=goal,
                                holds=one["page"] <= one["goal"] * floor))  # fmt: skip
            rows.append(_figure(f"{one['case']}: slowest SQL", n, one["slowest"], goal="≤ 10 ms",
                                holds=one["slowest"] <= 10))  # fmt: skip
            rows.append(_figure(f"{one['case']}: queries", n, one["queries"], unit="queries",
                                goal=f"≤ {one['most_queries']}",
                                holds=one["queries"] <= one["most_queries"]))  # fmt: skip
        if one["peer_name"]:
            peer = stock[one["peer_name"]]
            needed = one["times"] if n == 1_000_000 else 1
            rows.append(_figure(f"{one['case']}, beside {one['peer_name']}", n, one["page"],
                                peer=peer, goal=f"≥ {needed:g} × faster",
                                holds=peer >= needed * one["page"]))  # fmt: skip
    return rows


def _figure(name: str, n: int, ours: float, *, goal: str, holds: bool, floor: float | None = None,
            peer: float | None = None, unit: str = "ms") -> dict:  # fmt: skip
    return {
        "name": name, "n": n, "ours": round(ours, 3), "floor": floor and round(floor, 3),
        "peer": peer and round(peer, 3), "unit": unit, "goal": goal, "holds": bool(holds),
    }  # fmt: skip


def growth(measured: dict[int, list[dict]]) -> list[dict]:
    """A million children beside ten thousand; where they differ by less than 2 ms it is noise."""
    small, large = min(measured), max(measured)
    if small == large:
        return []
    before = {one["case"]: one["page"] for one in measured[small]}
    return [
        _figure(f"{one['case']}: {large:,} beside {small:,}", large, one["page"],
                floor=before[one["case"]], goal="≤ 1.3 × (or 2 ms)",
                holds=one["page"] <= max(1.3 * before[one["case"]], before[one["case"]] + 2))
        for one in measured[large]
    ]  # fmt: skip


def weights() -> list[dict]:
    """What the first page costs over the network, compressed."""
    from importlib.util import find_spec

    spec, htmx = find_spec("bootstrap"), find_spec("django_htmx")
    assert spec is not None
    assert htmx is not None
    css = Path(next(iter(spec.submodule_search_locations or []))) / "css"
    scripts = Path(next(iter(htmx.submodule_search_locations or []))) / "static" / "django_htmx"
    files = [css / "bootstrap.min.css", scripts / "htmx-2.min.js"]
    files += [ROOT / "static" / part for part in ("css/registry.css", "js/registry.js", "icon.svg")]
    kilobytes = sum(len(gzip.compress(path.read_bytes())) for path in files) / 1000
    return [_figure("first load, files", 0, kilobytes, unit="kB", goal="≤ 90 kB and ≤ 10 kB page",
                    holds=kilobytes <= 90)]  # fmt: skip


def main() -> int:
    words = [word for word in sys.argv[1:] if word]
    small = words == ["small"]
    sizes, of_schools = sizes_of(words)
    repeats = 15 if small else 30
    write_env()
    server = PrivatePostgres(ROOT / "bench" / ".data")
    server.start()
    try:
        rows = children(server, sizes, repeats) if sizes else []
        for n in of_schools:
            rows += schools(server, n, repeats)
        if "matching" in words or not words:
            rows += matching(server)
        if not words:
            rows += lists(server, "100000:10000,1000000")
        for word in words:
            if word.startswith("following"):
                rows += following(server, int(word.partition("=")[2] or FOLLOWED), repeats)
            if word.startswith("aid"):
                rows += aid(server, word.partition("=")[2])
            if word == "small" or word.startswith("lists"):
                rows += lists(server, word.partition("=")[2])
            if word.startswith("crowd"):
                rows += crowd(server, word.partition("=")[2])
    finally:
        server.stop()
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    show(rows)
    return 0


def sizes_of(words: list[str]) -> tuple[list[int], list[int]]:
    """Numbers of children of the registry's databases, and of the schools'."""
    if not words:
        return list(FULL), [SCHOOLS]
    if words == ["small"]:
        return [10_000], [FEW_SCHOOLS]
    of_schools = [word.partition("=")[2] for word in words if word.startswith("schools")]
    sizes = [int(word) for word in words if word.isdigit()]
    return sizes, [int(size or SCHOOLS) for size in of_schools]


def show(rows: list[dict]) -> None:
    for row in rows:
        beside = row["floor"] or row["peer"]
        ratio = f"{row['ours'] / beside:8.2f} ×" if beside else " " * 10
        mark = "holds" if row["holds"] else "MISSES"
        print(f"{row['n']:>9,} {row['name']:<62}{row['ours']:>9.2f} {row['unit']:<8}{ratio}"
              f"  {row['goal']:<26}{mark}")  # fmt: skip
    missed = [row for row in rows if not row["holds"]]
    print(f"{len(rows) - len(missed)} of {len(rows)} hold.")


if __name__ == "__main__":
    sys.exit(main())
