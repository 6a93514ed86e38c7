"""Rules, pupils and the steps of an award, for the tests of this folder."""

from datetime import UTC, date, datetime

from assistance.actions.education_award import build_awards, confirm_awards
from assistance.models import EducationAward
from schools.models import Enrolment
from tests.factories import (
    COUNTY,
    ChildFactory,
    EnrolmentFactory,
    RecognitionFactory,
    SchoolFactory,
    UserFactory,
)

NOW = datetime(2025, 9, 10, 2, tzinfo=UTC)
DAY = date(2025, 9, 10)
LATER = date(2025, 11, 3)
POOR = {"any": [{"tier": ["SPECIAL", "MEDIUM", "GENERAL"]}, {"economic_status": "DIBAO"}]}
RULES = {
    "programmes": [
        {
            "code": "CE_BOARD", "cadence": "TERM", "department": "EDUCATION", "starts": "MONTH_MET",
            "standards": [{"amount": 1250, "per": "YEAR", "document": "财教〔2024〕1号"}],
            "eligibility": [
                {"conditions": {"school": {"stages": "PRIMARY", "boarding": True}, **POOR}}
            ],
        },
        {
            "code": "CE_NONBOARD", "cadence": "TERM", "department": "EDUCATION",
            "starts": "MONTH_MET",
            "standards": [{"formula": {"kind": "PERCENT", "percent": 50, "of": "CE_BOARD"}}],
            "eligibility": [
                {"conditions": {"school": {"stages": "PRIMARY", "boarding": False}, **POOR}}
            ],
        },
        {
            "code": "SE_FREE", "cadence": "TERM", "department": "EDUCATION", "paid_to": "SCHOOL",
            "starts": "MONTH_MET", "standards": [{"amount": 800, "per": "YEAR"}],
            "eligibility": [{"conditions": {"school": {"stages": "SENIOR"}, **POOR}}],
        },
        {
            "code": "SE_GRANT", "cadence": "TERM", "department": "EDUCATION", "starts": "MONTH_MET",
            "standards": [{"tiers": "SPECIAL", "amount": 3300, "per": "YEAR"},
                          {"tiers": ["MEDIUM", "GENERAL"], "amount": 2300, "per": "YEAR"}],
            "eligibility": [
                {"conditions": {"school": {"stages": "SENIOR"},
                                "tier": ["SPECIAL", "MEDIUM", "GENERAL"]}}
            ],
        },
    ],
    "overlaps": [{"kind": "HIGHER_OF", "among": ["CE_BOARD", "CE_NONBOARD"]}],
}  # fmt: skip


def pupil(school=None, tier="SPECIAL", **facts):
    child = ChildFactory()
    roll = {"stage": "SENIOR", "grade": 1, "school": school or SchoolFactory(), **facts}
    EnrolmentFactory(child=child, **roll)
    if tier:
        RecognitionFactory(child=child, is_confirmed=True, tier=tier)
    return child


def build(term, today=DAY, **facts):
    place = facts if "school" in facts else {"area": COUNTY, **facts}
    return build_awards(term=term, today=today, now=NOW, **{"by": None, **place})


def awards(child):
    return {
        row.programme.code: (row.amount, row.state)
        for row in EducationAward.objects.filter(child=child).counting().select_related("programme")
    }


def confirm(term, rows=None, by=None):
    rows = EducationAward.objects.select_related("programme") if rows is None else rows
    return confirm_awards(
        term=term, awards=list(rows), area=COUNTY, by=by or UserFactory(), now=NOW
    )


def left(child, day, reason="DROPPED_OUT"):
    row = Enrolment.objects.get(child=child, ends_on=None)
    row.ends_on, row.end_reason = day, reason
    row.save()
