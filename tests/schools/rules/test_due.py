from datetime import date, timedelta

import pytest

from schools.rules.due import Calendar, Contact, Days, Facts, Reason, facts_of, next_contact
from schools.rules.norms import in_force

PAIRED = date(2026, 3, 2)
REACHED = date(2026, 3, 14)
NORMS = in_force([], PAIRED)
SPRING = Days(date(2026, 2, 24), date(2026, 7, 3))
AUTUMN = Days(date(2026, 9, 1), date(2027, 1, 22))
NEXT_SPRING = Days(date(2027, 2, 22), date(2027, 7, 2))


def days(count):
    return timedelta(days=count)


def due(*, reached=REACHED, tried=(), follow_up=None, risk="MEDIUM", terms=(), breaks=(), **told):
    facts = Facts(last_reached_on=reached, tried_on=tuple(tried), follow_up_on=follow_up)
    return next_contact(
        paired_on=PAIRED, facts=facts, risk=risk, norms=NORMS | told,
        calendar=Calendar(terms, breaks),
    )  # fmt: skip


@pytest.mark.parametrize(("risk", "count"), [("HIGH", 7), ("MEDIUM", 30), ("UNKNOWN", 30)])
def test_the_cadence_follows_the_risk_from_when_somebody_was_last_reached(risk, count):
    assert due(risk=risk).on == REACHED + days(count)


@pytest.mark.parametrize("reached", [None, date(2025, 9, 1), PAIRED - days(1)])
@pytest.mark.parametrize("risk", ["HIGH", "MEDIUM", "LOW"])
def test_a_new_helper_makes_the_first_contact_within_the_week(reached, risk):
    found = due(reached=reached, risk=risk)

    assert (found.on, found.reason) == (PAIRED + days(7), Reason.FIRST)


def test_a_contact_on_the_day_of_the_handover_is_the_new_helpers():
    assert due(reached=PAIRED).reason == Reason.REGULAR


def test_low_risk_is_contacted_in_each_term_by_its_last_day():
    terms = [SPRING, AUTUMN, NEXT_SPRING]

    assert due(reached=date(2026, 8, 1), risk="LOW", terms=terms).on == AUTUMN.ends_on
    assert due(reached=AUTUMN.starts_on, risk="LOW", terms=terms, CONTACT_DAYS_LOW=999).on == (
        NEXT_SPRING.ends_on
    )


def test_low_risk_is_never_left_longer_than_the_norm_of_days():
    assert due(risk="LOW", terms=[SPRING, AUTUMN]).on == REACHED + days(180)
    assert due(risk="LOW").on == REACHED + days(180)


def test_every_second_term_is_a_norm_too():
    found = due(
        risk="LOW", terms=[SPRING, AUTUMN, NEXT_SPRING], CONTACT_TERMS_LOW=2, CONTACT_DAYS_LOW=999
    )

    assert found.on == NEXT_SPRING.ends_on


def test_a_call_in_vain_puts_nothing_off():
    assert due(tried=[date(2026, 4, 1), date(2026, 4, 2)]).on == REACHED + days(30)


def test_three_tries_in_vain_make_a_visit_due_two_days_after_the_third():
    found = due(tried=[date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)])

    assert (found.on, found.is_visit) == (date(2026, 4, 5), True)


def test_trying_on_does_not_put_the_visit_off():
    tries = [date(2026, 4, day) for day in (1, 2, 3, 9, 20)]

    assert due(tried=tries).on == date(2026, 4, 5)


def test_a_new_helper_has_two_days_for_the_visit_the_old_one_owed():
    found = due(reached=None, tried=[date(2026, 1, day) for day in (1, 2, 3)])

    assert (found.on, found.is_visit) == (PAIRED + days(2), True)


def test_what_was_agreed_for_a_day_is_due_on_that_day_even_in_holidays():
    pause = Days(date(2026, 3, 20), date(2026, 4, 30))

    found = due(follow_up=date(2026, 3, 21), breaks=[pause])

    assert (found.on, found.reason) == (date(2026, 3, 21), Reason.FOLLOW_UP)


