"""Sealed files in the storage: put there, and opened for as long as they are worked on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage

from . import files
from .cipher import Tampered, UnknownKey


class Gone(Exception):
    """No such file is kept, or its key was taken away since."""


def keep(file: IO[bytes], name: str, context: str) -> None:
    """From its start. The name in the storage says nothing of what it is."""
    file.seek(0)
    with tempfile.TemporaryFile() as sealed:
        files.seal(file, sealed, context)
        sealed.seek(0)
        default_storage.save(name, File(sealed))


@contextmanager
def opened(name: str, context: str, ending: str = "") -> Iterator[Path]:
    """The file in the clear. Raises Gone."""
    if not default_storage.exists(name):
        raise Gone
    with tempfile.NamedTemporaryFile(suffix=ending) as clear:
        with default_storage.open(name) as sealed:
            try:
                files.unseal(sealed, clear, context)
            except (UnknownKey, Tampered):
                raise Gone from None
        clear.flush()
        yield Path(clear.name)
