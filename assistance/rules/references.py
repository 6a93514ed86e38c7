"""What must agree between the rules of one file: names that exist, nothing written twice."""

from collections import Counter
from collections.abc import Iterator

from . import rulebook as r
from .reading import Wrong, hint


def disagreements(book: r.Rulebook) -> Iterator[Wrong]:
    yield from _unknown_programmes(book)
    yield from _written_twice(book)
    yield from _circles(book)


def referred(amount: r.Amount) -> list[r.Reference]:
    return [one for one in (amount.of, amount.less) if one is not None]


def _unknown_programmes(book: r.Rulebook) -> Iterator[Wrong]:
    """What is received may have any name; what is paid, and what is counted from, may not."""
    for standard in book.standards:
        yield from _unknown(book, standard.programme, f"{standard.place}.programme")
        for reference in referred(standard.amount):
            yield from _unknown(book, reference.programme, f"{standard.place}.formula")
    for rule in book.eligibility:
        yield from _unknown(book, rule.programme, f"{rule.place}.programme")
    for overlap in book.overlaps:
        # Who gets something that is not in the file, e.g. a work-injury fee, may be excluded.
        named = overlap.others if overlap.kind == "EXCLUDES" else overlap.programmes
        for code in named:
            yield from _unknown(book, code, overlap.place)


def _unknown(book: r.Rulebook, code: str, place: str) -> Iterator[Wrong]:
    if code not in book.by_code:
        yield Wrong(
            place, 'there is no programme "%(code)s"%(hint)s',
            code=code, hint=hint(code, book.by_code),
        )  # fmt: skip


def _written_twice(book: r.Rulebook) -> Iterator[Wrong]:
    seen: Counter[object] = Counter()
    for standard in book.standards:
        key = (
            standard.programme, standard.scope.area, standard.scope.starts, standard.dimensions
        )  # fmt: skip
        seen[key] += 1
        if seen[key] == 2:
            yield Wrong(
                standard.place,
                "the same programme, area, first month and dimensions have a standard already",
            )


def _circles(book: r.Rulebook) -> Iterator[Wrong]:
    """A standard that is counted from itself, however far round."""
    leads: dict[str, set[str]] = {}
    for standard in book.standards:
        for reference in referred(standard.amount):
            leads.setdefault(standard.programme, set()).add(reference.programme)
    for standard in book.standards:
        reached, ahead = set(), list(leads.get(standard.programme, ()))
        while ahead:
            code = ahead.pop()
            if code not in reached:
                reached.add(code)
                ahead.extend(leads.get(code, ()))
        if standard.programme in reached and referred(standard.amount):
            yield Wrong(
                f"{standard.place}.formula", 'the standard of "%(code)s" is counted from itself',
                code=standard.programme,
            )  # fmt: skip
