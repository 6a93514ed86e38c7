"""Recognitions and awards that people began follow roll and facts, every night."""

from datetime import date, datetime

from django.db import transaction

from assistance.models import EducationAward, Recognition
from schools.models import School, SchoolYear, Term

from .education_award import build_awards
from .recognition import propose_recognitions


def follow_roll(*, now: datetime, today: date) -> None:
    """In the counties with schools, each in a transaction of its own: no county's books wait for
    another's. Nothing is begun that nobody began before."""
    with transaction.atomic():
        counties = _counties()
        year = SchoolYear.objects.on(today).first()
        term = Term.objects.on(today).first()
        is_recognised = bool(year) and Recognition.objects.filter(year=year).exists()
        is_awarded = bool(term) and EducationAward.objects.filter(term=term).exists()
    for county in counties:
        with transaction.atomic():
            if year and is_recognised:
                propose_recognitions(year=year, day=today, by=None, now=now, area=county)
        with transaction.atomic():
            if term and is_awarded:
                build_awards(term=term, today=today, by=None, now=now, area=county)


def _counties() -> list[str]:
    codes = School.objects.values_list("organisation__area_id", flat=True)
    return sorted({code[:6] for code in codes if len(code) >= 6})
