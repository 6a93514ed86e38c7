"""Gaps follow from the rules and the books, and from nothing else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from assistance.actions import gap as actions
from assistance.actions.entitlement import move_entitlement, propose_entitlement, set_rate
from assistance.models import Gap, GapCheck
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.assistance.gaps import (
    MONTH,
    NOW,
    TODAY,
    arrived,
    check,
    disabled,
    entitled,
    programme,
    told,
)
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    GapFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    StandardFactory,
    UserFactory,
    area,
)
from tests.file_gone import deleted

pytestmark = pytest.mark.django_db


def test_a_disabled_child_without_the_subsidy_is_owed_it_since_the_certificate():
    programme()
    child, _paper = disabled()

    check(child)

    assert told(child) == [("OWED", "APPLICATION", 119, shifted(MONTH, -5))]


def test_a_second_check_changes_nothing():
    programme()
    child, _paper = disabled()
    check(child)

    assert check(child) == actions.Found()
    assert Gap.history.filter(child=child).count() == 1


def test_each_paper_that_is_missing_is_named():
    nursing = programme()
    cases = {
        "REFUSED": {"is_running": False, "state": "REFUSED"},
        "CONFIRMATION": {"is_running": False, "from_month": MONTH},
        "HELD": {"state": "HELD"},
        "AMOUNT": {"amount": 100},
        "ACCOUNT": {"account": False},
    }
    children = {}
    for reason, facts in cases.items():
        children[reason], _paper = disabled()
        entitled(children[reason], nursing, **facts)
    served, _paper = disabled()
    arrived(entitled(served, nursing))

    check(*children.values(), served)

    assert {reason: told(child)[0][1] for reason, child in children.items()} == {
        reason: reason for reason in cases
    }
    assert told(children["AMOUNT"]) == [("OWED", "AMOUNT", 19, shifted(MONTH, -3))]
    assert told(served) == []


def test_an_account_under_way_and_a_payment_that_came_back_are_named():
    nursing = programme()
    under_way, _paper = disabled()
    entitled(under_way, nursing, account=False)
    PaymentAccountFactory(child=under_way)
    returned, _paper = disabled()
    row = entitled(returned, nursing)
    PaymentLineFactory(
        entitlement=row, month=shifted(MONTH, -1), state="FAILED", reason="CLOSED",
        account=returned.payment_accounts.get(), failed_on=TODAY, act_by=TODAY,
    )  # fmt: skip

    check(under_way, returned)

    assert told(under_way)[0][1] == "ACCOUNT_PROPOSED"
    assert told(returned) == [("OWED", "FAILED", 119, shifted(MONTH, -1))]


def test_what_is_paid_once_is_no_gap_again_when_its_month_has_gone():
    once = programme(cadence="ONCE")
    months = {"from_month": shifted(MONTH, -3), "to_month": shifted(MONTH, -3)}
    waits, paid, never = (disabled()[0] for _ in range(3))
    entitled(waits, once, account=False, **months)
    row = entitled(paid, once, **months)
    PaymentLineFactory(
        entitlement=row, month=row.from_month, state="PAID", reason="", amount=119, paid_on=TODAY,
        account=paid.payment_accounts.get(),
    )  # fmt: skip
    move_entitlement(
        entitlement=row, move=Move.END, to_month=row.from_month, end_reason="OTHER",
        by=UserFactory(), now=NOW,
    )  # fmt: skip

    check(waits, paid, never)

    assert [one[1] for one in told(waits)] == ["ACCOUNT"]
    assert told(paid) == []
    assert [one[1] for one in told(never)] == ["APPLICATION"]
    with pytest.raises(PromiseBroken, match="entitlement_paid_once_for_all"):
        propose_entitlement(
            child=paid, programme=once, from_month=MONTH, amount=Decimal(119), by=UserFactory(),
            now=NOW,
        )  # fmt: skip


def test_a_diagnosis_alone_asks_for_the_certificate():
    programme()
    child = ChildFactory(birth_date=date(TODAY.year - 9, 2, 3))
    CertificateFactory(child=child, kind=6, grade=2, number="", diagnosis="县医院")

    check(child)

    assert [gap[1] for gap in told(child)] == ["CERTIFICATE"]


def test_what_is_received_and_not_owed_is_told_with_its_cause():
    nursing = programme()
    grown = ChildFactory(birth_date=date(TODAY.year - 19, 1, 1))
    lapsed = ChildFactory(birth_date=date(TODAY.year - 9, 2, 3))
    CertificateFactory(
        child=lapsed, kind=6, grade=2, issued_on=shifted(MONTH, -40),
        expires_on=shifted(MONTH, -1) - timedelta(days=1),
    )  # fmt: skip
    never = ChildFactory(birth_date=date(TODAY.year - 9, 2, 3))
    more, _paper = disabled()
    for child in (grown, lapsed, never):
        entitled(child, nursing)
    arrived(entitled(more, nursing, amount=150))

    check(grown, lapsed, never, more)

    assert told(grown)[0][:3] == ("RECEIVED", "AGE", 119)
    assert told(lapsed) == [("RECEIVED", "EXPIRED", 119, shifted(MONTH, -1))]
    assert told(never)[0][:2] == ("RECEIVED", "CONDITIONS")
    assert told(more)[0][:3] == ("RECEIVED", "TOO_MUCH", 31)


def test_a_certificate_that_was_cancelled_was_valid_until_then():
    nursing = programme()
    child, paper = disabled()
    entitled(child, nursing)
    paper.status, paper.status_from = "CANCELLED", MONTH - timedelta(days=3)
    paper.save()

    check(child)

    assert told(child) == [("RECEIVED", "EXPIRED", 119, MONTH)]


def test_a_gap_goes_with_its_cause_and_comes_back_as_the_same_row():
    nursing = programme()
    child, _paper = disabled()
    check(child)
    row = entitled(child, nursing)
    arrived(row)
    check(child)
    assert told(child) == []
    move_entitlement(entitlement=row, move=Move.HOLD, reason="核实", by=UserFactory(), now=NOW)
    check(child)

    gap = Gap.objects.get(child=child)
    assert (gap.reason, gap.closed_at) == ("HELD", None)
    assert [h.history_type for h in gap.history.order_by("history_id")] == ["+", "~", "~"]


def test_a_new_standard_is_found_and_an_amount_set_closes_it():
    nursing = programme()
    child, _paper = disabled()
    row = entitled(child, nursing)
    arrived(row)
    before = nursing.standards.get()
    before.to_month = shifted(MONTH, -1)
    before.save()
    StandardFactory(programme=nursing, amount=Decimal(130), from_month=MONTH)
    check(child)
    assert told(child) == [("OWED", "AMOUNT", 11, MONTH)]

    set_rate(
        reason="按文件",
        entitlement=row,
        from_month=MONTH,
        amount=Decimal(130),
        by=UserFactory(),
        now=NOW,
    )
    check(child)

    assert told(child) == []


def test_what_a_secret_category_speaks_of_is_secret():
    programme("HIV", {"category": ["HIV"]}, 1200)
    child = ChildFactory(birth_date=date(TODAY.year - 9, 2, 3))
    CategorySpellFactory(child=child, category="HIV", starts_on=shifted(MONTH, -2))
    check(child)

    assert Gap.objects.get(child=child).is_secret


def test_proposing_carries_amount_standard_rule_and_reasons_and_waits_for_the_county():
    nursing = programme()
    child, _paper = disabled()
    check(child)

    made, left = actions.propose_for(
        gaps=Gap.objects.select_related("child", "programme"), by=UserFactory(), now=NOW
    )

    row = child.entitlements.get()
    rate = row.rates.get()
    assert ([row.pk], []) == (made, left)
    assert (row.programme, row.from_month, rate.amount) == (nursing, MONTH, 119)
    assert rate.standard == nursing.standards.get()
    assert rate.rule == nursing.eligibility_rules.get()
    assert rate.reasons[0]["held"]
    assert told(child) == [("OWED", "CONFIRMATION", 119, shifted(MONTH, -5))]


def test_what_is_no_longer_owed_is_not_proposed():
    nursing = programme()
    gap = GapFactory(programme=nursing)

    made, left = actions.propose_for(gaps=[gap], by=UserFactory(), now=NOW)

    assert (made, left) == ([], [gap])
    assert Gap.objects.get().closed_at is not None


def test_a_check_of_a_county_goes_township_by_township_and_tells_what_it_found():
    programme()
    here, _paper = disabled()
    next_county, _paper = disabled(residence_area=area(OTHER_VILLAGE))
    row, is_new = actions.ask_for_check(area=area(COUNTY), by=None, now=NOW)
    again, is_second = actions.ask_for_check(area=area(COUNTY), by=None, now=NOW)
    assert (is_new, is_second, again.pk) == (True, False, row.pk)

    places = actions.places_of(area(COUNTY))
    actions.begin(check=row, total=len(places))
    for code in places:
        actions.check_place(check=row, code=code, now=NOW)
    actions.finish(check=row, now=NOW)

    row = GapCheck.objects.get()
    assert TOWNSHIP in places
    assert (row.done, row.found, row.gone) == (row.total, 1, 0)
    assert told(here)
    assert not told(next_county)


def test_a_change_of_facts_or_books_is_looked_at_by_the_next_minute():
    nursing = programme()
    child, paper = disabled()
    actions.check_marked(now=NOW)
    assert [gap[1] for gap in told(child)] == ["APPLICATION"]

    paper.status = "CANCELLED"
    paper.save()
    actions.check_marked(now=NOW)
    assert told(child) == []

    paper.status = "VALID"
    paper.save()
    entitled(child, nursing, account=False)
    actions.check_marked(now=NOW)
    assert [gap[1] for gap in told(child)] == ["ACCOUNT"]
    assert actions.check_marked(now=NOW) == 0


def test_a_name_alone_marks_nobody():
    child, _paper = disabled()
    while actions.check_marked(now=NOW):
        pass
    child.name = "钟小山"
    child.save()

    assert actions.check_marked(now=NOW) == 0


def test_a_gap_is_deleted_with_its_file_alone():
    gap = GapFactory()

    with pytest.raises(IntegrityError, match="with its file alone"):
        deleted(gap, "gap_goes_with_its_file", with_its_file=False)

    deleted(Gap.objects.get(), "gap_goes_with_its_file", with_its_file=True)
    assert not Gap.objects.exists()


def test_a_gap_that_was_set_aside_keeps_its_file():
    gap = GapFactory(aside_at=NOW, aside_by=UserFactory(), aside_reason="不愿申请")

    with pytest.raises(IntegrityError, match="never one that was set aside"):
        deleted(gap, "gap_goes_with_its_file", with_its_file=True)
