"""Which files are like each other, or like what somebody is about to register.

The one check of every way in: form, list and API ask `match_rows` or these, which decide alike.
"""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from exchange.models import MatchFigure, MatchVerdict
from exchange.rules.match import Decision

from .long_list import LongList
from .match import looked_for
from .result import Match
from .sought import Sought


def alike_files(files: Sequence[Sought]) -> list[Match]:
    """For each file – its key is its `row` – the others that may be the same child, best first."""
    with acting(EVERYTHING), transaction.atomic():
        today = timezone.localdate()
        thresholds = MatchFigure.objects.in_force(today)
        itself = {one.row: {one.row: MatchVerdict.DISTINCT} for one in files}
        sought = LongList(files)
        found = looked_for(sought, today, thresholds, Counter(), itself) if files else {}
    return [_asked(found.get(one.row) or Match(one.row, Decision.NEW)) for one in files]


def _asked(match: Match) -> Match:
    """Two files are never one without a person."""
    if match.decision is Decision.AUTOMATIC:
        return match._replace(decision=Decision.SUGGESTED)
    return match
