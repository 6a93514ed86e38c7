"""Rows of lists belong to an area: they are seen by those whose own area it is."""

from typing import Self

from django.db import models

from accounts.access import Grant
from accounts.models.area import upper_bound


class OfAreaQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))
