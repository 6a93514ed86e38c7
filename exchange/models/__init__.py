from .change_batch import (
    BatchMove,
    BatchState,
    ChangeBatch,
    ChangeBatchLine,
    ChangeOutcome,
)
from .check import Check, CheckFigure, CheckFigureKey, Department, Severity
from .department_call import (
    DepartmentCall,
    DepartmentNotice,
    DepartmentSearch,
    DepartmentSubscription,
    SearchState,
)
from .feed import CodeMeaning, Feed, FeedKind, Layout, LayoutColumn
from .file_merge import FileMerge
from .finding import Finding, FindingState, FindingStep
from .finding_question import FindingQuestion, Verdict
from .list_again import ListAgain
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
    ListReport,
    ListUpload,
    UploadProgress,
    UploadState,
)
from .match_decision import MatchDecision, MatchVerdict
from .match_figure import MatchFigure, MatchFigureKey
from .match_pair import MatchPair, PairState
from .number_query import AskedNumber, NumberAnswer, NumberQuery, NumberQueryState
from .out_layout import OutColumn, OutLayout
from .sharing import SharingDirection, SharingRecord
from .sharing_agreement import (
    DepartmentToken,
    Registry,
    SharedField,
    SharingAgreement,
)
from .sharing_figure import SharingFigure, SharingFigureKey

__all__ = [
    "AskedNumber",
    "BatchMove",
    "BatchState",
    "ChangeBatch",
    "ChangeBatchLine",
    "ChangeOutcome",
    "ChangeState",
    "Check",
    "CheckFigure",
    "CheckFigureKey",
    "CodeMeaning",
    "Department",
    "DepartmentCall",
    "DepartmentNotice",
    "DepartmentSearch",
    "DepartmentSubscription",
    "DepartmentToken",
    "Feed",
    "FeedKind",
    "FileMerge",
    "Finding",
    "FindingQuestion",
    "FindingState",
    "FindingStep",
    "Layout",
    "LayoutColumn",
    "ListAgain",
    "ListFault",
    "ListReport",
    "ListImport",
    "ListOut",
    "ListOutState",
    "ListRow",
    "ListUpload",
    "MatchDecision",
    "MatchFigure",
    "MatchFigureKey",
    "MatchPair",
    "MatchVerdict",
    "NumberAnswer",
    "NumberQuery",
    "NumberQueryState",
    "OutColumn",
    "OutLayout",
    "PairState",
    "ProposedChange",
    "ProposedField",
    "Registry",
    "RowDecision",
    "SearchState",
    "Severity",
    "SharedField",
    "SharingAgreement",
    "SharingDirection",
    "SharingFigure",
    "SharingFigureKey",
    "SharingRecord",
    "UploadProgress",
    "UploadState",
    "Verdict",
]
