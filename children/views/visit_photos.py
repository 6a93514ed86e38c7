"""Photos sent with the form of a visit: all looked through before anything is saved."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import Grant
from children.actions.document import MOST_BYTES, Refused, inspect
from children.actions.offline_day import receive_photo
from children.forms.visit_photos import PhotosForm
from children.models import HomeVisit
from children.rules.offline_day import MOST_PHOTOS

from .document import REFUSALS


def contents(form: PhotosForm, visit: HomeVisit | None = None) -> list[bytes] | None:
    """What was sent, fit to be kept beside what `visit` has; None with an error at the field."""
    if not form.is_valid():
        return None
    files = form.cleaned_data["photos"]
    try:
        if files and len(files) + _kept(visit) > MOST_PHOTOS:
            raise Refused("TOO_MANY")
        found = [_content(file) for file in files]
    except Refused as refused:
        form.add_error("photos", REFUSALS[refused.code])
        ask_again(form, files)
        return None
    return found


def _kept(visit: HomeVisit | None) -> int:
    return visit.photos.filter(withdrawn_at=None).count() if visit else 0


def ask_again(form: PhotosForm, sent: Sequence[object] | None) -> None:
    """When the form comes back: a browser has forgotten what was chosen."""
    if sent:
        form.add_error("photos", _("The photos were not kept yet. Choose them once more."))


def _content(file: object) -> bytes:
    if file.size > MOST_BYTES:  # type: ignore[attr-defined]
        raise Refused("TOO_LARGE")
    content: bytes = file.read()  # type: ignore[attr-defined]
    _cleaned, kind = inspect(content)
    if not kind.startswith("image/"):
        raise Refused("NO_PHOTO")
    return content


def keep(visit: HomeVisit, photos: list[bytes], grant: Grant, now: datetime) -> None:
    for content in photos:
        receive_photo(visit=visit, content=content, by=grant.posting, now=now)
