"""`translate` and `url` that look up once what cannot change from page to page.

Built into every template of ours. Words and addresses without a variable are a third of the work
of drawing a page; each node keeps its text by language, or by the place it is reversed from. Of an
address with one number it keeps what stands before and after numbers of so many digits.
"""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import do_translate
from django.urls import get_urlconf
from django.utils.translation import get_language

register = template.Library()


class SteadyNode(Node):
    """Renders `inner` once for each answer of `key`."""

    child_nodelists = ()

    def __init__(self, inner: Node, key: Callable[[Context], Any]) -> None:
        self.inner, self.key = inner, key
        self.known: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        key = self.key(context)
        text = self.known.get(key)
        if text is None:
            text = self.known[key] = self.inner.render(context)
        return text


class NumberedUrlNode(Node):
    """An address with one number: a route that took one takes all with as many digits."""

    child_nodelists = ()

    def __init__(self, inner: Any) -> None:
        self.inner, self.number = inner, inner.args[0]
        self.known: dict[Any, tuple[str, str]] = {}

    def render(self, context: Context) -> str:
        value = self.number.resolve(context)
        text = str(value) if type(value) in (int, str) else ""
        if not (text.isascii() and text.isdigit()):
            return self.inner.render(context)  # type: ignore[no-any-return]
        key = len(text), _reversed_from(context)
        around = self.known.get(key)
        if around is not None:
            return f"{around[0]}{text}{around[1]}"
        address: str = self.inner.render(context)
        if address.count(text) == 1:
            before, _number, after = address.partition(text)
            self.known[key] = before, after
        return address


def _is_quoted(bit: str) -> bool:
    return bit[0] in "\"'" and bit[0] == bit[-1]


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    _tag, *bits = token.split_contents()
    node = do_translate(parser, token)
    steady = len(bits) == 1 or (len(bits) == 3 and bits[1] == "context")
    if not (steady and all(_is_quoted(bit) for bit in bits[::2])):
        return node
    return SteadyNode(node, lambda context: (get_language(), context.autoescape))


@register.tag("url")
def url(parser: Parser, token: Token) -> Node:
    _tag, *bits = token.split_contents()
    node = django_url(parser, token)
    if len(bits) == 1 and _is_quoted(bits[0]):
        return SteadyNode(node, _reversed_from)
    is_numbered = len(bits) == 2 and _is_quoted(bits[0]) and len(node.args) == 1
    return NumberedUrlNode(node) if is_numbered else node


def _reversed_from(context: Context) -> Any:
    """What `reverse` depends on beside the name, as Django's own node finds it."""
    request = getattr(context, "request", None)
    app = getattr(request, "current_app", None)
    if app is None:
        app = getattr(getattr(request, "resolver_match", None), "namespace", None)
    return get_urlconf(), app
