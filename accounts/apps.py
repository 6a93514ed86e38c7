from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts and access")

    def ready(self) -> None:
        from accounts import checks, scope  # noqa: F401 - checks register themselves
        from accounts.crypto import second_factors  # noqa: F401 - listens to allauth's rows
        from accounts.guard.install import install

        scope.install()
        # The last application to be migrated calls it once; see `sender`.
        post_migrate.connect(install, sender=self, dispatch_uid="registry_guard")
