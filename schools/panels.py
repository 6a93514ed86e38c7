"""What stands on a child's school page, noun by noun; each panel is made beside its noun.

`MAIN` fills the wide column and `SIDE` the narrow one, in this order. A panel's function lives in
`schools/views/panels.py` and asks a constant number of queries.
"""

from accounts.access import Permission
from children.extensions import Panel

from .views import notice_panels, panels

MAIN = [
    Panel("schools/_contacts.html", Permission.CONTACT_VIEW, panels.contacts),
    Panel("schools/_notices.html", Permission.NOTICE_VIEW, notice_panels.notices),
]
SIDE = [
    Panel("schools/_helpers.html", Permission.CONTACT_VIEW, panels.helpers),
    Panel("schools/_roll.html", Permission.CONTACT_VIEW, panels.roll),
]
