"""The school's pages: a helper's day, the lead's screens, what is overdue, a child's contacts."""

from typing import Any

from bench.harness import case


def _get(address: str) -> Any:
    def ask(client: Any, world: Any) -> Any:
        return client.get(address.format(case=world.case_number))

    return ask


for _name, _role, _address in (
    ("helper's children", "helper", "/schools/paired/"),
    ("helper's home", "helper", "/"),
    ("lead's home", "lead", "/"),
    ("lead's overview", "lead", "/schools/group/"),
    ("lead's pairing screen", "lead", "/schools/group/pairing/"),
    ("overdue list, lead", "lead", "/schools/overdue/"),
    ("overdue list, township", "township", "/schools/overdue/"),
    ("overdue list, county", "county", "/schools/overdue/"),
    ("child's contact history", "helper", "/schools/{case}/contacts/"),
    ("child's school page", "helper", "/schools/{case}/"),
):
    case(_name, role=_role, most_queries=25)(_get(_address))
