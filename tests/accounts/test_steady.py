"""Words and addresses that a template looks up once stay true to language and place."""

import pytest
from django.template import Context, engines
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from accounts.templatetags.steady import SteadyNode

django = engines["django"]


def template(text):
    return django.from_string(text).template


def test_a_steady_word_follows_the_language():
    page = template('{% translate "Children" %}')

    with override("zh-hans"):
        assert page.render(Context()) == "儿童"
    with override("en"):
        assert page.render(Context()) == "Children"
    with override("zh-hans"):
        assert page.render(Context()) == "儿童"


def test_a_word_with_its_context_is_another_word():
    with override("zh-hans"):
        plain = template('{% translate "Close" context "file" %}').render(Context())

    assert plain
    assert plain != "Close"


def test_what_can_change_is_looked_up_each_time():
    page = template('{% translate word %}{% url name %}{% translate "Age" as age %}{{ age }}')

    with override("zh-hans"):
        for word, name in (("Name", "home"), ("Risk", "children:child_list")):
            shown = page.render(Context({"word": word, "name": name}))
            assert reverse(name) in shown
            assert shown.endswith("年龄")
    assert not list(page.nodelist.get_nodes_by_type(SteadyNode))


def test_an_address_without_a_variable_is_kept():
    page = template('{% url "home" %}')

    assert page.render(Context()) == page.render(Context()) == reverse("home")
    assert list(page.nodelist.get_nodes_by_type(SteadyNode))


def test_an_address_with_a_number_is_what_is_reversed():
    page = template('{% url "children:child_detail" case %}')
    numbers = ["3301012026000500", "3301012026000501", "9901012026000501"]

    for case in numbers * 2:
        assert page.render(Context({"case": case})) == reverse("children:child_detail", args=[case])
    for wrong in ("33010120260005000", 5, "330101202600050a", "", None, "٣٣٠١٠١٢٠٢٦٠٠٠٥٠٠"):
        with pytest.raises(NoReverseMatch):
            page.render(Context({"case": wrong}))
    pks = template('{% url "exchange:finding_detail" pk %}')
    for pk in (7, 8, 19, 1_000_000, "7"):
        assert pks.render(Context({"pk": pk})) == reverse("exchange:finding_detail", args=[pk])
