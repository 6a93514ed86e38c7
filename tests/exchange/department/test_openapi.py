"""What the doors for departments promise in their OpenAPI holds for whatever is sent to them."""

from functools import cache

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from exchange.models import DepartmentCall
from exchange.rules.department_message import Action
from exchange.rules.department_openapi import PATHS
from tests.exchange.department.calling import token_of
from tests.factories import SharingAgreementFactory

pytestmark = pytest.mark.django_db
LEFT_TO_US = [positive_data_acceptance, negative_data_rejection]


@cache
def promises():
    """Read once: to read them goes through all of our code for values worth sending."""
    return schemathesis.openapi.from_wsgi(reverse("department_api:openapi"), WSGIHandler())


@pytest.fixture(autouse=True)
def kept_connection():
    """Past the test client a request gives its connection back, and with it the test's rows."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("door", PATHS, ids=lambda door: door.name)
def test_any_message_is_answered_as_promised(door, mode):
    """Statuses, headers and bodies; never an error of the server. Invalid messages are refused."""
    told, _row = token_of(SharingAgreementFactory(calls_a_minute=600, searches_a_day=1_000_000))
    operation = promises()[f"/{door.path}"]["POST"]
    headers = {"Authorization": f"Bearer {told}", "Accept-Encoding": "identity"}
    answered = set()

    @settings(max_examples=20, deadline=None, database=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode.is_positive:
            case.body["header"]["sender_id"] = "federation.example"
        # A message of the right shape may still name a transaction that is none; one that is too
        # long is refused as such, which schemathesis takes for no refusal: below it is asked.
        answer = case.call_and_validate(
            headers=headers, excluded_checks=[positive_data_acceptance, negative_data_rejection]
        )
        answered.add(answer.status_code)

    ask()
    assert DepartmentCall.objects.exists()
    if mode.is_negative:
        assert answered
        assert min(answered) >= 400
    else:  # of a transaction or a subscription that is none, in their words
        none = {Action.STATUS: 404, Action.UNSUBSCRIBE: 400}.get(door.action, 200)
        assert answered & {200, 202, none}
