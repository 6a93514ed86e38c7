"""Where the registry's own later nouns join a child's page, its due work and its trail.

Like the floors above, they hang their parts there when the applications are ready.
"""

from accounts.access import Permission

from .extensions import DUE, PANELS, Panel
from .models import HomeVisit, RiskAssessment
from .models.trail import join_trail
from .views.concern import concerns_panel, due_concerns
from .views.home_visit import visits_panel
from .views.risk import risk_panel


def join(app: object) -> None:
    """`app`: the configuration of the registry, sender of its signals."""
    DUE.insert(0, due_concerns)
    PANELS[:0] = [
        Panel("children/_concerns.html", Permission.CONCERN_VIEW, concerns_panel),
        Panel("children/_risk.html", Permission.VISIT_VIEW, risk_panel),
        Panel("children/_visits.html", Permission.VISIT_VIEW, visits_panel),
    ]
    join_trail(visit=HomeVisit, risk=RiskAssessment)
