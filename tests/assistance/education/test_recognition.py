"""Recognition of poor pupils: from facts, once a year, decided by a second person."""

import json
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import AccessEvent
from accounts.roles import Role
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.recognition import move_recognition, propose_recognitions
from assistance.models import Recognition
from assistance.models.child_facts import facts_of
from assistance.models.owed import owed
from assistance.rules.assess import assess
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import load
from assistance.rules.recognition import Move, State, moves_from
from children.actions.promises import PromiseBroken
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    EnrolmentFactory,
    RecognitionFactory,
    RecognitionRuleFactory,
    SchoolFactory,
    TermFactory,
    UserFactory,
    area,
    school_of,
    year_of,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 9, 10, 2, tzinfo=UTC)
DAY = date(2025, 9, 10)


@pytest.fixture
def rules():
    RecognitionRuleFactory(ground="DISABLED", tier="MEDIUM", conditions={"disability": "ANY"})
    RecognitionRuleFactory(
        ground="DIBAO", tier="SPECIAL", conditions={"economic_status": ["DIBAO"]}
    )
    RecognitionRuleFactory(
        ground="ORPHAN", tier="SPECIAL", is_posted=False,
        conditions={"category": ["ORPHAN_SCAT", "ORPHAN_INST"]},
    )  # fmt: skip


def pupil(school=None, **facts):
    child = ChildFactory(**facts)
    EnrolmentFactory(child=child, **({"school": school} if school else {}))
    return child


def propose(by=None, **facts):
    return propose_recognitions(year=year_of(), day=DAY, by=by, now=NOW, **{"area": "", **facts})


def move(row, step, by=None, reason="", today=DAY):
    return move_recognition(
        recognition=row, move=step, by=by or UserFactory(), now=NOW, today=today, reason=reason
    )


def test_the_tier_is_the_highest_of_all_grounds_that_the_facts_give(rules):
    both, neither, away = pupil(), pupil(), ChildFactory()
    for child in (both, away):
        CertificateFactory(child=child, kind=5, grade=3)
        EconomicStatusFactory(child=child, status="DIBAO", starts_on=date(2025, 1, 1))

    found = propose()

    row = Recognition.objects.get()
    assert (found.new, row.child, row.tier) == (1, both, "SPECIAL")
    assert (row.grounds, row.is_posted) == (["DIBAO", "DISABLED"], True)
    assert neither.recognitions.count() == away.recognitions.count() == 0
    assert row.history.count() == 1


def test_proposing_again_changes_nothing(rules):
    CertificateFactory(child=pupil())
    propose()

    again = propose()

    assert (again.new, again.changed, again.lapsed) == (0, 0, 0)
    assert Recognition.objects.get().history.count() == 1


def test_what_waits_follows_the_facts_and_lapses_when_they_are_gone(rules):
    child = pupil()
    paper = CertificateFactory(child=child)
    propose()
    poverty = EconomicStatusFactory(child=child, status="DIBAO", starts_on=date(2025, 1, 1))
    propose()
    raised = Recognition.objects.get()
    poverty.ends_on = paper.expires_on = date(2025, 9, 1)
    poverty.save()
    paper.save()

    gone = propose()

    assert (raised.tier, raised.grounds) == ("SPECIAL", ["DIBAO", "DISABLED"])
    assert (gone.lapsed, Recognition.objects.get().state) == (1, "LAPSED")


def test_a_rule_of_a_nearer_area_stands_in_place_of_those_around_it(rules):
    RecognitionRuleFactory(
        ground="DISABLED", tier="GENERAL", area="350102", conditions={"disability": "ANY"}
    )
    child = pupil()
    CertificateFactory(child=child)
    EconomicStatusFactory(child=child, status="DIBAO", starts_on=date(2025, 1, 1))

    propose()

    row = Recognition.objects.get()
    inside = str(child.residence_area_id).startswith("350102")
    assert row.tier == ("GENERAL" if inside else "SPECIAL")


def test_who_proposed_it_does_not_decide(rules):
    CertificateFactory(child=pupil())
    by = UserFactory()
    propose(by=by)
    row = Recognition.objects.get()

    with pytest.raises(PromiseBroken):
        move(row, Move.CONFIRM, by=by)

    assert move(row, Move.CONFIRM).state == "CONFIRMED"


