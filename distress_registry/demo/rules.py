"""Programmes and standards of the demo county: the example file, marked as examples."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from assistance.actions.load_rules import load_rules
from assistance.rules.reading import load

# The file rests on the parents' situation alone; the county insures whom it has identified.
INSURED = [
    {
        "name": "经认定的孤儿和事实无人抚养儿童", "example": True,
        "conditions": {
            "category": ["ORPHAN_INST", "ORPHAN_SCAT", "DE_FACTO"], "age": {"below": 18},
        },
    }
]  # fmt: skip
# Until the newest spring one of the two: who was left out of the other is to be seen.
ONE_OF_TWO = {
    "kind": "EXCLUDES", "name": "享受普通高中助学金的不重复免学费", "who_gets": "SE_GRANT",
    "does_not_get": ["SE_FREE"], "example": True,
}  # fmt: skip
FILE = Path(settings.BASE_DIR) / "docs/examples/rules.json"


def load_example_rules(now: datetime) -> None:
    data = load(FILE.read_text(encoding="utf-8"))
    for programme in data["programmes"]:
        if programme["code"] == "MEDICAL":
            programme["eligibility"] = INSURED
    spring = timezone.localdate(now) - timedelta(days=54)  # the term begins on 24 February
    data["overlaps"].append(ONE_OF_TWO | {"to": f"{spring.year}-02"})
    load_rules(data=data, by=None, now=now)
