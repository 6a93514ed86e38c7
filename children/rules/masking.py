"""What lists and exports show in place of a sensitive value. Domain reference 7.

ID, certificate and roll numbers hold one another: each is masked as strictly as the ID, and the
birthday with it. Input of an unexpected length shows nothing but its length.
"""

from datetime import date

from .ages import is_minor
from .names import split

HIDDEN = "*"


def name(text: str) -> str:
    """The surname and one star: 张*, 欧阳*; of a name without surname its first character."""
    if len(text) < 2:
        return HIDDEN * len(text)
    surname, given = split(text)
    return (surname if given else text[0]) + HIDDEN


def id_number(text: str) -> str:
    """First six and last four of 18 characters: 990101********0026. Others are hidden whole."""
    if len(text) != 18:
        return HIDDEN * len(text)
    return text[:6] + HIDDEN * 8 + text[-4:]


def certificate(text: str) -> str:
    """The masked ID and, open, kind, grade and re-issue: 990101********0026-52."""
    if len(text) not in (20, 22):
        return HIDDEN * len(text)
    return f"{id_number(text[:18])}-{text[18:]}"


def roll_number(text: str) -> str:
    """The letter and the masked ID: G990101********0026."""
    return text[0] + id_number(text[1:]) if len(text) == 19 else HIDDEN * len(text)


def phone(text: str) -> str:
    """138****1234; a land line keeps its last two."""
    if len(text) == 11:
        return text[:3] + HIDDEN * 4 + text[-4:]
    return HIDDEN * max(0, len(text) - 2) + text[-2:] if len(text) > 6 else HIDDEN * len(text)


def card(text: str) -> str:
    """****1234, however long the number is."""
    return HIDDEN * 4 + text[-4:] if len(text) > 8 else HIDDEN * len(text)


def address(text: str) -> str:
    """Nothing: the village stands beside it."""
    return HIDDEN * 4 if text else ""


def shows_birthday(birth_date: date, today: date) -> bool:
    """Of a minor lists and exports show the age alone."""
    return not is_minor(birth_date, today)
