"""What a heading of a spreadsheet means, by the headings that a layout knows."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

_NOISE = re.compile(r"[\s★☆*※#＊:：;；,，、。.·\-—_/\\\"'“”‘’|]+")
_BRACKETED = re.compile(r"[(\[{〔【《<].*?[)\]}〕】》>]")
_NUMBERED = re.compile(r"^[(]?[0-9]{1,2}(?:[)、.．]|(?=[^0-9]))")
# One thing under its many names: 公民身份号码, 居民身份证号码 and 身份证件号 are all 身份证号.
_SAME = ((re.compile("号码"), "号"), (re.compile("(?:公民|居民)?身份证?件?号"), "身份证号"),
         (re.compile("电话号(?=$|[^0-9])"), "电话"))  # fmt: skip
_ABOUT_THE_CHILD = re.compile(
    r"^(?:困境|事实无人抚养|孤儿|留守|在册)?(?:残疾(?=儿童|学生|幼儿|人|对象))?"
    r"(?:儿童|学生|本人|个人|幼儿|基本|未成年人|人员|人|持证人|保障对象|对象)*$"
)
_OF_A_GROUP = re.compile(r"(?:基本)?(?:信息|情况|资料|栏)+$")
_CHILD = re.compile("(?:困境|留守)?(?:儿童|学生|幼儿|本人)")


_OF_SEVERAL = re.compile("(?P<who>.{2,}?)(?P<n>[一二三1-3])|第(?P<m>[一二三])(?P<whom>.{2,})")
_WHICH = {"一": 1, "二": 2, "三": 3, "1": 1, "2": 2, "3": 3}
FURTHER = "further"  # in place of a prefix: nobody whom a layout knows


class Sureness(IntEnum):
    """How sure it is whose a fact is."""

    STRANGE = 0  # below the name of somebody unknown
    PLAIN = 1
    OWN = 2  # says that it is the child's
    BY_GROUP = 3


@lru_cache(maxsize=4_000)
def spellings(text: str) -> tuple[str, ...]:
    """A heading as it is compared: without spaces, marks and numbers; with and without brackets."""
    text = unicodedata.normalize("NFKC", text).lower().strip()
    text = _NUMBERED.sub("", text.lstrip("★☆*※# "))
    found = dict.fromkeys(
        _one_name(_NOISE.sub("", part))
        for part in (
            re.sub(r"[()\[\]{}〔〕【】《》<>]", "", text),
            _BRACKETED.sub("", text),
            *re.split(r"[\n(]", text),
        )
    )
    return tuple(part for part in found if part)


def _one_name(spelling: str) -> str:
    for written, name in _SAME:
        spelling = written.sub(name, spelling)
    return spelling


@dataclass(frozen=True)
class Headings:
    """`known`: spelling → key. Keys of somebody or somewhere else than the child and its home have
    a prefix: `guardian__name`, `hukou__village`."""

    known: dict[str, str]

    @classmethod
    def of(cls, headings: Iterable[tuple[str, str]]) -> "Headings":
        """`headings`: (written, key). The first to claim a spelling keeps it."""
        known: dict[str, str] = {}
        for written, key in headings:
            whole = spellings(written)
            if whole:
                known.setdefault(whole[0], key)
        return cls(known)

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(self.known.values())

    def key_of(self, texts: Sequence[str]) -> tuple[str | None, Sureness]:
        """`texts`: the heading, last, below those of its groups."""
        groups = [self._names(text) for text in texts[:-1]]
        above = [names for names in groups if names]
        for start in range(len(above)):
            for name in _joined(above[start:]):
                for spelling in spellings(texts[-1]):
                    if name + spelling in self.known:
                        return self.known[name + spelling], Sureness.BY_GROUP
        whose = self._owner(above[-1]) if above else ""
        if whose:
            return self._of_owner(whose, texts[-1]), Sureness.BY_GROUP
        for number, spelling in enumerate(spellings(texts[-1])):
            key = self._plain(spelling)
            if key is None:
                continue
            if whose is None:
                return key, Sureness.STRANGE
            is_own = _CHILD.match(spelling) or (number == 0 and len(texts) > 1)
            return key, Sureness.OWN if is_own else Sureness.PLAIN
        return None, Sureness.STRANGE

    def _names(self, group: str) -> tuple[str, ...]:
        """A group heading without «information on»; nothing for one that speaks of the child."""
        names = tuple(_OF_A_GROUP.sub("", spelling) for spelling in spellings(group))
        if any(_ABOUT_THE_CHILD.fullmatch(name) for name in names):
            return ()
        return names

    def _owner(self, names: Sequence[str]) -> str | None:
        """Prefix of those whom a group speaks of; "" for the child itself, None for a stranger."""
        is_own = False
        for name in names:
            if name not in self.known and (number := self._numbered(name)):
                prefix, n = number
                return prefix if n == 1 else FURTHER
            keys = [self.known[name]] if name in self.known else self._begun_by(name)
            for key in keys:
                if "__" in key:
                    return key.partition("__")[0]
                is_own = True
        return "" if is_own else None

    def _numbered(self, name: str) -> tuple[str, int] | None:
        """监护人二: prefix of whom the layout knows once, and which of them is meant."""
        found = _OF_SEVERAL.fullmatch(name)
        if found is None:
            return None
        key = self.known.get(found["who"] or found["whom"], "")
        if "__" not in key:
            return None
        return key.partition("__")[0], _WHICH[found["n"] or found["m"]]

    def names_a_further(self, texts: Sequence[str]) -> bool:
        """Whether the heading is the name of a second guardian, whom the layout does not know."""
        groups = [names for names in map(self._names, texts[:-1]) if names]
        if not groups or self._owner(groups[-1]) != FURTHER:
            return False
        if self.key_of(texts)[0] is not None:
            return False
        return any(self._plain(spelling) == "name" for spelling in spellings(texts[-1]))

    def _begun_by(self, name: str) -> list[str]:
        found = [key for word, key in self.known.items() if word.startswith(name)]
        return sorted(found, key=lambda key: "__" not in key)

    def _of_owner(self, whose: str, text: str) -> str | None:
        for spelling in spellings(text):
            key = self._plain(spelling)
            if key is None:
                continue
            theirs = f"{whose}__{key.rpartition('__')[2]}"
            if theirs in self.keys:
                return theirs
        return None

    def _plain(self, spelling: str) -> str | None:
        """Known as it is, or as somebody and something: 被查询人 and 姓名."""
        if spelling in self.known:
            return self.known[spelling]
        for cut in range(len(spelling) - 1, 1, -1):
            whose, what = self.known.get(spelling[:cut]), self.known.get(spelling[cut:])
            if whose is None or what is None:
                continue
            prefix, _, rest = whose.rpartition("__")
            key = f"{prefix}__{what.rpartition('__')[2]}" if prefix else what
            if key in self.keys and (prefix or rest == "name"):
                return key
        return None


def _joined(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """Every way to read groups over groups, as one word."""
    if not groups:
        yield ""
        return
    for name in groups[0]:
        for rest in _joined(groups[1:]):
            yield name + rest
