"""Scores of outside instruments, and a guardian's consent."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schools.models import (
    Consent,
    Referral,
    ScreeningResult,
)
from tests.asking import errors, shows
from tests.factories import (
    CaseAccessFactory,
    ConsentFactory,
    GuardianshipFactory,
    ScreeningBandFactory,
    ScreeningResultFactory,
)
from tests.signing_in import sign_in

from .words import at, rows_seen, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def tool():
    band = ScreeningBandFactory(lowest=0, highest=9)
    ScreeningBandFactory(tool=band.tool, lowest=10, highest=27, refers=True, label_zh="建议转介")
    return band.tool


@pytest.fixture
def seen(child, counsellor):
    CaseAccessFactory(child=child, user=counsellor.user, reason="PAIRING")
    return child


def score(tool, points=5, **more):
    return {"tool": tool.pk, "taken_on": today(), "score": points} | more


def test_under_14_no_score_is_entered_without_a_guardians_living_consent(
    client, seen, counsellor, tool
):
    sign_in(client, counsellor)
    url = at(seen, "screening_add")
    assert "taken_on" in errors(client.post(url, score(tool)))
    care = GuardianshipFactory(child=seen)
    withdrawn = ConsentFactory(guardianship=care, withdrawn_on=date(2026, 2, 1))
    ConsentFactory(guardianship=care, purpose="PHOTO")
    assert "taken_on" in errors(client.post(url, score(tool)))
    assert not ScreeningResult.objects.exists()

    typed = {"purpose": "SCREENING", "guardianship": care.pk, "way": "PAPER",
             "text_version": "2", "given_on": today()}  # fmt: skip
    assert client.post(at(seen, "consent_add"), typed).status_code == 302
    assert client.post(url, score(tool)).status_code == 302
    assert ScreeningResult.objects.get().band.label_zh == "无需关注"

    living = Consent.objects.exclude(pk=withdrawn.pk).get(purpose="SCREENING")
    client.post(at(seen, "consent_withdraw", living.pk), {"withdrawn_on": today()})
    assert "taken_on" in errors(client.post(url, score(tool)))


def test_the_database_refuses_such_a_score_too(child):
    with pytest.raises(IntegrityError, match="guardian consents"), transaction.atomic():
        ScreeningResultFactory(child=child)
    with pytest.raises(IntegrityError, match="lies in its band"), transaction.atomic():
        ScreeningResultFactory(score=99)


def test_a_score_in_a_band_that_says_so_refers(client, seen, counsellor, tool):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    sign_in(client, counsellor)

    client.post(at(seen, "screening_add"), score(tool, 12))

    assert Referral.objects.get().ground == "SCREENING"


def test_a_score_without_a_band_is_refused_at_its_field(client, seen, counsellor, tool):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    sign_in(client, counsellor)

    for points in ("28", "-1", "x", "99999"):
        assert "score" in errors(client.post(at(seen, "screening_add"), score(tool, points)))


def test_scores_are_shown_to_counsellor_and_lead_alone(client, seen, teacher, counsellor, lead):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    ScreeningResultFactory(child=seen, remark="纸质第三页")
    sign_in(client, teacher)
    assert not shows(client.get(at(seen, "wellbeing")), "纸质第三页")
    assert rows_seen(teacher, "schools_screeningresult") == 0
    for posting in (counsellor, lead):
        sign_in(client, posting)
        assert shows(client.get(at(seen, "wellbeing")), "纸质第三页")


def test_a_consent_of_another_childs_guardian_or_of_a_former_one_is_refused(
    client, seen, counsellor
):
    former = GuardianshipFactory(child=seen, ends_on=date(2024, 6, 1))
    sign_in(client, counsellor)
    typed = {"purpose": "SCREENING", "way": "PAPER", "text_version": "2", "given_on": today()}

    for care in (GuardianshipFactory(), former):
        answer = client.post(at(seen, "consent_add"), typed | {"guardianship": care.pk})
        assert "guardianship" in errors(answer)
