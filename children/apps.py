from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChildrenConfig(AppConfig):
    name = "children"
    verbose_name = _("Registry")

    def ready(self) -> None:
        """Reports of harm join the child's page like what the floors above hang there."""
        from accounts.access import Permission
        from children.extensions import DUE, PANELS, Panel
        from children.views.concern import concerns_panel, due_concerns

        DUE.insert(0, due_concerns)
        PANELS.insert(0, Panel("children/_concerns.html", Permission.CONCERN_VIEW, concerns_panel))
