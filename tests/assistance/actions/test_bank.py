"""To the bank and back: what is sent is what was approved, an answer is taken once."""

from datetime import date

import pytest
from django.utils import timezone

from assistance.actions.bank import put_right, read_answer, send_run
from assistance.actions.payment_account import confirm_account, propose_account
from assistance.actions.payment_run import MovedOn, approve_run, check_run, close_run
from assistance.bank_files import sheets
from assistance.models import PaymentLine
from assistance.models.proof import by_month, proofs
from assistance.models.return_rows import NoRows, NotOfThisRun
from assistance.rules.bank_layout import DEFAULTS
from tests.assistance.runs import MONTH, built, entitled, lines
from tests.factories import COUNTY, ProgrammeFactory, UserFactory
from tests.world import picture

pytestmark = pytest.mark.django_db
ALL = {"lo": COUNTY, "hi": COUNTY + ":", "since": MONTH, "month": MONTH, "today": date(2026, 4, 1)}


def sent(run=None, layout="TABLE"):
    """The run approved and sent, and the content of its file."""
    run, now = run or built(), timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    file, run = send_run(run=run, layout=DEFAULTS[layout], by=UserFactory(), now=now)
    with file:
        return run, file.read()


def answer(run, *rows, head=("参考号", "账号", "金额", "结果", "原因", "日期")):
    text = "\n".join(",".join(map(str, row)) for row in [head, *rows])
    return read_answer(run=run, content=text.encode(), by=UserFactory(), now=timezone.now())


def row(line, result="成功", reason="", day="2026-03-09", **other):
    account = other.get("account", line.account.account_number)
    return (line.pk, account, other.get("amount", line.amount), result, reason, day)


def counts(taken):
    return taken.paid_count, taken.failed_count, taken.known_count, taken.rejected_count


class TestTheFile:
    def test_it_holds_what_was_approved_with_count_and_sum(self, tmp_path):
        entitled()
        entitled(with_account=False)  # held: not sent

        run, content = sent()

        (tmp_path / "file").write_bytes(content)
        found = [list(cells) for sheet in sheets(tmp_path / "file") for cells in sheet.rows]
        line = run.lines.get(state="PENDING")
        assert found[1][1:6] == [
            str(line.pk), str(line.account.account_number), "曾小明", line.account.bank, "1891.00",
        ]  # fmt: skip
        assert (found[2][0], found[2][-1]) == ("合计 1 笔", "1891.00")
        assert (len(found), run.state) == (3, "SENT")

    def test_a_fixed_text_ends_with_its_control_line(self):
        entitled()

        _run, content = sent(layout="FIXED")

        first, control = content.splitlines()
        assert control == b"T0000000100000000189100"
        assert len(first) == sum(column.width for column in DEFAULTS["FIXED"].columns)

    def test_it_can_be_taken_again_and_is_the_same_whatever_the_bank_has_answered(self):
        entitled()
        run, content = sent(layout="FIXED")
        answer(run, row(run.lines.get()))

        file, _run = send_run(
            run=run, layout=DEFAULTS["FIXED"], by=UserFactory(), now=timezone.now()
        )
        with file:
            assert file.read() == content

    def test_a_run_that_only_holds_has_no_answer_to_wait_for(self):
        entitled(with_account=False)

        run, _content = sent()

        assert (run.state, run.line_count) == ("PAID", 0)
        assert close_run(run=run, by=UserFactory(), now=timezone.now()).state == "CLOSED"

    def test_only_what_was_approved_is_sent(self):
        entitled()

        with pytest.raises(MovedOn):
            send_run(run=built(), layout=DEFAULTS["TABLE"], by=UserFactory(), now=timezone.now())


