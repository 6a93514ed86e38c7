"""What stands on a child's school page, noun by noun; each panel is made beside its noun.

`MAIN` fills the wide column and `SIDE` the narrow one, in this order. A panel's function lives in
`schools/views/panels.py` and asks a constant number of queries.
"""

from accounts.access import Permission
from children.extensions import Panel

from .views import growth_record, handover_panels, notice_panels, panels
from .views.wellbeing import counselling_panel, wellbeing_panel

MAIN = [
    Panel("schools/_contacts.html", Permission.CONTACT_VIEW, panels.contacts),
    Panel("schools/_wellbeing.html", Permission.OBSERVE, wellbeing_panel),
    Panel("schools/_growth.html", Permission.GROWTH_VIEW, growth_record.panel),
    Panel("schools/_notices.html", Permission.NOTICE_VIEW, notice_panels.notices),
]
SIDE = [
    Panel("schools/_helpers.html", Permission.CONTACT_VIEW, panels.helpers),
    Panel("schools/_counselling.html", Permission.CONTACT_VIEW, counselling_panel),
    Panel("schools/_roll.html", Permission.CONTACT_VIEW, panels.roll),
    Panel("schools/_home_teaching.html", Permission.ROLL_VIEW, panels.home_teaching),
]
# What the handover page tells a new helper; whatever else they must know joins here.
HANDOVER = [
    Panel("schools/_handover_child.html", Permission.CONTACT_VIEW, handover_panels.child),
    Panel("schools/_handover_carers.html", Permission.CONTACT_VIEW, handover_panels.carers),
    Panel("schools/_handover_contacts.html", Permission.CONTACT_VIEW, handover_panels.contacts),
    Panel("schools/_handover_wellbeing.html", Permission.OBSERVE, handover_panels.wellbeing),
    Panel("schools/_helpers.html", Permission.CONTACT_VIEW, panels.helpers),
]
