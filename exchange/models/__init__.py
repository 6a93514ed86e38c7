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
from .list_out import ListOut, ListOutState
from .list_upload import (
    ListFault,
    ListUpload,
    UploadProgress,
    UploadState,
)
from .match_decision import MatchDecision, MatchVerdict
from .match_figure import MatchFigure, MatchFigureKey
from .match_pair import MatchPair, PairState
from .out_layout import OutColumn, OutLayout
from .sharing import SharingDirection, SharingRecord
from .sharing_figure import SharingFigure, SharingFigureKey

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
    "ListOut",
    "ListOutState",
    "ListRow",
    "ListUpload",
    "MatchPair",
    "OutColumn",
    "OutLayout",
    "PairState",
    "ProposedChange",
    "ProposedField",
    "RowDecision",
    "SharingDirection",
    "SharingFigure",
    "SharingFigureKey",
    "SharingRecord",
    "UploadProgress",
    "UploadState",
]
