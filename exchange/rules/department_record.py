"""What a department gets to read of a child: the fields its agreement names, in SP-DCI's shapes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from children.rules import names

from .department_message import Registry

# What an agreement may name. Guardians, phones, accounts and notes never leave here, nor do
# programmes: the name of one may tell a secret category.
FIELDS = (
    "identifier", "name", "sex", "birth_date", "address", "place", "disability_kind",
    "disability_grade", "certificate_dates", "categories", "economic_status", "school",
    "registration_date", "last_updated",
)  # fmt: skip


@dataclass
class Facts:
    """Of one child, on the day of the question; dates as they are, choices as their codes."""

    number: str
    name: str
    sex: str
    birth_date: date
    address: str
    place: str
    registered_on: date
    updated_at: datetime
    has_certificate: bool = False
    disability_kind: str = ""
    disability_grade: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    categories: list[str] = field(default_factory=list)
    economic_status: str = ""
    school: str = ""


def record(registry: Registry, facts: Facts, fields: Collection[str]) -> dict[str, Any]:
    shape = _disability if registry is Registry.DISABILITY else _social
    return _without_empty(shape(facts, set(fields)))


def _named(fields: set[str], **values: Any) -> dict[str, Any]:
    """Only what the agreement names."""
    return {name: value for name, value in values.items() if name in fields}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _sex(facts: Facts) -> str:
    return facts.sex.lower()


def _disability(facts: Facts, fields: set[str]) -> dict[str, Any]:
    surname, given = names.split(facts.name)
    told = _named(fields, identifier=facts.number, name={"first_name": given, "last_name": surname})
    if "birth_date" in fields:
        told["date_of_birth"] = facts.birth_date
    if "sex" in fields:
        told["gender"] = _sex(facts)
    detail = {}
    if "disability_kind" in fields:
        detail["impairment_type"] = facts.disability_kind
    if "disability_grade" in fields:
        detail["impairment_level"] = facts.disability_grade
    return {
        "@type": "DisabledPerson",
        "personal_details": told,
        "disability_status": "yes" if facts.has_certificate else "no",
        "disability_details": [detail] if detail else [],
        **_named(fields, registration_date=facts.registered_on, last_updated=facts.updated_at),
        "additional_attributes": _additional(facts, fields),
    }


def _social(facts: Facts, fields: set[str]) -> dict[str, Any]:
    surname, given = names.split(facts.name)
    number = [{"identifier_type": "NationalID", "identifier_value": facts.number}]
    disability = {"disability_type": facts.disability_kind}
    return {
        "@type": "Member",
        "member_identifier": number if "identifier" in fields else [],
        "demographic_info": {
            "@type": "SRPerson",
            **_named(
                fields, name={"surname": surname, "given_name": given}, sex=_sex(facts),
                birth_date=facts.birth_date, address=facts.address,
            ),
        },
        "is_disabled": facts.has_certificate if "disability_kind" in fields else None,
        "disability_info": [disability] if "disability_kind" in fields else [],
        **_named(fields, registration_date=facts.registered_on, last_updated=facts.updated_at),
        "additional_attributes": _additional(facts, fields),
    }  # fmt: skip


def _additional(facts: Facts, fields: set[str]) -> list[dict[str, Any]]:
    """What the standard has no place for, as its name and value."""
    known = _named(
        fields, place=facts.place, categories=facts.categories,
        economic_status=facts.economic_status, school=facts.school,
    )  # fmt: skip
    if "certificate_dates" in fields:
        known |= {"certificate_issued": facts.issued_on, "certificate_expires": facts.expires_on}
    return [{"name": name, "value": value} for name, value in known.items() if value]
