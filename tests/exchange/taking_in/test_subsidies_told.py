"""Which of the two subsidies a row tells, where no column names one."""

import pytest

from exchange.models import LayoutColumn, ListRow
from tests.exchange import lists
from tests.exchange.lists import number

from .test_import_list import codes, run

pytestmark = pytest.mark.django_db


def told(tmp_path, head, *rows):
    """(subsidy, standing of payment) of what came in, codes of what did not."""
    lists.county()
    content = [["姓名", "身份证号", *head]]
    content += [["张三", number(2 * n + 1), *row] for n, row in enumerate(rows)]
    report = run(tmp_path, content, "--commit", kind="two_subsidy_roll")[1]
    kept = [
        (row.marks.get("subsidy"), row.marks.get("pay_status"))
        for row in ListRow.objects.order_by("row")
    ]
    return kept, codes(report)


ASKED = ["是否享受生活补贴", "是否享受护理补贴"]


def test_two_columns_of_yes_and_no_tell_it_and_who_gets_neither_is_not_paid(tmp_path):
    kept, wrong = told(
        tmp_path, ASKED, ["是", "是"], ["是", "否"], [None, "√"], ["否", "否"], [None, None]
    )

    assert kept == [("BOTH", None), ("LIVING", None), ("NURSING", None), (None, "STOPPED")]
    assert wrong == [(6, "是否享受生活补贴", "REQUIRED")]
    columns = LayoutColumn.objects.filter(key__in=("is_living", "is_nursing"))
    assert {(one.kind, one.history.count()) for one in columns} == {("YES_NO", 1)}


def test_another_column_must_not_deny_it(tmp_path):
    kept, wrong = told(
        tmp_path, [*ASKED, "补贴类型", "发放状态", "护理补贴金额"],
        ["是", "否", "生活补贴", None, None], ["是", "否", "护理补贴", None, None],
        ["否", "否", None, "正常", None], ["是", "否", None, None, 125],
        ["是", None, "两项补贴", None, 125],
    )  # fmt: skip

    assert kept == [("LIVING", None), ("BOTH", None)]
    assert [(row, code) for row, _, code in wrong] == [
        (row, "SUBSIDY_DIFFERS") for row in (3, 4, 5)
    ]


def test_money_or_a_tick_below_the_subsidys_own_name_tells_it(tmp_path):
    kept, wrong = told(
        tmp_path, ["生活补贴", "护理补贴"], [100, 125], [100, None], [0, 125], ["√", None],
        ["√", "×"], ["约一百", None],
    )  # fmt: skip

    assert [subsidy for subsidy, _ in kept] == ["BOTH", "LIVING", "NURSING", "LIVING", "LIVING"]
    assert wrong == [(7, "生活补贴", "NUMBER")]


def test_no_to_the_one_says_nothing_of_the_other(tmp_path):
    kept, wrong = told(tmp_path, ASKED[1:], ["是"], ["否"])

    assert kept == [("NURSING", None)]
    assert [(row, code) for row, _, code in wrong] == [(3, "SUBSIDY_ALONE")]
