"""Assessing the risk: what was found decides, unless a person says why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from children.models import RiskAssessment
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CadenceFactory,
    CaseAccessFactory,
    ChildFactory,
    PostingFactory,
    RiskAssessmentFactory,
    RiskQuestionFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def director(client):
    posting = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
    sign_in(client, posting)
    return posting


def assess(client, child, *signs, **typed):
    return client.post(of(child, "risk_add"), {"signs": signs, "level": ""} | typed)


def test_what_was_found_sets_the_risk_of_the_child_with_its_reasons(client, director):
    child = ChildFactory()

    assess(client, child, "neglect", "poor_home")

    row = RiskAssessment.objects.get()
    assert (row.points, row.scored_level, row.level) == (5, "MEDIUM", "MEDIUM")
    assert row.signs == ["neglect", "poor_home"]
    child.refresh_from_db()
    assert child.risk_level == "MEDIUM"
    assert child.history.first().history_user == director.user
    assert shows(client.get(of(child, "child_detail")), "监护人疏于照料")


def test_one_alarm_is_high_at_once(client, director):
    child = ChildFactory()

    assess(client, child, "violence")

    child.refresh_from_db()
    assert child.risk_level == "HIGH"


def test_another_risk_than_the_points_give_needs_a_reason(client, director):
    child = ChildFactory()

    refused = assess(client, child, "neglect", level="HIGH")
    assess(client, child, "neglect", level="HIGH", override_reason="奶奶住院，家里无人")

    text = in_chinese("The points give «%(level)s» (%(points)s). Say why the risk is another.")
    assert errors(refused)["override_reason"] == [text % {"level": "低", "points": 3}]
    row = RiskAssessment.objects.get()
    assert (row.scored_level, row.level, row.is_overridden) == ("LOW", "HIGH", True)
    child.refresh_from_db()
    assert child.risk_level == "HIGH"
    assert child.history.first().history_change_reason == "奶奶住院，家里无人"


def test_a_reason_for_the_risk_that_the_points_give_anyway_is_no_override(client, director):
    child = ChildFactory()

    assess(client, child, level="LOW", override_reason="x")

    assert RiskAssessment.objects.get().override_reason == ""


def test_questions_and_points_are_those_of_the_day(client, director):
    child = ChildFactory()
    RiskQuestionFactory(code="neglect", starts_on=TODAY, weight=6)
    RiskQuestionFactory(code="poor_home", starts_on=TODAY, weight=0)  # asked no more
    RiskQuestionFactory(code="alone", starts_on=TODAY + timedelta(days=1), weight=0)  # not yet
    CadenceFactory(risk_level="HIGH", from_points=6, starts_on=TODAY)

    form = client.get(of(child, "risk_add")).context["form"]
    asked = [code for code, _label in form.fields["signs"].choices]
    assess(client, child, "neglect")

    assert {"neglect", "alone"} <= set(asked)
    assert "poor_home" not in asked
    assert RiskAssessment.objects.get().level == "HIGH"


def test_a_question_that_is_not_asked_is_refused(client, director):
    child = ChildFactory()

    assert "signs" in errors(assess(client, child, "nothing"))


def test_an_old_assessment_reads_as_it_was_asked(client, director):
    child = ChildFactory()
    RiskAssessmentFactory(child=child, signs=["poor_home", "gone"])

    page = client.get(of(child, "child_detail"))

    assert shows(page, "住房或吃穿明显不足")
    assert shows(page, "gone")


def test_what_was_found_last_is_ticked_already(client, director):
    child = ChildFactory()
    RiskAssessmentFactory(child=child)

    assert client.get(of(child, "risk_add")).context["form"].initial["signs"] == ["poor_home"]


def test_a_file_that_is_only_shared_is_not_assessed(client, director):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=child, user=director.user)

    assert assess(client, child, "neglect").status_code == 404
    assert not RiskAssessment.objects.exists()
