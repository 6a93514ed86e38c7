"""Which lists a department sends: its own kinds alone, and answers that are waited for."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.scope import acting
from exchange.models import ListUpload
from tests.asking import shows
from tests.exchange import lists
from tests.exchange.lists import number
from tests.factories import (
    ListUploadFactory,
    NumberQueryFactory,
    UserFactory,
)
from tests.signing_in import sign_in

from .test_sent_list import federation, poor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county_files")]


@pytest.fixture
def liaison():
    return federation()


def test_the_register_is_sent_by_no_department(client, liaison, tmp_path):
    sign_in(client, liaison)
    path = poor(tmp_path, ["张小三", number(1), "低保"])
    with path.open("rb") as file:
        answer = client.post(reverse("exchange:sent_add"), {"kind": "register", "file": file})
    assert (answer.status_code, "kind" in answer.context["form"].errors) == (200, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListUploadFactory(sent_from=liaison.organisation)
    assert not ListUpload.objects.exists()


def test_a_department_sends_the_kinds_of_lists_that_are_its_own(client, liaison, tmp_path):
    path = poor(tmp_path, ["张小三", number(1), "低保"])
    unnamed = federation("330127-X", department="")
    for posting, kind in ((liaison, "school_roll"), (unnamed, "low_income")):
        page = client_of(posting).get(reverse("exchange:sent_add"))
        assert page.context["form"].has_kinds is (posting is liaison)
        assert kind not in dict(page.context["form"].fields["kind"].choices)
        with path.open("rb") as file:
            answer = client_of(posting).post(
                page.request["PATH_INFO"], {"kind": kind, "file": file}
            )
        assert (answer.status_code, "kind" in answer.context["form"].errors) == (200, True)
        with pytest.raises(IntegrityError, match="sends no such list"), transaction.atomic():
            ListUploadFactory(kind=kind, sent_from=posting.organisation, area_code=lists.COUNTY)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor for another county
        ListUploadFactory(kind="low_income", sent_from=liaison.organisation, area_code="330182")
    assert not ListUpload.objects.exists()


def client_of(posting):
    return sign_in(Client(), posting)


def test_numbers_to_answer_stand_on_the_home_page_of_their_department():
    ours, elsewhere = (
        federation("330127-J", department="JUSTICE"),
        federation("330182-J", "330182", department="JUSTICE"),
    )
    sent = {
        "state": "SENT", "area_code": lists.COUNTY, "due_on": date(2026, 3, 1), "numbers": 7,
        "sent_at": timezone.now(), "decided_by": UserFactory(), "decided_at": timezone.now(),
    }  # fmt: skip
    row = NumberQueryFactory(kind="prison_results", **sent)
    NumberQueryFactory(kind="prison_results", area_code=lists.COUNTY)  # nobody has approved it
    home = client_of(ours).get(reverse("home"))
    assert shows(home, row.code)
    assert shows(home, f"{reverse('exchange:sent_add')}?kind=prison_results")

    for posting, shown in ((ours, [row.pk]), (elsewhere, []), (federation("330127-F"), [])):
        with acting(scope_of(posting)), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM exchange_numberquery")
            assert [key for (key,) in cursor.fetchall()] == shown
            for table in ("exchange_askednumber", "exchange_historicalnumberquery"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)
            with pytest.raises(ProgrammingError) if shown else nullcontext(), transaction.atomic():
                cursor.execute("UPDATE exchange_numberquery SET numbers = 1")
