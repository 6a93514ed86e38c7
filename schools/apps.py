from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        """Joins the child's page and its trail."""
        from children.models.trail import join_trail
        from schools.models import Enrolment, GuardianContact, Pairing

        join_trail(enrolment=Enrolment, pairing=Pairing, contact=GuardianContact)
