"""Search keys that a file opened from a register will have of what hangs on it.

The database makes them anew when the list is in (`registry_related_keys_of`) and rewrites those
that are not so; written right at once, the children are written once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from children.rules.categories import SECRET


def first_keys(facts: Mapping[str, Any], people: Iterable[Mapping[str, Any]]) -> list[str]:
    """`people`: the carers, each with `phone` and `is_main`."""
    people = list(people)
    open_categories = [c for c in facts.get("categories", ()) if c not in SECRET]
    keys = {f"#c:{category}" for category in open_categories}
    keys |= {f"#p:{person['phone'][-4:]}" for person in people if person["phone"]}
    if facts.get("economic"):
        keys.add(f"#e:{facts['economic']}")
    if not any(person["is_main"] for person in people):
        keys.add("#m:carer")
    if not (facts.get("father__status") and facts.get("mother__status")):
        keys.add("#m:parents")
    if not open_categories:
        keys.add("#m:category")
    return sorted(keys)
