"""The rows of a list as they come in, and all that is compared of them."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

from accounts.crypto.cipher import blind_index_of
from children.rules import names
from children.rules.identifiers import (
    IdentifierError,
    normalise,
    parse_phone,
    parse_resident_id,
)
from exchange.rules import match_number
from exchange.rules.match_name import cleaned, surname_sounds

_OLDEST = 25  # years: the number of somebody older is not the child's


class Sought(NamedTuple):
    """One row of a list: whom it means. Empty is «the list does not say»."""

    row: int
    name: str = ""
    id_number: str = ""  # as written, also when its check digit does not fit
    other_number: str = ""  # that may be the child's: of a certificate that holds another one
    birth_date: date | None = None
    sex: str = ""  # MALE or FEMALE
    area_code: str = ""  # 6, 9 or 12 digits
    guardian_name: str = ""
    guardian_id_number: str = ""
    parent_id_numbers: tuple[str, ...] = ()
    phone: str = ""
    guardian_phone: str = ""
    former_names: tuple[str, ...] = ()


class Person(NamedTuple):
    """A row made ready: cleaned names, hashes of numbers, what a good number says."""

    row: int
    names: tuple[str, ...]  # the present one first
    birth_date: date | None
    sex: str
    area_code: str
    guardian_name: str
    number: bytes | None
    number_is_good: bool
    is_numbered: bool  # with a well-formed number that may be a child's
    born_by_number: date | None  # as a well-formed number says
    has_own_birth: bool  # else the date and the sex below are the number's
    has_own_sex: bool
    repaired: tuple[bytes, ...] = ()
    family: tuple[bytes, ...] = ()  # numbers of guardian and parents
    phones: tuple[bytes, ...] = ()


def preparing(today: date) -> Callable[[Sought], Person]:
    """For the rows of a list: with everything that the look for likely children needs; see
    `blocks`. The keys of the hashes are looked up once."""
    hashed, phone_hashed = blind_index_of("id_number"), blind_index_of("phone")
    return partial(_prepared, today=today, hashed=hashed, phone_hashed=phone_hashed)


def _prepared(
    sought: Sought,
    today: date,
    hashed: Callable[[str], bytes],
    phone_hashed: Callable[[str], bytes],
) -> Person:
    number = match_number.canonical(sought.id_number) if sought.id_number else ""
    identity = None
    if number:
        with contextlib.suppress(IdentifierError):
            identity = parse_resident_id(number)
    is_resident = len(number) in (17, 18, 19) and number[:-1].isdigit()
    has_15 = len(number) == 18 != len(sought.id_number) and len(normalise(sought.id_number)) != 18
    wrong = match_number.repaired(sought.id_number) if number and (has_15 or not identity) else []
    if sought.other_number:
        wrong.append(sought.other_number)
    born = sought.birth_date
    if born is None and is_resident and len(number) == 18:
        told = match_number.born(number)
        born = told if told and today.year - told.year <= _OLDEST else None
    own_names = (sought.name, *sought.former_names)
    family = (sought.guardian_id_number, *sought.parent_id_numbers)
    return Person(
        row=sought.row,
        names=tuple(dict.fromkeys(filter(None, map(cleaned, own_names)))),
        birth_date=born,
        sex=sought.sex or (identity.sex if identity else ""),
        area_code=sought.area_code,
        guardian_name=cleaned(sought.guardian_name) if sought.guardian_name else "",
        number=hashed(number) if number else None,
        number_is_good=identity is not None or (bool(number) and not is_resident),
        is_numbered=identity is not None and today.year - identity.birth_date.year <= _OLDEST,
        born_by_number=identity.birth_date if identity else None,
        has_own_birth=sought.birth_date is not None,
        has_own_sex=bool(sought.sex),
        repaired=tuple({hashed(one) for one in wrong}),
        family=tuple({hashed(match_number.canonical(one)) for one in family if one}),
        phones=_phones((sought.phone, sought.guardian_phone), phone_hashed),
    )


def _phones(texts: Iterable[str], hashed: Callable[[str], bytes]) -> tuple[bytes, ...]:
    found = set()
    for text in filter(None, texts):
        with contextlib.suppress(IdentifierError):
            found.add(hashed(parse_phone(text)))
    return tuple(found)


def surname_of(name: str) -> frozenset[str]:
    """How the surname may be read."""
    return surname_sounds(names.split(name)[0])
