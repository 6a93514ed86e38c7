"""What the administrator keeps for the schools: entered, changed, tracked, in both languages."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from schools.models import (
    Checklist,
    ChecklistItem,
    Norm,
    NoticeTemplate,
    School,
    SchoolBreak,
    SchoolYear,
    ScreeningBand,
    ScreeningTool,
    Subject,
    Term,
)
from tests.factories import (
    COUNTY,
    ChecklistFactory,
    ObservationFactory,
    OrganisationFactory,
    PostingFactory,
    SchoolYearFactory,
    ScreeningToolFactory,
    TermFactory,
    area,
    first_checklist,
    school_of,
)
from tests.signing_in import sign_in
from tests.test_pages_in_chinese import english_on

pytestmark = pytest.mark.django_db
MODELS = [
    Checklist, ChecklistItem, Norm, NoticeTemplate, School, SchoolBreak, SchoolYear, ScreeningBand,
    ScreeningTool, Subject, Term,
]  # fmt: skip
# Model → what is typed, and what is changed afterwards.
TYPED = {
    SchoolYear: (
        lambda: {"name": "2031-2032", "starts_on": "2031-09-01", "ends_on": "2032-08-31"},
        {"ends_on": "2032-08-30"},
    ),
    Norm: (
        lambda: {"key": "CONTACT_DAYS_HIGH", "value": 5, "starts_on": "2026-09-01",
                 "document": "〔2026〕3号"},
        {"value": 6},
    ),
    Subject: (
        lambda: {"code": "CHESS", "label_zh": "棋类", "label_en": "Chess", "first_grade": 1,
                 "last_grade": 6, "position": 40, "is_active": "on"},
        {"last_grade": 9},
    ),
    ChecklistItem: (
        lambda: {"checklist": ChecklistFactory().pk, "position": 1, "code": "bruises",
                 "label_zh": "瘀伤", "label_en": "Bruises", "reminds_to_report": "on"},
        {"label_zh": "身上瘀伤"},
    ),
    ScreeningBand: (
        lambda: {"tool": ScreeningToolFactory().pk, "lowest": 0, "highest": 9,
                 "label_zh": "无需关注", "label_en": "no concern"},
        {"highest": 8},
    ),
    School: (
        lambda: {"organisation": OrganisationFactory(area=area(COUNTY)).pk, "stages": ["PRIMARY"]},
        {"stages": ["PRIMARY", "JUNIOR"]},
    ),
}  # fmt: skip


@pytest.fixture
def administrator(client):
    posting = PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY))
    sign_in(client, posting)
    return posting


def url(model, page, *args):
    return reverse(f"admin:schools_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_the_administrator_enters_and_changes_it_with_a_trail(client, administrator, model):
    typed, changed = TYPED[model]
    facts = typed()

    answer = client.post(url(model, "add"), facts)
    assert answer.status_code == 302, answer.context["adminform"].errors
    row = model.objects.order_by("pk").last()
    answer = client.post(url(model, "change", row.pk), facts | changed)
    assert answer.status_code == 302, answer.context["adminform"].errors

    row.refresh_from_db()
    ((field, value),) = changed.items()
    kept = getattr(row, field)
    assert kept == (date.fromisoformat(value) if isinstance(kept, date) else value)
    assert [past.history_user for past in row.history.all()] == 2 * [administrator.user]
    assert client.get(url(model, "history", row.pk)).status_code == 200


def fill():
    """A row of everything that is listed."""
    ObservationFactory()
    TermFactory(year=SchoolYearFactory())
    SchoolBreak.objects.create(name="国庆节", starts_on="2026-10-01", ends_on="2026-10-07")
    school_of(OrganisationFactory(area=area(COUNTY)))
    ScreeningBand.objects.create(
        tool=ScreeningToolFactory(), lowest=0, highest=9, label_zh="低", label_en="low"
    )


def adding(model):
    return [] if model is Checklist else [url(model, "add")]  # a version is made of another


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_and_forms_speak_the_language_of_their_reader(client, administrator, model):
    fill()
    name = model._meta.verbose_name_plural
    for language in ("zh-hans", "en"):
        with translation.override(language):
            title = str(name)
        for page in [url(model, "changelist"), *adding(model)]:
            answer = client.get(page, headers={"accept-language": language})
            assert answer.status_code == 200
            assert title.lower() in answer.content.decode().lower(), (language, page)


@pytest.mark.parametrize(
    "model", [SchoolYear, Term, SchoolBreak, School], ids=lambda model: model.__name__
)
def test_the_chinese_pages_of_the_calendar_show_no_english(client, administrator, model):
    for page in (url(model, "changelist"), url(model, "add")):
        answer = client.get(page, headers={"accept-language": "zh-hans"})
        assert english_on(answer) == []


def test_an_answered_checklist_is_not_edited_and_its_next_version_is(client, administrator):
    ObservationFactory()
    item = first_checklist().items.first()
    assert client.post(url(ChecklistItem, "change", item.pk), {}).status_code == 403

    action = {"action": "make_new_version", "_selected_action": [first_checklist().pk]}
    assert client.post(url(Checklist, "changelist"), action).status_code == 302

    copy = Checklist.objects.get(version=2)
    item = copy.items.get(code="injuries")
    typed = {
        "checklist": copy.pk, "position": item.position, "code": item.code, "label_zh": "瘀伤",
        "label_en": "Bruises", "reminds_to_report": "on",
    }  # fmt: skip
    assert client.post(url(ChecklistItem, "change", item.pk), typed).status_code == 302
    assert copy.items.get(code="injuries").label_zh == "瘀伤"
