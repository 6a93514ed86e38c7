"""Measures matching on lists whose truth is known.

python -m bench.matching.one SEEDS FILE DATABASE [--show]; started by bench.matching.run.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

import django

from bench.__main__ import ROOT
from distress_registry.private_postgres import PrivatePostgres

THRESHOLDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99)
FAMILIES, ROWS = 4_000, 1_500


@dataclass(frozen=True)
class Judged:
    """One row: what was decided at the lowest threshold, and what is true."""

    kind: str
    decision: str
    score: float
    by_number: bool
    found: int | None
    among: bool  # the true child is one of the candidates
    true: int | None
    row: object
    match: object
    name: str  # of the true child, as registered


def judge(server: PrivatePostgres, name: str, seed: int) -> list[Judged]:
    from bench.matching.families import World
    from bench.matching.store import LISTS, Register, dirty_list
    from exchange.matching import match_rows
    from exchange.rules.match import Thresholds

    register = Register(World(seed, FAMILIES))
    with server.connect(database=name) as admin:
        register.write(admin)
    judged = []
    for columns in LISTS:
        rows, truth = dirty_list(register, columns, ROWS)
        start = time.monotonic()
        matches = match_rows(rows, Thresholds(suggested=0.005))
        seconds = time.monotonic() - start
        print(f"  seed {seed}, {len(register.entries):,} children, {len(rows):,} rows with"
              f" {', '.join(sorted(columns))}: {seconds:.1f} s", flush=True)  # fmt: skip
        by_row = {row.row: row for row in rows}
        for match in matches:
            candidates = [one.child_id for one in match.candidates]
            pattern = match.candidates[0].pattern if match.candidates else None
            judged.append(Judged(
                "+".join(sorted(columns)), str(match.decision), match.score,
                pattern is not None and pattern.number == "SAME", match.child_id,
                truth[match.row] in candidates, truth[match.row], by_row[match.row], match,
                register.name_of(truth[match.row]),
            ))  # fmt: skip
    return judged


def figures(judged: list[Judged], threshold: float) -> dict[str, float]:
    """Precision and recall of automatic matches, and of those with the suggestions."""
    count = Counter[str]()
    for one in judged:
        automatic = one.decision == "automatic"
        told = automatic or (
            one.decision == "suggested" and (one.score >= threshold or one.by_number)
        )
        right = one.found == one.true is not None
        count["known"] += one.true is not None
        count["automatic"] += automatic
        count["automatic right"] += automatic and right
        count["told"] += told
        count["told right"] += told and right
        count["told among"] += told and one.among
    return {
        "threshold": threshold, "rows": len(judged), "known": count["known"],
        "automatic": count["automatic"], "suggested": count["told"] - count["automatic"],
        "automatic precision": count["automatic right"] / max(count["automatic"], 1),
        "automatic recall": count["automatic right"] / max(count["known"], 1),
        "precision": count["told right"] / max(count["told"], 1),
        "recall": count["told right"] / max(count["known"], 1),
        "recall among candidates": count["told among"] / max(count["known"], 1),
    }  # fmt: skip


def show(judged: list[Judged], threshold: float = 0.05) -> None:
    """The rows that went wrong, for whoever improves the rules."""
    for one in judged:
        right = one.found == one.true
        lost = one.true is not None and (one.decision == "new" or one.score < threshold)
        wrong = one.decision == "automatic" and not right
        if wrong or (lost and not one.by_number) or (one.true is not None and not right):
            print(
                "WRONG" if wrong else "lost" if lost else "other first", one.true, one.name, one.row
            )
            for candidate in one.match.candidates[:3]:  # type: ignore[attr-defined]
                print("     ", candidate.child_id, round(candidate.score, 4), candidate.pattern)


def main() -> int:
    django.setup()
    seeds, file, name = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
    server = PrivatePostgres(ROOT / "bench" / ".data")  # started by whoever runs this
    judged = [one for seed in seeds for one in judge(server, name, seed)]
    if "--show" in sys.argv:
        show(judged)
    rows = [figures(judged, threshold) for threshold in THRESHOLDS]
    kinds = {one.kind for one in judged}
    by_kind = {kind: figures([j for j in judged if j.kind == kind], 0.05) for kind in sorted(kinds)}
    with open(file, "w") as out:
        json.dump({"rows": rows, "by_kind": by_kind}, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
