from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = _("Exchange between departments")

    def ready(self) -> None:
        """Joins the child's page and its trail."""
        from exchange.joins import join

        join()
