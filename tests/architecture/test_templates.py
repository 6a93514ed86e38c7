"""Templates: no script of their own, each used, each address there, everything escaped."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import URLResolver, get_resolver

from . import APPS, BASE, SOURCES, TEMPLATES, relative

BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
BY_ALLAUTH = {"429.html"}
ALL_TEXT = {path: path.read_text() for path in [*SOURCES, *TEMPLATES]}
INLINE = {
    "script": r"<script(?![^>]*\bsrc=)",
    "style element": r"<style\b",
    "style attribute": r"\sstyle\s*=",
    "event attribute": r"\son[a-z]+\s*=",
    "script address": r"javascript:",
    "htmx script": r"hx-on|hx-vals=.js:|hx-headers=.js:",
    "foreign address": r"""(?:src|href)=["'](?:https?:)?//""",
}


def template_name(path):
    return str(path.relative_to(BASE / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_templates_obey_the_content_security_policy(path):
    text = path.read_text()

    assert [what for what, pattern in INLINE.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_every_template_is_used_and_compiles(path):
    name = template_name(path)
    get_template(name)

    named = any(f'"{name}' in text for where, text in ALL_TEXT.items() if where != path)
    assert named or name in BY_DJANGO | BY_ALLAUTH or _replaces_a_packages(name) or _is_set(name)


def _replaces_a_packages(name):
    dirs = [Path(c.path) / "templates" for c in apps.get_app_configs() if c.label not in APPS]
    return any((folder / name).exists() for folder in dirs)


def _is_set(name):
    return name == settings.AXES_LOCKOUT_TEMPLATE


def test_every_address_in_a_template_exists():
    known = set()

    def collect(resolver, namespace=""):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                collect(entry, entry.namespace or namespace)
            elif entry.name:
                known.add(f"{namespace}:{entry.name}" if namespace else entry.name)

    collect(get_resolver())
    wrong = [
        f"{template_name(path)}: {name}"
        for path in TEMPLATES
        for name in re.findall(r"""{%\s*url\s+["']([^"']+)["']""", path.read_text())
        if name not in known
    ]
    assert not wrong


PAST_ESCAPING = {
    "accounts/forms/drawn.py": "lists of forms; compared with Django's own, values with marks too",
    "children/templatetags/registry.py": "long lists; each value is escaped, see the list's tests",
    "distress_registry/views/picture_cells.py": "a hundred cells; names are escaped, see its test",
}


def test_nothing_writes_text_past_the_escaping():
    careless = re.compile(r"mark_safe|\|\s*safe\b|autoescape\s+off")

    found = {relative(path) for path, text in ALL_TEXT.items() if careless.search(text)}
    assert found == set(PAST_ESCAPING)
