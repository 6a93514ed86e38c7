"""Names: what may be typed, in which order they stand, and by what they are found.

Pinyin comes from pypinyin. Every reading of the surname counts (曾 is Zeng or Ceng); given names
have one, in the word as a whole.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

MAX_LENGTH = 100
PREFIX_LENGTH = 16  # letters of pinyin that search tells apart
_DOTS = "•・‧∙⋅･·᛫⸱ꞏ.．。"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u180e]")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
_IS_HAN = re.compile(f"[{_HAN}]")
_DOT_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])\\s*[{re.escape(_DOTS)}]\\s*(?=[{_HAN}])")
_SPACE_BESIDE_HAN = re.compile(f"(?<=[{_HAN}·])\\s+|\\s+(?=[{_HAN}·])")
_ALLOWED = re.compile(f"[{_HAN}·A-Za-z\u00c0-\u024f\u1e00-\u1eff' \\-.]+")

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
        "纳兰",
    ]
)
# Surnames whose reading as a surname differs from, or stands beside, the common one.
SURNAME_READINGS: dict[str, tuple[str, ...]] = {
    "曾": ("zeng", "ceng"), "单": ("shan", "dan"), "解": ("xie", "jie"), "区": ("ou", "qu"),
    "仇": ("qiu", "chou"), "查": ("zha", "cha"), "朴": ("piao", "pu"), "盖": ("ge", "gai"),
    "任": ("ren",), "乐": ("yue", "le"), "召": ("shao", "zhao"), "燕": ("yan",),
    "翟": ("zhai", "di"), "尹": ("yin",), "华": ("hua",), "那": ("na",), "缪": ("miao", "mou"),
    "宓": ("mi", "fu"), "折": ("she", "zhe"), "种": ("chong", "zhong"), "覃": ("qin", "tan"),
    "重": ("chong", "zhong"), "秘": ("bi", "mi"), "冼": ("xian",), "员": ("yun", "yuan"),
    "纪": ("ji",), "柏": ("bai", "bo"), "薄": ("bo", "bao"), "卜": ("bu",), "车": ("che", "ju"),
    "晁": ("chao",), "冯": ("feng", "ping"), "干": ("gan",), "葛": ("ge",), "过": ("guo",),
    "哈": ("ha",), "黑": ("he", "hei"), "纥": ("ge", "he"), "教": ("jiao",), "隗": ("wei", "kui"),
    "郗": ("xi", "chi"), "洗": ("xian", "xi"), "相": ("xiang",), "洪": ("hong",),
    "应": ("ying",), "臧": ("zang",), "祭": ("zhai", "ji"), "长": ("chang", "zhang"),
    "翁": ("weng",), "石": ("shi", "dan"), "万": ("wan", "mo"), "尉": ("wei", "yu"),
    "尉迟": ("yuchi", "weichi"), "万俟": ("moqi", "wansi"), "澹台": ("tantai",),
    "亓官": ("qiguan",), "长孙": ("zhangsun", "changsun"), "令狐": ("linghu",),
    "宰父": ("zaifu",), "谷梁": ("guliang",), "呼延": ("huyan",), "鲜于": ("xianyu",),
    "吕": ("lv", "lu"), "闾": ("lv",), "佴": ("nai",), "乜": ("nie", "mie"), "幺": ("yao",),
    "适": ("kuo", "shi"), "阚": ("kan", "han"), "褚": ("chu",), "庹": ("tuo",), "繁": ("po", "fan"),
    "句": ("gou", "ju"), "难": ("nan", "ning"), "黄": ("huang",), "行": ("xing", "hang"),
    "占": ("zhan",), "占卜": ("zhanbu",), "大": ("da",), "贾": ("jia", "gu"), "台": ("tai",),
    "宁": ("ning",), "甄": ("zhen",), "牟": ("mou", "mu"), "逄": ("pang",), "厘": ("li", "xi"),
    "莘": ("shen", "xin"), "殷": ("yin",), "於": ("yu",), "俞": ("yu", "shu"), "禚": ("zhuo",),
}  # fmt: skip


def clean(text: str) -> str:
    """The name as it is stored: no invisible characters, one kind of `·`, no stray spaces.

    Full-width letters become plain ones; rare characters, also beyond the basic plane, stay.
    Never raises; whether the result is a name is for `problem` to say.
    """
    text = _INVISIBLE.sub("", text)
    text = "".join(
        unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
        for char in unicodedata.normalize("NFC", text)
    )
    text = re.sub(r"\s+", " ", text).strip()
    text = _SPACE_BESIDE_HAN.sub("", text)
    return _DOT_BETWEEN_HAN.sub("·", text)


def problem(name: str) -> str | None:
    """Code of what is wrong with a cleaned name: EMPTY, TOO_LONG, CHARACTER; None when fine."""
    if not name:
        return "EMPTY"
    if len(name) > MAX_LENGTH:
        return "TOO_LONG"
    if not _ALLOWED.fullmatch(name) or name[0] in "·-'. " or name[-1] in "·-' ":
        return "CHARACTER"
    return None


def split(name: str) -> tuple[str, str]:
    """Surname and given name; a name with `·` or of Latin letters is all surname."""
    if "·" in name or not _IS_HAN.match(name) or len(name) < 2:
        return name, ""
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:length], name[length:]


def _letters(syllables: list[str]) -> list[str]:
    return [re.sub(r"[^a-z]", "", syllable.lower().replace("ü", "v")) for syllable in syllables]


@lru_cache(maxsize=20_000)
def _given_syllables(given: str) -> tuple[str, ...]:
    return tuple(s for s in _letters(lazy_pinyin(given, v_to_u=False)) if s)


@lru_cache(maxsize=5_000)
def surname_readings(surname: str) -> tuple[tuple[str, ...], ...]:
    """Readings of a surname, each a tuple of syllables; the usual one first."""
    if surname in SURNAME_READINGS:
        known = SURNAME_READINGS[surname]
        if len(surname) == 1:
            return tuple((reading,) for reading in known)
        return tuple(_cut(reading, surname) for reading in known)
    if len(surname) == 1:
        heteronyms = pinyin(surname, style=Style.NORMAL, heteronym=True, v_to_u=False)
        usual = _letters(lazy_pinyin(surname, v_to_u=False))
        found = dict.fromkeys(usual + _letters([r for group in heteronyms for r in group]))
        return tuple((reading,) for reading in found if reading)
    return (_given_syllables(surname),)


def _cut(reading: str, surname: str) -> tuple[str, ...]:
    """Cut a compound reading into syllables where the last character's pinyin begins."""
    last = [r for r in _letters(pinyin(surname[-1], style=Style.NORMAL, heteronym=True)[0]) if r]
    for tail in sorted(last, key=len, reverse=True):
        if reading.endswith(tail) and len(tail) < len(reading):
            return reading[: -len(tail)], tail
    return (reading,)


