"""`python -m bench matching`: a database of its own, and what matching finds in it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from distress_registry.private_postgres import OWNER, PrivatePostgres

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "bench_matching"
SEEDS = [101, 102, 103]  # those that the weights were tried on are 1 to 9


def measured(server: PrivatePostgres, seeds: list[int], *options: str) -> dict:
    environment = _prepared(server)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        module = [sys.executable, "-m", "bench.matching.one"]
        command = [*module, json.dumps(seeds), file.name, NAME, *options]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return json.loads(Path(file.name).read_text())


def _prepared(server: PrivatePostgres) -> dict[str, str]:
    base = server.environment()
    environment = {key: url.replace("/registry?", f"/{NAME}?") for key, url in base.items()}
    environment = os.environ | environment | {
        "DEBUG": "True", "DJANGO_SETTINGS_MODULE": "distress_registry.settings",
    }  # fmt: skip
    with server.connect() as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if not known:
            admin.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")
    manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    return environment


def rows_of(found: dict) -> list[dict]:
    """As figures of the bench; the goals are those of the design."""
    row = next(row for row in found["rows"] if row["threshold"] == 0.05)
    goals = (
        ("automatic precision", 0.999, "≥ 0.999"), ("automatic recall", 0, "as it comes"),
        ("precision", 0, "as it comes"), ("recall", 0.97, "≥ 0.97"),
    )  # fmt: skip
    return [
        {"name": f"matching: {name}", "n": row["rows"], "ours": round(row[name], 4), "floor": None,
         "peer": None, "unit": "share", "goal": words, "holds": row[name] >= goal}
        for name, goal, words in goals
    ]  # fmt: skip


def show(found: dict) -> None:
    print("threshold  automatic: precision recall   with suggestions: precision recall (among)")
    for row in found["rows"]:
        print(f"{row['threshold']:>9} {row['automatic precision']:>21.4f}"
              f" {row['automatic recall']:>6.3f} {row['precision']:>29.4f} {row['recall']:>6.3f}"
              f" ({row['recall among candidates']:.3f})")  # fmt: skip
    for kind, row in found["by_kind"].items():
        print(f"{kind:<48} {row['automatic precision']:.4f} {row['automatic recall']:.3f}"
              f"   {row['precision']:.4f} {row['recall']:.3f}")  # fmt: skip


def main() -> int:
    """For trying: python -m bench.matching.run '[1,2]' --show"""
    server = PrivatePostgres(ROOT / "bench" / ".data")
    server.start()
    try:
        show(measured(server, json.loads(sys.argv[1]), *sys.argv[2:]))
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
