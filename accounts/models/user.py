"""A person who signs in. What they may do hangs on their postings, not on the user."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History


class User(AbstractUser):
    """Never deleted, because history and access log name them: `is_active` is taken away."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=100)
    language = models.CharField(  # empty: the browser's
        _("language"), max_length=10, blank=True, choices=settings.LANGUAGES
    )
    # Whether one key alone answers: who dictates, or easily hits a wrong key, turns it off.
    single_keys = models.BooleanField(_("answers by single keys"), default=True)
    # Set by somebody else, who may know it: until the user has chosen one, nothing is shown.
    is_password_lent = models.BooleanField(
        _("password was set by somebody else"), default=False, editable=False
    )

    history = History(excluded_fields=["password", "last_login"])
    row_security = Open("needed to sign in, before any posting is known")

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
