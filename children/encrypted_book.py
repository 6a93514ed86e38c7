"""A spreadsheet that Office opens with a password alone; the whole of it is never in memory.

msoffcrypto makes key and frame (agile encryption of [MS-OFFCRYPTO], AES-256), and would hold the
file three times. So it is given none, and the frame that it makes around nothing is laid around
ours ([MS-CFB]: sectors of 512 bytes, and a table that chains them, as on a disk of old).
"""

import hashlib
import hmac
import os
import secrets
import struct
import tempfile
from array import array
from io import BytesIO
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile

_SEGMENT = 4_096  # bytes encrypted under one initial vector
_BLOCK = 16
_SECTOR = 512
_ENTRIES = _SECTOR // 4  # of a sector of the table
_LEAST = 8 + _SEGMENT  # bytes of the stream; a short one would have its place elsewhere
_END, _FREE, _TABLE, _NAMER, _MOST = (
    0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFA,
)  # fmt: skip
# Where the header has the count of the table's sectors, the first of the directory, of the table of
# small streams, of what names further sectors of the table (and the count), and the first 109.
_TABLES, _DIRECTORY, _SMALL_TABLE, _NAMERS, _NAMED, _IN_HEADER = 44, 48, 60, 68, 76, 109
_ENTRY, _START = 128, 116  # of the directory: length of an entry, and where it says where it begins
# Block keys of [MS-OFFCRYPTO] 2.3.4.14.
_HMAC_KEY, _HMAC_VALUE = bytes.fromhex("5fb2ad010cb9e1f6"), bytes.fromhex("a0677f02b22c8433")


def encrypted(file: IO[bytes], password: str) -> IO[bytes]:
    """A temporary file from its start; closes what it was given."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - gone when it is closed
    with file:
        info, key = ECMA376Agile.generate_encryption_parameters(password)
        salt, mac_key = info.keyData.saltValue, secrets.token_bytes(64)
        mac = hmac.new(mac_key, digestmod=hashlib.sha512)
        out.write(bytes(_SECTOR))  # the header comes last
        size = _write_package(file, out, key, salt, mac)
    info.encryptedHmacKey = _sealed(mac_key, key, salt, _HMAC_KEY)
    info.encryptedHmacValue = _sealed(mac.digest(), key, salt, _HMAC_VALUE)
    told = info.getEncryptionDescriptorHeader() + info.toEncryptionDescriptor().encode()
    _write_frame(out, told, size)
    out.seek(0)
    return out


def _sealed(data: bytes, key: bytes, salt: bytes, block: bytes) -> bytes:
    cipher = Cipher(AES(key), CBC(hashlib.sha512(salt + block).digest()[:_BLOCK])).encryptor()
    return cipher.update(data) + cipher.finalize()


def _write_package(file: IO[bytes], out: IO[bytes], key: bytes, salt: bytes, mac: hmac.HMAC) -> int:
    """How long the stream is: size of the plain file, segment by segment, filled up."""
    pending = struct.pack("<Q", file.seek(0, os.SEEK_END))
    file.seek(0)
    size = number = 0
    while pending:
        out.write(pending)
        mac.update(pending)
        size += len(pending)
        if plain := file.read(_SEGMENT):
            plain += bytes(-len(plain) % _BLOCK)
            pending = _sealed(plain, key, salt, struct.pack("<I", number))
            number += 1
        else:
            pending = bytes(max(_LEAST - size, 0))
    out.write(bytes(-size % _SECTOR))
    return size


def _write_frame(out: IO[bytes], told: bytes, size: int) -> None:
    """Around the stream, which begins in sector 0: after it the frame's own few sectors, then the
    table that says of each sector which follows it, then what tells where the table is."""
    made = BytesIO()
    ECMA376Encrypted(bytes(_LEAST + _SECTOR), told).write_to(made)
    frame = made.getvalue()
    header, first = bytearray(frame[:_SECTOR]), -(-size // _SECTOR)
    directory, small_table = (_number(header, at) for at in (_DIRECTORY, _SMALL_TABLE))
    root = _SECTOR * (1 + directory)
    package = _number(frame, root + _ENTRY + _START)  # in the frame made, behind all else
    shift = first - 1  # sector 0 of the frame is its table, and stays behind
    small = bytearray(frame[2 * _SECTOR : (1 + package) * _SECTOR])
    root -= 2 * _SECTOR
    struct.pack_into("<I", small, root + _START, _number(small, root + _START) + shift)
    struct.pack_into("<IQ", small, root + _ENTRY + _START, 0, size)

    table = array("I", range(1, first + 1))
    table[-1] = _END
    chained = struct.unpack_from(f"<{package - 1}I", frame, _SECTOR + 4)
    table.extend(one + shift if one < _MOST else one for one in chained)
    tables, namers = _needed(len(table))
    begin = len(table)
    table.extend([_TABLE] * tables + [_NAMER] * namers)
    table.extend([_FREE] * (-len(table) % _ENTRIES))
    named = array("I", range(begin, begin + tables))
    out.write(small + table.tobytes())
    out.write(_naming(named[_IN_HEADER:], begin + tables, namers))

    in_header = [*named[:_IN_HEADER], *[_FREE] * (_IN_HEADER - tables)]
    struct.pack_into("<I", header, _TABLES, tables)
    struct.pack_into("<I", header, _DIRECTORY, directory + shift)
    struct.pack_into("<I", header, _SMALL_TABLE, small_table + shift)
    struct.pack_into("<II", header, _NAMERS, begin + tables if namers else _END, namers)
    struct.pack_into(f"<{_IN_HEADER}I", header, _NAMED, *in_header)
    out.seek(0)
    out.write(header)


def _number(data: bytes | bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _needed(sectors: int) -> tuple[int, int]:
    """Of the table, which holds all others and itself, and of what names its further sectors."""
    tables = namers = 0
    while tables * _ENTRIES < sectors + tables + namers:
        tables += 1
        namers = -(-max(tables - _IN_HEADER, 0) // (_ENTRIES - 1))
    return tables, namers


def _naming(named: array, first: int, count: int) -> bytes:
    """Each sector ends with the number of the next such."""
    told = array("I")
    for place in range(count):
        part = named[place * (_ENTRIES - 1) : (place + 1) * (_ENTRIES - 1)]
        part.extend([_FREE] * (_ENTRIES - 1 - len(part)))
        told.extend(part)
        told.append(first + place + 1 if place + 1 < count else _END)
    return told.tobytes()
