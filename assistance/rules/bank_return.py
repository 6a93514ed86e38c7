"""What the bank answers: rows of a table read into results, each with its reference.

Headings and words are data; what stands here is where a county begins.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


class NoHeadings(ValueError):
    """No line names what is needed: reference and result."""


def read(
    table: Iterable[Sequence[object]], headings: Mapping[str, Sequence[str]],
    told: dict[str, str] | None = None,
) -> Iterator[Result]:  # fmt: skip
    """Lines without any reference are titles, totals or empty: left out. Raises NoHeadings.

    `told` takes what the file calls each column that was found.
    """
    places: dict[str, int] = {}
    for number, cells in enumerate(table, start=1):
        texts = [plain(cell) for cell in cells]
        if not places:
            found = _places(texts, headings)
            if all(name in found for name in NEEDED):
                places = found
                if told is not None:
                    told |= {name: texts[place] for name, place in found.items()}
            elif number >= HEAD_WITHIN:
                break
            continue
        get = {name: texts[i] if i < len(texts) else "" for name, i in places.items()}
        if get["reference"] or get["result"]:
            yield _result(number, get)
    if not places:
        raise NoHeadings


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
