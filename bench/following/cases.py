"""The front hall over ten visits to a child, and a round of checks that half have answered."""

from typing import Any

import bench.front  # noqa: F401 - its pages, over these rows
from bench.harness import case


def _get(address: str) -> Any:
    def ask(client: Any, world: Any) -> Any:
        return client.get(address.format(round=world.round_id, case=world.case_number))

    return ask


for _name, _role, _address in (
    ("round, village", "village", "/children/rounds/{round}/"),
    ("round, township", "township", "/children/rounds/{round}/"),
    ("round, county", "county", "/children/rounds/{round}/"),
    ("round, everywhere", "everywhere", "/children/rounds/{round}/"),
    ("due work place by place", "county", "/children/due/places/"),
    ("visits of a child", "village", "/children/{case}/visits/"),
):
    case(_name, role=_role, most_queries=16)(_get(_address))
