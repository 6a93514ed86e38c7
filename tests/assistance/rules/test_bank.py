"""Files for the bank to the character, and what its answers mean."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.rules.bank_layout import (
    DEFAULTS,
    FIXED,
    DoesNotFit,
    Layout,
    Payment,
    control_line,
    fixed_line,
    row,
)
from assistance.rules.bank_return import (
    HEADINGS,
    Hidden,
    NoHeadings,
    SeveralSheets,
    Sheet,
    Told,
    read,
    reason,
)

PAYMENT = Payment(
    77, "9900000000000001", "曾小明", "某银行", Decimal("1891.50"), "生活费", date(2026, 3, 1),
    "REGULAR",
)  # fmt: skip


def fixed(*columns, encoding="gbk"):
    return Layout.of("x", FIXED, list(columns), encoding)


class TestLayout:
    def test_a_fixed_line_counts_bytes_and_not_characters(self):
        layout = fixed(
            {"field": "reference", "width": 6, "align": "right", "fill": "0"},
            {"field": "holder", "width": 8},
            {"field": "fen", "width": 8, "align": "right", "fill": "0"},
        )

        line = fixed_line(layout, PAYMENT, 1)

        assert line == b"000077" + "曾小明".encode("gbk") + b"  " + b"00189150"

    @pytest.mark.parametrize("field", ["account", "holder"])
    def test_nothing_is_cut_short(self, field):
        with pytest.raises(DoesNotFit) as refused:
            fixed_line(fixed({"field": field, "width": 5}), PAYMENT, 1)
        assert (refused.value.field, refused.value.reference) == (field, 77)

    def test_a_character_the_bank_does_not_have_is_told(self):
        with pytest.raises(DoesNotFit):
            fixed_line(fixed({"field": "holder", "width": 30}, encoding="ascii"), PAYMENT, 1)

    def test_the_control_line_counts_and_sums(self):
        assert control_line(12, Decimal("1891.50")) == b"T0000001200000000189150"

    def test_the_table_holds_account_and_amount(self):
        assert row(DEFAULTS["TABLE"], PAYMENT, 3) == [
            "3", "77", "9900000000000001", "曾小明", "某银行", "1891.50", "生活费", "202603",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "column",
        [
            {"field": "id_number", "width": 5}, {"field": "account"}, {"width": 5},
            {"field": "account", "width": 5, "fill": "**"}, {"field": "account", "width": "5"},
            {"field": "account", "width": 5, "align": "up"}, "account",
        ],
    )  # fmt: skip
    def test_a_column_that_is_none_is_refused(self, column):
        with pytest.raises(ValueError, match="column"):
            fixed(column)


class TestAnswer:
    def test_headings_are_found_below_titles_and_totals_are_left_out(self):
        table = [
            ["代发结果回盘", None, None, None], [],
            ["序号", "参考号", "账号", "金额", "处理结果", "失败原因", "入账日期"],
            [1.0, 77.0, "9900 0000 0000 0001", "1,891.50", "成功", "", "2026-03-09"],
            [2, "78", "9900000000000002", 100, "未成功", "账户已销户", "20260309"],
            [3, "x1", "", "", "成功", "", ""],
            [4, 79, "", "", "处理中", "", ""],
            ["合计", "", "", "1991.5", "", "", ""],
        ]  # fmt: skip

        found = list(read([Sheet("", table)], HEADINGS))

        assert [(r.number, r.reference, r.is_paid, r.reason) for r in found] == [
            (4, 77, True, ""), (5, 78, False, "CLOSED"), (6, None, True, ""), (7, 79, None, ""),
        ]  # fmt: skip
        assert (found[0].amount, found[0].day) == (Decimal("1891.50"), date(2026, 3, 9))
        assert found[0].account == "9900000000000001"

    @pytest.mark.parametrize("table", [[], [["a", "b"]] * 40, [["参考号"], ["77"]]])
    def test_without_headings_nothing_is_guessed(self, table):
        with pytest.raises(NoHeadings):
            list(read([Sheet("", table)], HEADINGS))

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("账户已销户", "CLOSED"), ("户名不符", "NAME"), ("账户冻结", "DORMANT"),
            ("账号错误", "NUMBER"), ("证件过期", "ID_EXPIRED"), ("超限额", "LIMIT"),
            ("银行系统超时", "BANK_SYSTEM"), ("财政退回", "FINANCE"), ("", "OTHER"),
            ("Account closed", "CLOSED"),
        ],
    )  # fmt: skip
    def test_what_the_bank_writes_becomes_a_reason(self, text, code):
        assert reason(text) == code


class TestSheets:
    HEAD = ("参考号", "处理结果")

    def of(self, *sheets):
        told = Told()
        found = read([Sheet(name, rows, hidden) for name, rows, hidden in sheets], HEADINGS, told)
        return [row.reference for row in found], told

    def test_the_one_with_headings_and_rows_is_read_wherever_it_stands(self):
        cover = ("封面", [["代发回盘说明"], []], False)
        empty = ("模板", [self.HEAD], False)
        codes = ("代码表", [["代码", "含义"], ["00", "成功"]], True)

        found, told = self.of(cover, empty, ("明细", [self.HEAD, ("7", "成功")], False), codes)

        assert (found, told.sheet) == ([7], "明细")
        assert told.headings == {"reference": "参考号", "result": "处理结果"}

    @pytest.mark.parametrize("is_hidden", [False, True])
    def test_of_two_with_rows_nobody_chooses(self, is_hidden):
        rows = [self.HEAD, ("7", "成功")]

        with pytest.raises(SeveralSheets) as refused:
            self.of(("成功", rows, False), ("失败", rows, is_hidden))

        assert (refused.value.first.name, refused.value.second.name) == ("成功", "失败")

    def test_what_nobody_sees_is_not_read(self):
        with pytest.raises(Hidden) as refused:
            self.of(("封面", [], False), ("明细", [self.HEAD, ("7", "成功")], True))
        assert refused.value.sheet == "明细"

    def test_headings_alone_are_no_rows(self):
        assert self.of(("明细", [self.HEAD], True))[0] == []


class TestWhatARowSays:
    HEAD = ("参考号", "金额", "结果")

    def one(self, amount, result):
        return next(read([Sheet("", [self.HEAD, ("7", amount, result)])], HEADINGS))

    @pytest.mark.parametrize(
        "text", ["成功", "交易成功", "已入账", "SUCCESS", "paid", "00", "0000"]
    )
    def test_paid(self, text):
        assert self.one("1", text).is_paid is True

    @pytest.mark.parametrize("text", ["失败", "未成功", "退票", "returned"])
    def test_not_paid(self, text):
        assert self.one("1", text).is_paid is False

    @pytest.mark.parametrize("text", ["unpaid", "unsuccessful", "E1003", "5001", "100", "?", ""])
    def test_not_told(self, text):
        """A part of a word or number is no answer; nobody is counted as paid by it."""
        assert self.one("1", text).is_paid is None

    @pytest.mark.parametrize(
        ("text", "amount"),
        [("1,891.50", "1891.50"), ("¥100 元", "100"), ("", None)],
    )
    def test_an_amount(self, text, amount):
        assert self.one(text, "成功").amount == (amount and Decimal(amount))

    @pytest.mark.parametrize("text", ["x", "-5", "1E-20000", "NaN", "99999999999", "１８９x"])
    def test_what_is_no_amount_agrees_with_no_payment(self, text):
        assert self.one(text, "成功").amount < 0
