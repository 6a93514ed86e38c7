"""An encrypted spreadsheet opens with its password alone, of whatever size, and is never held."""

import io
import os
import tempfile
import tracemalloc
from zipfile import ZipFile

import olefile
import pytest
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import InvalidKeyError

from children.encrypted_book import encrypted

PASSWORD = "yi-er-san-si-wu"
MEGABYTE = 2**20


def plain(size):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by what encrypts it
    with ZipFile(file, "w") as book:
        book.writestr("sheet", os.urandom(size))
    file.seek(0)
    content = file.read()
    file.seek(0)
    return file, content


def opened(file, password=PASSWORD):
    found, book = io.BytesIO(), OfficeFile(file)
    book.load_key(password=password, verify_password=True)
    book.decrypt(found, verify_integrity=True)
    return found.getvalue()


# From 6.8 MB on, the header alone cannot name all sectors of the table.
@pytest.mark.parametrize("size", [1, 3_980, 4_096, 70_001, 6_900_000, 8 * MEGABYTE])
def test_it_opens_and_is_whole(size):
    file, content = plain(size)

    with encrypted(file, PASSWORD) as book:
        assert file.closed
        assert opened(book) == content
        book.seek(0)
        with olefile.OleFileIO(book, raise_defects=olefile.DEFECT_POTENTIAL) as container:
            assert container.exists("\x06DataSpaces/TransformInfo/StrongEncryptionTransform")


def test_another_password_opens_nothing():
    with encrypted(plain(1)[0], PASSWORD) as book, pytest.raises(InvalidKeyError):
        opened(book, "another password")


def test_two_files_of_the_same_have_no_block_in_common():
    blocks = []
    for _again in range(2):
        with encrypted(io.BytesIO(bytes(9_000)), PASSWORD) as book:
            content = book.read()[520:9_520]
        blocks += [content[at : at + 16] for at in range(0, len(content), 16)]

    assert len(set(blocks)) == len(blocks)


def test_the_file_is_never_held_in_memory():
    file, _content = plain(8 * MEGABYTE)

    tracemalloc.start()
    with encrypted(file, PASSWORD):
        _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < MEGABYTE
