"""What the school's half does when a posting ends or an account is switched off in the admin."""

from typing import Any

from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import Posting, User
from schools.actions.handover import release_children_of_the_gone
from schools.actions.referral import shut_out_the_gone


def _author() -> Any:
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def posting_saved(sender: Any, instance: Posting, created: bool, **_: Any) -> None:
    """Also when only its place was changed: the job's own question is asked of this user."""
    if not created and instance.organisation_id is not None:
        _release(instance.user_id)


def user_saved(sender: Any, instance: User, created: bool, **_: Any) -> None:
    if not created and not instance.is_active:
        _release(instance.pk)


def _release(user_id: int) -> None:
    now = timezone.now()
    told: Any = {
        "by": _author(), "now": now, "today": timezone.localdate(now), "user_id": user_id
    }  # fmt: skip
    release_children_of_the_gone(**told)
    shut_out_the_gone(**told)
