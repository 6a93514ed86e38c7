"""Names: what may be typed, in which order they stand, and by what they are found.

Pinyin comes from pypinyin. Every reading of the surname counts (曾 is Zeng or Ceng); given names
have one, in the word as a whole.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin, pinyin

from .surnames import COMPOUND_SURNAMES, READ_AS_USUAL, SURNAME_READINGS

MAX_LENGTH = 100
PREFIX_LENGTH = 16  # letters of pinyin that search tells apart
_DOTS = re.escape("·•・‧∙⋅･᛫⸱ꞏ․﹒●.。")  # as typed for the dot of a minority name
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"  # variation selectors too: they change the glyph, not the character
)
# Full-width ASCII, and the radicals that PDF files hold in place of characters (⾦ for 金).
_MEANT_OTHERWISE = re.compile("[\uff01-\uff5e\u2e80-\u2fdf]")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_IS_HAN = re.compile(f"[{_HAN}]")
_DOTS_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])\\s*[{_DOTS}][{_DOTS}\\s]*(?=[{_HAN}])")
_SPACE_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+")  # is what it is cleaned to
_ALLOWED = re.compile(f"[{_HAN}{_LATIN}·' \\-.]+")
_U_WITH_DOTS = re.compile("(?<=[ln])u\u0308")
_NO_LETTER = re.compile("[^a-z]")
_BETWEEN_WORDS = re.compile(f"[{_HAN}·\\s\\-.']+")


def clean(text: str) -> str:
    """The name as it is stored: no invisible characters, one kind of `·`, no stray spaces.

    Full-width letters become plain ones; rare characters, also beyond the basic plane, stay.
    Never raises; whether the result is a name is for `problem` to say.
    """
    if _PLAIN_HAN.fullmatch(text):
        return text
    text = _INVISIBLE.sub("", text)
    text = _MEANT_OTHERWISE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = _DOTS_BETWEEN_HAN.sub("·", text)
    return _SPACE_BETWEEN_HAN.sub("", text)


def problem(name: str) -> str | None:
    """Code of what is wrong with a cleaned name: EMPTY, TOO_LONG, CHARACTER; None when fine."""
    if not name:
        return "EMPTY"
    if len(name) > MAX_LENGTH:
        return "TOO_LONG"
    if not _ALLOWED.fullmatch(name) or name[0] in "·-'. " or name[-1] in "·-' " or "··" in name:
        return "CHARACTER"
    return None


def split(name: str) -> tuple[str, str]:
    """Surname and given name; a name with `·` or of Latin letters is all surname."""
    if "·" in name or not _IS_HAN.match(name) or len(name) < 2:
        return name, ""
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:length], name[length:].lstrip()


def _fold(text: str) -> str:
    """Letters a–z only: no tones, no accents, ü of lü and nü as v."""
    if text.isascii():
        text = text.lower()
        return text if text.isalpha() else _NO_LETTER.sub("", text)
    text = _U_WITH_DOTS.sub("v", unicodedata.normalize("NFD", text.lower()))
    return _NO_LETTER.sub("", text)


def _folded(syllables: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(_fold, syllables)))


@lru_cache(maxsize=20_000)
def _syllables(text: str) -> tuple[str, ...]:
    """One reading; a character that pypinyin does not know has none."""
    return _folded(lazy_pinyin(text, v_to_u=False))


@lru_cache(maxsize=5_000)
def surname_readings(surname: str) -> tuple[tuple[str, ...], ...]:
    """Readings of a surname, each a tuple of syllables; the usual one first."""
    if surname in SURNAME_READINGS:
        return SURNAME_READINGS[surname]
    usual = _syllables(surname)
    if len(surname) > 1 or surname in READ_AS_USUAL:
        return (usual,)
    others = pinyin(surname, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    found = dict.fromkeys([*usual, *_folded(others)])
    return tuple((reading,) for reading in found) or ((),)


def _words(name: str) -> tuple[str, ...]:
    """Words of Latin letters, folded."""
    return _folded(_BETWEEN_WORDS.split(name))


def readings(name: str) -> list[tuple[str, ...]]:
    """All readings of a name as syllables in lower case without tones, ü written v."""
    if not _IS_HAN.search(name):
        return [_words(name)]
    surname, given = split(name)
    if len(name) > 1 and not given:
        return [_syllables(name)]
    return [reading + _syllables(given) for reading in surname_readings(surname)]


def sort_key(name: str) -> str:
    """Order by pinyin, then by the characters: one plain text for a "C" collation.

    "zeng'xiao'ming 曾小明"; the space is less than the apostrophe, so 曾小 stands before 曾小明.
    """
    syllables = readings(name)[0] if name else ()
    return "'".join(syllables) + " " + name


def _prefixes(text: str) -> dict[str, None]:
    return dict.fromkeys(text[:n] for n in range(1, min(len(text), PREFIX_LENGTH) + 1))


@lru_cache(maxsize=10_000)
def _keys(name: str) -> tuple[str, ...]:
    characters = _IS_HAN.findall(name)
    keys = dict.fromkeys(characters)
    keys |= dict.fromkeys(a + b for a, b in pairwise(characters))
    for syllables in readings(name):
        keys |= _prefixes("".join(syllables))
        keys |= _prefixes("".join(syllable[0] for syllable in syllables))
    for word in _words(name):  # each word of a Latin name may be typed first
        keys |= _prefixes(word)
    return tuple(keys)


def search_keys(name: str) -> list[str]:
    """What a name is found by: every 1 and 2 characters of it, every prefix of its pinyin.

    Prefixes of the full spelling and of the initials, of each reading, up to 16 letters, and of
    each Latin word; no key twice. About 18 keys for a name of three characters (60 when the
    surname has two readings and all is long).
    """
    return list(_keys(name))


def query_keys(text: str) -> list[str]:
    """The keys that must all be among a name's `search_keys` for `text` to find it.

    Two characters may stand anywhere in the name (a surname and one more); of three and more
    each pair must stand together. Letters are one prefix. Empty when the text holds neither.
    """
    text = clean(text[: 2 * MAX_LENGTH])[:MAX_LENGTH]
    keys: dict[str, None] = {}
    for run in re.findall(f"[{_HAN}]+", text.replace("·", "")):
        pairs = [a + b for a, b in pairwise(run)]
        keys |= dict.fromkeys(pairs if len(run) > 2 else run)
    letters = _fold(text)[:PREFIX_LENGTH]
    if letters:
        keys[letters] = None
    return list(keys)
