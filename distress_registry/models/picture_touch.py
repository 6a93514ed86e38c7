"""Children whose figures wait to be counted anew."""

from django.db import models

from accounts.guard.policies import OfChild


class PictureTouch(models.Model):
    """Written by triggers with every change that a figure may hang on; the clock takes it away.

    A child may stand here many times: nobody waits for anybody in order to stand here once.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    row_security = OfChild()
    is_derived = True

    def __str__(self) -> str:
        return f"Touch {self.pk}"