def test_a_follow_up_agreed_for_later_does_not_put_off_the_regular_contact():
    found = due(follow_up=REACHED + days(31))

    assert (found.on, found.reason) == (REACHED + days(30), Reason.REGULAR)


def test_an_old_follow_up_falls_to_the_new_helper_from_the_handover_on():
    assert due(reached=None, follow_up=date(2026, 1, 5)).on == PAIRED


PAUSE = Days(date(2026, 4, 5), date(2026, 4, 20))


@pytest.mark.parametrize("risk", ["MEDIUM", "UNKNOWN"])
def test_holidays_put_a_contact_off_to_the_first_day_after_them(risk):
    assert due(risk=risk, breaks=[PAUSE]).on == date(2026, 4, 21)


def test_nobody_takes_holidays_from_children_at_high_risk():
    pause = Days(date(2026, 3, 20), date(2026, 4, 20))

    assert due(risk="HIGH", breaks=[pause]).on == REACHED + days(7)


def test_holidays_that_touch_or_overlap_are_one():
    more = [Days(date(2026, 4, 21), date(2026, 4, 25)), Days(date(2026, 4, 1), date(2026, 4, 7))]

    assert due(breaks=[*more, PAUSE]).on == date(2026, 4, 26)


def test_what_lies_between_two_terms_is_holiday():
    winter = [Days(date(2025, 9, 1), date(2026, 4, 1)), Days(date(2026, 4, 25), date(2026, 7, 3))]

    assert due(terms=winter).on == date(2026, 4, 25)


def test_where_a_term_was_never_entered_there_are_no_holidays():
    missing = [Days(date(2025, 9, 1), date(2026, 1, 20)), Days(date(2026, 9, 1), date(2027, 1, 1))]

    assert due(terms=missing).on == REACHED + days(30)


def test_overdue_begins_the_day_after():
    found = due()

    assert not found.is_overdue(found.on)
    assert found.is_overdue(found.on + days(1))


# What contacts come to ---------------------------------------------------------------------------


def contact(day, number=0, **told):
    facts = {"is_family": True, "is_reached": True} | told
    return Contact(number=number or day, on=date(2026, 3, day), **facts)


def vain(day, **told):
    return contact(day, is_reached=False, **told)


def test_nothing_comes_of_no_contact():
    assert facts_of([]) == Facts()


def test_tries_count_only_since_somebody_was_reached():
    found = facts_of([vain(1), contact(2), vain(3), vain(4)])

    assert found.last_reached_on == date(2026, 3, 2)
    assert found.tried_on == (date(2026, 3, 3), date(2026, 3, 4))


def test_contacts_of_one_day_follow_each_other_as_they_were_logged():
    assert facts_of([contact(2, number=1), vain(2, number=2)]).tried_on == (date(2026, 3, 2),)
    assert facts_of([contact(2, number=2), vain(2, number=1)]).tried_on == ()


def test_a_talk_with_the_child_reaches_no_guardian_and_keeps_no_promise_to_one():
    agreed = contact(1, follow_up_on=date(2026, 3, 9))

    found = facts_of([agreed, contact(2, is_family=False)])

    assert found.last_reached_on == date(2026, 3, 1)
    assert found.follow_up_on == date(2026, 3, 9)


def test_reaching_somebody_keeps_the_promise_and_trying_in_vain_does_not():
    agreed = contact(1, follow_up_on=date(2026, 3, 9))

    assert facts_of([agreed, vain(9)]).follow_up_on == date(2026, 3, 9)
    assert facts_of([agreed, contact(8)]).follow_up_on is None


@pytest.mark.parametrize(
    ("moods", "is_falling"),
    [
        ([], False), (["GOOD"], False), (["WORRYING"], True), (["GOOD", "FAIR"], True),
        (["FAIR", "GOOD"], False), (["FAIR", "FAIR"], False), (["WORRYING", "FAIR"], False),
        (["GOOD", "WORRYING"], True), (["WORRYING", "WORRYING"], True),
    ],
)  # fmt: skip
def test_a_mood_falls_when_it_is_worse_than_before_or_worrying(moods, is_falling):
    told = [contact(day, mood=mood) for day, mood in enumerate(moods, 1)]

    assert facts_of([*told, contact(30)]).is_mood_falling == is_falling
