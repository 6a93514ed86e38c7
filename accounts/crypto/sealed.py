"""The two shapes of an encrypted value in Python: not opened yet, and opened."""

from typing import Any, Self

from . import cipher

MASK = "••••"


class Blob(bytes):
    """Ciphertext that `pre_save` made for one row: the only bytes an encrypted column accepts."""


class Sealed:
    """Ciphertext that has not been opened: what `values()` gives, and a row before reading.

    It shows a mask wherever it is printed.
    """

    __slots__ = ("blob", "context")

    def __init__(self, blob: bytes, context: str) -> None:
        self.blob, self.context = bytes(blob), context

    def open(self, row_key: Any) -> str:
        """The text. Raises cipher.Tampered when the blob is not of this row."""
        return cipher.decrypt(self.blob, f"{self.context}:{row_key}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        return (self.blob, self.context) == (other.blob, other.context)

    def __hash__(self) -> int:
        return hash((self.blob, self.context))

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return "<sealed>"


class Opened(str):
    """Text that remembers its blob: saved again, or copied into history, it stays the same bytes.

    The database compares a row with its history row, and a fresh nonce would look like a change.
    Error pages and logs that print `repr()` show a mask; a pickle holds the blob, not the text.
    """

    blob: bytes
    context: str

    @classmethod
    def of(cls, text: str, blob: bytes, context: str) -> Self:
        """`context` is that of the row: column and row key."""
        opened = cls(text)
        opened.blob, opened.context = bytes(blob), context
        return opened

    @classmethod
    def unseal(cls, blob: bytes, context: str) -> Self:
        return cls.of(cipher.decrypt(blob, context), blob, context)

    @classmethod
    def seal(cls, text: str, context: str) -> Self:
        return cls.of(text, cipher.encrypt(text, context), context)

    def is_written_for(self, context: str) -> bool:
        """False when it belongs to another row, or to a key that is going out of use."""
        return self.context == context and self.blob[0] == cipher.current_key_id()

    def __repr__(self) -> str:
        return f"<opened {MASK}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> Any:
        return Opened.unseal, (self.blob, self.context)
