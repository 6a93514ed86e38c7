"""What the bank answers: rows of a table read into results, each with its reference.

Headings and words are data; what stands here is where a county begins.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from .payment_run import Failure

HEADINGS: dict[str, tuple[str, ...]] = {
    "reference": ("参考号", "业务参考号", "流水参考号", "reference"),
    "account": ("账号", "卡号", "收款账号", "帐号", "account"),
    "amount": ("金额", "发放金额", "交易金额", "amount"),
    "result": ("结果", "处理结果", "状态", "交易状态", "result"),
    "reason": ("原因", "失败原因", "备注", "返回信息", "reason"),
    "day": ("日期", "入账日期", "交易日期", "day"),
}
NEEDED = ("reference", "result")
# In which column stands what keeps a row from being taken.
BLAMED = {
    "UNKNOWN": "reference", "OTHER_RUN": "reference", "DOUBLED": "reference", "AMOUNT": "amount",
    "ACCOUNT": "account", "RESULT": "result", "DECIDED": "result",
}  # fmt: skip
PAID_CODES = ("00", "0000", "paid", "success")  # the whole cell: 5001 and unpaid hold them too
PAID_WORDS = ("成功", "已入账", "已发放")  # a part of it
UNREADABLE = Decimal(-1)  # agrees with no payment
FAILED_WORDS = ("失败", "退回", "退票", "未入账", "failed", "returned")
# Part of what the bank writes → what it means; the first that fits.
REASONS: tuple[tuple[str, Failure], ...] = (
    ("销户", Failure.CLOSED), ("closed", Failure.CLOSED),
    ("户名", Failure.NAME), ("name", Failure.NAME),
    ("睡眠", Failure.DORMANT), ("休眠", Failure.DORMANT), ("冻结", Failure.DORMANT),
    ("挂失", Failure.DORMANT), ("dormant", Failure.DORMANT), ("frozen", Failure.DORMANT),
    ("证件", Failure.ID_EXPIRED), ("身份证", Failure.ID_EXPIRED),
    ("类型", Failure.ACCOUNT_TYPE), ("限额", Failure.LIMIT), ("超限", Failure.LIMIT),
    ("财政", Failure.FINANCE), ("系统", Failure.BANK_SYSTEM), ("超时", Failure.BANK_SYSTEM),
    ("账号", Failure.NUMBER), ("卡号", Failure.NUMBER), ("number", Failure.NUMBER),
)  # fmt: skip
AMOUNT = re.compile(r"\d{1,7}(\.\d{1,20})?", re.ASCII)
BESIDE_AMOUNT = re.compile(r"[,¥元\s]")
SPACE = re.compile(r"\s")
HEAD_WITHIN = 30  # lines in which the headings are looked for


@dataclass(frozen=True)
class Result:
    """`number` is the row as a person counts it. None is what could not be read."""

    number: int
    reference: int | None
    is_paid: bool | None
    account: str = ""
    amount: Decimal | None = None
    reason: str = ""
    day: date | None = None


@dataclass
class Sheet:
    """Of a spreadsheet, or all of a text, which has no name. Rows come once."""

    name: str
    rows: Iterable[Sequence[object]]
    is_hidden: bool = False


@dataclass
class Told:
    """What the file calls the sheet that was read, and each column that was found in it."""

    sheet: str = ""
    headings: dict[str, str] = field(default_factory=dict)


class NoHeadings(ValueError):
    """No line of any sheet names what is needed: reference and result."""


class Hidden(ValueError):
    """Results stand in a sheet that nobody sees."""

    def __init__(self, sheet: str) -> None:
        super().__init__(sheet)
        self.sheet = sheet


class SeveralSheets(ValueError):
    """Results stand in two sheets: which of them is the answer, nobody can say."""

    def __init__(self, first: Sheet, second: Sheet) -> None:
        super().__init__(first.name, second.name)
        self.first, self.second = first, second


def read(
    sheets: Iterable[Sheet], headings: Mapping[str, Sequence[str]], told: Told | None = None
) -> Iterator[Result]:
    """Of the one sheet that names its columns and has rows below, wherever it stands.

    Sheets without headings, or with nothing below them, are left out: covers, lists of codes.
    `told` is filled on the way. Raises NoHeadings, Hidden and SeveralSheets, the last also at the
    end: what was read before is not the answer then.
    """
    told = told or Told()
    read_of: Sheet | None = None
    has_headings = False
    for sheet in sheets:
        of_sheet: dict[str, str] = {}
        results = rows_of(sheet.rows, headings, of_sheet)
        first = next(results, None)
        has_headings = has_headings or bool(of_sheet)
        if first is None:
            continue
        if read_of is not None:
            raise SeveralSheets(read_of, sheet)
        if sheet.is_hidden:
            raise Hidden(sheet.name)
        read_of, told.sheet, told.headings = sheet, sheet.name, of_sheet
        yield first
        yield from results
    if not has_headings:
        raise NoHeadings


def rows_of(
    table: Iterable[Sequence[object]], headings: Mapping[str, Sequence[str]], told: dict[str, str]
) -> Iterator[Result]:
    """Lines without any reference are titles, totals or empty: left out.

    `told` takes what the table calls each column; it stays empty where none of the first lines
    names what is needed.
    """
    places: dict[str, int] = {}
    for number, cells in enumerate(table, start=1):
        texts = [plain(cell) for cell in cells]
        if not places:
            found = _places(texts, headings)
            if all(name in found for name in NEEDED):
                places = found
                told |= {name: texts[place] for name, place in found.items()}
            elif number >= HEAD_WITHIN:
                break
            continue
        get = {name: texts[i] if i < len(texts) else "" for name, i in places.items()}
        if get["reference"] or get["result"]:
            yield _result(number, get)


def plain(cell: object) -> str:
    """The text of a cell: whole numbers without `.0`, full-width forms as usual."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    text = "" if cell is None else str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.strip().lstrip("'")


