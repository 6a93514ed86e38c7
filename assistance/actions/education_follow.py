"""Recognitions and awards that people began follow roll and facts, every night."""

from datetime import date, datetime

from assistance.models import EducationAward, Recognition
from schools.models import School, SchoolYear, Term

from .education_award import build_awards
from .recognition import propose_recognitions


def follow_roll(*, now: datetime, today: date) -> None:
    """In the counties with schools; nothing is begun that nobody began before."""
    year = SchoolYear.objects.on(today).first()
    term = Term.objects.on(today).first()
    for county in _counties():
        if year and Recognition.objects.filter(year=year).exists():
            propose_recognitions(year=year, day=today, by=None, now=now, area=county)
        if term and EducationAward.objects.filter(term=term).exists():
            build_awards(term=term, today=today, by=None, now=now, area=county)


def _counties() -> list[str]:
    codes = School.objects.values_list("organisation__area_id", flat=True)
    return sorted({code[:6] for code in codes if len(code) >= 6})
