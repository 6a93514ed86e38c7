"""Where the exchange joins a child's page and its trail.

Called once when the applications are ready; a new noun of the exchange adds its line here.
"""

from accounts.access import Permission
from children.extensions import PANELS, Panel
from children.models.duplicates import ASKED
from children.models.trail import join_trail

from .matching import may_be
from .models import FileMerge
from .views.file_merge import merges_panel


def join() -> None:
    PANELS.insert(0, Panel("exchange/_merges.html", Permission.CHILD_VIEW, merges_panel))
    join_trail(merge=FileMerge)
    ASKED.append(may_be)
