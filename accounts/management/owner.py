"""What only the owner of the tables may do, said in words where the owner is not known."""

from django.conf import settings
from django.core.management.base import CommandError


def need_the_owner() -> None:
    if "owner" not in settings.DATABASES:
        raise CommandError(
            "Set OWNER_DATABASE_URL: this works as the owner of the tables, whom web and worker"
            " need not know."
        )
