"""Whom a department asks for: one exact person, never a list of people.

A number together with a name, or – where the agreement allows it – a name with a birth date. A
name alone, a part of one, or a range finds nobody: that would be looking around.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from children.rules import names

from .department_message import plain

# Names of one attribute, as systems write them.
ATTRIBUTES = {
    "identifier": "number", "identifier_value": "number", "id_number": "number", "uin": "number",
    "nid": "number", "name": "name", "birth_date": "birth_date", "dob": "birth_date",
}  # fmt: skip
NUMBER_TYPES = {"UIN", "NID", "NationalID", "RESIDENT_ID"}


class WrongQuery(Exception):
    """`code` is a reason of the standard; the words say what would be right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Person:
    """Exact terms; `number` is "" for a search by name and birth date."""

    number: str
    name: str
    birth_date: date | None


def read_person(kind: Any, query: Any, may_lack_number: bool) -> Person:
    """From `query_type` and `query`, or `filter_type` and `filter`. Raises WrongQuery."""
    readers = {"idtype-value": _by_type, "predicate": _by_predicate}
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise _wrong("query_type is idtype-value or predicate.")
    terms = reader(query)
    number, name = plain(terms.get("number"), 40), _name(terms.get("name"))
    born = _day(terms.get("birth_date"))
    if not name or ("number" in terms and not number):
        raise _wrong("A search names the person: the number and the name, both exact.")
    if not number and not (may_lack_number and born):
        raise _wrong("A search needs the number and the name"
                     + (", or the name and birth_date." if may_lack_number else "."))  # fmt: skip
    return Person(number, name, born)


def _name(value: Any) -> str:
    """Spaces and invisible characters within do not make another name."""
    is_short = isinstance(value, str) and len(value) <= 2 * names.MAX_LENGTH
    return plain(names.clean(value), names.MAX_LENGTH) if is_short else ""


def _wrong(message: str) -> WrongQuery:
    return WrongQuery("rjct.search_criteria.invalid", message)


def _by_type(query: Any) -> dict[str, Any]:
    """{"type": "UIN", "value": {"identifier": …, "name": …, "birth_date": …}}"""
    value = query.get("value") if isinstance(query, dict) else None
    if not isinstance(value, dict) or query.get("type") not in NUMBER_TYPES:
        raise _wrong("query is {type: UIN, value: {identifier, name}}.")
    return _terms(list(value.items()))


def _by_predicate(query: Any) -> dict[str, Any]:
    """[{"expression1": {attribute_name, operator: eq, attribute_value}, "condition": "and", …}]"""
    if not isinstance(query, list) or not 1 <= len(query) <= 3:
        raise _wrong("query is a list of expressions, joined by and.")
    found = []
    for each in query:
        if not isinstance(each, dict) or each.get("condition", "and") != "and":
            raise _wrong("Expressions are joined by and.")
        found += [_expression(each[name]) for name in ("expression1", "expression2")
                  if each.get(name) is not None]  # fmt: skip
    return _terms(found)


def _expression(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, dict) or value.get("operator") != "eq":
        raise _wrong("The one operator is eq.")
    return value.get("attribute_name"), value.get("attribute_value")


def _terms(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for name, value in pairs:
        key = ATTRIBUTES.get(name.lower()) if isinstance(name, str) else None
        if key is None or key in terms:
            raise _wrong("Attributes are identifier, name and birth_date, each once.")
        terms[key] = value
    return terms


def _day(value: Any) -> date | None:
    """A day, or a time of the standard that begins with one. Raises WrongQuery."""
    if value is None:
        return None
    try:
        return date.fromisoformat(plain(value)[:10])
    except ValueError:
        raise _wrong("birth_date is a day, as 2016-03-01.") from None
