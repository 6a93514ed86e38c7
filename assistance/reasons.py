"""The answer of the rules, reason by reason, in words for people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance.models.programme import StartRule
from assistance.rules import codes
from assistance.rules.assess import Assessment
from assistance.rules.eligibility import Line
from assistance.rules.overlap import Change
from assistance.rules.rulebook import Rulebook, Standard

from . import words


@dataclass(frozen=True)
class Reason:
    """`kind` is the key of the condition in docs/rules.md, or start, stop, standard, overlap …"""

    kind: str
    condition: str
    value: str
    held: bool


def reasons(assessment: Assessment, book: Rulebook) -> list[Reason]:
    """Every condition of the rule that decided, then what else decided, in that order."""
    met, found = assessment.met, [_of_line(line) for line in assessment.met.lines]
    if met.rule is None:
        found.append(_without_rule(assessment))
    if met.stopped_by is not None:
        found.append(
            Reason("stop", _("nothing has ended it"), words.happening(met.stopped_by), False)
        )
    if met.transition_by is not None:
        found.append(Reason("transition", _("in transition after"),
                            words.happening(met.transition_by), True))  # fmt: skip
    if met.held:
        found.extend(_after_conditions(assessment, book))
    return found


def reasons_to_keep(assessment: Assessment, book: Rulebook) -> list[dict[str, Any]]:
    """What is kept with an amount: in every language, for who reads it years later need not be who
    had it set. That of the country stands in front, the others below their codes.
    """
    told = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            told[code] = reasons(assessment, book)
    first = told.pop(settings.LANGUAGE_CODE)
    return [
        {
            "condition": one.condition, "value": one.value, "held": one.held,
            **{
                code: {"condition": other[n].condition, "value": other[n].value}
                for code, other in told.items()
            },
        }
        for n, one in enumerate(first)
    ]  # fmt: skip


def _after_conditions(assessment: Assessment, book: Rulebook) -> Iterator[Reason]:
    programme = assessment.programme
    yield _start(assessment)
    if not assessment.is_pay_month:
        paid_in = ", ".join(str(number) for number in programme.pay_months)
        yield Reason("pay_months", _("the month is one of payment"), paid_in, False)
    if assessment.is_paid_already:
        yield Reason("once", _("not paid yet"), _("paid already"), False)
    yield _standard(assessment)
    yield from (overlap_reason(change, book) for change in assessment.changes)


def overlap_reason(change: Change, book: Rulebook) -> Reason:
    others = words.listed(words.named(code, book) for code in change.because_of)
    text = OVERLAPS[change.rule.kind]() % {"others": others}
    return Reason("overlap", text, words.money(change.amount), change.amount > 0)


def _standard(assessment: Assessment) -> Reason:
    asked = _("a standard fits the child")
    standard = assessment.standard
    if standard is None:
        return Reason("standard", asked, _none(assessment), False)
    since, source = standard.scope.starts, standard.source
    basis = [
        words.money(assessment.full_amount) if assessment.full_amount is not None
        else _missing(standard),
        source.document,
        _("in force from %(month)s") % {"month": words.month(since)} if since else "",
        _("example") if source.is_example else "",
    ]  # fmt: skip
    return Reason("standard", asked, words.listed(filter(None, basis)),
                  bool(assessment.full_amount))  # fmt: skip


def _without_rule(assessment: Assessment) -> Reason:
    if not assessment.met.is_born:
        return Reason("birth", _("the child is born"), _("after this month"), False)
    return Reason("rule", _("a rule is in force"), _none(assessment), False)


def _none(assessment: Assessment) -> str:
    if assessment.met.place:
        return _("none in this place and month")
    return _("none in this month where the area of the child is not given")


def _missing(standard: Standard) -> str:
    if cost := standard.amount.cost:
        return _("the cost %(name)s is not given") % {"name": cost}
    return _("an amount it is counted from is missing")


def _start(assessment: Assessment) -> Reason:
    rule = StartRule(assessment.programme.starts).label
    if assessment.to_open:
        missing = {
            "application": _("no application yet"),
            "confirmation": _("not confirmed yet"),
        }[assessment.to_open]
        return Reason("start", str(rule), missing, True)
    begins = assessment.from_month
    assert begins is not None
    return Reason("start", str(rule), words.month(begins), begins <= assessment.month)


OVERLAPS: dict[str, Callable[[], str]] = {
    codes.OverlapKind.HIGHER_OF: lambda: _("only the highest, which is %(others)s"),
    codes.OverlapKind.EXCLUDES: lambda: _("excluded by %(others)s"),
    codes.OverlapKind.TOP_UP: lambda: _("only what exceeds %(others)s"),
}


def _of_line(line: Line) -> Reason:
    asked = words.condition(line.leaf)
    if line.is_negated:
        asked = _("not: %(condition)s") % {"condition": asked}
    found = words.value(line.leaf, line.answer.value)
    return Reason(words.KINDS[type(line.leaf)], asked, found, line.held)
