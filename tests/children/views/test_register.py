"""Opening a file: checked while typed, asked for namesakes, known elsewhere, saved once."""

import pytest
from django.urls import reverse

from accounts.models import AccessEvent, AccessKind, Area
from accounts.once import new_key
from children.models import Application, CaseAccess, Child
from tests.asking import errors, in_chinese, of, shows, text_of
from tests.children.typed import BORN, correction, id_number, registration
from tests.factories import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, ChildFactory, area

pytestmark = pytest.mark.django_db
NEW, CHECK = "children:child_create", "children:child_check"


def send(client, **typed):
    return client.post(reverse(NEW), registration(**typed))


def test_a_file_is_opened_with_its_history_its_author_and_its_reason_to_be_here(town, supervisor):
    answer = send(town, category="DE_FACTO", phone="17000001234", notes="由村委会报告")

    child = Child.objects.get()
    assert answer.url == of(child, "child_detail")
    assert (child.status, child.managing_area_id) == ("LEAD", VILLAGE)
    assert child.case_number.startswith("330127")
    assert id_number() not in child.case_number
    first = child.history.get()
    assert (first.history_user, first.acting_posting_id) == (supervisor.user, supervisor.pk)
    application = Application.objects.get(child=child)
    assert (application.category, application.state) == ("DE_FACTO", "LEAD")
    assert [step.move for step in application.steps.all()] == ["OPEN"]


def test_the_first_page_asks_at_most_twelve_things(town):
    form = town.get(reverse(NEW)).context["form"]

    assert len([field for field in form if not field.is_hidden]) <= 12


def test_a_child_without_an_id_number_is_accepted_and_listed_as_missing_one(town):
    send(town, id_type="NONE", id_number="")

    found = town.get(reverse("children:child_list"), {"missing": "id"})
    assert [row.name for row in found.context["page"].rows] == ["曾小明"]


def test_a_namesake_of_the_same_day_is_shown_before_anything_is_saved(town):
    ChildFactory(name="曾小明")

    answer = send(town)

    assert answer.status_code == 200
    assert Child.objects.count() == 1
    assert shows(answer, in_chinese("Is it one of these? Nothing was saved yet."))
    assert id_number() in text_of(answer), "everything typed is still there"

    again = send(town, is_another_child="on")

    assert again.status_code == 302
    assert Child.objects.count() == 2


def test_a_namesake_outside_our_area_is_not_told(town):
    ChildFactory(name="曾小明", residence_area=area(OTHER_VILLAGE))

    answer = send(town)

    assert answer.status_code == 302, errors(answer)


def test_the_number_of_a_file_of_ours_leads_to_it(town):
    child = ChildFactory(id_number=id_number(), name="李四")

    answer = send(town)

    assert answer.context["similar"] == [child]
    assert Child.objects.count() == 1


def test_a_number_known_elsewhere_says_ask_the_county_and_is_logged(town, supervisor):
    other = ChildFactory(id_number=id_number(), name="李四", residence_area=area(OTHER_VILLAGE))

    answer = send(town)

    message = "This number is known to another area. Ask the county."
    assert errors(answer) == {"id_number": [in_chinese(message)]}
    assert other.name not in text_of(answer)
    assert other.case_number not in text_of(answer)
    event = AccessEvent.objects.get()
    assert (event.kind, event.user) == (AccessKind.LOOKED_UP, supervisor.user)
    assert event.area_code == OTHER_VILLAGE
    assert id_number() not in f"{event.subject} {event.reason}"
    assert Child.objects.count() == 1


def test_a_household_register_elsewhere_opens_the_file_to_that_township(town):
    area(OTHER_VILLAGE)

    send(town, hukou_area=OTHER_VILLAGE)

    row = CaseAccess.objects.get()
    assert (row.area_id, row.reason, row.closed_at) == (OTHER_TOWNSHIP, "HUKOU", None)
    assert row.history.count() == 1


def test_a_household_register_that_moves_home_closes_the_access_again(town):
    area(OTHER_VILLAGE)
    send(town, hukou_area=OTHER_VILLAGE)
    child = Child.objects.get()

    town.post(of(child, "child_change"), correction(child, hukou_area=VILLAGE))

    assert CaseAccess.objects.get().closed_at is not None


def test_a_household_register_in_the_same_township_opens_nothing(town):
    send(town, hukou_area=VILLAGE)

    assert not CaseAccess.objects.exists()


