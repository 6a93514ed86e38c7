from .access_log import AccessEvent, AccessKind
from .area import Area, AreaLevel
from .draft import Draft
from .heartbeat import Heartbeat
from .organisation import Organisation, OrganisationKind
from .owed_at_commit import OwedAtCommit
from .posting import Posting
from .submission import Submission
from .user import User

__all__ = [
    "AccessEvent",
    "AccessKind",
    "Area",
    "AreaLevel",
    "Draft",
    "Heartbeat",
    "Organisation",
    "OrganisationKind",
    "OwedAtCommit",
    "Posting",
    "Submission",
    "User",
]
