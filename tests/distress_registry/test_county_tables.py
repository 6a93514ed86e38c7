"""Tables to report: figures counted by hand, sums that hold, sums found wrong, who sees what."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AccessEvent
from accounts.roles import Role
from distress_registry.models import CountyTableColumn, county_table_page
from distress_registry.models.picture import refresh
from distress_registry.rules.check_sums import WHOLE, Wrong, hidden, wrong_columns, wrong_rows
from distress_registry.rules.county_figures import PLANS, Equation
from distress_registry.rules.default_county_tables import TABLES
from exchange.models import SharingRecord
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CategorySpellFactory,
    ChildFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianshipFactory,
    LedgerEntryFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
SECOND_TOWN = "330127101"
ADDRESS = "/picture/tables/{}/"


def child(place, *categories, **facts):
    """On file with these categories."""
    made = ChildFactory(residence_area=area(place), **facts)
    for category in categories:
        CategorySpellFactory(child=made, category=category)
    return made


@pytest.fixture
def county():
    """Six children of two townships and the county itself, one of another county."""
    both = child(VILLAGE, "DE_FACTO", "DISABLED")
    GuardianshipFactory(child=both, is_main_carer=True)
    child(VILLAGE, "LOWINC_DIBAO")
    child(VILLAGE, "ORPHAN_SCAT", id_number="990101201603010011")
    far = f"{SECOND_TOWN}201"
    child(far, "LEFT_BEHIND", "TEKUN", sex="FEMALE")
    child(far, "ORPHAN_INST")
    child(VILLAGE, "LOWINC_EDGE", managing_area=area(COUNTY))
    child(OTHER_VILLAGE, "DE_FACTO", "DISABLED", "LEFT_BEHIND")
    refresh(None, TODAY)


def opened(client, key, query=""):
    return client.get(f"{ADDRESS.format(key)}?{query}").context["page"]


def figures(page, block):
    """Row → heading → figure."""
    found = next(each for each in page.blocks if each.key == block)
    return {line.key: dict(zip(found.headings, line.cells, strict=True)) for line in found.lines}


@pytest.fixture
def officer(client):
    posting = posted_as(Role.COUNTY_OFFICER)
    sign_in(client, posting)
    return posting


def test_a_child_of_two_categories_counts_in_both_and_once_together(client, officer, county):
    page = opened(client, "civil_quarter")

    rows = figures(page, "DISTRESSED")
    assert list(rows) == [TOWNSHIP, SECOND_TOWN, COUNTY, WHOLE]
    assert [list(row.values()) for row in rows.values()] == [
        [1, 1, 1, 1, 2], [1, 0, 0, 0, 1], [1, 0, 0, 0, 1], [3, 1, 1, 1, 4],
    ]  # fmt: skip
    assert list(figures(page, "ORPHANS")[WHOLE].values()) == [1, 1, 2]
    assert page.is_right
    assert "困境儿童：贫困家庭儿童 + 自身残疾儿童 + 事实无人抚养儿童 − 重复计入 = 困境儿童合计" in {
        check.text for check in page.checks
    }
    # One township alone: its villages make its own sum.
    inside = figures(opened(client, "civil_quarter", f"inside={SECOND_TOWN}"), "DISTRESSED")
    assert list(inside[WHOLE].values()) == [1, 0, 0, 0, 1]


def test_guarantees_by_category_agree_with_the_picture(client, officer, county, monkeypatch):
    page = opened(client, "five_guarantees")

    assert list(figures(page, "CHILDREN")[WHOLE].values()) == [3, 1, 1, 3, 2, 6]
    covered = list(figures(page, "GUARDIANSHIP")[WHOLE].values())
    assert covered == [1, 2, 0, 1, 1, 0, 0, 3, 1, 1, 1, 5]
    assert page.is_right
    # Counts that the picture keeps otherwise than its rows are found.
    monkeypatch.setattr(county_table_page, "children_in_picture", lambda *_asked: 7)
    wrong = [check for check in opened(client, "five_guarantees").checks if check.wrong]
    assert [check.wrong for check in wrong] == [["合计：6 ≠ 7"]]


def test_the_survey_finds_whom_nobody_rated(client, officer, county):
    page = opened(client, "left_behind_survey")

    assert list(figures(page, "SEX")[WHOLE].values()) == [0, 1, 1]
    assert list(figures(page, "CARER")[WHOLE].values()) == [0, 0, 0, 0, 1, 1]
    wrong = {check.text: check.wrong for check in page.checks if check.wrong}
    assert list(wrong) == ["按监护情况评价：较好 + 一般 + 差 = 合计"]
    assert len(wrong.popitem()[1]) == 2  # her township and the whole


def test_the_payment_notice_tells_new_reduced_and_upgraded(client, officer):
    before = PaymentRunFactory(month=date(2026, 1, 1), area=area(COUNTY))
    now = PaymentRunFactory(month=date(2026, 2, 1), area=area(COUNTY))
    first = EntitlementFactory(is_running=True, child=child(VILLAGE))
    stays, goes, comes = first, *(
        EntitlementFactory(is_running=True, child=child(VILLAGE), programme=first.programme)
        for _ in range(2)
    )  # fmt: skip
    elsewhere = EntitlementFactory(is_running=True, child=child(OTHER_VILLAGE))
    for run, row, amount in ((before, stays, 900), (before, goes, 900), (now, stays, 1000),
                             (now, comes, 950), (now, elsewhere, 7)):  # fmt: skip
        PaymentLineFactory(run=run, entitlement=row, month=run.month, amount=amount)
    PaymentLineFactory(run=now, entitlement=stays, month=before.month, amount=50, kind="ARREARS")
    sign_in(client, officer)

    page = opened(client, "payment_notice", "month=2026-02")
    (row,) = [key for key in figures(page, "HEADS") if key != WHOLE]
    assert list(figures(page, "HEADS")[row].values()) == [2, 1, 1, 2]
    assert list(figures(page, "CHANGED")[row].values()) == [1, 0, 0, 1, 2]
    assert list(figures(page, "STANDARD")[row].values()) == [950, 1000]
    assert list(figures(page, "MONEY")[WHOLE].values()) == [1950, 50, 0, 2000]
    assert figures(page, "BANK")[row]["批次核定（元）"] is None
    assert page.is_right


@pytest.mark.parametrize(("key", "row"), [("dropout_month", "-"), ("dropout_quarter", TOWNSHIP)])
def test_dropouts_come_return_and_add_up(client, officer, key, row):
    facts = {"ledger": "DROPOUT", "cause": "DROPPED_OUT", "due_on": TODAY}
    long_ago = MONTH - timedelta(days=120)
    LedgerEntryFactory(child=child(VILLAGE), opened_on=long_ago, **facts)
    back = child(VILLAGE)
    EnrolmentFactory(child=back, stage="JUNIOR", starts_on=long_ago)
    LedgerEntryFactory(child=back, opened_on=long_ago, cleared_on=TODAY, **facts)
    LedgerEntryFactory(child=child(VILLAGE), opened_on=TODAY, cleared_on=long_ago, **facts)
    LedgerEntryFactory(child=child(OTHER_VILLAGE), opened_on=TODAY, **facts)

    page = opened(client, key)
    assert list(figures(page, "JUNIOR")[row].values()) == [1, 0, 1, 0, 0]
    assert list(figures(page, "NEITHER")[WHOLE].values()) == [1, 1, 0, 0, 1]
    # Who was back before the line began is a fault of the ledger, and shows as one.
    assert len([check for check in page.checks if check.wrong]) == 2


def test_a_wrong_sum_is_found_in_rows_and_columns():
    rows = {"1": {"A": 2, "B": 3, "ALL": 5}, "2": {"A": 1, "B": 1, "ALL": 3},
            WHOLE: {"A": 3, "B": 5, "ALL": 8}}  # fmt: skip

    assert wrong_rows(Equation(("A", "B"), "ALL"), rows) == [Wrong("2", 2, 3)]
    assert wrong_columns(("A", "B", "ALL"), rows) == {"B": Wrong(WHOLE, 4, 5)}


def test_no_small_figure_follows_from_the_sums():
    rows = {"1": {"A": 12, "B": 3, "ALL": 15}, "2": {"A": 20, "B": 9, "ALL": 29},
            WHOLE: {"A": 32, "B": 12, "ALL": 44}}  # fmt: skip

    out = hidden(rows, [Equation(("A", "B"), "ALL")], ("A", "B", "ALL"))
    told = {(row, name) for row, of in rows.items() for name in of} - out
    assert ("1", "B") in out
    # Three told cells of a line or column never leave one hidden alone.
    for cells in ([(row, n) for n in ("A", "B", "ALL")] for row in rows):
        assert len([cell for cell in cells if cell not in told]) != 1
    for name in ("A", "B", "ALL"):
        assert len([row for row in rows if (row, name) not in told]) != 1


def test_the_auditor_reads_figures_without_small_ones_and_takes_no_file(client, county):
    sign_in(client, posted_as(Role.AUDITOR))

    assert set(figures(opened(client, "civil_quarter"), "DISTRESSED")[WHOLE].values()) == {"< 5"}
    assert client.get(ADDRESS.format("civil_quarter") + "sheet/").status_code == 403
    for key in ("payment_notice", "dropout_month"):
        assert client.get(ADDRESS.format(key)).status_code == 404


def test_another_area_shows_nothing_of_ours(client, county):
    """Neither by the address nor by asking the database's function."""
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    page = client.get(ADDRESS.format("civil_quarter") + f"?inside={SECOND_TOWN}")
    assert page.context["inside"] == TOWNSHIP
    assert list(figures(page.context["page"], "DISTRESSED")[WHOLE].values()) == [1, 1, 1, 1, 2]
    assert client.get(ADDRESS.format("no_such_table")).status_code == 404


