"""Which programmes answer which guarantee in the demo county, and a year of its picture."""

from datetime import date, datetime

from django.utils import timezone

from assistance.models import Programme
from assistance.rules.months import last_day, shifted
from distress_registry.models import GuaranteeTerm
from distress_registry.models.picture import note_following, refresh, refresh_touched

MONTHS = 12
ANSWERS = {
    "LIVING": ["ORPHAN", "DE_FACTO", "HIV", "TIER_SEVERE", "TIER_LOWINC", "TIER_OWN"],
    "MEDICAL": ["MEDICAL"],
    "WELFARE": ["LIVING", "NURSING", "REHAB"],
}


def load_picture(now: datetime) -> None:
    """Each month is counted on its last day, as the clock would have done, and today."""
    programmes = {row.code: row for row in Programme.objects.all()}
    for guarantee, codes in ANSWERS.items():
        for code in codes:
            if code in programmes:
                GuaranteeTerm.objects.create(
                    guarantee=guarantee, programme=programmes[code], from_month=date(2020, 1, 1),
                    document="示例口径",
                )  # fmt: skip
    today = timezone.localdate(now)
    for ago in range(MONTHS, 0, -1):
        refresh(None, last_day(shifted(today.replace(day=1), -ago)))
    refresh(None, today)
    while refresh_touched(today, 10_000):
        pass
    note_following(today)