def test_what_was_refused_comes_back_with_new_facts_alone(rules):
    child = pupil()
    CertificateFactory(child=child)
    propose()
    move(Recognition.objects.get(), Move.REFUSE, reason="证件已注销")
    propose()
    still = Recognition.objects.get().state
    EconomicStatusFactory(child=child, status="DIBAO", starts_on=date(2025, 1, 1))

    propose()

    again = Recognition.objects.get()
    assert (still, again.state, again.tier, again.decided_by) == (
        "REFUSED", "PROPOSED", "SPECIAL", None,
    )  # fmt: skip


def test_a_confirmed_tier_changes_by_a_decision_and_from_a_term_on(rules):
    TermFactory(year=year_of(), season=1, starts_on=date(2025, 9, 1), ends_on=date(2026, 1, 20))
    TermFactory(year=year_of())
    child = pupil()
    CertificateFactory(child=child)
    propose()
    move(Recognition.objects.get(), Move.CONFIRM)
    EconomicStatusFactory(child=child, status="DIBAO", starts_on=date(2025, 1, 1))
    propose()
    waiting = Recognition.objects.get()

    row = move(waiting, Move.ADJUST)

    assert (waiting.tier, waiting.new_tier, waiting.is_to_adjust) == ("MEDIUM", "SPECIAL", True)
    assert (row.tier, row.tier_before, row.adjusted_on) == (
        "SPECIAL", "MEDIUM", date(2026, 3, 2),
    )  # fmt: skip
    assert (row.grounds, row.new_tier, row.new_grounds) == (["DIBAO", "DISABLED"], "", [])


@pytest.mark.parametrize(
    ("state", "objected", "to_adjust", "moves"),
    [
        ("PROPOSED", False, False, {"CONFIRM", "REFUSE"}),
        ("CONFIRMED", False, False, {"OBJECT", "WITHDRAW"}),
        ("CONFIRMED", True, False, {"KEEP", "WITHDRAW"}),
        ("CONFIRMED", False, True, {"OBJECT", "WITHDRAW", "ADJUST"}),
        ("REFUSED", False, False, {"OBJECT"}),
        ("REFUSED", True, False, {"KEEP", "CONFIRM"}),
        ("WITHDRAWN", False, False, set()),
        ("LAPSED", False, False, set()),
    ],
)
def test_the_steps_of_a_recognition(state, objected, to_adjust, moves):
    found = moves_from(State(state), is_objected=objected, is_to_adjust=to_adjust)

    assert set(map(str, found)) == moves


def test_an_objection_is_answered_and_ends_a_wrong_recognition():
    row = RecognitionFactory(is_confirmed=True)
    objected = move(row, Move.OBJECT, reason="家庭已脱贫")
    assert objected.is_objected

    with pytest.raises(DoesNotFit):
        move(objected, Move.OBJECT, reason="再次")
    ended = move(objected, Move.WITHDRAW, reason="核查属实")

    assert (ended.state, ended.is_objected, ended.objection) == ("WITHDRAWN", False, "家庭已脱贫")


BOOK = {
    "programmes": [
        {
            "code": "GRANT", "cadence": "TERM", "starts": "MONTH_MET",
            "standards": [{"tiers": tier, "amount": amount} for tier, amount in
                          (("SPECIAL", 3300), ("MEDIUM", 2300), ("GENERAL", 1300))],
            "eligibility": [{"conditions": {"tier": ["SPECIAL", "MEDIUM"]}}],
        }
    ]
}  # fmt: skip


MONTHS = [
    date(2025, 8, 1), date(2025, 9, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 8, 1),
    date(2026, 9, 1),
]  # fmt: skip


@pytest.mark.parametrize("month", MONTHS)
def test_the_rules_read_a_tier_alike_one_by_one_and_at_once(month):
    book = read_rulebook(load(json.dumps(BOOK)))
    rows = [
        RecognitionFactory(is_confirmed=True, tier="SPECIAL"),
        RecognitionFactory(is_confirmed=True, tier="GENERAL"),
        RecognitionFactory(tier="SPECIAL"),
        RecognitionFactory(
            is_confirmed=True, tier="SPECIAL", tier_before="MEDIUM", adjusted_on=date(2026, 3, 2)
        ),
    ]
    ids = [row.child_id for row in rows]

    at_once = {one.child_id: one.amount for one in owed(book, month, ids=ids)}
    facts = facts_of(ids)
    each = {pk: assess(book, facts[pk], month)["GRANT"] for pk in ids}

    assert at_once == {pk: one.amount for pk, one in each.items() if one.owed}
    told = [at_once.get(pk) for pk in ids]
    if month == date(2025, 9, 1):
        assert told == [3300, None, None, 2300]
    elif month == date(2026, 3, 1):
        assert told == [3300, None, None, 3300]


