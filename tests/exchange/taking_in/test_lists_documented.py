"""What a stranger reads in docs/lists.md is what the program begins with."""

from pathlib import Path

import pytest
from django.conf import settings

from exchange.rules.code_tables import CODE_TABLES
from exchange.rules.default_layouts import FEEDS

TOLD = (Path(settings.BASE_DIR) / "docs" / "lists.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.kind)
def test_every_heading_of_a_list_is_documented(feed):
    chapter = TOLD.split(f"## `{feed.kind}` – ")[1].split("\n## ")[0]
    for column in feed.columns:
        assert f"| {'、'.join(column.headings)} |" in chapter, column.key


@pytest.mark.parametrize("table", CODE_TABLES)
def test_every_code_is_documented(table):
    chapter = TOLD.split(f"\n**{table}**\n\n")[1].split("\n**")[0]
    meanings = {}
    for written, code in CODE_TABLES[table].items():
        meanings.setdefault(code, []).extend([written] if written != code.lower() else [])
    assert [line for line in chapter.splitlines() if line.startswith("| ")][1:] == [
        f"| {code} | {'、'.join(written)} |" for code, written in meanings.items()
    ]
