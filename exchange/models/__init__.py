from .feed import CodeMeaning, Feed, FeedKind, Layout, LayoutColumn
from .file_merge import FileMerge
from .list_import import (
    ChangeState,
    ListImport,
    ListRow,
    ProposedChange,
    ProposedField,
    RowDecision,
)
from .list_upload import (
    ListFault,
    ListUpload,
    UploadProgress,
    UploadState,
)
from .match_decision import MatchDecision, MatchVerdict
from .match_figure import MatchFigure, MatchFigureKey
from .match_pair import MatchPair, PairState
from .sharing import SharingDirection, SharingRecord

__all__ = [
    "ChangeState",
    "CodeMeaning",
    "Feed",
    "FeedKind",
    "FileMerge",
    "Layout",
    "LayoutColumn",
    "MatchDecision",
    "MatchFigure",
    "MatchFigureKey",
    "MatchVerdict",
    "ListImport",
    "ListFault",
    "ListRow",
    "ListUpload",
    "MatchPair",
    "PairState",
    "ProposedChange",
    "ProposedField",
    "RowDecision",
    "SharingDirection",
    "SharingRecord",
    "UploadProgress",
    "UploadState",
]
