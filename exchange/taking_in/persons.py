"""Whom a row of a register names beside the child: guardian, father, mother."""

from typing import Any

from exchange.rules.further_guardian import FURTHER

_PERSONS = {"guardian": "", "father": "FATHER", "mother": "MOTHER"} | dict.fromkeys(FURTHER, "")
Facts = dict[str, Any]


def persons(facts: Facts) -> list[Facts]:
    """The guardian first, then the parents who are not the guardian, then further guardians."""
    found: list[Facts] = []
    for prefix, relation in _PERSONS.items():
        name = facts.get(f"{prefix}__name")
        if not name:
            continue
        parts = ("id_number", "id_type", "phone", "workplace", "relation", "kind")
        person = {part: facts.get(f"{prefix}__{part}", "") for part in parts}
        person |= {"name": name, "is_main": prefix == "guardian"}
        person["relation"] = person["relation"] or relation or "OTHER"
        person["kind"] = person["kind"] or _kind(person["relation"])
        guardian = found[0] if found else None
        if guardian is not None and guardian["name"] == name and guardian["is_main"]:
            for part in ("id_number", "phone"):
                guardian[part] = guardian[part] or person[part]
            if guardian["relation"] == "OTHER":
                guardian["relation"], guardian["kind"] = person["relation"], person["kind"]
            continue
        if prefix in FURTHER and (known := _already(found, person)):
            for part in ("id_number", "phone", "workplace"):
                known[part] = known[part] or person[part]
            continue
        found.append(person)
    return found


def _already(found: list[Facts], person: Facts) -> Facts | None:
    """Father or mother, named a second time as a guardian."""
    return next(
        (
            one for one in found
            if one["name"] == person["name"]
            and person["id_number"] in ("", one["id_number"] or person["id_number"])
        ),
        None,
    )  # fmt: skip


def _kind(relation: str) -> str:
    if relation in ("FATHER", "MOTHER"):
        return "PARENT"
    return "INSTITUTION" if relation == "INSTITUTION" else "LEGAL"
