"""What was written without a network comes in: against the file as it is by now."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Posting
from children.models import Document, DocumentKind, HomeVisit
from children.models.offline_day import states_of
from children.rules.offline_day import MOST_PHOTOS, Changed, FileState, what_changed

from .document import Refused, add_document
from .record import add_record, lock_child


class FileChanged(Exception):
    """The file is not as the visitor saw it; `state` is what it is now. Nothing was written."""

    def __init__(self, reasons: list[Changed], state: FileState) -> None:
        super().__init__(", ".join(reasons))
        self.reasons, self.state = reasons, state


def receive_visit(
    *, child_id: int, seen: FileState, facts: dict[str, Any], by: Posting, now: datetime
) -> HomeVisit:
    """Write the visit that `by` made. Raises FileChanged, PromiseBroken."""
    with transaction.atomic():
        child = lock_child(child_id)
        state = states_of([child], by.user)[child.pk]
        reasons = what_changed(seen, state)
        if reasons:
            raise FileChanged(reasons, state)
        return add_record(row=HomeVisit(child=child, visitor=by, **facts), by=by.user, now=now)


def receive_photo(*, visit: HomeVisit, content: bytes, by: Posting, now: datetime) -> Document:
    """A photo of a visit. Raises Refused, TOO_MANY beside the codes of a document."""
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise Refused("KIND" if content else "EMPTY")
    with transaction.atomic():
        child = lock_child(visit.child_id)
        if visit.photos.filter(withdrawn_at=None).count() >= MOST_PHOTOS:
            raise Refused("TOO_MANY")
        return add_document(
            child=child, content=content, by=by.user, now=now,
            facts={"kind": DocumentKind.VISIT_PHOTO, "visit": visit},
        )  # fmt: skip
