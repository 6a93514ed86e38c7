from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        """Joins the child's page and its trail; hears when a helper's posting ends."""
        from schools.joins import join

        join(self)
