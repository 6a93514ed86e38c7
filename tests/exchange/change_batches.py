"""Changes that a list proposes, and all of them asked for, begun and done through the pages."""

import json
from datetime import timedelta
from itertools import count

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from exchange.actions import change_batch
from exchange.models import ChangeBatch
from tests.exchange.lists import number
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    ListImportFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.signing_in import sign_in

LIST = reverse("exchange:change_list")
ASK = reverse("exchange:batch_ask")
_serials = count(1)


def supervisor(client):
    """Signed in, for the township."""
    row = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, row)
    return row


def a_list():
    """That has just come in."""
    return ListImportFactory(at=timezone.now() + timedelta(minutes=1))


def child(**facts):
    return ChildFactory(residence_area=area(VILLAGE), address="1组1号", **facts)


def proposed(came, field="address", value="3组9号", whose=None):
    return ProposedChangeFactory(
        child=whose or child(), field=field, new_value=value, list_import=came
    )


def certificate(**more):
    held = number(next(_serials) * 2) + "52"
    return json.dumps({"number": held, **more}) if more else held


def asked(client, move="ACCEPT", **chosen):
    """The batch that its page tells of."""
    answer = client.post(ASK, {"move": move, **chosen})
    return ChangeBatch.objects.get(pk=int(answer["Location"].rstrip("/").split("/")[-1]))


def started(client, batch, **said):
    return client.post(reverse("exchange:batch_start", args=[batch.pk]), said, follow=True)


def page(client, batch):
    return client.get(reverse("exchange:batch_detail", args=[batch.pk]))


def run(batch):
    change_batch.run(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def outcomes(batch):
    return dict(batch.lines.values_list("change_key", "outcome"))


def again(row):
    row.refresh_from_db()
    return row