def test_the_file_holds_figures_check_sums_and_how_they_are_counted(client, officer, county):
    answer = client.get(ADDRESS.format("left_behind_survey") + f"sheet/?month={MONTH:%Y-%m}")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))

    assert "合计" in rows[0][3]
    whole = next(row for row in rows if row[0] == "合计")
    assert whole[1:4] == (0, 1, 1)
    first = [str(row[0]) for row in rows]
    assert any("不符：按监护情况评价：较好 + 一般 + 差 = 合计；" in text for text in first)
    assert first[-1].endswith("共2行"), "explanations are no rows"
    record = SharingRecord.objects.get()
    assert (record.kind, record.rows, record.area_code) == ("left_behind_survey", 2, COUNTY)
    assert AccessEvent.objects.filter(subject="county_table", row_count=2).exists()


def test_more_children_ask_no_more_queries(client, officer, county):
    pages = [ADDRESS.format(key) for key, *_rest in TABLES]

    def asked():
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    asked()
    few = asked()
    for _number in range(5):
        child(VILLAGE, "DE_FACTO", "LEFT_BEHIND")
    refresh(None, TODAY)
    assert asked() == few


def test_a_column_that_is_not_shown_stands_in_no_check_sum(client, officer, county):
    column = CountyTableColumn.objects.get(table__key="civil_quarter", figure="OWN")
    column.is_shown = False
    column.save()

    page = opened(client, "civil_quarter")
    assert len(figures(page, "DISTRESSED")[WHOLE]) == 4
    assert not [check for check in page.checks if "事实无人抚养儿童 −" in check.text]


def test_every_figure_of_a_plan_has_its_first_heading():
    for *_facts, counting, headings in TABLES:
        assert set(headings) == set(PLANS[counting].figures)
