import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules import names
from children.rules.names import clean, problem, query_keys, readings, search_keys, sort_key, split
from children.rules.surnames import COMPOUND_SURNAMES, READ_AS_USUAL, SURNAME_READINGS

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
RARE = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF)
HAN_NAMES = st.text(HAN | RARE, min_size=2, max_size=5)
LATIN_NAMES = st.from_regex("[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8}){0,2}", fullmatch=True)


class TestClean:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  张 三 ", "张三"),
            ("张\u3000三", "张三"),
            ("张\u200b三\ufeff", "张三"),
            ("\u202d张三\u202c", "张三"),
            ("张\u00ad三", "张三"),
            ("葛\U000e0100城", "葛城"),  # a variation of the glyph, not another character
            ("𠮷野", "𠮷野"),
            ("王䶮", "王䶮"),
            ("\u2fa6\u2f49", "金月"),  # radicals, as PDF files hold them
            ("Ａｎｎａ", "Anna"),
            ("Anna  Maria \t Lee", "Anna Maria Lee"),
            ("Jose\u0301", "José"),
            ("李 Anna", "李 Anna"),
            ("", ""),
            ("\u200b ", ""),
        ],
    )
    def test_stores(self, typed, stored):
        assert clean(typed) == stored

    @pytest.mark.parametrize("dot", "·•・‧∙⋅･.．。․●")
    @pytest.mark.parametrize("around", ["", " ", "\u200b"])
    def test_every_dot_between_characters_is_the_same(self, dot, around):
        assert clean(f"买买提{around}{dot}{around}艾力") == "买买提·艾力"

    def test_several_dots_are_one(self):
        assert clean("买买提· ·艾力") == "买买提·艾力"

    def test_dots_of_latin_names_stay(self):
        assert clean("J. R. Lee Jr.") == "J. R. Lee Jr."

    def test_superscripts_and_ligatures_are_not_taken_for_letters(self):
        """Full normalisation would make a name of ﬁ or ㈱; here they are refused instead."""
        assert clean("ﬁ㈱²") == "ﬁ㈱²"
        assert problem("ﬁ㈱²") == "CHARACTER"

    @given(text=st.text(max_size=30))
    def test_cleaning_twice_changes_nothing(self, text):
        assert clean(clean(text)) == clean(text)

    @given(name=HAN_NAMES)
    def test_characters_stay_as_they_are_also_beyond_the_basic_plane(self, name):
        assert clean(name) == name
        assert problem(name) is None


class TestProblem:
    @pytest.mark.parametrize(
        "name", ["张三", "𠮷野", "买买提·艾力", "Anna Lee", "O'Neill", "Jean-Luc", "Nguyễn Thị Hoa",
                 "李 Anna", "〇一", "Sammy Davis Jr.", "A"],
    )  # fmt: skip
    def test_names_of_many_kinds_are_fine(self, name):
        assert problem(name) is None

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("", "EMPTY"),
            ("张" * 100, None),
            ("张" * 101, "TOO_LONG"),
            ("张\x00三", "CHARACTER"),
            ("张\n三", "CHARACTER"),
            ("张三2", "CHARACTER"),
            ("张三（大）", "CHARACTER"),
            ("张三<b>", "CHARACTER"),
            ("张\ue863", "CHARACTER"),  # a private character: a font's, not a name's
            ("张\ud800", "CHARACTER"),
            ("张😀", "CHARACTER"),
            ("A×B", "CHARACTER"),
            ("·张", "CHARACTER"),
            ("张·", "CHARACTER"),
            ("-", "CHARACTER"),
            ("A··B", "CHARACTER"),
            ("=1+1", "CHARACTER"),
        ],
    )
    def test_what_is_no_name_is_told(self, name, code):
        assert problem(name) == code

    @given(text=st.text(max_size=120))
    def test_anything_typed_gets_an_answer(self, text):
        name = clean(text)

        assert problem(name) in (None, "EMPTY", "TOO_LONG", "CHARACTER")
        assert "\x00" not in name or problem(name)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("张三", ("张", "三")),
        ("欧阳娜娜", ("欧阳", "娜娜")),
        ("歐陽娜娜", ("歐陽", "娜娜")),
        ("欧阳", ("欧", "阳")),
        ("张", ("张", "")),
        ("买买提·艾力", ("买买提·艾力", "")),
        ("Anna Lee", ("Anna Lee", "")),
        ("李 Anna", ("李", "Anna")),
        ("", ("", "")),
    ],
)
def test_split(name, parts):
    assert split(name) == parts


class TestReadings:
    @pytest.mark.parametrize(
        ("name", "spelled"),
        [
            ("张伟", ["zhangwei"]),
            ("曾明", ["zengming", "cengming"]),
            ("单明", ["shanming", "danming", "chanming"]),
            ("解明", ["xieming", "jieming"]),
            ("区明", ["ouming", "quming"]),
            ("仇明", ["qiuming", "chouming"]),
            ("查明", ["zhaming", "chaming"]),
            ("乐明", ["yueming", "leming"]),
            ("尉迟明", ["yuchiming", "weichiming"]),
            ("万俟明", ["moqiming", "wansiming"]),
            ("长孙明", ["zhangsunming", "changsunming"]),
            ("欧阳明", ["ouyangming"]),
            ("吕绿", ["lvlv", "lulv"]),
            ("曾", ["zeng", "ceng"]),
            ("方明", ["fangming"]),
            ("李 Anna", ["lianna"]),
            ("Müller José", ["mullerjose"]),
            ("买买提·艾力", ["maimaitiaili"]),
            ("", [""]),
        ],
    )
    def test_every_reading_of_the_surname_the_usual_first(self, name, spelled):
        assert ["".join(reading) for reading in readings(name)] == spelled

    def test_a_given_name_is_read_as_a_word(self):
        assert readings("王银行") == [("wang", "yin", "hang")]

    def test_a_surname_in_no_table_has_all_its_readings(self):
        assert "藉" not in SURNAME_READINGS
        assert {reading[0] for reading in readings("藉明")} >= {"jie", "ji"}

    def test_a_character_without_known_reading_leaves_the_rest_readable(self):
        assert [reading[-1] for reading in readings("\U0002ffff明")] == ["ming"]

    def test_the_tables_agree(self):
        assert not READ_AS_USUAL & set(SURNAME_READINGS)
        for surname, spelled in SURNAME_READINGS.items():
            assert len(set(spelled)) == len(spelled)
            assert len(surname) == 1 or surname in COMPOUND_SURNAMES
            assert all(len(reading) == len(surname) for reading in spelled)
            assert all(s.isascii() and s.isalpha() for reading in spelled for s in reading)
        assert {len(surname) for surname in COMPOUND_SURNAMES} == {2}


