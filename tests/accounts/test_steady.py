"""Words and addresses that a template looks up once stay true to language and place."""

from django.template import Context, engines
from django.urls import reverse
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
