"""Rules run on paper: no Django, no database, no clock, nothing of ours but rules."""

import ast
import sys
from pathlib import Path

import pytest

RULES = Path(__file__).parents[3] / "children" / "rules"
FILES = sorted(RULES.glob("*.py"))
ALLOWED = {"pypinyin", "stdnum", "chinese_calendar"}
CLOCKS = {"now", "today", "utcnow", "localtime", "monotonic", "perf_counter"}


def test_there_are_rules():
    assert len(FILES) > 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_imports_values_only(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, "rules import rules alone"

    assert imported <= ALLOWED | set(sys.stdlib_module_names) - {"time", "os", "random", "logging"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_asks_no_clock(path):
    asked = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not asked & CLOCKS
