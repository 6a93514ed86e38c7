"""What happened, how the file was on a day, one change taken back, who looked."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessEvent
from children.actions.record import add_record, change_record
from children.actions.revert import NothingToRevert, revert_change
from children.models import CategorySpell, Child, EconomicStatusSpell
from tests.asking import errors, in_chinese, of, shows, text_of
from tests.children.typed import correction, id_number
from tests.factories import (
    ChildFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def child():
    return ChildFactory(id_number=id_number(), address="3组5号")


def correct(client, child, **typed):
    child.refresh_from_db()
    answer = client.post(of(child, "child_change"), correction(child, **typed))
    assert answer.status_code == 302, errors(answer)
    return Child.objects.get(pk=child.pk).history.first()


def test_each_change_is_told_field_by_field_in_the_users_language(town, child, supervisor):
    correct(town, child, sex="MALE", address="8组2号", id_number=id_number(9), reason="户口簿")

    page = town.get(of(child, "child_history"))

    newest = page.context["changes"][0]
    told = {field.label: (field.old, field.new) for field in newest.fields}
    assert told[in_chinese("address")] == ("3组5号", "8组2号")
    old, new = told[in_chinese("ID number")]
    assert id_number() not in text_of(page)
    assert id_number(9) not in text_of(page)
    assert "*" in old + new or "•" in old + new
    assert newest.user == supervisor.user
    assert shows(page, "户口簿")


def test_codes_dates_and_yes_and_no_are_words(town, child):
    row = GuardianshipFactory(child=child)
    row.is_main_carer, row.relation = True, "MOTHER"
    row.save()

    newest = town.get(of(child, "child_history")).context["changes"][0]

    told = {field.label: (field.old, field.new) for field in newest.fields}
    assert told[in_chinese("main carer")] == (in_chinese("no"), in_chinese("yes"))
    assert told[in_chinese("relation to the child")][1] == in_chinese("mother")


def test_a_long_history_is_turned_page_by_page_and_each_change_stands_once(town, child):
    for number in range(65):
        child.notes = str(number)
        child._history_date = timezone.now() - timedelta(days=100 - number)
        child.save()

    seen, before = [], ""
    for _page in range(4):
        page = town.get(of(child, "child_history"), {"before": before} if before else {})
        seen += [change.row.history_id for change in page.context["changes"]]
        before = page.context["older"]
        if not before:
            break

    assert len(seen) == len(set(seen)) == child.history.count() == 66


@pytest.mark.parametrize("before", ["x", "2026-01-01", "9" * 400, "2026-13-01T00:00:00+00:00"])
def test_a_strange_place_in_the_history_begins_at_its_top(town, child, before):
    page = town.get(of(child, "child_history"), {"before": before})

    assert len(page.context["changes"]) == 1


def test_history_takes_the_same_queries_however_long_it_is(town, child):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            town.get(of(child, "child_history"))
        return len(queries)

    asked()
    short = asked()
    for number in range(20):
        child.notes = str(number)
        child.save()

    assert asked() == short


# As it was ------------------------------------------------------------------------------------


def at(day, hour=12):
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def grown():
    """Address changed on the 10th at 23:30; a household status on the 12th, corrected the 14th."""
    by = UserFactory()
    child = ChildFactory.build(residence_area=area("330127100201"), address="3组5号")
    child._history_date = at(1)
    child.save()
    late = at(10, 23) + timedelta(minutes=30)
    change_record(row=child, version=1, facts={"address": "8组2号"}, by=by, now=late)
    row = EconomicStatusSpell(child=child, status="DIBAO", starts_on=at(12).date())
    add_record(row=row, by=by, now=at(12))
    change_record(row=row, version=1, facts={"status": "DESTITUTE"}, by=by, now=at(14))
    return child


@pytest.mark.parametrize(
    ("day", "there", "not_there"),
    [
        ("2026-03-09", ["3组5号"], ["8组2号"]),
        ("2026-03-10", ["8组2号"], ["3组5号"]),
        ("2026-03-13", ["8组2号", "subsistence allowance"], ["destitute support"]),
        ("2026-03-14", ["destitute support"], ["subsistence allowance"]),
    ],
)
def test_the_file_stands_as_it_stood_at_the_end_of_a_day(town, grown, day, there, not_there):
    page = town.get(of(grown, "child_as_of"), {"day": day})

    def words(text):
        return text if "组" in text else in_chinese(text)

    assert all(shows(page, words(text)) for text in there)
    assert not any(shows(page, words(text)) for text in not_there)
    assert AccessEvent.objects.get().subject == f"as_of.{day}"


def test_before_the_file_was_opened_there_is_nothing(town, grown):
    assert town.get(of(grown, "child_as_of"), {"day": "2026-02-01"}).context["sections"] == []


@pytest.mark.parametrize(
    "day", ["2026-02-29", "x", "", "0000-00-00", "99999-01-01", "9999-12-31", "2199-12-31"]
)
def test_a_day_that_cannot_be_is_told_at_its_field(town, grown, day):
    page = town.get(of(grown, "child_as_of"), {"day": day})

    assert page.status_code == 200
    if day != "2199-12-31":
        assert "day" in page.context["form"].errors


# Taken back -----------------------------------------------------------------------------------


def revert(client, child, row, kind="child", reason="录入有误"):
    url = of(child, "change_revert", kind=kind, history_id=row.history_id)
    return client.post(url, {"reason": reason})


def test_a_change_is_taken_back_by_a_change_of_its_own(town, child, supervisor):
    row = correct(town, child, name="曾小亮", address="8组2号")

    assert revert(town, child, row).status_code == 302

    stored = Child.objects.get()
    assert (stored.name, stored.address) == ("曾小明", "3组5号")
    newest = stored.history.first()
    assert (newest.history_change_reason, newest.history_user) == ("录入有误", supervisor.user)
    assert stored.history.count() == 3


def test_only_the_fields_of_that_change_go_back(town, child):
    row = correct(town, child, name="曾小亮")
    correct(town, child, notes="有哥哥一人")

    revert(town, child, row)

    stored = Child.objects.get()
    assert (stored.name, stored.notes) == ("曾小明", "有哥哥一人")


def test_an_encrypted_number_goes_back_with_its_hash(town, child):
    row = correct(town, child, id_number=id_number(9))

    revert(town, child, row)

    assert Child.objects.get(id_number_hash=id_number()).id_number == id_number()


def test_what_was_changed_again_since_then_is_not_overwritten(town, child):
    row = correct(town, child, address="8组2号")
    correct(town, child, address="9组1号")

    answer = revert(town, child, row)

    (message,) = errors(answer)["__all__"]
    assert in_chinese("address") in message
    assert Child.objects.get().address == "9组1号"


def test_taking_back_needs_a_reason(town, child):
    row = correct(town, child, address="8组2号")

    assert set(errors(revert(town, child, row, reason=" "))) == {"reason"}
    assert Child.objects.get().address == "8组2号"


def test_what_the_database_would_refuse_is_told(town, child):
    row = correct(town, child, id_number=id_number(9))
    ChildFactory(id_number=id_number(), name="李四")

    answer = revert(town, child, row)

    message = in_chinese("A child with this ID number is registered already.")
    assert errors(answer) == {"__all__": [message]}


def test_additions_other_files_and_unknown_changes_cannot_be_taken_back(town, child):
    other = ChildFactory(name="李四")
    other.notes = "x"
    other.save()
    added = child.history.get()

    for row_id, kind in (
        (added.history_id, "child"), (other.history.first().history_id, "child"),
        (added.history_id, "access"), (added.history_id, "nothing"), (10**30, "child"),
    ):  # fmt: skip
        url = of(child, "change_revert", kind=kind, history_id=row_id)
        assert town.post(url, {"reason": "录入有误"}).status_code == 404


def test_of_what_was_deleted_since_nothing_is_taken_back(town, child, supervisor):
    row = ParentStatusFactory(child=child)
    row.evidence = "判决书"
    row.save()
    changed = row.history.latest("history_id")
    row.delete()

    page = town.get(of(child, "child_history"))
    url = of(child, "change_revert", kind="parent", history_id=changed.history_id)

    assert not any(change.can_be_reverted for change in page.context["changes"])
    assert town.post(url, {"reason": "录入有误"}).status_code == 404
    with pytest.raises(NothingToRevert):
        revert_change(
            child=child, kind="parent", history_id=changed.history_id, by=supervisor.user,
            now=timezone.now(), reason="录入有误",
        )  # fmt: skip


def test_a_guardian_who_is_registered_no_more_is_still_named(town, child):
    care = GuardianshipFactory(child=child, guardian__name="李大娘")
    line, key = care.history.get(), f">{care.guardian_id}<"
    care.delete()
    care.guardian.delete()

    page = town.get(of(child, "child_history"))
    then = town.get(of(child, "child_as_of"), {"day": timezone.localdate()})
    url = of(child, "change_revert", kind="guardianship", history_id=line.history_id)

    assert "李大娘" in text_of(page)
    assert key not in text_of(page)
    assert then.status_code == 200
    assert town.get(url).status_code == 404


def test_a_record_of_the_child_is_taken_back_too(town, child):
    row = ParentStatusFactory(child=child)
    row.status = "LOST_CONTACT"
    row.save()

    revert(town, child, row.history.first(), "parent")

    row.refresh_from_db()
    assert row.status == "DEAD"


def test_a_secret_change_can_be_taken_back_by_those_entitled_alone(town, county, child):
    row = CategorySpell(child=child, category="HIV", starts_on=at(1).date())
    add_record(row=row, by=UserFactory(), now=at(1))
    row.evidence = "x"
    row.save()
    change = row.history.first()

    assert revert(town, child, change, "category").status_code == 404
    assert revert(county, child, change, "category").status_code == 302


# Who looked -----------------------------------------------------------------------------------


def test_who_looked_at_the_child_is_listed_with_what_and_why(town, county, child, officer):
    county.get(of(child, "child_detail"))
    county.post(of(child, "child_reveal"), {"field": "id_number", "reason": "核对银行卡"})

    page = town.get(of(child, "child_access"))

    assert shows(page, officer.user.full_name)
    assert shows(page, "核对银行卡")
    assert shows(page, in_chinese("field revealed"))
    assert id_number() not in text_of(page)


def test_looks_at_another_child_are_not_listed(town, county, child):
    other = ChildFactory(residence_area=area("330127100202"), name="李四")
    county.get(of(other, "child_detail"))

    assert list(town.get(of(child, "child_access")).context["events"]) == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("link ended", "链接已失效"), ("register #12", "县级台账 #12"),
        ("Register #12", "Register #12"), ("看过 #3 号材料", "看过 #3 号材料"),
    ],
)  # fmt: skip
def test_a_reason_that_the_system_wrote_is_read_in_words(town, child, written, words):
    correct(town, child, notes="1", reason=written)

    told = text_of(town.get(of(child, "child_history")))

    assert words in told
    assert words == written or written not in told
    assert words in text_of(town.get(of(child, "child_detail")))
