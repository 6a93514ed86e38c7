"""What an observation asks for: whether its answers refer the child to the counsellor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date


def monthly_means(
    rows: Iterable[tuple[date, Mapping[str, int]]],
) -> dict[str, list[tuple[date, float]]]:
    """Code of a sign → (month, mean level of all observers), oldest first; "" is their sum.

    `rows` are (first of the month, code → level 0–3), in any order; versions may differ in signs.
    """
    found: dict[str, dict[date, list[int]]] = defaultdict(lambda: defaultdict(list))
    for month, levels in rows:
        found[""][month].append(sum(levels.values()))
        for code, level in levels.items():
            found[code][month].append(level)
    return {
        code: [(month, round(sum(v) / len(v), 2)) for month, v in sorted(months.items())]
        for code, months in found.items()
    }


def grounds(levels: Sequence[int], alarms: Sequence[bool], norms: Mapping[str, int]) -> list[str]:
    """Grounds of a referral (`ReferralGround`), the most urgent first; none is the usual.

    `levels` 0–3 and `alarms` in the order of the checklist; `norms` in force
    (`schools.rules.norms`). An alarm asks for any answer but 0, whatever the norms say: any word
    of self-harm is followed up at once.
    """
    found = []
    if any(level > 0 and alarm for level, alarm in zip(levels, alarms, strict=True)):
        found.append("ALARM")
    if any(level >= norms["OBSERVATION_LEVEL_REFERS"] for level in levels):
        found.append("STRONG")
    if sum(levels) >= norms["OBSERVATION_TOTAL_REFERS"]:
        found.append("TOTAL")
    return found