class TestTheAnswer:
    def test_paid_and_failed_lines_and_the_state_of_the_run(self):
        entitled()
        entitled(500)
        run, _content = sent()
        paid, failed = run.lines.order_by("pk")

        taken = answer(run, row(paid), row(failed, "失败", "账户已销户"))

        assert counts(taken) == (1, 1, 0, 0)
        assert (taken.paid_total, taken.failed_total) == (1891, 500)
        paid.refresh_from_db()
        failed.refresh_from_db()
        run.refresh_from_db()
        assert (paid.state, paid.paid_on, paid.days_late) == ("PAID", date(2026, 3, 9), 0)
        assert (failed.state, failed.reason, failed.retry_at) == ("FAILED", "CLOSED", None)
        assert failed.act_by > timezone.localdate()
        assert run.state == "PARTLY_PAID"

    def test_the_same_file_again_changes_nothing_and_its_rows_in_another_file_are_known(self):
        entitled()
        run, _content = sent()
        line = run.lines.get()
        first = answer(run, row(line))
        before = PaymentLine.history.count()

        assert answer(run, row(line)) == first
        again = answer(run, row(line), head=("参考号", "账号", "金额", "结果", "x", "y"))
        assert counts(again) == (0, 0, 1, 0)
        assert PaymentLine.history.count() == before

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"amount": "1.00"}, "AMOUNT"),
            ({"account": "9900000099999999"}, "ACCOUNT"),
            ({"result": "处理中"}, "RESULT"),
        ],
    )
    def test_a_row_that_does_not_agree_is_not_taken(self, change, reason):
        entitled()
        run, _content = sent()

        taken = answer(run, row(run.lines.get(), **change))

        assert [reject.reason for reject in taken.rejects.all()] == [reason]
        assert run.lines.get().state == "PENDING"

    def test_unknown_and_doubled_rows_are_not_taken(self):
        entitled()
        other = entitled(place=COUNTY + "100201")
        run, _content = sent()
        one, two = run.lines.order_by("pk")
        assert two.entitlement == other

        taken = answer(
            run, row(one), row(one, "失败", "销户"), (two.pk + 999, "", "", "成功", "", ""),
            ("x", "", "", "成功", "", ""), row(two),
        )  # fmt: skip

        assert counts(taken) == (1, 0, 0, 4)
        assert [(r.number, r.reason) for r in taken.rejects.order_by("number")] == [
            (2, "DOUBLED"), (3, "DOUBLED"), (4, "UNKNOWN"), (5, "UNKNOWN"),
        ]  # fmt: skip

    def test_an_answer_that_turns_an_earlier_one_round_is_not_taken(self):
        entitled()
        run, _content = sent()
        line = run.lines.get()
        answer(run, row(line))

        taken = answer(run, row(line, "失败", "销户"))

        assert [reject.reason for reject in taken.rejects.all()] == ["DECIDED"]
        assert run.lines.get().state == "PAID"

    def test_a_line_of_another_run_is_not_taken_and_told_as_such(self):
        entitled()
        first, _content = sent()
        entitled(500)
        second, _content = sent()

        taken = answer(second, row(second.lines.get()), row(first.lines.get()))

        assert counts(taken) == (1, 0, 0, 1)
        assert taken.rejects.get().reason == "OTHER_RUN"

    def test_a_file_of_another_run_is_refused_as_a_whole_and_its_run_told(self):
        entitled()
        first, _content = sent()
        entitled(500)
        second, _content = sent()

        with pytest.raises(NotOfThisRun) as refused:
            answer(second, row(first.lines.get()), ("x", "", "", "成功", "", ""))

        assert refused.value.run_id == first.pk
        assert first.lines.get().state == second.lines.get().state == "PENDING"
        assert not second.returns.exists()

    def test_a_file_of_nobody_we_know_is_refused(self):
        entitled()
        run, _content = sent()

        with pytest.raises(NotOfThisRun) as refused:
            answer(run, ("77", "", "", "成功", "", ""))

        assert refused.value.run_id is None

    def test_headings_without_rows_are_refused(self):
        entitled()
        run, _content = sent()

        with pytest.raises(NoRows):
            answer(run)

    def test_it_is_kept_what_the_file_calls_its_columns(self):
        entitled()
        run, _content = sent()

        taken = answer(run, (run.lines.get().pk, "成功"), head=("流水参考号", "交易状态"))

        assert taken.headings == {"reference": "流水参考号", "result": "交易状态"}


class TestPutRight:
    def failed(self, reason="账户已销户"):
        row_ = entitled()
        run, _content = sent()
        answer(run, row(run.lines.get(), "失败", reason))
        return row_, run

    def test_a_new_account_confirmed_by_another_person_pays_again_in_the_next_run(self):
        entitlement, run = self.failed()
        new = propose_account(
            child=entitlement.child, paper=picture(), by=UserFactory(), now=timezone.now(),
            facts={
                "holder_is": "CHILD", "guardianship": None, "holder": "曾小明", "bank": "某银行",
                "account_number": "9900000000009999",
            },
        )  # fmt: skip
        assert lines(built()) == []

        confirm_account(account=new, by=UserFactory(), now=timezone.now())

        follow_up, _content = sent(built())
        line = follow_up.lines.get(state="PENDING")
        assert (line.kind, line.account, line.replaces) == ("REISSUE", new, run.lines.get())
        answer(follow_up, row(line, day="2026-03-20"))
        (proof,) = by_month(proofs(**ALL))
        assert (proof.payments, proof.in_full, proof.in_time, proof.missing) == (1, 1, 0, 0)

    def test_what_failed_at_the_bank_is_tried_again_without_anybodys_work(self):
        self.failed("银行系统超时")

        assert [line[1] for line in lines(built())] == ["REISSUE"]

    def test_the_township_may_send_it_to_the_same_account_again(self):
        _entitlement, run = self.failed()

        put_right(line=run.lines.get(), reason="已激活", by=UserFactory(), now=timezone.now())

        assert [line[1] for line in lines(built())] == ["REISSUE"]
        with pytest.raises(MovedOn):
            put_right(line=run.lines.get(), reason="再次", by=UserFactory(), now=timezone.now())


class TestProof:
    def test_in_full_and_on_time(self):
        programme = ProgrammeFactory(code="P", pay_day=10)
        for _n in range(4):
            entitled(100, programme=programme)
        run, _content = sent()
        in_time, late, failed, _waiting = run.lines.order_by("pk")

        answer(
            run, row(in_time, day="2026-03-10"), row(late, day="2026-03-11"),
            row(failed, "失败", "销户"),
        )  # fmt: skip

        (proof,) = proofs(**ALL)
        assert (proof.payments, proof.in_full, proof.in_time) == (4, 2, 1)
        assert (proof.percent, proof.missing, proof.failed) == (25, 200, 100)
        assert proof.tone == "overdue"

    def test_before_its_day_a_payment_is_neither_in_time_nor_missing(self):
        programme = ProgrammeFactory(code="P", pay_day=10)
        for _n in range(3):
            entitled(100, programme=programme)
        run, _content = sent()
        paid, failed, _waiting = run.lines.order_by("pk")

        def told(day):
            (proof,) = proofs(**ALL | {"today": date(2026, 3, day)})
            return proof.not_due, proof.percent, proof.tone

        assert told(10) == (3, None, "UNKNOWN")
        answer(run, row(paid, day="2026-03-09"))
        assert told(10) == (2, 100, "LOW")
        assert told(11) == (0, 33, "overdue")
        answer(run, row(failed, "失败", "销户"))
        assert told(10) == (1, 50, "overdue")