def _places(texts: list[str], headings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, words in headings.items():
        known = {word.lower() for word in words}
        for place, text in enumerate(texts):
            if text.lower() in known:
                found.setdefault(name, place)
    return found


def _result(number: int, get: Mapping[str, str]) -> Result:
    reference = get["reference"]
    is_known = reference.isascii() and reference.isdigit() and len(reference) <= 18
    is_paid = _is_paid(get["result"])
    return Result(
        number, int(reference) if is_known else None, is_paid,
        account=SPACE.sub("", get.get("account", "")), amount=_amount(get.get("amount", "")),
        reason="" if is_paid is not False else reason(get.get("reason", "") or get["result"]),
        day=_day(get.get("day", "")),
    )  # fmt: skip


@lru_cache(maxsize=200)  # a bank has few words
def _is_paid(text: str) -> bool | None:
    """Failed words first: 未成功 holds 成功."""
    text = text.lower()
    if any(word in text for word in (*FAILED_WORDS, "未成功", "不成功")):
        return False
    is_told = text in PAID_CODES or any(word in text for word in PAID_WORDS)
    return True if is_told else None


def reason(text: str) -> str:
    lower = text.lower()
    return next((code for word, code in REASONS if word in lower), Failure.OTHER).value


def _amount(text: str) -> Decimal | None:
    """None when none is given; UNREADABLE for what is no amount of a payment."""
    if not text:
        return None
    if not AMOUNT.fullmatch(text):
        text = BESIDE_AMOUNT.sub("", text)
        if not text:
            return None
    return Decimal(text) if AMOUNT.fullmatch(text) else UNREADABLE


@lru_cache(maxsize=200)  # and few days
def _day(text: str) -> date | None:
    parts = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})(\D.*)?", text)
    try:
        return date(*(int(part) for part in parts.groups()[:3])) if parts else None
    except ValueError:
        return None
