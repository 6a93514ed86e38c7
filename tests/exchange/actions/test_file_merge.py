"""Two files of one child continued as one and parted again: nothing lost, paid or shown twice."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Grant, Permission
from assistance.actions.entitlement import move_entitlement, propose_entitlement
from assistance.actions.payment_run import fill_run, open_run
from assistance.models import PaymentLine
from assistance.rules.entitlement import Move
from children.actions.promises import PromiseBroken
from children.models import CaseAccess, Child, StaleRecord
from children.models.listing import Filters, chosen
from exchange.actions.file_merge import StillRunning, merge_files, part_files
from exchange.actions.match_pair import answer_pair
from exchange.matching import person_key
from exchange.models import FileMerge, MatchPair
from exchange.models.pair_sides import facts_of
from exchange.taking_in.find_children import sought_in
from exchange.taking_in.good import plain
from exchange.taking_in.queue_pairs import queue_files
from tests.exchange.twice import NEXT_TOWN, NEXT_VILLAGE, pair, registered_twice
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    EducationAwardFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianFactory,
    GuardianshipFactory,
    ListRowFactory,
    MatchPairFactory,
    PairingFactory,
    PaymentAccountFactory,
    PostingFactory,
    ProgrammeFactory,
    ProposedChangeFactory,
    RehabilitationApplicationFactory,
    RehabilitationPlanFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice():
    return registered_twice()


def merge(kept, by=None, **more):
    one = pair()
    facts = {"version": one.version, "reason": "同一人", "by": by or UserFactory(), **more}
    return merge_files(pair=one, kept=kept, now=timezone.now(), **facts)


def part(row, reason="其实是两人"):
    return part_files(
        merge=row, version=row.version, reason=reason, by=UserFactory(), now=timezone.now()
    )


def grant(role, code):
    posting = PostingFactory(role=role, area=area(code))
    return Grant(posting.user, posting, Permission.CHILD_VIEW)


def listed(holder, **filters):
    now = timezone.now()
    return list(chosen(holder, Filters(**filters), now, timezone.localdate(now)))


def test_a_child_registered_twice_is_found_once_older_file_first(twice):
    older, newer = twice

    assert queue_files([older.pk, newer.pk], now=timezone.now()) == 0
    assert (pair().child, pair().other, pair().pattern.name) == (older, newer, "SOUND")


def test_the_kept_file_goes_on_and_the_other_keeps_all_that_hangs_on_it(twice):
    older, newer = twice
    before = (newer.history.count(), newer.guardianships.count())

    row = merge(older)

    newer.refresh_from_db()
    assert (newer.merged_into, newer.status, newer.closing_reason) == (older, "CLOSED", "DUPLICATE")
    assert (newer.history.count(), newer.guardianships.count()) == (before[0] + 1, before[1])
    assert newer.history.first().history_change_reason == "同一人"
    assert older.guardianships.filter(is_main_carer=True).count() == 1
    assert (row.status_before, row.history.get().history_type) == ("LEAD", "+")
    assert pair().state == "SAME"


def test_the_child_is_listed_once_and_its_old_case_number_leads_to_the_file_that_goes_on(twice):
    older, newer = twice
    county = grant("COUNTY_OFFICER", COUNTY)
    merge(newer)

    assert listed(county) == [newer]
    assert listed(county, text="曾小明") == []
    assert listed(county, text=older.case_number) == [newer]
    assert listed(county, text=newer.case_number) == [newer]


def test_both_townships_see_both_files_until_they_are_parted(twice):
    older, newer = twice
    here, there = grant("CHILD_SUPERVISOR", TOWNSHIP), grant("CHILD_SUPERVISOR", NEXT_TOWN)

    def seen(holder):
        return set(Child.objects.permitted(holder))

    assert (seen(here), seen(there)) == ({older}, {newer})
    row = merge(older)
    assert seen(here) == seen(there) == {older, newer}

    part(row)
    assert (seen(here), seen(there)) == ({older}, {newer})
    assert CaseAccess.history.filter(history_type="~").count() == 2


def test_a_strangers_township_sees_neither(twice):
    merge(twice[0])
    area(OTHER_TOWNSHIP)

    assert not Child.objects.permitted(grant("CHILD_SUPERVISOR", OTHER_TOWNSHIP))


@pytest.mark.parametrize(
    "running",
    [
        lambda child: EntitlementFactory(child=child, is_running=True),
        lambda child: EntitlementFactory(child=child),
        lambda child: EnrolmentFactory(child=child),
        lambda child: PairingFactory(child=child),
        lambda child: RehabilitationApplicationFactory(child=child),
        lambda child: RehabilitationPlanFactory(
            application=RehabilitationApplicationFactory(child=child, is_approved=True),
            starts_on=timezone.localdate(),
            ends_on=date(timezone.localdate().year, 12, 31),
        ),
        lambda child: EducationAwardFactory(
            child=child,
            enrolment=EnrolmentFactory(
                child=child,
                stage="SENIOR",
                grade=1,
                ends_on=timezone.localdate(),
                end_reason="TRANSFERRED",
            ),
        ),
    ],
    ids=["paid", "proposed", "at school", "paired", "applied", "trained", "awarded"],
)
def test_a_file_on_which_something_runs_goes_on_or_stays_apart(twice, running):
    older, newer = twice
    running(newer)

    with pytest.raises(StillRunning) as refused:
        merge(older)

    assert [one.count for one in refused.value.found] == [1]
    assert not FileMerge.objects.exists()
    newer.refresh_from_db()
    assert newer.merged_into is None
    merge(newer)  # the other way round nothing stands against it


def test_what_is_merged_carries_nothing_even_past_the_action(twice):
    older, newer = twice
    merge(older)
    programme, month = ProgrammeFactory(), date(2026, 1, 1)

    with pytest.raises(PromiseBroken):
        propose_entitlement(
            child=newer, programme=programme, from_month=month, amount=100, by=None,
            now=timezone.now(),
        )  # fmt: skip
    for make in (EnrolmentFactory, PairingFactory):
        with pytest.raises(IntegrityError, match="carries nothing"), transaction.atomic():
            make(child=newer)
    entitled = EntitlementFactory(is_running=True).child
    entitled.status, entitled.closed_on = "CLOSED", date(2026, 2, 1)
    entitled.closing_reason, entitled.merged_into = "DUPLICATE", older
    with pytest.raises(IntegrityError, match="carries nothing"), transaction.atomic():
        entitled.save()


def test_a_run_pays_the_month_once_and_asks_nothing_back_from_the_merged_file(twice):
    older, newer = twice
    month, programme = date(2026, 1, 1), ProgrammeFactory()
    for child in (older, newer):
        PaymentAccountFactory(child=child, is_in_use=True)
    EntitlementFactory(child=older, programme=programme, is_running=True, amount=500)
    ended = EntitlementFactory(child=newer, programme=programme, is_running=True, amount=500)
    move_entitlement(
        entitlement=ended, move=Move.END, to_month=month, end_reason="DUPLICATE",
        by=UserFactory(), now=timezone.now(),
    )  # fmt: skip
    merge(older)

    for town in (TOWNSHIP, NEXT_TOWN):
        run = open_run(month=month, area=area(town), by=UserFactory(), now=timezone.now())
        fill_run(run=run, by=UserFactory(), now=timezone.now())

    (line,) = PaymentLine.objects.all()
    assert (line.child, line.amount, line.kind) == (older, 500, "REGULAR")


def test_parted_the_file_is_what_it_was_and_the_pair_is_not_asked_again(twice):
    older, newer = twice

    row = part(merge(older))

    newer.refresh_from_db()
    assert (newer.merged_into, newer.status, newer.closed_on) == (None, "LEAD", None)
    assert (row.parting_reason, row.history.count()) == ("其实是两人", 2)
    assert pair().state == "DISTINCT"
    assert queue_files([older.pk, newer.pk], now=timezone.now()) == 0
    newer.name = "曾小鸣"
    newer.save()
    assert queue_files([newer.pk], now=timezone.now()) == 1


def test_what_is_not_answered_yet_is_asked_of_the_file_that_goes_on_until_they_are_parted(twice):
    older, newer = twice
    facts = {"name": "曾晓鸣", "birth_date": "2016-03-01", "sex": newer.sex, "area": NEXT_VILLAGE}
    line = ListRowFactory(facts=plain(facts), decision="suggested", area_code=NEXT_VILLAGE)
    asked = MatchPairFactory(
        child=newer, list_row=line, person_key=person_key(sought_in(facts_of(line), "register"))
    )
    told = ProposedChangeFactory(child=newer, field="address", new_value="5组2号")
    said = ProposedChangeFactory(child=newer, field="name", new_value=older.name)
    one = pair()

    row = merge_files(
        pair=one, version=one.version, kept=older, reason="同一人", by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip

    asked.refresh_from_db()
    assert asked.state == "SETTLED"
    assert MatchPair.objects.waiting().get(list_row=line).child == older
    assert [again(told).child, again(said).child] == [older, newer]

    part(row)
    assert [again(asked).state, again(told).child] == ["OPEN", newer]
    assert asked.decided_by is None


def again(row):
    row.refresh_from_db()
    return row


def test_merged_parted_and_merged_again_leaves_every_step(twice):
    older, newer = twice
    part(merge(older))
    newer.refresh_from_db()
    newer.name = "曾小鸣"
    newer.save()
    queue_files([newer.pk], now=timezone.now())
    again = MatchPair.objects.waiting().get()

    merge_files(
        pair=again, version=again.version, kept=newer, reason="户口本", by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip

    assert [(row.child, row.parted_at is None) for row in FileMerge.objects.order_by("pk")] == [
        (older, False), (newer, True),
    ]  # fmt: skip


def test_a_file_closed_before_keeps_its_own_closing(twice):
    older, newer = twice
    newer.status, newer.closed_on, newer.closing_reason = "CLOSED", date(2026, 2, 1), "MOVED_OUT"
    newer.save()

    row = merge(older)
    newer.refresh_from_db()
    assert (newer.closing_reason, newer.closed_on) == ("MOVED_OUT", date(2026, 2, 1))

    part(row)
    newer.refresh_from_db()
    assert (newer.status, newer.closing_reason) == ("CLOSED", "MOVED_OUT")


def test_parting_waits_until_the_number_is_back_where_it_belongs(twice):
    older, newer = twice
    number = "990101201603010026"
    newer.id_number = number
    newer.save()
    older.refresh_from_db()
    row = merge(older)
    older.id_number = number
    older.save()

    with pytest.raises(PromiseBroken) as refused:
        part(row)

    assert refused.value.constraint == "child_id_number_once"


def test_declared_distinct_never_comes_back_until_a_fact_changes(twice):
    older, newer = twice
    answer_pair(
        pair=pair(), version=1, is_same=False, reason="双胞胎", by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip

    assert queue_files([older.pk, newer.pk], now=timezone.now()) == 0
    older.birth_date = date(2016, 3, 2)
    older.save()
    assert queue_files([older.pk], now=timezone.now()) == 1


def test_of_two_people_who_merge_the_second_is_refused(twice):
    older, newer = twice
    opened = pair()
    merge(older)

    with pytest.raises(StaleRecord):
        merge_files(
            pair=opened, version=opened.version, kept=newer, reason="同一人", by=UserFactory(),
            now=timezone.now(),
        )  # fmt: skip
    assert FileMerge.objects.count() == 1


@pytest.mark.parametrize(("name", "number"), [("曾某父", ""), ("曾某夫", "990101198001010011")])
def test_whom_the_closed_file_keeps_from_notices_gets_none_through_the_other(twice, name, number):
    older, newer = twice
    here = GuardianFactory(name="曾某父", id_number=number)
    there = GuardianFactory(name=name, id_number=number)
    care = GuardianshipFactory(child=older, guardian=here)
    other = GuardianshipFactory(child=older, guardian=GuardianFactory(name="李外婆"))
    GuardianshipFactory(child=newer, guardian=there, do_not_notify=True)

    merge(older)

    care.refresh_from_db()
    other.refresh_from_db()
    assert (care.do_not_notify, other.do_not_notify) == (True, False)
    assert care.history.count() == 2
