"""A round of checks from its opening to its summary: who is asked, what counts, who is too late."""

import random
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.roles import Role
from children.actions.campaign import (
    RoundIsClosed,
    close_campaign,
    mail_reminder,
    open_campaign,
    remind,
)
from children.actions.campaign_answer import (
    NotOpen,
    NotVisited,
    add_found,
    send_answer,
    settle_child,
    take_back,
)
from children.actions.promises import PromiseBroken
from children.models import (
    CampaignAnswer,
    CampaignChild,
    CampaignReminder,
    FactConfirmation,
)
from children.models.campaign_answer import total
from children.models.campaign_sql import COUNTED
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CategorySpellFactory,
    ChildFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
NEXT_DOOR = f"{TOWNSHIP}202"
YEARS_10 = TODAY - timedelta(days=3660)


def facts(**more):
    return {
        "title": "春季摸排", "facts": ["RESIDENCE", "CARER"], "from_age": 0, "to_age": 17,
        "categories": [], "compared_with": "", "due_on": TODAY + timedelta(days=20), **more,
    }  # fmt: skip


def county():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


def director(place=VILLAGE, **user):
    return PostingFactory(role=Role.CHILD_DIRECTOR, area=area(place), **user)


def child(place=VILLAGE, **more):
    return ChildFactory(**{"residence_area": area(place), "birth_date": YEARS_10, **more})


def active(place=VILLAGE, **more):
    return child(place, status="ACTIVE", **more)


def opened(**more):
    area(VILLAGE), area(NEXT_DOOR)
    return open_campaign(facts=facts(**more), by=county(), now=NOW)


def answer_of(campaign, place=VILLAGE):
    return CampaignAnswer.objects.get(campaign=campaign, place=place)


def said(line, outcome, **more):
    return settle_child(line=line, outcome=outcome, by=director(), now=NOW, **more)


def recounted(campaign):
    """Place → measures, counted row by row; what the database keeps must be the same."""
    sums = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in COUNTED.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT answer_id, {sums} FROM children_campaignchild WHERE campaign_id = %s"
            " GROUP BY 1",
            [campaign.pk],
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    empty = (0,) * len(COUNTED)
    answers = CampaignAnswer.objects.filter(campaign=campaign)
    return {row.place_id: found.get(row.pk, empty) for row in answers}


def kept(campaign):
    answers = CampaignAnswer.objects.filter(campaign=campaign)
    return {row.place_id: tuple(getattr(row, name) for name in COUNTED) for row in answers}


def test_every_village_is_asked_about_its_own_children_of_that_age():
    known, lead = active(), child(status="LEAD")
    adult = active(birth_date=date(2000, 1, 1))
    away = active(OTHER_VILLAGE)

    campaign = opened()

    lines = CampaignChild.objects.filter(campaign=campaign)
    assert {(row.child_id, row.kind) for row in lines} == {(known.pk, "KNOWN"), (lead.pk, "LEAD")}
    assert not lines.filter(child__in=[adult, away]).exists()
    assert {row.place_id for row in campaign.answers.all()} == {VILLAGE, NEXT_DOOR}
    assert kept(campaign) == recounted(campaign)
    assert answer_of(campaign).waiting == 2


def test_a_round_on_a_category_asks_for_its_children_and_for_all_leads():
    ill, other, lead = active(), active(), child(status="LEAD")
    CategorySpellFactory(child=ill, category="SEV_ILL")

    campaign = opened(categories=["SEV_ILL"])

    asked = set(campaign.lines.values_list("child", flat=True))
    assert asked == {ill.pk, lead.pk}
    assert other.pk not in asked


def test_each_row_of_a_round_has_its_history():
    active()

    campaign = opened()

    line = campaign.lines.get()
    assert (line.history.get().history_type, answer_of(campaign).history.count()) == ("+", 1)


def test_unchanged_confirms_the_facts_of_the_round_alone():
    active()
    line = opened().lines.get()

    said(line, "UNCHANGED")

    confirmed = FactConfirmation.objects.filter(child=line.child_id)
    assert set(confirmed.values_list("fact", flat=True)) == {"RESIDENCE", "CARER"}


