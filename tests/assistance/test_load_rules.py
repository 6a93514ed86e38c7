"""Rules go into the database and come out the same; twice is once; nothing used is deleted."""

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.scope import EVERYTHING, acting
from assistance.actions.load_rules import load_rules
from assistance.models import EligibilityRule, OverlapRule, Programme, Standard
from assistance.models.rulebook import kept_rules
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import WrongFile
from distress_registry.demo.rules import load_example_rules
from tests.factories import EntitlementFactory, PaymentLineFactory

NOW = datetime(2026, 3, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db

RULES = {
    "programmes": [
        {
            "code": "NURSING", "name": "护理补贴", "name_en": "Nursing subsidy", "pay_day": 10,
            "starts": "APPLICATION_MONTH",
            "standards": [
                {"amount": 100, "from": "2024-01"},
                {"amount": "119.50", "from": "2025-01", "document": "x", "example": True},
                {"amount": 99, "from": "2025-01", "disability": {"grades": [2]}, "boarding": False},
            ],
            "eligibility": [
                {"conditions": {"disability": "SEVERE"}, "document_date": "2015-09-22"},
                {"conditions": {"age": {"below": 7}}, "area": "35"},
            ],
        },
        {"code": "GRANT", "cadence": "TERM", "stop_events": [],
         "standards": [{"formula": {"kind": "PERCENT", "percent": 50.5, "of": "NURSING"}},
                       {"formula": {"kind": "TOP_UP", "to": 80.5}, "area": "35"}]},
    ],
    "overlaps": [
        {"kind": "HIGHER_OF", "among": ["NURSING", "GRANT"], "when": {"sex": "MALE"}},
        {"kind": "TOP_UP", "programmes": "GRANT"},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _everything():
    with acting(EVERYTHING):
        yield


def load(data, by=None):
    done = load_rules(data=data, by=by, now=NOW)
    return done.added, done.changed, done.withdrawn


def test_what_is_loaded_comes_out_with_the_same_meaning_and_goes_in_again_unchanged():
    assert load(RULES) == (11, 0, 0)

    out = json.loads(json.dumps(kept_rules().data))
    assert load(out) == (0, 0, 0)
    assert load(RULES) == (0, 0, 0)
    book, again = read_rulebook(RULES), read_rulebook(out)
    assert again.programmes == book.programmes
    assert set(again.overlaps) == set(book.overlaps)
    assert set(again.eligibility) == set(book.eligibility)
    assert {one.amount for one in again.standards} == {one.amount for one in book.standards}


def test_a_standard_ends_where_the_next_one_begins():
    load(RULES)

    old, new = Standard.objects.filter(
        programme__code="NURSING", applies_to={}
    ).order_by("from_month")  # fmt: skip
    assert (f"{old.to_month:%Y-%m}", new.to_month) == ("2024-12", None)


def test_what_the_file_no_longer_holds_is_withdrawn_with_its_history():
    load(RULES)
    nursing = RULES["programmes"][0]
    changed = {**nursing, "pay_day": 15, "standards": nursing["standards"][:1]}

    assert load({"programmes": [changed]}) == (1, 1, 5)  # the first is open again: another row

    standing = Standard.objects.standing().filter(programme__code="NURSING")
    assert [str(one.amount) for one in standing] == ["100.00"]
    assert not OverlapRule.objects.standing().exists()
    assert Standard.objects.standing().filter(programme__code="GRANT").count() == 2
    assert Standard.history.filter(is_withdrawn=True).count() == 3
    assert Programme.history.filter(code="NURSING").count() == 2


def test_a_wrong_file_changes_nothing():
    with pytest.raises(WrongFile):
        load({"programmes": [{"code": "A"}, {"code": "B", "cadence": "X"}]})

    assert not Programme.objects.exists()


def test_new_rows_have_true_history():
    load(RULES)

    for model in (Programme, Standard, EligibilityRule, OverlapRule):
        assert model.history.count() == model.objects.count()
        assert set(model.history.values_list("history_type", flat=True)) == {"+"}


def test_the_commands_write_and_read_the_same_file(tmp_path, capsys):
    file, again = tmp_path / "rules.json", tmp_path / "again.json"
    file.write_text(json.dumps(RULES))

    call_command("load_rules", str(file))
    call_command("export_rules", str(again))
    call_command("load_rules", str(again))
    call_command("export_rules")

    said = capsys.readouterr().out
    assert "11 added, 0 changed, 0 withdrawn." in said
    assert "0 added, 0 changed, 0 withdrawn." in said
    assert json.loads(again.read_text()) == json.loads(said[said.index("{"):])  # fmt: skip


@pytest.mark.parametrize("text", ["{", '{"programmes": [{"code": 1}]}', None])
def test_the_command_says_what_is_wrong_and_ends_with_2(tmp_path, text):
    file = tmp_path / "rules.json"
    if text:
        file.write_text(text)

    with pytest.raises(CommandError) as caught:
        call_command("load_rules", str(file))

    assert caught.value.returncode == 2


def test_how_a_programme_pays_is_not_loaded_over_what_it_has_paid(tmp_path):
    load(RULES)
    nursing = Programme.objects.get(code="NURSING")
    PaymentLineFactory(entitlement=EntitlementFactory(programme=nursing, is_running=True))
    file = tmp_path / "rules.json"
    one, *others = RULES["programmes"]
    file.write_text(json.dumps({**RULES, "programmes": [{**one, "pay_months": [6]}, *others]}))

    with pytest.raises(CommandError) as told:
        call_command("load_rules", str(file))

    assert told.value.returncode == 2
    nursing.refresh_from_db()
    assert nursing.pay_months == []


def test_the_demo_county_has_the_example_rules_marked_as_examples():
    load_example_rules(NOW)

    assert Programme.objects.count() == len(Programme.objects.filter(is_example=True)) >= 15
    assert not Standard.objects.filter(is_example=False).exists()
    assert kept_rules().book() == read_rulebook(kept_rules().data)


def test_a_rule_typed_wrongly_is_told_at_its_field():
    load(RULES)
    programme = Programme.objects.get(code="NURSING")

    for row, field in (
        (Standard(programme=programme, amount=1, per="MONTH", applies_to={"grade": 1}),
         "applies_to"),
        (Standard(programme=programme, formula="PERCENT", per="MONTH", terms={"percent": 5}),
         "terms"),
        (EligibilityRule(programme=programme, conditions={"any": []}), "conditions"),
        (OverlapRule(kind="EXCLUDES", programmes=["A"], others=[]), "programmes"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert field in caught.value.error_dict
