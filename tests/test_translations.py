"""Both languages are whole: nothing missing, empty, fuzzy or left over."""

from distress_registry import translations


def test_the_chinese_catalogue_is_whole():
    assert translations.problems() == []


def test_a_new_string_would_be_noticed(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "Plain" %}{% blocktranslate count n=1 %}{{ n }} one'
        "{% plural %}{{ n }} many{% endblocktranslate %}"
    )
    code = tmp_path / "code.py"
    code.write_text('from x import gettext as _\n_("In code")\n')

    assert list(translations.in_template(page)) == [
        ("", "Plain", ""),
        ("", "%(n)s one", "%(n)s many"),
    ]
    assert list(translations.in_python(code)) == [("", "In code", "")]
