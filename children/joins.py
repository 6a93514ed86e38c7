"""Where the registry's own later nouns join a child's page, its due work and its trail.

Like the floors above, they hang their parts there when the applications are ready.
"""

from django.db.models.signals import post_migrate

from accounts.access import Permission

from .extensions import DUE, PANELS, Panel
from .models import (
    CampaignChild,
    CareAction,
    CarePlan,
    FileExit,
    HomeVisit,
    Placement,
    PutOff,
    RiskAssessment,
    Transfer,
    campaign_sql,
    due_sql,
)
from .models.trail import join_trail
from .views.campaign_answer import due_of_campaign
from .views.care_plan import due_of_plan, plan_panel
from .views.child import exit_panel
from .views.concern import concerns_panel, due_concerns
from .views.confirmation import confirmations_panel
from .views.home_visit import visits_panel
from .views.placement import due_of_placement, placement_panel
from .views.put_off import due_of_child
from .views.risk import risk_panel
from .views.transfer import due_of_transfer, transfer_panel


def join(app: object) -> None:
    """`app`: the configuration of the registry, sender of its signals."""
    DUE[:0] = [due_of_transfer, due_concerns, due_of_child, due_of_plan]
    DUE[4:4] = [due_of_placement, due_of_campaign]
    PANELS[:0] = [
        Panel("children/_exit.html", Permission.CHILD_VIEW, exit_panel),
        Panel("children/_transfer.html", Permission.CHILD_VIEW, transfer_panel),
        Panel("children/_placement.html", Permission.VISIT_VIEW, placement_panel),
        Panel("children/_concerns.html", Permission.CONCERN_VIEW, concerns_panel),
        Panel("children/_confirmations.html", Permission.VISIT_VIEW, confirmations_panel),
        Panel("children/_risk.html", Permission.VISIT_VIEW, risk_panel),
        Panel("children/_visits.html", Permission.VISIT_VIEW, visits_panel),
        Panel("children/_plan.html", Permission.VISIT_VIEW, plan_panel),
    ]
    join_trail(visit=HomeVisit, risk=RiskAssessment, put_off=PutOff)
    join_trail(care_plan=CarePlan, care_step=CareAction, campaign=CampaignChild)
    join_trail(exit=FileExit, placement=Placement, transfer=Transfer)
    post_migrate.connect(due_sql.install, sender=app, dispatch_uid="children_due")
    post_migrate.connect(campaign_sql.install, sender=app, dispatch_uid="children_campaign")
