"""A good row of a list, and its fingerprint: the same row comes in but once."""

import json
import pickle
from datetime import date
from typing import Any

from accounts.crypto.cipher import blind_index


class Good:
    """A row that can be taken. What it says is kept packed, a list being long, and is unpacked
    anew each time it is asked for.

    `mark` is the row's fingerprint, taken while it is at hand.
    """

    __slots__ = ("_keys", "_values", "mark", "row", "sheet")

    def __init__(
        self, row: int, sheet: str, facts: dict[str, Any], shared: dict[Any, Any] | None = None,
        mark: bytes = b"",
    ) -> None:  # fmt: skip
        """`shared`: the keys of other rows, most of which say the same things."""
        keys = tuple(facts)
        self.row, self.sheet, self.mark = row, sheet, mark
        self._keys = keys if shared is None else shared.setdefault(keys, keys)
        self._values = pickle.dumps(tuple(facts.values()), protocol=5)

    @property
    def facts(self) -> dict[str, Any]:
        # Packed above, in this process.
        return dict(zip(self._keys, pickle.loads(self._values), strict=True))


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_iso).encode


def plain(facts: dict[str, Any]) -> str:
    """JSON of what a row says, the same for the same facts."""
    return _encode(facts)


def fingerprint(facts: dict[str, Any]) -> bytes:
    return blind_index(plain(facts), "list_row")
