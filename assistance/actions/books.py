"""The locks under which a child's money changes: the books of its county first, then the child."""

from django.utils.translation import gettext as _

from accounts.models.area import AreaLevel
from assistance.models.payment_build import lock_books
from children.actions.promises import PromiseBroken
from children.actions.record import lock_child
from children.models import Child


def lock_child_and_books(child: Child) -> Child:
    """To the end of the transaction; the child as it is now.

    The county is read before its lock is waited for. Raises PromiseBroken when the file was moved
    to another county meanwhile: runs that do not see it any more would wait, its own would not.
    """
    lock_books(child.managing_area_id, shared=True)
    try:
        locked = lock_child(child.pk)
    except Child.DoesNotExist:  # read only, or out of sight, since it moved
        locked = None
    if locked is None or _county(locked) != _county(child):
        raise PromiseBroken("file_moved_to_another_county", _(
            "The file has just moved to another county, which decides on its money from now on."
        ))  # fmt: skip
    return locked


def _county(child: Child) -> str:
    return child.managing_area_id[: AreaLevel.COUNTY]
