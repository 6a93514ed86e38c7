"""Scores of outside instruments, and a guardian's consent."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from schools.actions.screening import AlreadyWithdrawn, withdraw_score
from schools.models import (
    Consent,
    Referral,
    ScreeningResult,
    ScreeningWithdrawal,
)
from tests.asking import errors, shows, text_of
from tests.factories import (
    CaseAccessFactory,
    ConsentFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    PostingFactory,
    ScreeningBandFactory,
    ScreeningResultFactory,
    ScreeningWithdrawalFactory,
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
    care = GuardianshipFactory(child=seen, kind="LEGAL")
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


def test_only_who_is_guardian_of_this_child_on_the_day_consents(client, seen, counsellor):
    former = GuardianshipFactory(child=seen, ends_on=date(2024, 6, 1), kind="LEGAL")
    entrusted = GuardianshipFactory(child=seen, kind="ENTRUSTED")
    revoked = GuardianshipFactory(child=seen, relation="FATHER", kind="PARENT")
    ParentStatusFactory(child=seen, status="GUARDIANSHIP_REVOKED")
    sign_in(client, counsellor)
    typed = {"purpose": "SCREENING", "way": "PAPER", "text_version": "2", "given_on": today()}

    for care in (GuardianshipFactory(kind="LEGAL"), former, entrusted, revoked):
        answer = client.post(at(seen, "consent_add"), typed | {"guardianship": care.pk})
        assert "guardianship" in errors(answer)


@pytest.fixture
def wrong(client, seen, counsellor, tool):
    """A score that referred the child, and should not have."""
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    sign_in(client, counsellor)
    client.post(at(seen, "screening_add"), score(tool, 5))
    client.post(at(seen, "screening_add"), score(tool, 26, remark="抄错"))
    return ScreeningResult.objects.get(score=26)


def test_a_wrong_score_stays_struck_with_reason_and_name_and_draws_no_line(
    client, seen, counsellor, wrong
):
    before = client.get(at(seen, "wellbeing")).context["screenings"][0]
    assert [row.score for row in before["rows"]] == [26, 5]

    answer = client.post(at(seen, "screening_withdraw", wrong.pk), {"reason": "量表拿错了人"})

    assert answer.url == at(seen, "wellbeing")
    page = client.get(at(seen, "wellbeing"))
    assert "<del>" in text_of(page)
    assert shows(page, "量表拿错了人")
    assert shows(page, counsellor.user.full_name)
    assert list(ScreeningResult.objects.counting().values_list("score", flat=True)) == [5]
    assert wrong.withdrawal.withdrawn_by == counsellor.user


def test_the_line_leaves_a_withdrawn_score_out(client, seen, counsellor, lead, tool):
    sign_in(client, lead)
    band = tool.bands.get(refers=False)
    ConsentFactory(guardianship=GuardianshipFactory(child=seen), given_on=date(2025, 1, 1))
    for day, points in ((date(2026, 2, 1), 3), (date(2026, 3, 1), 4), (date(2026, 4, 1), 9)):
        ScreeningResultFactory(child=seen, band=band, taken_on=day, score=points)
    drawn = client.get(at(seen, "wellbeing")).context["screenings"][0]["chart"]
    ScreeningWithdrawalFactory(result=ScreeningResult.objects.get(score=9))

    left = client.get(at(seen, "wellbeing")).context["screenings"][0]["chart"]

    assert drawn.count("<circle") == 3
    assert left.count("<circle") == 2


def test_the_referral_it_opened_stays_and_is_told(client, seen, counsellor, lead, wrong):
    row = Referral.objects.get()
    client.post(at(seen, "screening_withdraw", wrong.pk), {"reason": "量表拿错了人"})

    row.refresh_from_db()
    assert row.state == "OPEN"
    assert [(s.move, s.screening) for s in row.steps.all()] == [("REFER", wrong), ("UNSIGN", wrong)]
    sign_in(client, lead)
    page = client.get(at(seen, "referral_detail", row.pk))
    assert page.context["unsigned"]
    assert shows(page, "量表拿错了人")


def test_a_score_that_referred_nobody_tells_no_referral(client, seen, wrong):
    calm = ScreeningResult.objects.get(score=5)

    client.post(at(seen, "screening_withdraw", calm.pk), {"reason": "日期不对"})

    assert [step.move for step in Referral.objects.get().steps.all()] == ["REFER"]


def test_a_score_is_withdrawn_once_with_a_reason_and_by_its_school_alone(
    client, seen, counsellor, wrong
):
    url = at(seen, "screening_withdraw", wrong.pk)
    assert "reason" in errors(client.post(url, {"reason": " "}))
    elsewhere = PostingFactory(role=Role.COUNSELLOR)
    CaseAccessFactory(child=seen, user=elsewhere.user, reason="PAIRING")
    sign_in(client, elsewhere)
    assert "__all__" in errors(client.post(url, {"reason": "x"}))

    sign_in(client, counsellor)
    assert client.post(url, {"reason": "x"}).status_code == 302
    assert client.post(url, {"reason": "y"}).status_code == 404
    with pytest.raises(AlreadyWithdrawn):
        withdraw_score(result=wrong, reason="y", by=counsellor, now=timezone.now())
    assert ScreeningWithdrawal.objects.get().reason == "x"


def test_a_withdrawal_is_seen_by_counsellor_and_lead_alone(seen, teacher, counsellor, lead, wrong):
    ScreeningWithdrawalFactory(result=wrong)

    assert rows_seen(teacher, "schools_screeningwithdrawal") == 0
    for posting in (counsellor, lead):
        assert rows_seen(posting, "schools_screeningwithdrawal") == 1
