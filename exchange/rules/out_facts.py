"""What a list going out can say of a child, and which of it needs a password.

Sensitive after the domain reference 7: numbers, phones, addresses, birth dates of minors, accounts.
"""

from dataclasses import dataclass
from enum import StrEnum


class Selection(StrEnum):
    """Which children a list holds."""

    OPEN = "OPEN"
    CATEGORY = "CATEGORY"
    CERTIFICATE = "CERTIFICATE"
    ENROLLED = "ENROLLED"
    AIDED = "AIDED"
    LEFT_BEHIND = "LEFT_BEHIND"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class Fact:
    """`of` and `field` say where it stands: on the child, or on what hangs on it."""

    of: str
    field: str
    is_sensitive: bool = False


_ALL = (
    Fact("list", "serial"), Fact("list", "month"),
    Fact("child", "case_number"), Fact("child", "name"),
    Fact("child", "sex"), Fact("child", "birth_date", True),
    Fact("child", "id_type"), Fact("child", "id_number", True),
    Fact("child", "ethnicity"), Fact("child", "township"),
    Fact("child", "village"), Fact("child", "hukou"),
    Fact("child", "address", True), Fact("child", "phone", True),
    Fact("child", "risk_level"), Fact("child", "opened_on"),
    Fact("child", "closed_on"), Fact("child", "closing_reason"),
    Fact("child", "categories"), Fact("child", "economic"),
    Fact("carer", "name"), Fact("carer", "relation"),
    Fact("carer", "id_number", True), Fact("carer", "phone", True),
    Fact("carer", "kind"),
    Fact("father", "name"), Fact("father", "id_number", True),
    Fact("father", "phone", True), Fact("father", "status"),
    Fact("father", "workplace"), Fact("mother", "workplace"),
    Fact("family", "grandparents"),
    Fact("mother", "name"), Fact("mother", "id_number", True),
    Fact("mother", "phone", True), Fact("mother", "status"),
    Fact("certificate", "number", True), Fact("certificate", "kind"),
    Fact("certificate", "grade"), Fact("certificate", "issued_on"),
    Fact("certificate", "expires_on"),
    Fact("school", "name"), Fact("school", "code"),
    Fact("school", "stage"), Fact("school", "grade"),
    Fact("school", "class_name"), Fact("school", "boarding"),
    Fact("school", "roll_number", True), Fact("school", "starts_on"),
    Fact("aid", "programmes"), Fact("aid", "amount"),
    Fact("aid", "last_month"), Fact("aid", "since"),
    Fact("aid", "tier"), Fact("child", "is_left_behind"),
    Fact("child", "is_orphan"), Fact("child", "is_disabled"),
)  # fmt: skip
FACTS: dict[str, Fact] = {f"{fact.of}.{fact.field}": fact for fact in _ALL}
