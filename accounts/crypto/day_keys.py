"""Keys under which a phone seals what it carries for one day; given anew to the same person.

Derived, so that none is stored: from a key of FIELD_KEYS, for one user, posting and day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.dateparse import parse_date
from django.views.decorators.debug import sensitive_variables

from .cipher import AES_KEY_IDS, UnknownKey, current_key_id

BYTES = 32  # AES-256


@dataclass(frozen=True)
class DayKey:
    """`master` is the id in FIELD_KEYS that it is derived from."""

    user_id: int
    posting_id: int
    day: date
    master: int

    @classmethod
    def of_today(cls, user_id: int, posting_id: int, today: date) -> Self:
        return cls(user_id, posting_id, today, current_key_id())

    @classmethod
    def named(cls, name: str) -> Self | None:
        """None for what is no name of a key."""
        parts = name[:100].split(".")
        if len(parts) != 4 or not all(part.isascii() for part in parts):
            return None
        user, posting, day, master = parts
        if not all(part.isdigit() and len(part) <= 18 for part in (user, posting, master)):
            return None
        try:
            on = parse_date(day)
        except ValueError:
            return None
        return cls(int(user), int(posting), on, int(master)) if on else None

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.day:%Y-%m-%d}.{self.master}"

    @property
    def owner(self) -> str:
        """Whose it is: user and posting."""
        return f"{self.user_id}.{self.posting_id}"

    @sensitive_variables()
    def derive(self) -> bytes:
        """32 bytes. Raises UnknownKey when the key it comes from is there no more."""
        master = settings.FIELD_KEYS.get(self.master)
        if master is None or self.master not in AES_KEY_IDS:
            raise UnknownKey(f"key id {self.master}")
        info = f"offline day {self.name}".encode()
        return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=info).derive(master)