def readings(name: str) -> list[tuple[str, ...]]:
    """All readings of a name as syllables in lower case without tones, ü written v."""
    surname, given = split(name)
    if not _IS_HAN.search(name):
        return [tuple(s for s in _letters(re.split(r"[\s·\-.']+", name)) if s)]
    if not given:
        return [_given_syllables(name)]
    rest = _given_syllables(given)
    return [reading + rest for reading in surname_readings(surname)]


def sort_key(name: str) -> str:
    """Order by pinyin, then by the characters: one plain text for a "C" collation."""
    first = readings(name)[0] if name else ()
    return f"{' '.join(first)}|{name}"


@lru_cache(maxsize=50_000)
def _keys(name: str) -> tuple[str, ...]:
    characters = [char for char in name if _IS_HAN.match(char)]
    keys = dict.fromkeys(characters)
    keys.update(dict.fromkeys(a + b for a, b in zip(characters, characters[1:], strict=False)))
    for syllables in readings(name):
        for text in ("".join(syllables), "".join(s[0] for s in syllables)):
            keys.update(
                dict.fromkeys(text[:n] for n in range(1, min(len(text), PREFIX_LENGTH) + 1))
            )
    if not characters:  # each word of a Latin name may be typed first
        for word in _letters(re.split(r"[\s·\-.']+", name)):
            keys.update(
                dict.fromkeys(word[:n] for n in range(1, min(len(word), PREFIX_LENGTH) + 1))
            )
    return tuple(keys)


def search_keys(name: str) -> list[str]:
    """What a name is found by: every 1 and 2 characters of it, every prefix of its pinyin.

    Prefixes of the full spelling and of the initials, of each reading, up to 16 letters; about
    20 keys for a name of three characters.
    """
    return list(_keys(name))


def query_keys(text: str) -> list[str]:
    """The keys that must all be among a name's `search_keys` for `text` to find it.

    Two characters may stand anywhere in the name (a surname and one more); of three and more
    each pair must stand together. Empty when the text holds neither characters nor letters.
    """
    text = clean(text)
    runs = re.findall(f"[{_HAN}]+", text.replace("·", ""))
    keys: dict[str, None] = {}
    for run in runs:
        pairs = [a + b for a, b in zip(run, run[1:], strict=False)]
        keys.update(dict.fromkeys(pairs if len(run) > 2 else run))
    latin = unicodedata.normalize("NFD", re.sub(f"[{_HAN}]", " ", text).lower().replace("ü", "v"))
    words = re.findall(r"[a-z]+", re.sub(r"[\u0300-\u036f]", "", latin))
    joined = "".join(words)[:PREFIX_LENGTH]
    if joined:
        keys[joined] = None
    return list(keys)
