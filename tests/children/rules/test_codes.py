"""Rules and models write the same codes: neither may learn a new one alone."""

import pytest

from accounts.access import Permission
from children import models
from children.models.advice import in_words
from children.rules import application, categories, certificate, exits, parent_status


@pytest.mark.parametrize(
    ("stored", "ruled"),
    [
        (models.category.CategoryCode, categories.Category),
        (models.parent_status.ParentStatusCode, parent_status.Status),
        (models.application.ApplicationState, application.State),
        (models.child.ExitReason, exits.Exit),
        (models.certificate.DisabilityKind, certificate.Kind),
    ],
    ids=lambda enum: enum.__name__,
)
def test_codes_agree(stored, ruled):
    assert {code.name: code.value for code in stored} == {code.name: code.value for code in ruled}


def test_papers_are_kinds_of_documents():
    asked = {
        kind for c in categories.Category for p in application.checklist(c) for kind in p.kinds
    }

    assert asked <= set(models.document.DocumentKind.values)


def test_moves_name_existing_permissions():
    assert {move.permission for move in application.MOVES.values()} <= set(Permission)


def test_open_applications_are_those_without_an_end():
    assert {state.value for state in models.application.ENDED} == application.FINAL


@pytest.mark.parametrize("advice", parent_status.Advice)
@pytest.mark.parametrize("why", parent_status.Why)
def test_all_advice_and_every_reason_has_words(advice, why):
    reason = parent_status.ParentReason("DEAD", parent_status.Side.A, why)
    found = in_words(parent_status.Assessment(advice, reason, reason, is_by_analogy=True))

    assert found["text"]
    assert len(found["reasons"]) == 3
    assert all(found["reasons"])
