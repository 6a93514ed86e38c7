"""Where the exchange joins a child's page, its due work, its trail and the turning of keys.

Called once when the applications are ready; a new noun of the exchange adds its line here.
"""

from accounts.access import Permission
from accounts.crypto import rehash
from children.extensions import BEGUN, DUE, FOLLOWED, PANELS, Panel
from children.models.duplicates import ASKED
from children.models.trail import join_reasons, join_trail

from .actions.finding_hashes import rebuild_findings
from .actions.pair_hashes import rebuild_pairs
from .matching import may_be
from .models import FeedKind, FileMerge
from .taking_in.row_hashes import rebuild_rows
from .views.file_merge import merges_panel
from .views.finding_begun import begun_by_finding, done_by_finding
from .views.finding_panels import findings_due, findings_panel


def join() -> None:
    DUE.append(findings_due)
    PANELS.insert(0, Panel("exchange/_merges.html", Permission.CHILD_VIEW, merges_panel))
    PANELS.append(Panel("exchange/_findings.html", Permission.FINDING_VIEW, findings_panel))
    BEGUN.append(begun_by_finding)
    FOLLOWED.append(done_by_finding)
    join_trail(merge=FileMerge)
    join_reasons(**dict(FeedKind.choices))
    ASKED.append(may_be)
    rehash.OTHERS += [rebuild_rows, rebuild_pairs, rebuild_findings]  # findings read the rows
