from .feed import CodeMeaning, Feed, FeedKind, Layout, LayoutColumn
from .match_decision import MatchDecision, MatchVerdict
from .match_figure import MatchFigure, MatchFigureKey

__all__ = [
    "CodeMeaning",
    "Feed",
    "FeedKind",
    "Layout",
    "LayoutColumn",
    "MatchDecision",
    "MatchFigure",
    "MatchFigureKey",
    "MatchVerdict",
]