class TestSortKey:
    def test_names_stand_in_the_order_of_pinyin(self):
        ordered = ["阿力", "曹明", "区明", "王明", "王明亮", "曾明", "张伟", "Anna"]

        by_key = sorted(ordered, key=sort_key)

        assert by_key == ["阿力", "Anna", "曹明", "区明", "王明", "王明亮", "曾明", "张伟"]

    def test_a_short_name_stands_before_its_continuation(self):
        assert sort_key("王明") < sort_key("王铭") < sort_key("王明亮")

    def test_one_surname_is_not_torn_apart_by_another_that_begins_alike(self):
        assert sort_key("李自成") < sort_key("连安")

    @given(name=st.text(max_size=20))
    def test_every_text_has_one(self, name):
        assert sort_key(name).endswith(name)


class TestSearch:
    def test_keys_of_a_name(self):
        assert set(search_keys("曾小明")) == {
            *("曾", "小", "明", "曾小", "小明"),
            *(spelled[:n] for spelled in ("zengxiaoming", "cengxiaoming") for n in range(1, 13)),
            *("z", "zx", "zxm", "c", "cx", "cxm"),
        }

    def test_the_dot_does_not_part_characters(self):
        assert "提艾" in search_keys("买买提·艾力")

    def test_prefixes_have_sixteen_letters_at_most(self):
        assert max(map(len, search_keys("诸葛诸葛双双双"))) == 16

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("曾小明", "曾小明"),
            ("曾小明", "小明"),
            ("曾小明", "曾明"),
            ("曾小明", "明"),
            ("曾小明", "zengxiaoming"),
            ("曾小明", "Zeng Xiao Ming"),
            ("曾小明", "zēng xiǎo míng"),
            ("曾小明", "ceng"),
            ("曾小明", "zxm"),
            ("曾小明", "cx"),
            ("曾小明", "ＺＸＭ"),
            ("曾小明", "曾 z"),
            ("曾小明", "曾\u200b小"),
            ("吕绿", "lü"),
            ("吕绿", "lǚlǜ"),
            ("吕绿", "lv"),
            ("吕绿", "lu"),
            ("单丹", "shan"),
            ("万俟明", "moqi"),
            ("欧阳娜", "oyn"),
            ("买买提·艾力", "买买提·艾力"),
            ("买买提·艾力", "买买提艾力"),
            ("买买提·艾力", "mmtal"),
            ("Müller José", "muller jose"),
            ("Müller José", "José"),
            ("Müller José", "mj"),
            ("西安安", "xi'an"),
            ("𠮷野明", "𠮷野明"),
            ("李 Anna", "anna"),
        ],
    )
    def test_finds(self, name, typed):
        keys = query_keys(typed)

        assert keys
        assert set(keys) <= set(search_keys(name))

    @pytest.mark.parametrize(
        ("name", "typed"),
        [("曾小明", "曾大"), ("曾小明", "xm"), ("曾小明", "zengm"), ("小曾明", "曾小明"),
         ("方明", "wang"), ("王明", "yu"), ("张三", "z s a")],
    )  # fmt: skip
    def test_does_not_find(self, name, typed):
        assert not set(query_keys(typed)) <= set(search_keys(name))

    @pytest.mark.parametrize("typed", ["", "  ", "123", "·", "\x00", "😀", "%"])
    def test_nothing_to_look_for(self, typed):
        assert query_keys(typed) == []

    def test_a_text_of_any_length_asks_for_few_keys(self):
        text = "".join(chr(0x4E00 + n) for n in range(20_000))

        assert len(query_keys(text)) < names.MAX_LENGTH

    @given(name=HAN_NAMES | LATIN_NAMES)
    def test_a_name_is_found_by_itself_by_its_pinyin_and_by_its_initials(self, name):
        keys = set(search_keys(name))

        assert set(query_keys(name)) <= keys
        for reading in readings(name):
            assert set(query_keys(" ".join(reading))) <= keys
            assert set(query_keys("".join(s[0] for s in reading))) <= keys

    @given(name=HAN_NAMES, data=st.data())
    def test_a_name_is_found_by_any_two_of_its_characters(self, name, data):
        pair = data.draw(st.lists(st.sampled_from(name), min_size=2, max_size=2))

        assert set(query_keys("".join(pair))) <= set(search_keys(name))

    @given(name=st.text(max_size=40))
    def test_keys_are_single_and_plain(self, name):
        keys = search_keys(name)

        assert len(keys) == len(set(keys))
        assert all(0 < len(key) <= names.PREFIX_LENGTH for key in keys)
        assert all(key.isascii() == (key.isascii() and key.islower()) for key in keys)
        assert not any(unicodedata.category(char).startswith("C") for k in keys for char in k if
                       char.isascii())  # fmt: skip
