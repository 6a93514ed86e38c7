"""Both languages are whole: nothing missing, empty, fuzzy or left over."""

import polib
import pytest
from django.apps import apps
from django.utils import translation

from distress_registry import translations
from exchange.models.check import Department


def test_the_chinese_catalogue_is_whole():
    assert translations.problems() == []


def entry(text, chinese, **more):
    return polib.POEntry(msgid=text, msgstr=chinese, **more)


@pytest.mark.parametrize(
    ("held", "problem"),
    [
        ([], "missing: 'Sign out at %(time)s' (x.html)"),
        ([entry("Sign out at %(time)s", "")], "empty: 'Sign out at %(time)s'"),
        ([entry("Sign out at %(time)s", "退出")], "other placeholders: 'Sign out at %(time)s'"),
        (
            [entry("Sign out at %(time)s", "%(time)s退出", flags=["fuzzy"])],
            "fuzzy: 'Sign out at %(time)s'",
        ),
        ([entry("Sign out at %(time)s", "%(time)s退出")] * 2, "held twice: 'Sign out at %(time)s'"),
        (
            [entry("Sign out at %(time)s", "%(time)s退出"), entry("Old", "旧")],
            "no longer used: 'Old'",
        ),
    ],
)
def test_each_defect_of_a_catalogue_is_named(held, problem, tmp_path, monkeypatch):
    catalogue = polib.POFile()
    catalogue.extend(held)
    catalogue.save(str(tmp_path / "django.po"))
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "django.po")
    monkeypatch.setattr(
        translations, "wanted", lambda: {("", "Sign out at %(time)s", ""): {"x.html"}}
    )

    assert problem in translations.problems()


def test_a_new_string_would_be_noticed(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "Plain" %}{% blocktranslate count n=1 %}{{ n }} one'
        "{% plural %}{{ n }} many{% endblocktranslate %}"
    )
    code = tmp_path / "code.py"
    code.write_text('from x import gettext as _\n_("In code")\n')

    assert list(translations.in_template(page)) == [
        ("", "Plain", ""),
        ("", "%(n)s one", "%(n)s many"),
    ]
    assert list(translations.in_python(code)) == [("", "In code", "")]


@pytest.mark.parametrize(
    ("model", "field", "chinese"),
    [
        ("schools.Enrolment", "grade", "年级"),
        ("schools.Seat", "grade", "年级"),
        ("schools.Seat", "subject", "学科"),
        ("schools.GrowthRecord", "grade", "年级"),
        ("children.DisabilityCertificate", "grade", "等级"),
        ("schools.Notice", "subject", "标题"),
        ("schools.MoveUp", "made_by", "经办人"),
        ("children.CareAction", "due_on", "期限"),
        ("children.RiskAssessment", "signs", "发现的情况"),
        ("assistance.ClaimLine", "plan", "救助计划"),
        ("exchange.Check", "code", "编号"),
        ("schools.Excuse", "office", "批准机关"),
        ("assistance.PaymentRun", "approved_by", "批准人"),
    ],
)
def test_a_word_of_two_meanings_has_the_chinese_of_each(model, field, chinese):
    with translation.override("zh-hans"):
        assert apps.get_model(model)._meta.get_field(field).verbose_name == chinese


def test_the_department_of_health_is_no_state_of_health():
    with translation.override("zh-hans"):
        assert Department.HEALTH.label == "卫健"