# Pages ------------------------------------------------------------------------------------------


@pytest.fixture
def principal(client):
    posting = posted_as(Role.PRINCIPAL)
    sign_in(client, posting)
    return posting


def shared(posting, **facts):
    child = pupil(school=school_of(posting.organisation), **facts)
    CaseAccessFactory(child=child, organisation=posting.organisation)
    return child


def test_a_principal_proposes_for_the_own_pupils_alone(client, principal, rules):
    mine, other = shared(principal), pupil()
    for child in (mine, other):
        CertificateFactory(child=child)

    client.post(reverse("assistance:recognition_propose"), {"year": year_of().pk})

    row = Recognition.objects.get()
    assert (row.child, row.proposed_by) == (mine, principal.user)
    page = client.get(reverse("assistance:recognition_list")).content.decode()
    assert mine.name in page
    assert 'name="recognition"' not in page


def test_a_school_decides_nothing(client, principal):
    child = shared(principal)
    row = RecognitionFactory(child=child, school=child.enrolments.get().school)
    url = reverse("assistance:recognition_detail", args=[child.case_number, row.pk])

    many = client.post(reverse("assistance:recognition_confirm_many"), {"recognition": row.pk})
    one = client.post(url, {"move": "CONFIRM"})

    row.refresh_from_db()
    assert (many.status_code, one.status_code, row.state) == (403, 403, "PROPOSED")


def test_the_township_confirms_those_ticked_but_not_its_own_proposals(client):
    posting = posted_as(Role.CHILD_SUPERVISOR)
    sign_in(client, posting)
    others, own = RecognitionFactory(), RecognitionFactory(proposed_by=posting.user)
    elsewhere = RecognitionFactory(child=ChildFactory(residence_area=area(OTHER_VILLAGE)))

    client.post(
        reverse("assistance:recognition_confirm_many"),
        {"recognition": [others.pk, own.pk, elsewhere.pk]},
    )

    states = []
    for row in (others, own, elsewhere):
        row.refresh_from_db()
        states.append(row.state)
    assert states == ["CONFIRMED", "PROPOSED", "PROPOSED"]


def test_a_refusal_without_reason_is_asked_for_it(client):
    posting = posted_as(Role.CHILD_SUPERVISOR)
    sign_in(client, posting)
    row = RecognitionFactory()
    url = reverse("assistance:recognition_detail", args=[row.child.case_number, row.pk])

    answer = client.post(url, {"move": "REFUSE", "reason": ""})

    assert "reason" in answer.context["form"].errors
    client.post(url, {"move": "REFUSE", "reason": "不符合条件"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("REFUSED", "不符合条件")


def test_a_posted_list_tells_names_and_classes_and_no_reason(client, principal):
    seen = shared(principal, name="甲小一")
    hidden = shared(principal, name="乙小二")
    refused = shared(principal, name="丙小三")
    place = school_of(principal.organisation)
    CategorySpellFactory(child=seen, category="DE_FACTO")
    EconomicStatusFactory(child=seen, status="DIBAO")
    RecognitionFactory(
        child=seen, school=place, is_confirmed=True, tier="SPECIAL", grounds=["DIBAO", "DISABLED"],
        reason="单亲且残疾",
    )  # fmt: skip
    RecognitionFactory(child=hidden, school=place, is_confirmed=True, is_posted=False)
    RecognitionFactory(child=refused, school=place, is_confirmed=True, state="REFUSED", reason="x")

    answer = client.get(reverse("assistance:recognition_posted"), headers={"Accept-Language": "en"})

    page = answer.content.decode().split("<article>")[1].split("</article>")[0]
    assert "甲小一" in page
    for name in ("乙小二", "丙小三"):
        assert name not in page
    told = ["subsistence", "disab", "difficulty", "unattended", "单亲", seen.case_number,
            seen.residence_area.name, "low"]  # fmt: skip
    assert [word for word in told if word.lower() in page.lower()] == []
    assert AccessEvent.objects.filter(kind="PRINTED", subject="recognition_posted").exists()


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_asks_the_same_number_of_questions(client, django_assert_num_queries, count):
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    SchoolFactory(), SchoolFactory()  # a choice of schools, however many rows
    for _n in range(count):
        RecognitionFactory()
    url = reverse("assistance:recognition_list") + f"?year={year_of().pk}"
    client.get(url)

    with django_assert_num_queries(QUERIES):
        assert len(client.get(url).context["page"].rows) == count


QUERIES = 10
