"""M33: reports of harm that a hospital came with."""

from tests.factories import ConcernFactory, UserFactory

from .aid_cases import merged
from .cases import edge, finds, leaves
from .people import NOW, child


def report(told_by="HOSPITAL", one=None, **more):
    ConcernFactory(child=one or child(1), told_by=told_by, reported_at=NOW, **more)


def taken_note_of(**more):
    report(acknowledged_by=UserFactory(), acknowledged_at=NOW, **more)


def in_another_file():
    here, other = child(1), child(3)
    report(one=other)
    merged(here, other)


finds("M33", "a hospital came with it", lambda: report())
finds("M33", "in a file continued in another", lambda: in_another_file())
leaves("M33", "not where nobody says who came with it", lambda: report(""))
edge("M33", "a hospital, a school", lambda: report(), lambda: report("SCHOOL"))
edge(
    "M33",
    "taken note of, closed",
    lambda: taken_note_of(),
    lambda: taken_note_of(outcome="UNFOUNDED", closed_at=NOW),
)
