"""Files for the bank: columns as data, written to the character. Amounts in yuan.

What stands here is where a county begins; rows of `assistance.models.BankLayout` go before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

SPREADSHEET, FIXED = "SPREADSHEET", "FIXED"
FIELDS = (
    "number", "reference", "account", "holder", "bank", "amount", "fen", "programme", "month",
    "kind",
)  # fmt: skip


class DoesNotFit(ValueError):
    """A value is longer than its column: cut short it would name another account or person."""

    def __init__(self, field: str, reference: int) -> None:
        super().__init__(field)
        self.field, self.reference = field, reference


@dataclass(frozen=True)
class Column:
    """`width` in bytes of the file's encoding, of fixed text alone; `align` left or right."""

    field: str
    heading: str = ""
    width: int = 0
    align: str = "left"
    fill: str = " "


@dataclass(frozen=True)
class Layout:
    """`kind` SPREADSHEET or FIXED. A fixed text ends with a line of count and sum in fen."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    encoding: str = "gbk"

    @classmethod
    def of(cls, name: str, kind: str, columns: list[Mapping[str, Any]], encoding: str) -> "Layout":
        """Raises ValueError in words of the format for columns that are none."""
        return cls(name, kind, tuple(_column(each, kind) for each in columns), encoding)


@dataclass(frozen=True)
class Payment:
    """One line as the bank is told of it; `reference` comes back with its answer."""

    reference: int
    account: str
    holder: str
    bank: str
    amount: Decimal
    programme: str
    month: date
    kind: str


def _column(facts: Mapping[str, Any], kind: str) -> Column:
    known = {"field", "heading", "width", "align", "fill"}
    if not isinstance(facts, Mapping) or set(facts) - known or facts.get("field") not in FIELDS:
        raise ValueError(f"a column has one of the fields {', '.join(FIELDS)}")
    width, fill = facts.get("width", 0), facts.get("fill", " ")
    if not isinstance(width, int) or (kind == FIXED and not 1 <= width <= 200):
        raise ValueError("a column of a fixed text has a width of 1 to 200")
    if facts.get("align", "left") not in ("left", "right"):
        raise ValueError("a column is aligned left or right")
    if not isinstance(fill, str) or len(fill) != 1 or not fill.isascii():
        raise ValueError("a column is filled with one character")
    return Column(
        facts["field"], str(facts.get("heading", "")), width, facts.get("align", "left"), fill
    )


def value(field: str, payment: Payment, number: int) -> str:
    return {
        "number": str(number),
        "reference": str(payment.reference),
        "account": payment.account,
        "holder": payment.holder,
        "bank": payment.bank,
        "amount": f"{payment.amount:.2f}",
        "fen": str(fen(payment.amount)),
        "programme": payment.programme,
        "month": f"{payment.month:%Y%m}",
        "kind": payment.kind,
    }[field]


def fen(amount: Decimal) -> int:
    return int(amount * 100)


def row(layout: Layout, payment: Payment, number: int) -> list[str]:
    return [value(column.field, payment, number) for column in layout.columns]


def fixed_line(layout: Layout, payment: Payment, number: int) -> bytes:
    """Without its end. Raises DoesNotFit, also for a character the encoding does not have."""
    parts = []
    for column in layout.columns:
        text = value(column.field, payment, number)
        try:
            cell = text.encode(layout.encoding)
        except UnicodeEncodeError:
            raise DoesNotFit(column.field, payment.reference) from None
        if len(cell) > column.width:
            raise DoesNotFit(column.field, payment.reference)
        fill = column.fill.encode()
        filled = cell.ljust if column.align == "left" else cell.rjust
        parts.append(filled(column.width, fill))
    return b"".join(parts)


def control_line(count: int, total: Decimal) -> bytes:
    """Last line of a fixed text: T, eight digits of count, fourteen of the sum in fen."""
    return f"T{count:08}{fen(total):014}".encode()


DEFAULTS = {
    "TABLE": Layout(
        "代发明细表", SPREADSHEET,
        (
            Column("number", "序号"), Column("reference", "参考号"), Column("account", "账号"),
            Column("holder", "户名"), Column("bank", "开户行"), Column("amount", "金额"),
            Column("programme", "摘要"), Column("month", "月份"),
        ),
    ),
    "FIXED": Layout(
        "定长文本", FIXED,
        (
            Column("reference", width=12, align="right", fill="0"), Column("account", width=32),
            Column("holder", width=60), Column("fen", width=12, align="right", fill="0"),
            Column("month", width=6), Column("programme", width=60),
        ),
    ),
}  # fmt: skip
