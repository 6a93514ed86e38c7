"""Pages that tell of something that did not go: in words for people, with a way on."""

import io
import logging

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.asking import in_chinese, shows
from tests.factories import OrganisationFactory, PostingFactory
from tests.promises import twice
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("came_from", "led_back"),
    [("http://testserver/children/new/?x=1", True), ("http://elsewhere.example/", False)],
    ids=["a page of ours", "a page elsewhere"],
)
def test_a_form_older_than_the_sign_in_says_so_and_leads_back_to_its_page(came_from, led_back):
    client = sign_in(Client(enforce_csrf_checks=True), PostingFactory(role=Role.CHILD_DIRECTOR))

    answer = client.post(reverse("children:child_create"), {}, headers={"referer": came_from})

    assert answer.status_code == 403
    assert shows(answer, in_chinese("This page is out of date"))
    assert shows(answer, came_from) == led_back


def test_a_refusal_is_one_line_of_the_log_and_a_fault_of_ours_is_told_whole(monkeypatch, client):
    handler = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    log = io.StringIO()
    monkeypatch.setattr(handler, "stream", log)
    sign_in(client, PostingFactory(role=Role.CLASS_TEACHER))
    client.raise_request_exception = False

    statuses = [
        client.get(reverse("children:due_list")).status_code,
        client.get("/", headers={"host": "other.example"}).status_code,
    ]

    assert statuses == [403, 400]
    assert log.getvalue().count("\n") == len(statuses)
    monkeypatch.setattr("distress_registry.views.static", lambda name: 1 / 0)
    assert client.get("/favicon.ico").status_code == 500
    assert log.getvalue().count("Traceback") == 1


def of_database(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def of_value():
    return int("欧阳明明 99010120150101001X Ouyang")


@pytest.mark.parametrize(
    ("fail", "is_told"),
    [
        (lambda: twice(OrganisationFactory, code="2133012701"), "23505"),
        (lambda: of_database("SELECT '99010120150101001X Ouyang'::integer"), "22P02"),
        (lambda: of_database("SELECT 1 FROM nowhere WHERE name = '欧阳明明'"), "nowhere"),
        (of_value, "ValueError"),
        (lambda: {}["欧阳明明 Ouyang 990127"], "KeyError"),
    ],
)
def test_a_trace_names_the_error_and_none_of_its_values(monkeypatch, fail, is_told):
    """As jobs and pages log what broke: the place, the kind of error, no row and no value."""
    handler = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    log = io.StringIO()
    monkeypatch.setattr(handler, "stream", log)

    try:
        with transaction.atomic():
            fail()
    except Exception:
        logging.getLogger("procrastinate.worker").exception("failed for 欧阳明明, 13912345678")

    assert is_told in log.getvalue()
    assert "Traceback" in log.getvalue()
    for value in ("欧阳", "13912345678", "DETAIL", "99010120150101001X", "2133012701"):
        assert value not in told_beside_code(log.getvalue()), value


def told_beside_code(log):
    """Lines of our own code stand in a trace as they are written."""
    return "\n".join(line for line in log.splitlines() if not line.startswith("    "))
