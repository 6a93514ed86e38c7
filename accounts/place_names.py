"""How places are found by typing: characters anywhere, pinyin or initials from the start."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

LONGEST = 12  # letters of pinyin that are told apart


@lru_cache(maxsize=20_000)
def keys(name: str) -> tuple[str, ...]:
    """Single characters, pairs, prefixes of the pinyin and of the initials; lower case, ü as v."""
    syllables = [s.lower().replace("ü", "v") for s in lazy_pinyin(name, v_to_u=False)]
    syllables = [re.sub("[^a-z0-9]", "", s) for s in syllables]
    found = dict.fromkeys(name)
    found.update(dict.fromkeys(name[n : n + 2] for n in range(len(name) - 1)))
    for text in ("".join(syllables), "".join(s[:1] for s in syllables)):
        found.update(dict.fromkeys(text[:n] for n in range(1, min(len(text), LONGEST) + 1)))
    return tuple(found)


def query(text: str) -> list[str]:
    """Keys that a place must all have to be found by `text` (one word)."""
    text = text.lower().replace("ü", "v")
    if text.isascii():
        return [text[:LONGEST]]
    return [text[n : n + 2] for n in range(len(text) - 1)] or [text]
