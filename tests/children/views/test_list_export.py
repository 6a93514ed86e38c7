"""The list leaves as it is shown: masked, marked, for a reason."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AccessEvent, AccessKind
from children.models import Child
from tests.asking import in_chinese
from tests.children.typed import id_number
from tests.factories import (
    CategorySpellFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
)

from .listing import EXPORT, SEARCH, walk

pytestmark = pytest.mark.django_db


def export(client, reason="季度核对", **asked):
    url = reverse(EXPORT, query=asked) if asked else reverse(EXPORT)
    answer = client.post(url, {"reason": reason})
    if not answer.streaming:
        return answer, None
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return answer, [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize("asked", [{}, {"sort": "name"}, {"status": "ACTIVE"}, {"sort": "age"}])
def test_the_spreadsheet_holds_exactly_the_rows_of_the_screen_in_their_order(town, many, asked):
    for child in many[::2]:
        child.status = "ACTIVE"
        child.save()

    _answer, sheet = export(town, **asked)

    numbers = dict(Child.objects.values_list("pk", "case_number"))
    assert [row[0] for row in sheet[1:-1]] == [numbers[pk] for pk in walk(town, **asked)]


def test_the_export_is_masked_marked_and_logged(town, supervisor):
    child = ChildFactory(id_number=id_number())
    guardian = GuardianFactory(phone="17000009876")
    GuardianshipFactory(child=child, guardian=guardian, is_main_carer=True)

    answer, sheet = export(town)

    text = str(sheet)
    assert id_number() not in text
    assert "17000009876" not in text
    assert supervisor.user.username in sheet[-1][0]
    assert "共1行" in sheet[-1][0]
    event = AccessEvent.objects.get()
    assert (event.kind, event.row_count, event.reason) == (AccessKind.EXPORTED, 1, "季度核对")
    assert child.name not in answer["Content-Disposition"]


def test_the_export_of_a_search_holds_what_was_found(town, people):
    url = town.post(reverse(SEARCH), {"text": "单雨桐"}).url
    token = url.partition("search=")[2]

    _answer, sheet = export(town, search=token)

    assert [row[1] for row in sheet[1:-1]] == ["单雨桐"]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
)
def test_a_cell_that_begins_like_a_formula_is_text(town, name):
    ChildFactory(name=name)

    _answer, sheet = export(town)

    assert sheet[1][1].startswith("'")


def test_no_secret_category_leaves_with_the_list(town, county):
    CategorySpellFactory(category="HIV")
    word = in_chinese("HIV-infected child")

    assert word not in str(export(town)[1])
    assert word in str(export(county)[1])


def test_without_a_reason_nothing_leaves_and_nothing_is_logged(town):
    ChildFactory()

    answer, sheet = export(town, reason="")

    assert (answer.status_code, sheet) == (200, None)
    assert not AccessEvent.objects.exists()


def test_an_empty_list_is_an_empty_spreadsheet(town):
    _answer, sheet = export(town)

    assert len(sheet) >= 1
