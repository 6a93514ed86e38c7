"""Over all children in one statement, or child by child: the same rules give the same answer."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.scope import EVERYTHING, acting
from assistance.models import PaymentAccount
from assistance.models.child_facts import facts_of
from assistance.models.owed import owed
from assistance.rules import codes
from assistance.rules.assess import assess
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import WrongFile, load
from children.models import Child
from children.rules.exits import Exit
from children.rules.parent_status import Status
from tests.factories import (
    VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    SchoolFactory,
    SchoolFeeFactory,
    UserFactory,
    area,
)

EXAMPLES = Path(django_settings.BASE_DIR) / "docs/examples/rules.json"
MONTHS = [date(2025, 6, 1), date(2025, 7, 1), date(2025, 3, 1)]
# Days around the ends of the months that are asked, where mistakes would hide.
DAYS = [
    date(2025, 2, 28), date(2025, 3, 1), date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 10),
    date(2025, 6, 29), date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 31), date(2025, 8, 1),
    date(2024, 11, 30), date(2024, 12, 31), date(2025, 1, 1),
]  # fmt: skip
CATEGORIES = ["ORPHAN_INST", "ORPHAN_SCAT", "DE_FACTO", "SEV_ILL"]
PROGRAMMES = ["A", "B", "C", "D"]


def spell(chance):
    """First and last day; often open."""
    starts = chance.choice([date(2020, 1, 1), *DAYS])
    ends = chance.choice([None, None, *DAYS])
    return {"starts_on": starts, "ends_on": ends if ends is None or ends >= starts else None}


def make_child(chance, school):
    years = chance.choice([0, 1, 3, 5, 6, 7, 12, 15, 16, 17, 18, 19])
    near = chance.choice([*DAYS, date(2024, 2, 29)])
    birth = near.replace(day=min(near.day, 28) if years % 4 else near.day, year=near.year - years)
    closed = chance.random() < 0.2
    child = ChildFactory(
        birth_date=birth, sex=chance.choice(["MALE", "FEMALE"]),
        hukou_area=chance.choice([None, area(VILLAGE)]),
        **({"status": "CLOSED", "opened_on": birth, "closed_on": max(chance.choice(DAYS), birth),
            "closing_reason": chance.choice(list(Exit)).value} if closed else {}),
    )  # fmt: skip
    for category in chance.sample(CATEGORIES, chance.choice([0, 1, 1, 2])):
        dates = spell(chance)
        reason = chance.choice(["", "PARENT_RELEASED", "PARENT_FOUND"]) if dates["ends_on"] else ""
        CategorySpellFactory(child=child, category=category, ending_reason=reason, **dates)
    if chance.random() < 0.6:
        EconomicStatusFactory(
            child=child, status=chance.choice(list(codes.Economic)).value, **spell(chance)
        )
    for parent in ("FATHER", "MOTHER"):
        for status in chance.sample(list(Status), chance.choice([0, 1, 1, 2])):
            is_proved = chance.random() < 0.7
            ParentStatusFactory(
                child=child, parent=parent, status=status.value, evidence="x" if is_proved else "",
                verified_on=date(2025, 1, 1) if is_proved else None,
                verified_by=_verifier() if is_proved else None, **spell(chance),
            )  # fmt: skip
    for is_diagnosis in chance.choice([[], [], [False], [False], [True], [False, True]]):
        dates = spell(chance)
        number = {"number": "", "diagnosis": "县医院"} if is_diagnosis else {}
        facts = {
            "kind": chance.randint(1, 7), "grade": chance.randint(1, 4),
            "issued_on": chance.choice([None, dates["starts_on"]]), "expires_on": dates["ends_on"],
            "status": chance.choice(["VALID", "VALID", "EXPIRED", "FROZEN"]),
        }  # fmt: skip
        if facts["status"] != "VALID":
            apart = random.Random(str(dates))  # the other facts stay what they were
            facts["status_from"] = apart.choice([None, spell(apart)["starts_on"]])
        CertificateFactory(child=child, **facts, **number)
    if chance.random() < 0.6:
        dates = spell(chance)
        stage = chance.choice(["PRESCHOOL", "PRIMARY", "JUNIOR", "SENIOR"])
        EnrolmentFactory(
            child=child, school=school, stage=stage, grade=chance.randint(1, 3),
            is_boarding=chance.random() < 0.5, end_reason="DIED" if dates["ends_on"] else "",
            placement=chance.choice(["ORDINARY", "SPECIAL_SCHOOL"]),
            status=chance.choice(["ENROLLED", "ENROLLED", "SUSPENDED"]), **dates,
        )  # fmt: skip
    if chance.random() < 0.1:
        GuardianshipFactory(child=child, kind="INSTITUTION", **spell(chance))
    return child


_verifiers: list = []


def _verifier():
    if not _verifiers:
        _verifiers.append(UserFactory())
    return _verifiers[0]


# Rules ------------------------------------------------------------------------------------------


def some(values, most=3):
    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=most, unique=True)


def choices(kind):
    return some([str(one) for one in kind])


ages = st.fixed_dictionaries(
    {"below": st.integers(5, 19)},
    optional={
        "at_least": st.integers(0, 4),
        "on": st.sampled_from([*map(str, codes.AgeOn), "06-30", "01-01", "2025-06-10"]),
    },
)
pair = st.fixed_dictionaries({}, optional={"kinds": some(range(1, 8)), "grades": some(range(1, 5))})
pairs = st.one_of(st.sampled_from(["SEVERE", "ANY"]), st.lists(pair, min_size=1, max_size=2))
leaf = st.one_of(
    st.just({"always": True}),
    ages.map(lambda one: {"age": one}),
    ages.map(lambda one: {"age_months": {**one, "below": one["below"] * 12}}),
    pairs.map(lambda one: {"disability": one}),
    st.tuples(pairs, st.sampled_from(list(codes.Proof))).map(
        lambda one: {"disability": {"any": one[0], "proof": str(one[1])}}
    ),
    some(CATEGORIES).map(lambda one: {"category": one}),
    choices(codes.Economic).map(lambda one: {"economic_status": one}),
    choices(codes.Living).map(lambda one: {"living": one}),
    choices(codes.Sex).map(lambda one: {"sex": one}),
    some([VILLAGE[:2], VILLAGE[:9], "44"]).map(lambda one: {"hukou": one}),
    some([VILLAGE, "44"]).map(lambda one: {"residence": one}),
    st.fixed_dictionaries({}, optional={
        "in_school": st.booleans(), "stages": choices(codes.Stage), "grades": some([1, 2, 3]),
        "boarding": st.booleans(), "placements": some(["ORDINARY", "SPECIAL_SCHOOL"]),
        "last_kindergarten_year": st.booleans(),
    }).map(lambda one: {"school": one}),
    some(["ORPHAN", "DE_FACTO", "WATCH", "NOT_ELIGIBLE", "INSUFFICIENT"]).map(
        lambda one: {"parents": one}
    ),
    st.tuples(st.sampled_from(list(codes.Who)), choices(Status)).map(
        lambda one: {"parent": {"who": str(one[0]), "status": one[1]}}
    ),
    choices(codes.Event).map(lambda one: {"event": one}),
    st.booleans().map(lambda one: {"applied": one}),
    st.booleans().map(lambda one: {"confirmed": one}),
    st.just({"tier": "SPECIAL"}),
    st.just({"receives": "X"}),
    st.just({"fact": "x"}),
)  # fmt: skip
condition = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda one: {"all": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda one: {"any": one}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=4,
)
scope = st.fixed_dictionaries({}, optional={
    "area": st.sampled_from([VILLAGE[:2], VILLAGE[:6], VILLAGE, "44"]),
    "from": st.sampled_from(["2024-01", "2025-03", "2025-06", "2025-07"]),
})  # fmt: skip
reference = st.one_of(
    st.sampled_from(PROGRAMMES),
    st.builds(
        lambda programme, given: {"programme": programme, **given},
        st.sampled_from(PROGRAMMES),
        st.fixed_dictionaries({}, optional={
            "living": st.sampled_from(["INSTITUTION", "SCATTERED"]),
            "economic_status": st.sampled_from(["DIBAO", "ORDINARY"]),
            "stage": st.sampled_from(["PRIMARY", "SENIOR"]), "boarding": st.booleans(),
            "kind": st.integers(1, 7), "grade": st.integers(1, 4),
            "tier": st.just("SPECIAL"),
        }),
    ),
)  # fmt: skip
money = st.integers(0, 200_000).map(lambda fen: f"{fen / 100:.2f}")
formula = st.one_of(
    money.map(lambda one: {"amount": one}),
    money.map(lambda one: {"amount": one}),
    st.builds(lambda percent, of: {"formula": {"kind": "PERCENT", "percent": percent, "of": of}},
              st.integers(1, 120), reference),
    st.builds(lambda of, less, most: {"formula": {"kind": "PERCENT_OF_DIFFERENCE", "percent": 50,
                                                  "of": of, "less": less, "at_most": most}},
              reference, reference, money),
    st.builds(lambda to: {"formula": {"kind": "TOP_UP", "to": to}}, st.one_of(money.map(float),
                                                                             reference)),
    st.just({"formula": {"kind": "ACTUAL", "cost": "x"}}),
)  # fmt: skip
dimensions = st.fixed_dictionaries({}, optional={
    "disability": pairs, "economic_status": choices(codes.Economic),
    "stages": some(["PRIMARY", "JUNIOR", "SENIOR"]), "boarding": st.booleans(),
    "living": st.sampled_from(["INSTITUTION", "SCATTERED"]), "tiers": st.just("SPECIAL"),
    "when": leaf,
})  # fmt: skip
standard = st.builds(
    lambda what, where, whom: {**what, **where, **whom}, formula, scope,
    st.one_of(st.just({}), dimensions),
)  # fmt: skip
rule = st.builds(lambda where, what: {**where, "conditions": what}, scope, condition)
events = some(["PARENT_RELEASED", "PARENT_FOUND", "CHILD_DEATH", "ADOPTED"])
manner = st.one_of(
    st.just({}),
    st.sampled_from([
        {"cadence": "TERM"}, {"cadence": "YEAR"}, {"cadence": "ONCE"}, {"cadence": "ONCE"},
        {"pay_months": [3, 6, 9]}, {"stops": "SAME_MONTH"},
        {"cadence": "TERM", "stops": "MONTH_AFTER_EVENT", "period_starts": [6, 12]},
        {"cadence": "YEAR", "period_starts": [7], "stops": "PERIOD_AFTER_EVENT"},
    ]),
)  # fmt: skip


def counted_from(one, earlier):
    """The standard, counted from programmes before its own, so that none goes round."""
    formula = dict(one.get("formula", {}))
    for key in ("of", "less", "to"):
        named = formula.get(key)
        if not isinstance(named, str | dict):
            continue
        if not earlier:
            return {**{k: v for k, v in one.items() if k != "formula"}, "amount": 80}
        code = named if isinstance(named, str) else named["programme"]
        code = earlier[PROGRAMMES.index(code) % len(earlier)]
        formula[key] = code if isinstance(named, str) else {**named, "programme": code}
    return {**one, "formula": formula} if formula else one


@st.composite
def books(draw):
    programmes = []
    for i, code in enumerate(PROGRAMMES):
        of = draw(manner)
        by_year = st.booleans() if of.get("cadence") != "ONCE" else st.just(False)
        programmes.append({
            "code": code, "starts": str(draw(st.sampled_from(list(codes.Start)))),
            "standards": [
                counted_from({**one, "per": "YEAR"} if draw(by_year) else one, PROGRAMMES[:i])
                for one in draw(st.lists(standard, min_size=1, max_size=3))
            ],
            "eligibility": draw(st.lists(rule, min_size=1, max_size=3)),
            **of,
            **draw(st.fixed_dictionaries({}, optional={
                "stop_events": events, "same_month_events": events,
                "transition_events": events, "transition_months": st.integers(1, 3),
            })),
        })  # fmt: skip
    some_programmes = some(PROGRAMMES)
    overlap = st.one_of(
        st.builds(lambda who, out: {"kind": "EXCLUDES", "who_gets": who, "does_not_get": out},
                  some_programmes, some_programmes),
        st.builds(lambda among: {"kind": "HIGHER_OF", "among": among},
                  st.lists(st.sampled_from(PROGRAMMES), min_size=2, max_size=4, unique=True)),
        st.builds(lambda whose, over: {"kind": "TOP_UP", "programmes": whose, "over": over},
                  some_programmes, some_programmes),
    )  # fmt: skip
    limited = st.builds(lambda what, where, when: {**what, **where, **when}, overlap, scope,
                        st.one_of(st.just({}), leaf.map(lambda one: {"when": one})))  # fmt: skip
    return {"programmes": programmes, "overlaps": draw(st.lists(limited, max_size=4))}


def one_by_one(book, month):
    """What the pure rules say of every child."""
    found = {}
    for child, facts in facts_of(list(Child.objects.values_list("pk", flat=True))).items():
        for code, one in assess(book, facts, month).items():
            if one.owed:
                found[child, code] = (
                    one.amount, one.met.rule.place, one.standard.place, one.to_open
                )  # fmt: skip
    return found


def at_once(book, month):
    return {
        (one.child_id, one.programme): (one.amount, one.rule, one.standard, one.to_open)
        for one in owed(book, month)
    }


@pytest.fixture(autouse=True)
def _everything():
    with acting(EVERYTHING):
        yield
    _verifiers.clear()


@pytest.fixture
def children(db):
    chance = random.Random(20250601)
    school = SchoolFactory()
    SchoolFeeFactory(school=school, stage="PRIMARY", what="x", amount=700)
    SchoolFeeFactory(school=school, stage="PRESCHOOL", what="x", amount=90, months=5)
    SchoolFeeFactory(school=school, stage="SENIOR", what="x", amount=800, from_month=MONTHS[1])
    made = [make_child(chance, school) for _ in range(70)]
    programmes = [ProgrammeFactory(code=code, cadence="ONCE") for code in PROGRAMMES]
    run = PaymentRunFactory(month=date(2025, 3, 1))
    for child in made[::2]:
        moment = datetime.combine(chance.choice(DAYS), datetime.min.time(), UTC)
        for programme in chance.sample(programmes, 2):
            confirmed = chance.random() < 0.6
            entitlement = EntitlementFactory(
                child=child, programme=programme, proposed_at=moment + timedelta(hours=17),
                **({"state": "RUNNING", "confirmed_at": moment + timedelta(days=3),
                    "confirmed_by": _verifier()} if confirmed else {"state": "PROPOSED"}),
            )  # fmt: skip
            if confirmed and chance.random() < 0.5:
                pay(entitlement, run, is_given_back=chance.random() < 0.2)
    return made


def pay(entitlement, run, *, is_given_back):
    """100 yuan arrived; programmes paid once, which only some rulebooks say these are, had them."""
    of = {"run": run, "entitlement": entitlement, "month": run.month, "reason": "",
          "paid_on": date(2025, 3, 10)}  # fmt: skip
    account = PaymentAccount.objects.filter(child=entitlement.child).first()
    account = account or PaymentAccountFactory(child=entitlement.child, is_in_use=True)
    PaymentLineFactory(**of, state="PAID", account=account, amount=100)
    if is_given_back:
        PaymentLineFactory(**of, state="RECOVERED", kind="RECOVERY", amount=-100)


def test_random_rules_over_random_children_give_the_same_one_by_one_and_at_once(children):
    compared = []

    @settings(max_examples=80, deadline=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(books(), st.sampled_from(MONTHS))
    def agree(data, month):
        try:
            book = read_rulebook(load(json.dumps(data)))
        except WrongFile:  # a standard written twice
            return
        expected = one_by_one(book, month)
        assert at_once(book, month) == expected
        compared.append(len(expected))

    agree()
    assert sum(bool(one) for one in compared) > 30  # most rulebooks owe somebody something


def test_the_example_rules_agree_over_the_same_children(children):
    book = read_rulebook(load(EXAMPLES.read_text()))

    for month in MONTHS:
        expected = one_by_one(book, month)
        assert expected
        assert at_once(book, month) == expected


def test_all_programmes_take_one_statement(children, django_assert_num_queries):
    book = read_rulebook(load(EXAMPLES.read_text()))

    with django_assert_num_queries(1):
        list(owed(book, MONTHS[0]))
    with django_assert_num_queries(1):
        of_one = list(owed(book, MONTHS[0], ids=[children[0].pk], within=VILLAGE[:6]))
    assert {one.child_id for one in of_one} <= {children[0].pk}


def test_the_facts_of_many_children_take_as_many_queries_as_of_one(
    children, django_assert_num_queries
):
    for ids in ([children[0].pk], [child.pk for child in children]):
        with django_assert_num_queries(13):
            facts_of(ids)
