"""Many villages answer in the same second: no count is lost, nobody waits forever."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from children.actions.campaign import RoundIsClosed, close_campaign, open_campaign, remind
from children.actions.campaign_answer import NotOpen, send_answer, settle_child
from children.actions.promises import PromiseBroken
from children.models import CampaignAnswer, CampaignChild, CampaignReminder, Child
from children.models.campaign_answer import total
from children.models.campaign_sql import COUNTED
from tests.children.actions.test_simultaneous import at_once, of_type
from tests.factories import COUNTY, TOWNSHIP, ChildFactory, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def village(number):
    return f"{TOWNSHIP}{200 + number}"


@pytest.fixture
def people():
    with transaction.atomic():
        return {
            "county": PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)),
            "director": PostingFactory(role=Role.CHILD_DIRECTOR, area=area(village(0))),
        }


def opened(people, villages, children):
    with transaction.atomic():
        for number in range(villages):
            for _each in range(children):
                ChildFactory(
                    residence_area=area(village(number)), status="ACTIVE",
                    birth_date=TODAY - timedelta(days=3660),
                )  # fmt: skip
        facts = {
            "title": "摸排", "facts": ["RESIDENCE"], "from_age": 0, "to_age": 17, "categories": [],
            "compared_with": "", "due_on": TODAY,
        }  # fmt: skip
        return open_campaign(facts=facts, by=people["county"], now=NOW)


def counted_and_kept(campaign):
    """(what a count of all rows says, what stands in the rows of the villages)."""
    sums = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in COUNTED.values())
    with acting(EVERYTHING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM children_campaignchild WHERE campaign_id = %s", [campaign.pk]
        )
        counted = dict(zip(COUNTED, cursor.fetchone(), strict=True))
        answers = CampaignAnswer.objects.filter(campaign=campaign).inside(TOWNSHIP)
        kept = total(answers.by_place(9))
    return counted, {name: kept[name] for name in COUNTED}, kept


def test_twenty_villages_answering_at_once_are_counted_like_one_after_the_other(people):
    campaign = opened(people, villages=20, children=3)

    def answer(place):
        def work():
            with transaction.atomic():  # only there rows can be seen
                row = CampaignAnswer.objects.get(campaign=campaign, place=place)
                lines = list(row.lines.select_related("campaign"))
            for line in lines:
                settle_child(line=line, outcome="UNCHANGED", by=people["director"], now=NOW)
            return send_answer(
                answer=row, is_nil=True, remark="", by=people["director"], now=NOW
            )  # fmt: skip

        return work

    results = at_once(*(answer(village(number)) for number in range(20)))

    assert len(of_type(results, CampaignAnswer)) == 20, results
    counted, kept, page = counted_and_kept(campaign)
    assert counted == kept
    assert (page["answered"], page["nil"], page["unchanged"], page["waiting"]) == (20, 20, 60, 0)


def test_children_of_one_village_answered_for_at_once_are_all_counted(people):
    campaign = opened(people, villages=1, children=8)
    with acting(EVERYTHING), transaction.atomic():
        lines = list(campaign.lines.select_related("campaign"))

    def work(line):
        return lambda: settle_child(
            line=line, outcome="UNCHANGED", by=people["director"], now=NOW
        )  # fmt: skip

    results = at_once(*(work(line) for line in lines))

    assert len(of_type(results, CampaignChild)) == 8, results
    counted, kept, page = counted_and_kept(campaign)
    assert counted == kept
    assert page["unchanged"] == 8


def test_children_that_move_both_ways_while_their_villages_answer_leave_the_counts_right(people):
    campaign = opened(people, villages=2, children=4)
    with acting(EVERYTHING), transaction.atomic():
        lines = list(campaign.lines.select_related("campaign", "answer").order_by("pk"))

    def move(line):
        def work():
            with transaction.atomic():
                child = Child.objects.select_for_update(of=("self",)).get(pk=line.child_id)
                here = line.answer.place_id
                child.managing_area = area(village(1) if here == village(0) else village(0))
                child.save()

        return work

    def settle(line):
        return lambda: settle_child(
            line=line, outcome="UNCHANGED", by=people["director"], now=NOW
        )  # fmt: skip

    jobs = [make(line) for line in lines for make in (move, settle)]
    results = at_once(*jobs)

    assert [type(result) for result in results if isinstance(result, Exception)] == []
    counted, kept, page = counted_and_kept(campaign)
    assert counted == kept
    assert page["unchanged"] == 8


def test_two_who_remind_at_once_remind_each_place_once(people):
    campaign = opened(people, villages=6, children=0)
    for number in range(6):
        area(village(number))

    def work():
        return remind(campaign=campaign, inside=COUNTY, by=people["county"], now=NOW)

    first, second = at_once(work, work)

    with acting(EVERYTHING), transaction.atomic():
        places = CampaignAnswer.objects.filter(campaign=campaign).count()
        assert len(first) + len(second) == places == CampaignReminder.objects.count()


def test_an_answer_while_the_round_is_signed_is_in_the_figures_or_refused(people):
    campaign = opened(people, villages=6, children=0)
    with acting(EVERYTHING), transaction.atomic():
        answers = list(CampaignAnswer.objects.filter(campaign=campaign))

    def send(row):
        return lambda: send_answer(
            answer=row, is_nil=True, remark="", by=people["director"], now=NOW
        )  # fmt: skip

    def close():
        return close_campaign(campaign=campaign, summary="", by=people["county"], now=NOW)

    *sent, closed = at_once(*(send(row) for row in answers), close)

    told = of_type(sent, CampaignAnswer)
    assert len(told) + len(of_type(sent, NotOpen)) == len(answers), sent
    assert closed.figures["total"]["answered"] == len(told)


def test_two_who_close_at_once_sign_once(people):
    campaign = opened(people, villages=1, children=1)

    def close():
        return close_campaign(campaign=campaign, summary="", by=people["county"], now=NOW)

    results = at_once(close, close)

    assert len(of_type(results, RoundIsClosed)) == 1
    assert not of_type(results, PromiseBroken)
