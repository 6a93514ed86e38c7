"""Django's own permission questions, answered from the acting posting."""

from typing import Any

from django.contrib.auth.backends import BaseBackend


class ActingPostingBackend(BaseBackend):
    """Signs nobody in. The administration site asks it; see `accounts.registry_admin`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False