def test_a_form_sent_twice_opens_one_file(town):
    typed = registration()

    first = town.post(reverse(NEW), typed)
    second = town.post(reverse(NEW), typed)

    assert (second.status_code, second.url) == (302, first.url)
    assert Child.objects.count() == 1


def test_while_typing_the_number_fills_birth_date_and_sex(town):
    answer = town.post(reverse(CHECK), {"id_type": "RESIDENT_ID", "id_number": id_number()})

    assert 'value="2016-03-01"' in text_of(answer)
    assert 'value="MALE" selected' in text_of(answer)
    assert not Child.objects.exists()


def test_while_typing_a_number_known_elsewhere_is_told_and_logged(town):
    ChildFactory(id_number=id_number(), name="李四", residence_area=area(OTHER_VILLAGE))

    answer = town.post(reverse(CHECK), {"id_type": "RESIDENT_ID", "id_number": id_number()})

    assert shows(answer, in_chinese("This number is known to another area. Ask the county."))
    assert "李四" not in text_of(answer)
    assert AccessEvent.objects.get().kind == AccessKind.LOOKED_UP


def test_places_are_found_by_characters_and_pinyin_inside_ones_area(town):
    from accounts import place_names

    for code, name in ((VILLAGE, "青溪村"), (OTHER_VILLAGE, "青溪村")):
        area(code)
        Area.objects.filter(code=code).update(name=name, search_keys=list(place_names.keys(name)))

    for typed in ("青溪", "qingxi", "qx"):
        asked = {"text": typed, "within": VILLAGE[:9]}
        found = town.get(reverse("children:area_find"), asked).context["areas"]
        assert [place.code for place in found] == [VILLAGE], typed


# Without scripts the place is sent as it was typed ------------------------------------------------


def test_a_place_typed_without_scripts_is_found_by_its_name(town):
    typed = registration() | {"residence_area": "", "hukou_area": ""}
    area(VILLAGE)
    Area.objects.filter(code=VILLAGE).update(name="青溪村")
    typed["residence_area_typed"] = "青溪村"

    answer = town.post(reverse("children:child_create"), typed)

    assert answer.status_code == 302, errors(answer)
    assert Child.objects.get().residence_area_id == VILLAGE


def test_a_name_that_fits_no_place_is_kept_and_told(town):
    typed = registration() | {"hukou_area": "", "hukou_area_typed": "无此地"}

    answer = town.post(reverse("children:child_create"), typed)

    assert set(errors(answer)) == {"hukou_area"}
    assert shows(answer, "无此地")


def test_a_name_that_fits_several_places_names_them(town):
    one, other = area(VILLAGE), area("330127100299")
    for place in (one, other):
        place.name = "同名村"
        place.save()
    typed = registration() | {"residence_area": "", "residence_area_typed": "同名村"}

    answer = town.post(reverse("children:child_create"), typed)

    assert "同名村" in errors(answer)["residence_area"][0]


def test_a_place_typed_over_another_without_scripts_is_not_lost(town):
    """The code of the old place is still there: nobody but a script takes it away."""
    child, home, other = ChildFactory(), area(VILLAGE), area("330127100299")
    other.name = "青溪村"
    other.save()
    shown = text_of(town.get(of(child, "child_change")))
    typed = correction(child) | {"residence_area_was": f"{home.pk} {home.name}"}

    for name, place in ((home.name, home), (other.name, other)):
        child.refresh_from_db()
        typed |= {"residence_area_typed": name, "version": child.version, "submission": new_key()}
        answer = town.post(of(child, "child_change"), typed)
        assert answer.status_code == 302, errors(answer)
        assert Child.objects.get().residence_area_id == place.pk
    assert 'name="hukou_area_typed"' in shown


def test_a_number_alone_fills_in_birth_date_and_sex_without_scripts(town):
    answer = send(town, birth_date="", sex="")

    assert answer.status_code == 302
    child = Child.objects.get()
    assert (child.birth_date, child.sex) == (BORN, "MALE")


@pytest.mark.parametrize("number", ["", "99010120160301", "\x00"])
def test_a_wrong_number_fills_in_nothing(town, number):
    answer = send(town, id_number=number, birth_date="", sex="")

    assert {"birth_date", "sex"} <= set(errors(answer))
    assert not Child.objects.exists()
