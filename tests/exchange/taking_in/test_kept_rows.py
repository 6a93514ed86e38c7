"""How long the words of a list's rows are kept, and of which rows they stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange.models import FeedKind, FindingState, ListRow
from exchange.models.pair_sides import facts_of
from exchange.taking_in.import_list import import_list
from exchange.taking_in.kept_rows import forget_rows
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading.writing import xlsx
from tests.factories import FindingFactory, MatchPairFactory, SharingFigureFactory, UserFactory

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "身份证号", "户主", "救助类别", "乡镇", "村"]
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _places():
    lists.county()


def member(sequence, name="王小一"):
    return [name, number(sequence), "王大", "低保", "千岛湖镇", "大源村"]


def sent(tmp_path, *rows, days_ago):
    path = xlsx(tmp_path / f"{days_ago}.xlsx", [HEAD, *rows])
    outcome = import_list(
        path=path, kind=FeedKind.LOW_INCOME, within=lists.COUNTY, commit=True, by=UserFactory(),
        now=NOW - days_ago * DAY,
    )  # fmt: skip
    assert not outcome.listing.faults
    return outcome.record


def told():
    """In the order of the rows: the numbers that are still told."""
    return [facts_of(row).get("id_number", "") for row in ListRow.objects.order_by("pk")]


def test_the_newest_list_of_a_township_keeps_its_words_and_older_rows_lose_theirs(tmp_path):
    sent(tmp_path, member(1), member(2), days_ago=40)
    sent(tmp_path, member(2), member(3), days_ago=31)

    assert forget_rows(now=NOW - 11 * DAY) == 0  # not of use any more, but too fresh
    assert forget_rows(now=NOW) == 1

    assert told() == ["", number(2), number(3)]
    row = ListRow.objects.order_by("pk").first()
    assert all((row.id_number_hash, row.marks, row.fingerprint))  # what the checks compare
    assert forget_rows(now=NOW) == 0


def test_the_day_on_which_the_words_go(tmp_path):
    sent(tmp_path, member(1), days_ago=40)
    sent(tmp_path, member(2), days_ago=39)
    assert forget_rows(now=NOW - 10 * DAY - timedelta(seconds=1)) == 0
    assert forget_rows(now=NOW - 10 * DAY) == 1


def test_rows_of_an_open_finding_and_of_a_pair_keep_their_words(tmp_path):
    sent(tmp_path, member(1), member(2), member(3), days_ago=40)
    sent(tmp_path, member(4), days_ago=35)
    first, second, *_ = ListRow.objects.order_by("pk")
    finding = FindingFactory(child=None, list_row=first)
    MatchPairFactory(list_row=second)

    forget_rows(now=NOW)
    assert told() == [number(1), number(2), "", number(4)]

    finding.state, finding.done_at = FindingState.CLOSED, NOW
    finding.save()
    forget_rows(now=NOW)
    assert told()[0] == ""


def test_what_was_taken_back_and_what_is_very_old_loses_its_words(tmp_path):
    undone = sent(tmp_path, member(1), days_ago=40)
    ListRow.objects.filter(list_import=undone).update(undone_at=NOW)
    sent(tmp_path, member(2), days_ago=38)
    forget_rows(now=NOW)
    assert told() == ["", number(2)]

    SharingFigureFactory(key="ROW_DAYS", value=38)
    forget_rows(now=NOW)
    assert told() == ["", ""]


def test_a_row_that_comes_again_says_again_what_it_said(tmp_path):
    sent(tmp_path, member(1), member(2), days_ago=40)
    sent(tmp_path, member(2), days_ago=35)
    forget_rows(now=NOW)
    assert told() == ["", number(2)]

    sent(tmp_path, member(1), days_ago=0)

    assert told() == [number(1), number(2)]
    assert ListRow.objects.count() == 2
