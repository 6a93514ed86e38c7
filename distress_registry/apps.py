from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FrontHallConfig(AppConfig):
    name = "distress_registry"
    verbose_name = _("Front hall")

    def ready(self) -> None:
        from distress_registry.models import county_table_sql, picture_sql
        from distress_registry.models.county_table import table_headings, table_titles
        from exchange.actions.sharing_kinds import OUTGOING, Outgoing

        post_migrate.connect(picture_sql.install, sender=self, dispatch_uid="picture")
        post_migrate.connect(county_table_sql.install, sender=self, dispatch_uid="county_tables")
        OUTGOING.append(Outgoing(_("Tables to report"), table_titles, table_headings))