def test_what_changed_is_not_confirmed():
    active()
    line = opened().lines.get()

    said(line, "CHANGED", changed=["CARER", "PARENTS"])

    line.refresh_from_db()
    assert line.changed_facts == ["CARER"]  # the round did not ask for the parents
    assert FactConfirmation.objects.get(child=line.child_id).fact == "RESIDENCE"


def test_a_lead_is_answered_for_once_it_was_visited():
    child(status="LEAD")
    line = opened().lines.get()

    with pytest.raises(NotVisited):
        said(line, "VISITED")
    HomeVisitFactory(child=line.child, visited_on=TODAY)
    said(line, "VISITED")

    assert answer_of(line.campaign).visited == 1


def test_no_nil_return_while_a_child_is_not_answered_for():
    active()
    campaign = opened()
    told = {"answer": answer_of(campaign), "is_nil": True, "remark": "", "now": NOW}

    with pytest.raises(PromiseBroken) as refused:
        send_answer(by=director(), **told)

    assert refused.value.constraint == "campaign_answer_leaves_no_child_out"
    assert refused.value.message
    said(campaign.lines.get(), "UNCHANGED")
    assert send_answer(by=director(), **told).is_nil


def test_who_found_a_child_cannot_make_a_nil_return_and_who_found_none_must():
    campaign = opened()
    told = {"answer": answer_of(campaign), "remark": "", "by": director(), "now": NOW}

    with pytest.raises(PromiseBroken):
        send_answer(is_nil=False, **told)
    add_found(answer=told["answer"], child=child(), by=told["by"], now=NOW)
    with pytest.raises(PromiseBroken):
        send_answer(is_nil=True, **told)
    send_answer(is_nil=False, **told)

    assert answer_of(campaign).found == 1


def test_after_the_answer_nothing_is_said_until_it_is_taken_back():
    active()
    campaign = opened()
    line, answer, by = campaign.lines.get(), answer_of(campaign), director()
    said(line, "UNCHANGED")
    send_answer(answer=answer, is_nil=True, remark="", by=by, now=NOW)

    with pytest.raises(NotOpen):
        said(line, "AWAY", remark="去了杭州")
    with pytest.raises(NotOpen):
        add_found(answer=answer, child=child(), by=by, now=NOW)
    take_back(answer=answer, by=by, now=NOW)
    said(line, "AWAY", remark="去了杭州")

    assert (answer_of(campaign).away, answer_of(campaign).is_nil) == (1, False)


def moved(row, place):
    row.managing_area = area(place)
    row.save()


def test_a_child_that_moves_is_asked_about_in_its_new_village():
    row = active()
    campaign = opened()

    moved(row, NEXT_DOOR)

    assert (answer_of(campaign).waiting, answer_of(campaign, NEXT_DOOR).waiting) == (0, 1)
    assert campaign.lines.get().answer.place_id == NEXT_DOOR
    assert kept(campaign) == recounted(campaign)


def test_a_child_that_moves_where_the_answer_was_sent_already_has_gone():
    row = active()
    campaign = opened()
    send_answer(
        answer=answer_of(campaign, NEXT_DOOR), is_nil=True, remark="", by=director(NEXT_DOOR),
        now=NOW,
    )  # fmt: skip

    moved(row, NEXT_DOOR)

    assert (answer_of(campaign).waiting, answer_of(campaign).gone) == (0, 1)
    assert answer_of(campaign, NEXT_DOOR).is_answered
    with pytest.raises(NotOpen):
        said(campaign.lines.get(), "UNCHANGED")


def test_a_child_that_leaves_the_county_has_gone_and_waits_again_when_it_returns():
    row = active()
    campaign = opened()

    moved(row, OTHER_VILLAGE)
    assert (answer_of(campaign).waiting, answer_of(campaign).gone) == (0, 1)
    moved(row, VILLAGE)

    assert (answer_of(campaign).waiting, answer_of(campaign).gone) == (1, 0)


def test_a_closed_file_is_not_asked_about_and_its_reopening_breaks_no_answer():
    row = active()
    campaign = opened()
    row.status, row.closed_on, row.closing_reason = "CLOSED", TODAY, "AGE_18"
    row.save()
    send_answer(answer=answer_of(campaign), is_nil=True, remark="", by=director(), now=NOW)

    row.status, row.closed_on, row.closing_reason = "ACTIVE", None, ""
    row.save()

    assert (answer_of(campaign).is_answered, answer_of(campaign).gone) == (True, 1)


