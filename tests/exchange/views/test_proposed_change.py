"""Changes that lists propose: seen by whoever keeps the file, accepted, refused, told as stale."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AccessEvent
from accounts.roles import Role
from children.models import Application, DisabilityCertificate, Guardian
from exchange.actions.proposed_change import Decided, accept
from exchange.models import ProposedChange
from exchange.models.change_sides import sides
from tests.asking import text_of
from tests.exchange.lists import number
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    ListImportFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("exchange:change_list")
DECIDE = reverse("exchange:change_decide")


@pytest.fixture
def posting(client):
    row = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, row)
    return row


@pytest.fixture
def child():
    return ChildFactory(residence_area=area(VILLAGE), address="1组1号")


def proposed(child, field="address", value="3组9号", later=timedelta(minutes=1)):
    came = ListImportFactory(at=timezone.now() + later)
    return ProposedChangeFactory(child=child, field=field, new_value=value, list_import=came)


def again(row):
    row.refresh_from_db()
    return row


def test_what_is_accepted_stands_in_the_file_with_history(client, posting, child):
    row = proposed(child)

    client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"})

    assert again(child).address == "3组9号"
    past = child.history.latest("history_id")
    assert past.history_user == posting.user
    assert past.history_change_reason == f"register #{row.list_import_id}"
    assert (again(row).state, row.decided_by) == ("ACCEPTED", posting.user)
    assert row.history.count() == 2


def test_many_are_accepted_at_once_and_listed_with_a_constant_number_of_queries(
    client, posting, django_assert_num_queries
):
    def new(field, value):
        return proposed(ChildFactory(residence_area=area(VILLAGE)), field, value)

    area(OTHER_VILLAGE)
    rows = [new("hukou_area", OTHER_VILLAGE)]
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    rows += [new("name", "王新"), new("address", "2组"), new("hukou_area", OTHER_VILLAGE)]

    with django_assert_num_queries(len(one)):
        page = client.get(LIST)
    client.post(DECIDE, {"change": [row.pk for row in rows], "move": "ACCEPT"})

    assert len(page.context["lines"]) == 4
    assert {again(row).state for row in rows} == {"ACCEPTED"}


def test_refused_without_a_reason_everything_stays_ticked(client, posting, child):
    row, other = proposed(child), proposed(child, "name", "王新")

    page = client.post(DECIDE, {"change": [row.pk], "move": "REFUSE", "field": "address"})

    (line,) = page.context["lines"]
    assert (line["change"], line["is_ticked"]) == (row, True), "and the choice stays"
    assert page.context["mistake"]
    assert {again(one).state for one in (row, other)} == {"OPEN"}


def test_enter_in_the_reason_of_a_refusal_accepts_nothing(client, posting, child):
    row = proposed(child)
    for page in (LIST, reverse("exchange:change_reveal", args=[row.pk])):
        form = client.get(page).content.decode().partition(f'action="{DECIDE}"')[2]
        assert "<textarea" in form
        assert 'type="text"' not in form


def test_the_changes_of_one_list_are_seen_apart_and_stay_so_from_answer_to_answer(
    client, posting, child
):
    row, other = proposed(child), proposed(child, "name", "王新")
    theirs = {"import": row.list_import_id}

    lines = client.get(LIST, theirs).context["lines"]
    after = client.post(DECIDE, theirs | {"change": [row.pk], "move": "ACCEPT"}, follow=True)

    assert [line["change"] for line in lines] == [row]
    assert after.redirect_chain[-1][0] == f"{LIST}?import={row.list_import_id}"
    assert after.context["lines"] == []
    assert again(other).state == "OPEN"


def test_refused_only_with_a_reason(client, posting, child):
    row = proposed(child)

    client.post(DECIDE, {"change": [row.pk], "move": "REFUSE"})
    assert again(row).state == "OPEN"
    client.post(DECIDE, {"change": [row.pk], "move": "REFUSE", "reason": "名单有误"})

    assert (again(row).state, row.reason) == ("REFUSED", "名单有误")
    assert again(child).address == "1组1号"


def test_a_fact_changed_since_the_list_came_is_told_and_not_written_over(client, posting, child):
    row = proposed(child, later=timedelta(0))
    child.address = "家访所见"
    child.save()

    page = client.get(LIST)
    client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"})

    assert page.context["lines"][0]["is_stale"]
    assert again(child).address == "家访所见"
    assert again(row).state == "OPEN"
    client.post(DECIDE, {"one": row.pk, "move": "ACCEPT"})  # from a page that did not tell
    assert (again(child).address, again(row).state) == ("家访所见", "OPEN")
    client.post(DECIDE, {"one": row.pk, "move": "ACCEPT", "anyway": "1"})  # from one that did
    assert again(child).address == "3组9号"


def test_another_fact_of_the_file_makes_it_not_stale(client, posting, child):
    row = proposed(child, later=timedelta(0))
    child.notes = "x"
    child.save()

    client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"})

    assert again(row).state == "ACCEPTED"


def test_certificate_guardian_and_category_are_added(client, posting, child):
    rows = [
        proposed(child, "certificate", number(1) + "52"),
        proposed(child, "guardian", '{"name": "李大娘", "relation": "MOTHER", "phone": ""}'),
        proposed(child, "category", "DE_FACTO"),
    ]

    client.post(DECIDE, {"change": [row.pk for row in rows], "move": "ACCEPT"})

    assert DisabilityCertificate.objects.get(child=child).grade == 2
    care = child.guardianships.get()
    assert (care.guardian.name, care.kind) == ("李大娘", "PARENT")
    assert Application.objects.get(child=child).category == "DE_FACTO"  # others confirm it
    assert not child.category_spells.exists()


def test_a_guardian_stands_beside_those_who_are_there(client, posting, child):
    GuardianshipFactory(child=child, guardian__name="王婆婆", relation="GRANDMOTHER_PATERNAL",
                        is_main_carer=True)  # fmt: skip
    gone = GuardianshipFactory(child=child, guardian__name="赵叔", ends_on=date(2025, 1, 1))
    row = proposed(child, "guardian", '{"name": "李大娘", "relation": "MOTHER", "phone": ""}')

    with translation.override("zh-hans"):
        ((held, said),) = sides([row])

    assert held == "王婆婆 祖母"
    assert said == "另增：李大娘 母亲"
    assert gone.guardian.name not in text_of(client.get(LIST))


def test_a_number_of_another_child_is_refused_in_words(client, posting, child):
    ChildFactory(residence_area=area(VILLAGE), id_number=number(1))
    row = proposed(child, "id_number", number(1))

    page = client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"}, follow=True)

    assert again(row).state == "OPEN"
    assert "已" in text_of(page)


def test_who_only_shares_a_file_decides_nothing_in_it(client, posting):
    theirs = ChildFactory(residence_area=area(OTHER_VILLAGE), address="1组1号")
    CaseAccessFactory(child=theirs, user=posting.user)
    row = proposed(theirs)

    client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"})

    assert again(row).state == "OPEN"
    assert not client.get(LIST).context["lines"]


def test_secret_categories_do_not_exist_for_those_not_told(client, posting, child):
    row = proposed(child, "category", "HIV")

    assert not client.get(LIST).context["lines"]
    assert client.get(reverse("exchange:change_reveal", args=[row.pk])).status_code == 404
    client.post(DECIDE, {"change": [row.pk], "move": "ACCEPT"})
    assert again(row).state == "OPEN"


def test_numbers_are_masked_until_they_are_shown_for_a_reason(client, posting, child):
    row = proposed(child, "id_number", number(1))
    url = reverse("exchange:change_reveal", args=[row.pk])

    assert number(1) not in text_of(client.get(LIST)) + text_of(client.get(url))
    assert number(1) in text_of(client.post(url, {"reason": "核对身份证"}))
    assert AccessEvent.objects.filter(subject="change.id_number", child_id=child.pk).count() == 1


def test_a_guardian_who_is_registered_is_that_person_and_no_second_one(client, posting, child):
    said = {
        "name": "王婆婆",
        "relation": "OTHER",
        "id_number": number(2),
        "phone": "",
    }
    known = GuardianFactory(
        name="王婆婆", id_type="RESIDENT_ID", id_number=number(2), recorded_in=area(OTHER_VILLAGE)
    )
    namesake = {**said, "name": "王大婆"}
    rows = [proposed(child, "guardian", json.dumps(one)) for one in (said, namesake)]

    client.post(DECIDE, {"change": [row.pk for row in rows], "move": "ACCEPT"})

    carers = child.guardianships.order_by("guardian__name")
    assert [care.guardian.name for care in carers] == ["王大婆", "王婆婆"]
    assert carers.last().guardian == known
    assert Guardian.objects.filter(name="王婆婆").count() == 1


def test_what_goes_on_in_another_file_is_not_written_into_the_closed_one(client, posting, child):
    row = proposed(child)
    kept = ChildFactory(residence_area=area(VILLAGE), address="9组")
    seen = ProposedChange.objects.get(pk=row.pk)
    row.child = kept
    row.save()

    with pytest.raises(Decided):
        accept(change=seen, anyway=True, by=posting.user, now=timezone.now())

    assert (again(child).address, again(kept).address) == ("1组1号", "9组")
