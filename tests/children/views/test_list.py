"""The list: found by everything, filtered, ordered, paged without loss, exported as it is shown."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, AccessKind
from accounts.roles import Role
from children.models import Child, FileStatus, RiskLevel
from tests.asking import in_chinese, shows, text_of
from tests.children.typed import id_number
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    OrganisationFactory,
    ParentStatusFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST, SEARCH, EXPORT = (f"children:child_{name}" for name in ("list", "search", "export"))


def rows(client, **asked):
    """The children that the list shows, in its order."""
    answer = client.get(reverse(LIST), asked)
    assert answer.status_code == 200
    shown = [row.pk for row in answer.context["page"].rows]
    return sorted(Child.objects.filter(pk__in=shown), key=lambda child: shown.index(child.pk))


def found(client, text):
    answer = client.post(reverse(SEARCH), {"text": text}, follow=True)
    return {child.name for child in answer.context["page"].rows}


def years_ago(years):
    today = timezone.localdate()
    return date(today.year - years, today.month, 1) - timedelta(days=1)


# Search ---------------------------------------------------------------------------------------


@pytest.fixture
def people():
    zeng = ChildFactory(
        name="曾小明", id_number=id_number(), case_number="3301272001500001", phone="17000001234"
    )
    shan = ChildFactory(name="单雨桐", birth_date=date(2015, 1, 1))
    CertificateFactory(child=shan, number=id_number(9) + "52")
    ChildFactory(name="欧阳·阿依", birth_date=date(2015, 2, 1))
    ChildFactory(name="曾小明", birth_date=date(2014, 1, 1), residence_area=area(OTHER_VILLAGE))
    guardian = GuardianFactory(phone="17000009876")
    GuardianshipFactory(child=shan, guardian=guardian)
    return zeng


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("曾小明", {"曾小明"}),
        ("小明", {"曾小明"}),
        ("明", {"曾小明"}),
        ("zengxiaoming", {"曾小明"}),
        ("Zeng Xiaoming", {"曾小明"}),
        ("zengxiao", {"曾小明"}),
        ("cengxiaoming", {"曾小明"}),
        ("zxm", {"曾小明"}),
        ("cxm", {"曾小明"}),
        ("shanyutong", {"单雨桐"}),
        ("danyutong", {"单雨桐"}),
        ("syt", {"单雨桐"}),
        ("ouyang", {"欧阳·阿依"}),
        ("欧阳阿依", {"欧阳·阿依"}),
        ("3301272001500001", {"曾小明"}),
        (id_number(), {"曾小明"}),
        (id_number().lower(), {"曾小明"}),
        (" " + id_number()[:6] + " " + id_number()[6:], {"曾小明"}),
        (id_number(9) + "52", {"单雨桐"}),
        ("1234", {"曾小明"}),
        ("9876", {"单雨桐"}),
        ("0000", set()),
        (id_number(11), set()),
        ("张三", set()),
        ("%", set()),
        ("'; DROP TABLE", set()),
        ("#s:ACTIVE", set()),
        ("@330182", set()),
        ("\u200b曾小明", {"曾小明"}),
        ("𠮷" * 50, set()),
    ],
)
def test_a_child_is_found_by(town, people, text, names):
    assert found(town, text) == names


def test_a_name_and_a_number_never_stand_in_an_address(town, people):
    answer = town.post(reverse(SEARCH), {"text": id_number()})

    assert id_number() not in answer.url
    assert "曾" not in town.post(reverse(SEARCH), {"text": "曾小明"}).url


def test_looking_up_a_number_is_logged_without_it(town, people):
    found(town, id_number())

    event = AccessEvent.objects.get()
    assert (event.kind, event.child_id, event.row_count) == (AccessKind.LOOKED_UP, people.pk, 1)
    assert id_number() not in event.subject


def test_searching_keeps_the_filters(town, people):
    ChildFactory(name="曾小明", birth_date=date(2013, 1, 1), risk_level="HIGH")

    answer = town.post(reverse(SEARCH) + "?risk=HIGH", {"text": "曾小明"}, follow=True)

    assert [row.risk_level for row in answer.context["page"].rows] == ["HIGH"]


def test_another_users_search_cannot_be_read_by_its_token(town, county, people):
    url = town.post(reverse(SEARCH), {"text": "曾小明"}).url

    assert county.get(url).context["filters"].text == ""


# Filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "asked", "make"),
    [
        ("status", {"status": "ACTIVE"}, {"status": "ACTIVE"}),
        ("risk", {"risk": "HIGH"}, {"risk_level": "HIGH"}),
        ("area", {"area": "330127100202"}, {"place": "330127100202"}),
        ("age from", {"age_from": "15"}, {"birth_date": years_ago(15)}),
        ("age to", {"age_to": "2"}, {"birth_date": years_ago(2)}),
        ("missing id", {"missing": "id"}, {"id_number": "", "id_type": "NONE"}),
        ("missing phone", {"missing": "phone"}, {"phone": ""}),
    ],
)
def test_filter_by_the_childs_own_facts(town, name, asked, make):
    plain = {"id_number": id_number(), "phone": "17000001234", "birth_date": years_ago(9)}
    ChildFactory(**plain)
    place = make.pop("place", None)
    other = plain | {"id_number": id_number(9)} | make
    wanted = ChildFactory(**other, **({"residence_area": area(place)} if place else {}))

    assert rows(town, **asked) == [wanted], name
    assert len(rows(town)) == 2


@pytest.mark.parametrize(
    ("asked", "make"),
    [
        ({"category": "DE_FACTO"}, lambda child: CategorySpellFactory(child=child)),
        ({"missing": "carer"}, lambda child: None),
        ({"missing": "category"}, lambda child: None),
        ({"missing": "parents"}, lambda child: None),
    ],
)
def test_filter_by_what_hangs_on_the_child(town, asked, make):
    complete, wanted = ChildFactory(), ChildFactory()
    if "missing" in asked:
        GuardianshipFactory(child=complete, is_main_carer=True)
        CategorySpellFactory(child=complete)
        ParentStatusFactory(child=complete)
        ParentStatusFactory(child=complete, parent="MOTHER")
    make(wanted)

    assert rows(town, **asked) == [wanted]


def test_a_category_that_has_ended_is_no_longer_found(town):
    CategorySpellFactory(ends_on=date(2024, 6, 1))

    assert rows(town, category="DE_FACTO") == []


def test_filter_by_school(town):
    school, child = OrganisationFactory(), ChildFactory()
    ChildFactory()
    CaseAccessFactory(child=child, organisation=school)

    assert rows(town, school=school.pk) == [child]


def test_filters_narrow_together(town):
    ChildFactory(status="ACTIVE")
    ChildFactory(risk_level="HIGH")
    both = ChildFactory(status="ACTIVE", risk_level="HIGH")

    assert rows(town, status="ACTIVE", risk="HIGH") == [both]


def test_a_secret_category_is_no_filter_and_shows_in_no_row_for_those_not_entitled(town, county):
    CategorySpellFactory(category="HIV")
    word = in_chinese("HIV-infected child")

    assert not shows(town.get(reverse(LIST)), word)
    assert shows(county.get(reverse(LIST)), word)
    assert not shows(town.get(reverse(LIST), {"category": "HIV"}), word)


def test_ours_and_shared_with_us_are_two_lists(town, supervisor):
    ours = ChildFactory()
    theirs = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=theirs, area=supervisor.area, reason="HUKOU")

    assert rows(town) == [ours]
    assert rows(town, tab="shared") == [theirs]


def test_a_teacher_has_the_shared_list_alone():
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    child = ChildFactory()
    ChildFactory()
    CaseAccessFactory(child=child, user=teacher.user)

    assert rows(sign_in(Client(), teacher), tab="ours") == [child]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "NOTHING"}, {"age_from": "x"}, {"age_from": "-1"}, {"age_to": "9" * 400},
        {"area": "99"}, {"area": OTHER_VILLAGE}, {"area": "x\x00"}, {"school": "x"},
        {"school": "9" * 40}, {"sort": "x"}, {"tab": "x"}, {"missing": "x"}, {"risk": "\x00"},
        {"after": "x"}, {"after": "-"}, {"after": "9" * 400}, {"after": "1-" + "9" * 400},
        {"after": "9" * 40 + "-1"}, {"after": "-5-5"}, {"after": "1-99999999999999999"},
        {"after": "\x00"}, {"search": "x"}, {"search": "\x00"}, {"age_from": "9", "age_to": "3"},
    ],
    ids=lambda asked: str(asked)[:40],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out(town, asked):
    ChildFactory()

    assert town.get(reverse(LIST), asked).status_code == 200


# Order and pages ------------------------------------------------------------------------------


def walk(client, meanwhile=lambda: None, **asked):
    """Ids of all pages in their order."""
    seen, after = [], ""
    for _page in range(20):
        answer = client.get(reverse(LIST), {**asked, "after": after} if after else asked)
        page = answer.context["page"]
        seen += [row.pk for row in page.rows]
        after = page.following
        if not after:
            return seen
        meanwhile()
    raise AssertionError("no last page")


@pytest.fixture
def many():
    """Sixty children; names, birth dates and moments repeat, so that ids must decide."""
    children = []
    for number in range(60):
        name = f"{'王李张'[number % 3]}小{'明红'[number % 2]}"
        children.append(ChildFactory(name=name, birth_date=date(2012 + number % 4, 5, 5)))
    return children


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


# Export ---------------------------------------------------------------------------------------


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