def test_what_was_said_stays_with_the_village_that_said_it():
    row = active()
    campaign = opened()
    said(campaign.lines.get(), "UNCHANGED")

    moved(row, NEXT_DOOR)

    assert (answer_of(campaign).unchanged, answer_of(campaign, NEXT_DOOR).unchanged) == (1, 0)


def test_a_reminder_goes_once_a_day_to_who_has_not_answered():
    campaign = opened()
    send_answer(answer=answer_of(campaign), is_nil=True, remark="", by=director(), now=NOW)
    by = PostingFactory(role=Role.CHILD_SUPERVISOR)

    first = remind(campaign=campaign, inside=TOWNSHIP, by=by, now=NOW)
    second = remind(campaign=campaign, inside=TOWNSHIP, by=by, now=NOW)
    tomorrow = remind(campaign=campaign, inside=TOWNSHIP, by=by, now=NOW + timedelta(days=1))

    waiting = answer_of(campaign, NEXT_DOOR).pk
    assert (first, second, tomorrow) == ([waiting], [], [waiting])
    assert remind(campaign=campaign, inside="330127999", by=by, now=NOW) == []


def test_the_mail_of_a_reminder_names_no_child_and_leaves_once():
    row = active(name="甲小一")
    campaign = opened()
    by = director(user__email="director@example.org")
    told = {"answer_id": answer_of(campaign).pk, "by_id": by.pk, "now": NOW}

    sent = [mail_reminder(**told), mail_reminder(**told)]

    assert (sent, len(mail.outbox)) == ([1, 0], 1)
    message = mail.outbox[0]
    assert message.to == ["director@example.org"]
    assert row.name not in message.body
    assert campaign.title in message.body
    assert CampaignReminder.objects.get().way == "MAIL"


def test_the_signed_figures_equal_a_recount_and_stay():
    chance = random.Random(7)
    villages = [VILLAGE, NEXT_DOOR]
    for number in range(12):
        active(villages[number % 2]) if number % 3 else child(villages[number % 2])
    campaign = opened()
    for line in campaign.lines.filter(kind="KNOWN"):
        outcome = chance.choice(["UNCHANGED", "CHANGED", "AWAY", ""])
        if outcome:
            changed = ["CARER"] if outcome == "CHANGED" else []
            said(line, outcome, changed=changed, remark="搬走" if outcome == "AWAY" else "")
    moved(campaign.lines.filter(outcome="").first().child, OTHER_VILLAGE)
    add_found(answer=answer_of(campaign), child=child(), by=director(), now=NOW)
    before = recounted(campaign)

    signed = close_campaign(campaign=campaign, summary="完成", by=county(), now=NOW)

    columns = list(COUNTED)
    sums = {name: sum(row[n] for row in before.values()) for n, name in enumerate(columns)}
    figures = signed.figures["total"]
    assert {name: figures[name] for name in columns} == sums
    assert (figures["places"], figures["answered"]) == (2, 0)
    said_of = ("waiting", "unchanged", "changed", "away", "visited", "gone")
    assert figures["known"] + figures["leads"] == sum(figures[name] for name in said_of)
    assert total([tuple(row) for row in signed.figures["places"]]) == figures
    moved(campaign.lines.filter(outcome="").first().child, OTHER_VILLAGE)
    assert kept(campaign) == recounted(campaign) == before


def test_a_closed_round_takes_no_answer_and_is_not_closed_twice():
    active()
    campaign = opened()
    close_campaign(campaign=campaign, summary="", by=county(), now=NOW)

    with pytest.raises(NotOpen):
        said(campaign.lines.get(), "UNCHANGED")
    with pytest.raises(NotOpen):
        send_answer(answer=answer_of(campaign), is_nil=True, remark="", by=director(), now=NOW)
    with pytest.raises(RoundIsClosed):
        close_campaign(campaign=campaign, summary="", by=county(), now=NOW)


@pytest.mark.parametrize("table", ["children_campaign", "children_campaignanswer"])
def test_the_database_itself_refuses_to_change_a_closed_round(table):
    campaign = opened()
    close_campaign(campaign=campaign, summary="", by=county(), now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET version = version + 1")
