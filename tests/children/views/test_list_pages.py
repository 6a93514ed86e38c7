"""The list is ordered and turned page by page, and no row is lost."""

import pytest
from django.urls import reverse

from children.models import Child, FileStatus, RiskLevel
from tests.asking import in_chinese, text_of
from tests.factories import (
    CategorySpellFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
)

from .listing import LIST, walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sort", ["recent", "name", "age"])
def test_every_row_stands_on_exactly_one_page(town, many, sort):
    seen = walk(town, sort=sort)

    assert len(seen) == len(set(seen)) == 60
    order = {
        "recent": ("-updated_at", "-id"), "name": ("name_sort", "id"), "age": ("birth_date", "id"),
    }  # fmt: skip
    assert seen == list(Child.objects.order_by(*order[sort]).values_list("pk", flat=True))


@pytest.mark.parametrize("sort", ["recent", "name", "age"])
def test_rows_that_come_and_change_meanwhile_push_none_off_and_repeat_none(town, many, sort):
    untouched = {child.pk for child in many[:40]}
    rest = iter(many[40:])

    def meanwhile():
        ChildFactory(name="王小新")
        child = next(rest)
        child.notes = "changed"
        child.save()

    seen = walk(town, meanwhile, sort=sort)

    assert len(seen) == len(set(seen)) or sort == "recent"
    assert untouched <= set(seen)
    assert all(seen.count(pk) == 1 for pk in untouched)


def test_the_count_is_told_and_the_page_for_htmx_holds_rows_alone(town, many):
    assert town.get(reverse(LIST)).context["page"].count == 60

    part = town.get(reverse(LIST), headers={"HX-Request": "true"})
    assert "<html" not in text_of(part)
    assert text_of(part).count("<tr>") == 25


def test_the_list_asks_the_same_few_questions_however_many_rows(
    town, django_assert_max_num_queries
):
    def asked(limit=12):
        with django_assert_max_num_queries(limit) as queries:
            town.get(reverse(LIST), {"status": "LEAD"})
        return len(queries)

    town.get(reverse(LIST))
    none = asked()
    for _number in range(26):
        child = ChildFactory()
        GuardianshipFactory(child=child, is_main_carer=True)
        CategorySpellFactory(child=child)

    assert asked() == none


@pytest.mark.parametrize("asked", [{}, {"sort": "name"}, {"area": "330127100201"}])
def test_the_plain_list_is_one_question_and_a_filtered_one_a_second(
    town, asked, django_assert_max_num_queries
):
    ChildFactory()
    town.get(reverse(LIST))

    with django_assert_max_num_queries(20) as queries:
        town.get(reverse(LIST), asked)

    own = [q["sql"] for q in queries if "children_child" in q["sql"] or "registry_" in q["sql"]]
    assert len(own) == (2 if "area" in asked else 1)


def test_filters_in_force_are_told_and_each_can_be_taken_away(town):
    ChildFactory(status="ACTIVE", risk_level="HIGH")

    answer = town.get(reverse(LIST), {"status": "ACTIVE", "risk": "HIGH", "sort": "recent"})

    chips = answer.context["chips"]
    assert [(chip.label, chip.value) for chip in chips] == [
        (in_chinese("Status"), str(FileStatus.ACTIVE.label)),
        (in_chinese("Risk"), str(RiskLevel.HIGH.label)),
    ]
    assert answer.context["form"] is None, "the panel is drawn when it is opened"
    without = town.get(reverse(LIST) + "?" + chips[0].query)
    assert [chip.label for chip in without.context["chips"]] == [in_chinese("Risk")]


@pytest.mark.parametrize("asked", [{"panel": "1"}, {"age_from": "x"}, {"status": "NONSENSE"}])
def test_the_panel_is_open_when_asked_for_and_when_something_in_it_is_wrong(town, asked):
    answer = town.get(reverse(LIST), asked)

    assert 'name="age_from"' in text_of(answer)
    assert bool(answer.context["form"].errors) == ("panel" not in asked)


def test_the_panel_alone_comes_for_htmx(town):
    part = town.get(reverse(LIST), {"panel": "1", "risk": "HIGH"}, headers={"HX-Request": "true"})

    assert "<html" not in text_of(part)
    assert '<option value="HIGH" selected>' in text_of(part)


def test_what_people_typed_is_text_and_no_markup(town):
    evil = '<script>alert("1")</script>'
    child = ChildFactory(name=evil)
    guardian = GuardianFactory(name=evil)
    GuardianshipFactory(child=child, guardian=guardian, is_main_carer=True)
    place = child.residence_area
    place.name = evil
    place.save()

    assert evil not in text_of(town.get(reverse(LIST)))
