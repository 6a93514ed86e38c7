from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontHallConfig(AppConfig):
    name = "distress_registry"
    verbose_name = _("Front hall")
