"""ID numbers that were mistyped: which well-formed ones they may have been."""

from datetime import date
from itertools import pairwise

from stdnum.iso7064 import mod_11_2

from children.rules.identifiers import IdentifierError, normalise, parse_resident_id

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)


def is_well_formed(number: str) -> bool:
    try:
        parse_resident_id(number)
    except IdentifierError:
        return False
    return True


def canonical(text: str) -> str:
    """As stored; the 15 digits of before 1999 in their 18."""
    number = normalise(text)
    if len(number) == 15 and number.isascii() and number.isdigit():
        longer = f"{number[:6]}19{number[6:]}"
        return longer + mod_11_2.calc_check_digit(longer)
    return number


def repaired(number: str) -> list[str]:
    """Well-formed numbers that one wrong digit, or two that changed places, lead to `number`.

    About a score; a number of 17 or 19 characters may have lost or gained one. Of 15 digits also
    the one of this century, which never had 15: its year and check digit were left out.
    """
    number = normalise(number)
    if len(number) == 15 and number.isascii() and number.isdigit():
        longer = f"{number[:6]}20{number[6:]}"
        return list(filter(is_well_formed, [longer + mod_11_2.calc_check_digit(longer)]))
    if not 17 <= len(number) <= 19 or not number[:-1].isdigit():
        return []
    found = dict.fromkeys(_candidates(number))
    return [one for one in found if one != number and is_well_formed(one)]


def _candidates(number: str) -> list[str]:
    if len(number) == 19:
        return [number[:i] + number[i + 1 :] for i in range(19)]
    if len(number) == 17:
        return [
            number[:i] + digit + number[i:] for i in range(18) for digit in "0123456789X"
        ]  # `is_well_formed` leaves one digit for each place
    pairs = enumerate(pairwise(number))
    swapped = [number[:i] + b + a + number[i + 2 :] for i, (a, b) in pairs if a != b]
    return [*_one_digit(number), *swapped]


def _one_digit(number: str) -> list[str]:
    """For each place the digit that makes the check fit."""
    values = [10 if character == "X" else int(character) for character in number]
    off = sum(w * v for w, v in zip(_WEIGHTS, values, strict=True)) - 1
    found = []
    for i, weight in enumerate(_WEIGHTS):
        rest = (off - weight * values[i]) % 11
        value = -rest * pow(weight, -1, 11) % 11
        if value < 10 or i == 17:
            found.append(number[:i] + ("X" if value == 10 else str(value)) + number[i + 1 :])
    return found


def born(number: str) -> date | None:
    """The birth date written in a number, well formed or not."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
