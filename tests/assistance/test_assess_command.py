"""`manage.py assess`: JSON on standard output, mistakes by place on standard error, 0 or 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
RULES, CASES = (str(BASE / "docs/examples" / name) for name in ("rules.json", "cases.json"))
BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}  # no database, no secret


def run(*arguments, stdin=""):
    return subprocess.run(
        [sys.executable, "manage.py", "assess", *arguments],
        cwd=BASE, env=BARE, input=stdin, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def test_the_examples_are_answered_without_a_database_in_either_language():
    done = run("--rules", RULES, "--cases", CASES, "--language", "en")
    chinese = run("--rules", RULES, "--cases", CASES)

    assert (done.returncode, done.stderr) == (0, "")
    assert (chinese.returncode, chinese.stderr) == (0, "")
    first = json.loads(done.stdout)[0]["programmes"]["NURSING"]
    assert (first["owed"], first["amount"], first["from_month"]) == (True, 140, "2025-03")
    assert first["reasons"][0] == {
        "kind": "disability",
        "condition": "disability certificate: severe (grade 1–2, intellectual or mental grade 3–4)",
        "value": "physical grade 1",
        "held": True,
    }
    told = json.loads(chinese.stdout)
    assert told[0]["programmes"]["NURSING"]["reasons"][0]["value"] == "肢体 1级"
    words = {
        word
        for case in told
        for one in case["programmes"].values()
        for reason in one["reasons"]
        for word in (reason["condition"], reason["value"])
    }
    english = {word for word in words if any("a" <= letter <= "z" for letter in word)}
    own = {f"{fact}：是" for fact in ("rural", "agricultural_major")}
    assert all("rehabilitation" in word for word in english - own)  # the name of a cost


def test_mistakes_of_either_file_are_told_by_place_and_nothing_is_answered(tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text('{"programmes": [{"code": "A", "standards": [{"amount": "much"}, {}]}]}')

    done = run("--rules", str(rules), "--cases", CASES, "--language", "en")

    assert (done.returncode, done.stdout) == (2, "")
    assert f'{rules}: programmes[0].standards[0].amount: a number is expected, not "much"' in (
        done.stderr
    )
    assert "programmes[0].standards[1]: either" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_file_to_read_is_told_of_both_in_one_sentence_each(tmp_path):
    deep, none = tmp_path / "deep.json", tmp_path / "none.json"
    deep.write_text("[" * 100_000)

    done = run("--rules", str(tmp_path), "--cases", str(none), "--language", "en")
    nested = run("--rules", str(deep), "--cases", str(none), "--language", "en")

    assert (done.returncode, nested.returncode) == (2, 2)
    assert done.stderr.removeprefix("CommandError: ").splitlines() == [
        f"{tmp_path}: this is a folder, no file", f"{none}: there is no such file"
    ]  # fmt: skip
    assert f"{deep}: file: lists and objects are nested too deeply" in nested.stderr
    assert "Traceback" not in done.stderr + nested.stderr


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe{", b"[1, 2", b'[{"on": "2025-01"}]'])
def test_what_cannot_be_read_ends_with_2(tmp_path, content):
    cases = tmp_path / "cases.json"
    if content is not None:
        cases.write_bytes(content)

    done = run("--rules", RULES, "--cases", str(cases))

    assert (done.returncode, done.stdout) == (2, "")
    assert str(cases) in done.stderr
    assert "Traceback" not in done.stderr


def test_cases_may_come_from_standard_input():
    done = run("--rules", RULES, "--cases", "-", stdin="[]")

    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_standard_input_may_begin_with_a_byte_order_mark_and_is_one_of_the_two_alone():
    done = run("--rules", RULES, "--cases", "-", stdin="\ufeff[]")
    both = run("--rules", "-", "--cases", "-", "--language", "en", stdin="{}")

    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert (both.returncode, both.stdout) == (2, "")
    assert "--cases: only one of the two files can be standard input" in both.stderr


def test_half_a_character_is_a_mistake_with_its_place(tmp_path):
    cases = tmp_path / "cases.json"
    cases.write_text(
        r'[{"name": "\ud800", "on": "2025-06", "facts": {"birth_date": "2015-01-01"}}]'
    )
    rules = tmp_path / "rules.json"
    rules.write_text(r'{"programmes": [{"code": "A", "name": "\ud83d\ude00"}]}')  # a whole one

    done = run("--rules", str(rules), "--cases", str(cases), "--language", "en")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == f"CommandError: {cases}: [0].name: a text holds half a character"


def test_papers_and_payments_of_unknown_programmes_are_told_beside_the_answer(tmp_path):
    facts = {
        "birth_date": "2015-01-01", "applications": {"NURSNG": "2025-01-02"},
        "paid": [{"programme": "NURSNG", "month": "2025-01", "amount": 1}],
    }  # fmt: skip
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([{"on": "2025-06", "facts": facts}]))

    done = run("--rules", RULES, "--cases", str(cases), "--language", "en")

    words = "left aside: the rules have no programme of this code"
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 1)
    assert done.stderr.splitlines() == [
        f"{cases}: [0].facts.applications.NURSNG: {words}",
        f"{cases}: [0].facts.paid[0].programme: {words}",
    ]


def test_a_child_born_later_is_owed_nothing_and_the_reason_says_so(tmp_path):
    cases = tmp_path / "cases.json"
    facts = {"birth_date": "2025-07-01", "hukou_area": "350102"}
    cases.write_text(json.dumps([{"on": "2025-06", "facts": facts}]))

    done = run("--rules", RULES, "--cases", str(cases), "--language", "en")

    (case,) = json.loads(done.stdout)
    for one in case["programmes"].values():
        assert (one["owed"], one["amount"], one["from_month"]) == (False, 0, None)
        assert one["reasons"] == [{
            "kind": "birth", "condition": "the child is born", "value": "after this month",
            "held": False,
        }]  # fmt: skip
