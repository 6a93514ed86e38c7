"""Figures so small that they point at single children, for readers who may not see these."""

from collections.abc import Sequence

# Of fewer than five the neighbours know whom a figure means: the usual line of official statistics.
SMALL = 5


def is_small(number: int) -> bool:
    return 0 < number < SMALL


def split_is_hidden(of: int, covered: int) -> bool:
    """Whether either part of `of` is small; then neither is told."""
    return is_small(of) or is_small(covered) or is_small(of - covered)


def hidden(numbers: Sequence[int]) -> list[bool]:
    """Which of the parts of a known sum are not told: the small ones, and never one alone.

    The least of the others goes with it, else the sum would tell the one.
    """
    out = [is_small(number) for number in numbers]
    if sum(out) == 1:
        others = [(number, i) for i, number in enumerate(numbers) if number and not out[i]]
        if others:
            out[min(others)[1]] = True
    return out
