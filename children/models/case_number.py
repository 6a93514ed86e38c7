"""The next serial of a case number, per county and year."""

from django.db import models

from accounts.guard.policies import Open


class CaseNumberSerial(models.Model):
    """Taken by one `INSERT … ON CONFLICT DO UPDATE … RETURNING`; gaps are allowed."""

    county_code = models.CharField(max_length=6, db_collation="C")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    row_security = Open("counts only")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "year"], name="serial_once_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.county_code}-{self.year}"
