"""What will stop or change is listed before it does: out of the rules, by month, with its cause."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING
from accounts.scope import acting as acting_in
from assistance.jobs import check_changed_gaps, check_gaps
from assistance.models import ComingChange, Gap
from assistance.rules.coming_change import months_ahead
from assistance.rules.months import month_of, shifted
from children.models import DisabilityCertificate
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    ComingChangeFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    GapCheckFactory,
    ParentStatusFactory,
    ProgrammeFactory,
    StandardFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONTH = month_of(TODAY)
LIST = reverse("assistance:coming_list")


def programme(code, conditions, **facts):
    row = ProgrammeFactory(code=code, starts="MONTH_MET", **facts)
    EligibilityRuleFactory(programme=row, conditions=conditions)
    return row, StandardFactory(programme=row, amount=Decimal(119))


def running(child, row, **facts):
    facts = {"is_running": True, "amount": 119, "from_month": shifted(MONTH, -3)} | facts
    return EntitlementFactory(child=child, programme=row, **facts)


def born(years, ahead):
    """Turns `years` in the middle of the month `ahead` months from now."""
    day = shifted(MONTH, ahead) + timedelta(days=14)
    return day.replace(year=day.year - years)


def certified(child, **facts):
    return CertificateFactory(
        child=child, kind=6, grade=2, issued_on=date(2025, 1, 1), **{"expires_on": None} | facts
    )


def told():
    return {
        (row.child.name, row.programme.code): (row.month, row.cause, int(row.amount_then))
        for row in ComingChange.objects.select_related("child", "programme")
    }


def go_over():
    check_gaps(check_id=GapCheckFactory(area=area(COUNTY)).pk)


@pytest.fixture
def a_county():
    with acting_in(EVERYTHING):
        nursing, standard = programme("NURSING", {"disability": "SEVERE"})
        minors, _s = programme("MINORS", {"age": {"below": 18}})
        jailed, _s = programme("JAILED", {"parent": {"status": ["IMPRISONED"]}})
        names = ("证到期", "满十八", "父释放", "无变化")
        children = {name: ChildFactory(name=name, birth_date=date(2018, 2, 3)) for name in names}
        expiring = certified(children["证到期"], expires_on=shifted(MONTH, 2) - timedelta(days=3))
        certified(children["无变化"])
        children["满十八"].birth_date = born(18, 1)
        children["满十八"].save()
        sentence = ParentStatusFactory(
            child=children["父释放"], parent="FATHER", status="IMPRISONED",
            starts_on=date(2024, 1, 1), ends_on=shifted(MONTH, 2) + timedelta(days=9),
        )  # fmt: skip
        rows = [nursing, minors, jailed, nursing]
        for name, row in zip(names, rows, strict=True):
            running(children[name], row)
        yield {"nursing": nursing, "standard": standard, "expiring": expiring,
               "sentence": sentence, "children": children}  # fmt: skip


def test_the_night_lists_what_ends_with_month_cause_and_day_and_nothing_else(a_county):
    go_over()

    assert told() == {
        ("证到期", "NURSING"): (shifted(MONTH, 2), "CERTIFICATE", 0),
        ("满十八", "MINORS"): (shifted(MONTH, 2), "AGE", 0),
        ("父释放", "JAILED"): (shifted(MONTH, 3), "PARENT", 0),
    }
    days = {row.cause: row.happens_on for row in ComingChange.objects.all()}
    assert days == {
        "CERTIFICATE": a_county["expiring"].expires_on,
        "AGE": shifted(MONTH, 1) + timedelta(days=14),
        "PARENT": a_county["sentence"].ends_on,
    }
    before = sorted(ComingChange.objects.values_list("pk", flat=True))
    go_over()
    assert sorted(ComingChange.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("today", "ahead", "last"),
    [
        (date(2026, 11, 1), 3, date(2027, 1, 30)),
        (date(2026, 11, 2), 3, date(2027, 1, 31)),
        (date(2026, 11, 3), 4, date(2027, 2, 1)),
        (date(2026, 11, 26), 4, date(2027, 2, 24)),
        (date(2027, 12, 3), 4, date(2028, 3, 2)),
    ],
)
def test_ninety_days_reach_into_the_month_after_the_last_of_them(today, ahead, last):
    assert today + timedelta(days=90) == last
    assert months_ahead(today) == ahead
    assert shifted(month_of(today), ahead) == shifted(month_of(last), 1)


def test_a_certificate_is_listed_on_the_ninetieth_day_before_it_ends(a_county):
    last = TODAY + timedelta(days=90)
    with acting_in(EVERYTHING):
        child = ChildFactory(name="九十天", birth_date=date(2018, 2, 3))
        certified(child, expires_on=last)
        running(child, a_county["nursing"])

    go_over()

    assert told()["九十天", "NURSING"] == (shifted(month_of(last), 1), "CERTIFICATE", 0)


def test_a_paper_renewed_leaves_the_list_and_a_new_standard_enters_it(a_county):
    go_over()
    paper = a_county["expiring"]
    paper.expires_on = None
    paper.save()
    check_changed_gaps(timestamp=0)
    assert ("证到期", "NURSING") not in told()

    standard = a_county["standard"]
    standard.to_month = shifted(MONTH, 1)
    standard.save()
    StandardFactory(
        programme=a_county["nursing"], amount=Decimal(130), from_month=shifted(MONTH, 2)
    )
    go_over()

    changed = (shifted(MONTH, 2), "STANDARD", 130)
    assert told()["证到期", "NURSING"] == told()["无变化", "NURSING"] == changed


def test_a_stop_is_foreseen_in_months_that_are_not_paid_too():
    with acting_in(EVERYTHING):
        later = shifted(MONTH, 2)
        row, _s = programme("TERM", {"age": {"below": 18}}, pay_months=[later.month])
        child = ChildFactory(name="满十八", birth_date=born(18, 1))
        running(child, row)

        go_over()

        assert told() == {("满十八", "TERM"): (later, "AGE", 0)}


def test_what_a_secret_category_speaks_of_is_not_told_to_others(client):
    with acting_in(EVERYTHING):
        row, _s = programme("HIV", {"all": [{"category": ["HIV"]}, {"age": {"below": 18}}]})
        child = ChildFactory(name="满十八", birth_date=born(18, 1))
        CategorySpellFactory(child=child, category="HIV", starts_on=shifted(MONTH, -2))
        running(child, row)
        go_over()
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    assert "满十八" not in client.get(LIST).content.decode()

    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    assert "满十八" in client.get(LIST).content.decode()


def test_the_list_is_of_the_own_place_soonest_first_and_goes_on_where_it_ends(client):
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    later, sooner = shifted(MONTH, 3), shifted(MONTH, 1)
    rows = [
        ComingChangeFactory(entitlement__child__name="钟小山", month=later, cause="PARENT"),
        ComingChangeFactory(entitlement__child__name="何小田", month=sooner, amount_then=130,
                            cause="STANDARD", entitlement__programme=ProgrammeFactory()),
    ]  # fmt: skip
    elsewhere = ChildFactory(name="丁小河", residence_area=area(OTHER_VILLAGE))
    ComingChangeFactory(entitlement__child=elsewhere, month=sooner)

    def shown(**query):
        page = client.get(LIST, query).content.decode()
        found = {name: page.find(name) for name in ("钟小山", "何小田", "丁小河") if name in page}
        return sorted(found, key=found.__getitem__)

    assert shown() == ["何小田", "钟小山"]
    with CaptureQueriesContext(connection) as asked:
        shown()
    few = len(asked)  # counted now: requests outside forget what was asked
    assert shown(cause="PARENT") == shown(month=f"{later:%Y-%m}") == ["钟小山"]
    assert shown(who="COUNTY") == shown(programme=rows[1].programme_id) == ["何小田"]
    assert len(shown(area=rows[0].child.managing_area_id)) == 2
    assert shown(after=f"{sooner.toordinal()}-{rows[1].pk}") == ["钟小山"]
    for strange in ("x", f"{10**20}-1", "-", "²-1"):
        assert shown(after=strange) == ["何小田", "钟小山"]
    for _n in range(10):
        ComingChangeFactory(month=sooner)
    with CaptureQueriesContext(connection) as asked:
        shown()
    assert len(asked) == few > 0


def test_a_childs_page_asks_once_for_what_will_stop(client):
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    row = ComingChangeFactory(month=shifted(MONTH, 1))

    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("children:child_detail", args=[row.child.case_number]))

    assert f"自 {row.month:%Y-%m} 起停发" in page.content.decode()
    statements = [query["sql"] for query in asked]
    # Beside the one statement that asks which tables hold a row of the child.
    assert sum('FROM "assistance_comingchange"' in sql for sql in statements) == 1
    assert not any("assistance_eligibilityrule" in sql for sql in statements)


def test_a_certificate_cancelled_in_this_month_ends_its_aid_with_the_month(a_county):
    with acting_in(EVERYTHING):
        paper = DisabilityCertificate.objects.get(child__name="无变化")
        paper.status, paper.status_from = "CANCELLED", MONTH + timedelta(days=1)
        paper.save()

    go_over()

    with acting_in(EVERYTHING):
        assert told()["无变化", "NURSING"] == (shifted(MONTH, 1), "CERTIFICATE", 0)
        assert not Gap.objects.filter(child__name="无变化", kind="RECEIVED").exists()
