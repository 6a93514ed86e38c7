"""A rulebook from JSON. Raises WrongFile with every mistake and its place."""

from typing import Any

from . import codes
from . import rulebook as r
from .read_conditions import condition, names
from .read_scope import SCOPE, programme_of, scope, source
from .read_standard import standard
from .reading import At, Members, Wrong, WrongFile
from .references import disagreements


def read_rulebook(data: Any) -> r.Rulebook:
    """`data` as json.loads gives it, with numbers as Decimal or int."""
    mistakes: list[Wrong] = []
    at = At(data, "", mistakes)
    try:
        book = _book(at)
    except Wrong as mistake:
        raise WrongFile([*mistakes, mistake]) from mistake
    if not mistakes:
        mistakes.extend(disagreements(book))
    if mistakes:
        raise WrongFile(mistakes)
    return book


def _book(at: At) -> r.Rulebook:
    of = at.members(["format", "programmes", "standards", "eligibility", "overlaps"],
                    ["programmes"])  # fmt: skip
    of.get("format", lambda one: one.whole(1, 1))
    standards: list[r.Standard] = []
    rules: list[r.EligibilityRule] = []

    def programme(one: At) -> r.Programme:
        members = one.members(PROGRAMME, ["code"])
        found = _programme(members)
        standards.extend(members.each("standards", lambda s: standard(s, found)))
        rules.extend(members.each("eligibility", lambda e: eligibility_rule(e, found)))
        return found

    programmes = of.each("programmes", programme)
    by_code: dict[str, r.Programme] = {}
    for i, one in enumerate(programmes):
        if one.code in by_code and not at.mistakes:
            raise Wrong(f"programmes[{i}].code", '"%(code)s" is there already', code=one.code)
        by_code[one.code] = one
    standards.extend(of.each("standards", lambda s: standard(s, None, by_code)))
    rules.extend(of.each("eligibility", lambda e: eligibility_rule(e, None)))
    return r.Rulebook(programmes, tuple(standards), tuple(rules), of.each("overlaps", overlap_rule))


PROGRAMME = [
    "code", "name", "name_en", "department", "cadence", "paid_to", "starts", "stops",
    "stop_events", "same_month_events", "transition_months", "transition_events", "pay_day",
    "pay_months", "period_starts", "legal_basis", "reference", "example", "standards",
    "eligibility",
]  # fmt: skip


def _programme(of: Members) -> r.Programme:
    cadence = of.get("cadence", lambda one: one.choice(codes.Cadence), str(codes.Cadence.MONTH))
    term = str(codes.Stop.PERIOD_AFTER_EVENT if cadence == "TERM" else codes.Stop.MONTH_AFTER_EVENT)
    code = of["code"].code()
    return r.Programme(
        code=code,
        name=of.get("name", lambda one: one.text(100), code),
        name_en=of.get("name_en", lambda one: one.text(100), ""),
        department=of.get("department", lambda one: one.text(100), ""),
        cadence=cadence,
        paid_to=of.get("paid_to", lambda one: one.choice(codes.PaidTo), str(codes.PaidTo.FAMILY)),
        starts=of.get(
            "starts", lambda one: one.choice(codes.Start), str(codes.Start.MONTH_AFTER_CONFIRMATION)
        ),
        stops=of.get("stops", lambda one: one.choice(codes.Stop), term),
        stop_events=of.get("stop_events", _events, tuple(map(str, codes.ENDS_ALL))),
        same_month_events=of.get("same_month_events", _events, ()),
        transition_months=of.get("transition_months", lambda one: one.whole(0, 120), 0),
        transition_events=of.get("transition_events", _events, ()),
        pay_day=of.get("pay_day", lambda one: one.whole(1, 31)),
        pay_months=of.get("pay_months", lambda one: one.wholes(1, 12), ()),
        period_starts=_period_starts(of, cadence),
        legal_basis=of.get("legal_basis", At.text, ""),
        is_reference=of.get("reference", At.yes, False),
        source=r.Source(is_example=of.get("example", At.yes, False)),
    )


def _events(at: At) -> tuple[str, ...]:
    return at.choices(codes.Event)


def _period_starts(of: Members, cadence: str) -> tuple[int, ...]:
    if "period_starts" not in of:
        return {"TERM": (3, 9), "YEAR": (1,)}.get(cadence, ())
    at = of["period_starts"]
    months = tuple(sorted(set(at.wholes(1, 12))))
    if cadence not in ("TERM", "YEAR"):
        raise at.wrong("only programmes by TERM or YEAR have periods")
    if cadence == "YEAR" and len(months) != 1:
        raise at.wrong("a programme by YEAR has one first month")
    if not months:
        raise at.wrong("at least one is expected")
    return months


def eligibility_rule(at: At, of_programme: r.Programme | None) -> r.EligibilityRule:
    of = at.members(
        ["programme", "name", "conditions", *SCOPE],
        ["conditions"] if of_programme else ["programme", "conditions"],
    )
    return r.EligibilityRule(
        programme_of(of, of_programme), condition(of["conditions"]),
        of.get("name", lambda one: one.text(200), ""), scope(of), source(of), at.place,
    )  # fmt: skip


def overlap_rule(at: At) -> r.OverlapRule:
    if not isinstance(at.value, dict) or "kind" not in at.value:
        raise at.wrong('"%(key)s" is missing', key="kind")
    kind = At(at.value["kind"], f"{at.place}.kind", at.mistakes).choice(codes.OverlapKind)
    first, second = OVERLAP_KEYS[kind]
    of = at.members(["kind", first, *second, "when", "name", *SCOPE],
                    [first, *(second if kind == "EXCLUDES" else [])])  # fmt: skip
    programmes = names(of[first])
    if kind == "HIGHER_OF" and len(programmes) < 2:
        raise of[first].wrong("at least two programmes are expected")
    return r.OverlapRule(
        kind, programmes, of.get(second[0], names, ()) if second else (),
        of.get("when", condition), of.get("name", lambda one: one.text(200), ""),
        scope(of), source(of), at.place,
    )  # fmt: skip


OVERLAP_KEYS: dict[str, tuple[str, list[str]]] = {
    "EXCLUDES": ("who_gets", ["does_not_get"]),
    "HIGHER_OF": ("among", []),
    "TOP_UP": ("programmes", ["over"]),
}
