"""A layout is copied, given other headings and read with, all in the administration."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from exchange.models import Layout, LayoutColumn
from exchange.reading.problems import Unreadable
from exchange.rules.default_layouts import FEEDS
from exchange.rules.layout_facts import Written, doubled_headings, facts_of, missing_of
from exchange.taking_in.listing import layouts_of, read_list
from tests.exchange.reading import writing
from tests.exchange.taking_in.test_import_list import run
from tests.factories import COUNTY, PostingFactory, area
from tests.signing_in import sign_in

from .lists import adult

pytestmark = pytest.mark.django_db
KIND = "deaths"
HEADINGS = {"name": "往生者", "id_number": "往生者证件", "died_on": "往生日"}


@pytest.fixture
def administrator(client):
    with acting(EVERYTHING):
        posting = PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY))
    sign_in(client, posting)
    return posting.user


@pytest.fixture
def copied(client, administrator):
    """A copy of the layout of deaths."""
    first = Layout.objects.get(feed__kind=KIND)
    typed = {"action": "copy", "_selected_action": [first.pk]}
    answer = client.post(reverse("admin:exchange_layout_changelist"), typed)
    copy = Layout.objects.filter(feed__kind=KIND).latest("pk")
    assert answer.url == page(copy)
    return copy


def page(layout):
    return reverse("admin:exchange_layout_change", args=[layout.pk])


def typed(layout, headings=(), **changed):
    """The page as it is sent back: key → its headings; `columns-N-field` by `key__field`."""
    headings, rows = dict(headings), list(layout.columns.all())
    data = {
        "feed": layout.feed_id, "title": "民政局的写法", "position": 3, "is_active": "on",
        "columns-TOTAL_FORMS": len(rows), "columns-INITIAL_FORMS": len(rows),
        "columns-MIN_NUM_FORMS": 0, "columns-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for index, row in enumerate(rows):
        facts = {
            "id": row.pk, "layout": layout.pk, "key": row.key, "kind": row.kind,
            "headings": headings.get(row.key, "\r\n".join(row.headings)), "table": row.table,
            "position": row.position, **changed.get(row.key, {}),
        }  # fmt: skip
        facts |= {name: "on" for name in ("is_required", "is_filled") if getattr(row, name)}
        data |= {f"columns-{index}-{name}": value for name, value in facts.items()}
    return data


def errors(answer):
    """Key of the fact → field → messages."""
    (formset,) = (one.formset for one in answer.context["inline_admin_formsets"])
    return {
        form.initial.get("key"): {k: list(v) for k, v in form.errors.items()}
        for form in formset.forms
        if form.errors
    }


def read(tmp_path, head):
    path = writing.xlsx(tmp_path / "list.xlsx", [head, ["张三", adult(1), date(2025, 3, 1)]])
    layouts = layouts_of(KIND)
    return read_list(
        path=path, kind=KIND, layouts=layouts, places=None, today=date(2026, 1, 1)
    )  # fmt: skip


def test_a_copy_has_all_columns_and_their_history_and_waits(copied, administrator):
    first = Layout.objects.filter(feed__kind=KIND).earliest("pk")
    names = ["key", "kind", "headings", "table", "is_required", "is_filled", "position"]

    assert not copied.is_active
    assert copied.title != first.title
    assert list(copied.columns.values(*names)) == list(first.columns.values(*names))
    assert copied.history.get().history_user == administrator
    past = LayoutColumn.history.filter(layout_id=copied.pk)
    assert past.count() == first.columns.count()
    assert {row.history_user for row in past} == {administrator}


def test_a_list_with_the_headings_of_a_copied_layout_is_read(client, copied, tmp_path):
    head = list(HEADINGS.values())
    with pytest.raises(Unreadable):
        read(tmp_path, head)

    answer = client.post(page(copied), typed(copied, HEADINGS))

    assert answer.status_code == 302, errors(answer)
    listing = read(tmp_path, head)
    (good,) = listing.good
    assert good.facts["name"] == "张三"
    assert good.facts["died_on"] == date(2025, 3, 1)
    assert listing.heading("name") == "往生者"
    assert copied.columns.get(key="name").history.count() == 2


def test_the_command_reads_with_the_copied_layout_and_tells_errors_under_its_headings(
    client, copied, tmp_path
):
    client.post(page(copied), typed(copied, HEADINGS))
    rows = [["张三", adult(1), "2025-03-01"], ["李四", adult(2), "2025-02-30"]]

    status, report = run(tmp_path, [list(HEADINGS.values()), *rows], "--commit", kind=KIND)

    assert (status, report["accepted"], report["rejected"]) == (1, 1, 1)
    assert [(one["row"], one["column"]) for one in report["errors"]] == [(3, "往生日")]


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("cause", "key", "colour_of_eyes"),
        ("cause", "key", "note"),
        ("sex", "table", "no_such_table"),
        ("sex", "table", ""),
        ("cause", "kind", "GUESS"),
        ("died_on", "kind", "TEXT"),
        ("sex", "table", "disability"),
        ("cause", "headings", "死因 性别："),
        ("cause", "headings", " "),
    ],
    ids=[
        "unknown fact", "fact twice", "unknown table", "codes without a table", "unknown kind",
        "kind of another fact", "table of another fact", "heading of another column", "no heading",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    client, copied, key, field, value
):
    before = list(copied.columns.values())

    answer = client.post(page(copied), typed(copied, HEADINGS, **{key: {field: value}}))

    assert answer.status_code == 200
    wrong = errors(answer)
    # Of two columns of one fact the later one is told.
    assert [list(fields) for fields in wrong.values()] == [[field]]
    assert list(copied.columns.values()) == before
    assert not Layout.objects.get(pk=copied.pk).is_active


def test_a_layout_without_what_its_lists_need_is_refused(client, copied):
    typed_new = {
        "feed": copied.feed_id, "title": "空表", "position": 0, "columns-TOTAL_FORMS": 0,
        "columns-INITIAL_FORMS": 0, "columns-MIN_NUM_FORMS": 0, "columns-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    answer = client.post(reverse("admin:exchange_layout_add"), typed_new)

    assert answer.status_code == 200
    (formset,) = (one.formset for one in answer.context["inline_admin_formsets"])
    (told,) = formset.non_form_errors()
    assert "姓名" in told
    assert "身份证号" in told
    assert not Layout.objects.filter(title="空表").exists()


def test_headings_change_places_between_columns_in_one_go(client, copied):
    swapped = {"died_on": "火化日", "cremated_on": "死亡日期"}

    answer = client.post(page(copied), typed(copied, swapped))

    assert answer.status_code == 302, errors(answer)
    assert copied.columns.get(key="cremated_on").headings == ["死亡日期"]


def test_a_heading_with_a_space_stays_whole_and_new_ones_are_parted(client, copied):
    column = copied.columns.get(key="cause")
    column.headings = ["死因 说明"]
    column.save()

    client.post(page(copied), typed(copied, {"cause": "死因 说明\r\n死亡原因 死因"}))

    column.refresh_from_db()
    assert column.headings == ["死因 说明", "死亡原因", "死因"]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.kind)
def test_the_first_layouts_are_saved_as_they_are(client, administrator, feed):
    layout = Layout.objects.get(feed__kind=feed.kind)
    before = list(layout.columns.values())

    answer = client.post(page(layout), typed(layout))

    assert answer.status_code == 302, errors(answer)
    assert list(layout.columns.values()) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": "colour_of_eyes"}, "key"), ({"key": "cause", "kind": "TEXT"}, "key"),
        ({"table": "x"}, "table"), ({"key": "cause"}, "kind"),
        ({"headings": ["死因"]}, "headings"),
    ],
)  # fmt: skip
def test_a_column_by_itself_is_checked_in_the_same_way(changed, field):
    column = LayoutColumn.objects.get(layout__feed__kind=KIND, key="name")
    for name, value in changed.items():
        setattr(column, name, value)

    with pytest.raises(ValidationError) as refused:
        column.full_clean()

    assert set(refused.value.message_dict) - {"__all__"} == {field}


def test_a_column_that_lists_need_does_not_become_another_by_itself():
    column = LayoutColumn.objects.get(layout__feed__kind=KIND, key="name")
    LayoutColumn.objects.get(layout=column.layout, key="cause").full_clean()

    column.key = "cause"

    with pytest.raises(ValidationError):
        column.full_clean()


def test_a_heading_kept_from_before_is_left_and_a_new_one_is_told():
    kept = Written("a", ["类别"], before=["类别"])
    new = Written("b", ["类 别：", "b1"])

    assert doubled_headings([kept, Written("c", ["类别"], before=["类别"])]) == {}
    assert doubled_headings([kept, new]) == {1: ["类 别："]}


def test_a_birth_date_stands_for_the_number():
    needed = [fact.key for fact in missing_of(KIND, {"birth_date"})]

    assert needed == ["name"]
    assert [fact.key for fact in missing_of(KIND, {"name"})] == ["id_number"]
    assert missing_of(KIND, facts_of(KIND)) == []
