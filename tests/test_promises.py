"""What must never be stored is the database's to refuse: one failing write for each promise."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from accounts.guard.install import guarded_models
from children.actions.promises import broken_promise

from .promises import (
    accounts,
    assistance,
    children,
    education,
    exchange,
    front_hall,
    rehabilitation,
    schools,
)

pytestmark = pytest.mark.django_db

ROOMS = (
    accounts, children, schools, assistance, education, rehabilitation, exchange, front_hall,
)  # fmt: skip
OF_ROOMS = [room.WRITES for room in ROOMS]
WRITES = {name: write for writes in OF_ROOMS for name, write in writes.items()}
PROMISES = {c.name: c for model in guarded_models() for c in model._meta.constraints}


def test_every_promise_of_every_model_is_tested_once():
    assert Counter(name for writes in OF_ROOMS for name in writes) == Counter(list(PROMISES))


@pytest.mark.parametrize("name", WRITES)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        WRITES[name]()

    assert refused.value.__cause__.diag.constraint_name == name
    broken = broken_promise(refused.value)
    assert broken.constraint == name
    assert broken.message == str(PROMISES[name].get_violation_error_message())
