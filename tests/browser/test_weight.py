"""A village network carries it: the first page with all it needs, and every page after."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories import ChildFactory, PostingFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
FIRST, LATER = 100_000, 20_000  # bytes, compressed


def weight(content):
    return len(gzip.compress(content))


def files_of(page):
    """The style sheets, scripts and icon that a page names."""
    names = re.findall(r'(?:src|href)="/static/([^"?]+)"', page.content.decode())
    return {name: Path(finders.find(name)).read_bytes() for name in names}


def test_the_first_page_with_all_its_files_is_light(client):
    page = client.get(reverse("account_login"))

    files = files_of(page)

    assert any(name.endswith(".css") for name in files)
    assert any(name.endswith(".js") for name in files)
    assert weight(page.content) + sum(map(weight, files.values())) <= FIRST


@pytest.mark.parametrize("name", ["home", "children:child_list", "children:child_create", "detail"])
def test_later_pages_are_light(name):
    with transaction.atomic():
        posting, children = PostingFactory(), ChildFactory.create_batch(30)
    client = sign_in(Client(), posting)
    file = reverse("children:child_detail", args=[children[0].case_number])

    answer = client.get(file if name == "detail" else reverse(name))

    assert answer.status_code == 200
    assert weight(answer.content) <= LATER
