"""What lists and exports show in place of a sensitive value. Domain reference 7.

ID, certificate and roll numbers hold one another: each is masked as strictly as the ID. The
birthday of a minor is masked with it. Short input never shows more than it hides.
"""

from .names import split

HIDDEN = "*"


def name(text: str) -> str:
    """Surname and one star per further character: 张*, 欧阳**."""
    surname, given = split(text)
    if given:
        return surname + HIDDEN * len(given)
    return text[:1] + HIDDEN * max(1, len(text) - 1) if text else ""


def id_number(text: str) -> str:
    """First six and last four of 18 characters; less shows nothing but its length."""
    if len(text) != 18:
        return HIDDEN * len(text)
    return text[:6] + HIDDEN * 8 + text[-4:]


def certificate(text: str) -> str:
    """The masked ID and, open, kind, grade and re-issue: 990101********0026-52."""
    if len(text) not in (20, 22):
        return HIDDEN * len(text)
    return f"{id_number(text[:18])}-{text[18:]}"


def roll_number(text: str) -> str:
    return text[0] + id_number(text[1:]) if len(text) == 19 else HIDDEN * len(text)


def phone(text: str) -> str:
    """138****1234; a land line keeps its last two."""
    if len(text) == 11:
        return text[:3] + HIDDEN * 4 + text[-4:]
    return HIDDEN * max(0, len(text) - 2) + text[-2:] if len(text) > 4 else HIDDEN * len(text)


def card(text: str) -> str:
    return HIDDEN * 4 + text[-4:] if len(text) > 8 else HIDDEN * len(text)


def address(text: str) -> str:
    """Nothing: the village stands beside it."""
    return HIDDEN * 4 if text else ""
