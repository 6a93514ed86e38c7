"""Bad input: a message in the user's language at its field, everything typed still there, nothing
saved, never an error of the server."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.forms.base import Form
from accounts.once import new_key
from accounts.roles import Role
from children.models import Child, Guardianship
from tests.asking import errors, in_chinese, of, text_of
from tests.children.typed import care, correction, id_number, records, registration
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    ApplicationFactory,
    ChildFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import whole_file

pytestmark = pytest.mark.django_db
NO_DAY = "There is no such day. Write it as 2015-03-07."


@pytest.fixture
def client():
    area(VILLAGE)
    area(OTHER_VILLAGE)
    return sign_in(Client(), PostingFactory(role=Role.CHILD_SUPERVISOR))


REFUSED = [
    ("the 29th of February", {"birth_date": "2015-02-29"}, "birth_date", NO_DAY),
    ("the 31st of June", {"birth_date": "2015-06-31"}, "birth_date", NO_DAY),
    ("month 13", {"birth_date": "20151301"}, "birth_date", NO_DAY),
    ("year 0", {"birth_date": "0000-01-01"}, "birth_date", NO_DAY),
    ("words", {"birth_date": "去年"}, "birth_date", NO_DAY),
    ("a day to come", {"birth_date": "2100-01-01", "id_number": ""}, "birth_date",
     "The birth date lies in the future."),
    ("an adult", {"birth_date": "1950-01-01", "id_number": ""}, "birth_date",
     "This would be an adult over 30: check the year."),
    ("another birth date", {"birth_date": "2016-03-02"}, "birth_date",
     "The ID number says another birth date."),
    ("another sex", {"sex": "FEMALE"}, "sex", "The ID number says another sex."),
    ("a wrong check character", {"id_number": id_number()[:-1] + "0"}, "id_number",
     "The last character does not fit: one of the digits is mistyped."),
    ("a digit too few", {"id_number": id_number()[:-1]}, "id_number",
     "The number has too few or too many characters."),
    ("a letter within", {"id_number": "9901012016O301007X"}, "id_number",
     "The number contains a character that cannot be in it."),
    ("an impossible day in the number", {"id_number": "990101201602300070"}, "id_number", None),
    ("a spreadsheet's number", {"id_number": "9.90101E+17"}, "id_number",
     "A spreadsheet has cut this number short. Copy it from a cell formatted as text."),
    ("a number without its kind", {"id_type": "NONE"}, "id_type",
     "Choose the kind of ID that the number belongs to."),
    ("no name", {"name": ""}, "name", None),
    ("a name of nothing", {"name": "\u200b \u3000"}, "name", None),
    ("a name with digits", {"name": "小明1"}, "name",
     "The name contains a character that cannot be in a name."),
    ("a null byte in the name", {"name": "小\x00明"}, "name", None),
    ("too long a name", {"name": "明" * 150}, "name", None),
    ("a place outside", {"residence_area": OTHER_VILLAGE}, "residence_area", None),
    ("a place that is none", {"residence_area": "999999999999"}, "residence_area", None),
    ("a place in words", {"residence_area": "青溪村"}, "residence_area", None),
    ("a null byte in the place", {"residence_area": "\x00"}, "residence_area", None),
    ("a town for a village", {"residence_area": VILLAGE[:9]}, "residence_area", None),
    ("a phone too short", {"phone": "1390"}, "phone", None),
    ("a phone in words", {"phone": "没有"}, "phone", None),
    ("an address too long", {"address": "街" * 300}, "address", None),
    ("a null byte in the notes", {"notes": "a\x00b"}, "notes", None),
    ("notes over 20,000", {"notes": "字" * 20_001}, "notes", None),
    ("a category that is none", {"category": "X"}, "category", None),
    ("an ethnicity that is none", {"ethnicity": "9" * 40}, "ethnicity", None),
    ("a sex that is none", {"sex": "X"}, "sex", None),
]  # fmt: skip
IDS = [case[0] for case in REFUSED]


def has_chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def stays(answer, typed):
    """Each text typed is still in the answer, as the field shows it."""
    form = answer.context["form"]
    return [name for name, text in typed.items() if (form[name].value() or "") != text]


@pytest.mark.parametrize(("why", "spoiled", "field", "message"), REFUSED, ids=IDS)
def test_a_registration_with(client, why, spoiled, field, message):
    typed = registration(notes="由村委会报告", **{"phone": "17000001234"}) | spoiled

    answer = client.post(reverse("children:child_create"), typed)

    found = errors(answer)
    assert field in found
    assert message is None or in_chinese(message) in found[field]
    assert all(has_chinese(text) for texts in found.values() for text in texts), found
    shown = {name: text for name, text in typed.items() if name not in ("submission",)}
    assert not stays(answer, shown)
    assert 'aria-invalid="true"' in text_of(answer)
    assert not Child.objects.exists()


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        pytest.param(spoiled, field, id=why)
        for why, spoiled, field, _ in REFUSED
        if field != "category"  # no field of a correction
    ],
)
def test_a_correction_with(client, spoiled, field):
    child = ChildFactory(id_number=id_number(), phone="17000001234")
    typed = correction(child) | spoiled

    answer = client.post(of(child, "child_change"), typed)

    assert field in errors(answer)
    assert child.history.count() == 1
    assert Child.objects.get().version == 1


ACCEPTED = [
    ("a leap day", {"birth_date": "2016-02-29", "id_number": ""}, "birth_date", "2016-02-29"),
    ("a day in Chinese", {"birth_date": "2016年3月1日"}, "birth_date", "2016-03-01"),
    ("a day without marks", {"birth_date": "20160301"}, "birth_date", "2016-03-01"),
    ("full-width digits", {"birth_date": "２０１６－０３－０１"}, "birth_date", "2016-03-01"),
    ("a full-width number", {"id_number": "".join(chr(ord(c) + 0xFEE0) for c in id_number())},
     "id_number", id_number()),
    ("a small x", {"id_number": id_number().lower()}, "id_number", id_number()),
    ("spaces in a number", {"id_number": " 990101 20160301 " + id_number()[14:]}, "id_number",
     id_number()),
    ("spaces in a name", {"name": " 曾　小 明 "}, "name", "曾小明"),
    ("zero-width characters", {"name": "曾\u200b小\ufeff明"}, "name", "曾小明"),
    ("a rare character", {"name": "𠮷小明"}, "name", "𠮷小明"),
    ("a name in parts", {"name": "阿依古丽·买买提"}, "name", "阿依古丽·买买提"),
    ("another dot", {"name": "阿依古丽•买买提"}, "name", "阿依古丽·买买提"),
    ("20,000 characters", {"notes": "字" * 20_000}, "notes", "字" * 20_000),
    ("lines", {"notes": "一\r\n二"}, "notes", None),
    ("a full-width phone", {"phone": "１７０ ００００－１２３４"}, "phone", "17000001234"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "typed", "field", "stored"), ACCEPTED, ids=[case[0] for case in ACCEPTED]
)
def test_what_people_mean_is_understood(client, why, typed, field, stored):
    answer = client.post(reverse("children:child_create"), registration(**typed))

    assert answer.status_code == 302, errors(answer)
    child = Child.objects.get()
    assert stored is None or str(getattr(child, field)) == stored
    page = client.get(of(child, "child_detail"))
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("kind", "spoiled", "field"),
    [
        ("guardianship", {"starts_on": "2015-02-29"}, "starts_on"),
        ("guardianship", {"ends_on": "2023-12-31"}, "ends_on"),
        ("guardianship", {"name": ""}, "name"),
        ("guardianship", {"relation": "X"}, "relation"),
        ("guardianship", {"id_number": id_number()[:-1] + "0"}, "id_number"),
        ("guardianship", {"id_number": id_number()}, "id_number"),
        ("guardianship", {"phone": "\x00"}, "phone"),
        ("parent", {"starts_on": "x"}, "starts_on"),
        ("parent", {"ends_on": "2023-12-31"}, "ends_on"),
        ("parent", {"status": ""}, "status"),
        ("parent", {"evidence": "证" * 201}, "evidence"),
        ("economic", {"status": "X"}, "status"),
        ("economic", {"ends_on": "2023-12-31"}, "ends_on"),
        ("certificate", {"number": "123"}, "number"),
        ("certificate", {"number": ""}, "number"),
        ("certificate", {"number": id_number(9) + "52"}, "number"),
        ("certificate", {"number": id_number() + "82"}, "number"),
        ("certificate", {"kind": "3"}, "kind"),
        ("certificate", {"grade": "1"}, "grade"),
        ("certificate", {"expires_on": "2020-01-01"}, "expires_on"),
    ],
)
def test_a_record_with_bad_input_is_refused_at_its_field(client, kind, spoiled, field):
    child = ChildFactory(id_number=id_number())
    typed = records()[kind] | spoiled
    before = child.guardianships.count()

    answer = client.post(of(child, "record_add", kind=kind), typed)

    found = errors(answer)
    assert field in found, found
    assert all(has_chinese(text) for texts in found.values() for text in texts)
    kept = {n: t for n, t in typed.items() if n in answer.context["form"].fields}
    kept = {n: t for n, t in kept.items() if t != "on"}
    assert not stays(answer, kept)
    assert child.guardianships.count() == before


class _Limited(Form):
    reason = forms.CharField(min_length=2, max_length=5)
    amount = forms.DecimalField(max_digits=5, decimal_places=2, min_value=1, max_value=900)


@pytest.mark.parametrize(
    ("typed", "chinese", "english"),
    [
        ({"reason": "无"}, "至少填写 2 个字，现有 1 个字。",
         "Write at least 2 characters; there are 1."),
        ({"reason": "家庭困难免追"}, "最多 5 个字，现有 6 个字。",
         "At most 5 characters; there are 6."),
        ({"amount": "0"}, "不得小于 1。", "Not less than 1."),
        ({"amount": "901"}, "不得大于 900。", "Not more than 900."),
        ({"amount": "1.234"}, "小数点后最多 2 位。", "At most 2 digits after the point."),
        ({"amount": "123456.5"}, "数字位数过多。", "The number has too many digits."),
    ],
)  # fmt: skip
def test_what_goes_beyond_a_limit_is_told_in_words_of_an_office(typed, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with override(language):
            form = _Limited({"reason": "已核对", "amount": "12"} | typed)

            assert words in [text for texts in form.errors.values() for text in texts]


def test_half_a_guardian_is_never_saved(client):
    from children.models import Guardian

    child = ChildFactory()
    url = of(child, "record_add", kind="guardianship")
    client.post(url, care())

    client.post(url, care(name="另一人"))

    assert (Guardianship.objects.count(), Guardian.objects.count()) == (1, 1)


# Random text ----------------------------------------------------------------------------------

NASTY = [
    "", "\x00", "a\x00b", "9" * 5000, "-1", "²", "٣", "１２", "2016-02-29", "9999-12-31", "1e309",
    "NaN", "on", "\u202e", "\ufeff", "\u200b", "𠮷", "=1+1", "<script>", "%s", "{{ x }}", "../..",
    "字" * 20_001, "🙂" * 100, "\r\n", "'", '"', "\\", "\ud7ff", "\U0010ffff", "null", "[]", "0",
    "00000000-0000-0000-0000-000000000000", "330127", VILLAGE, OTHER_VILLAGE, "guardian.1.phone",
    "children:child_create", "//evil.example", "javascript:1", "id_number", "HIV", "APPROVE",
]  # fmt: skip
TEXT = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FUZZ = settings(
    max_examples=16, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def forms(client):
    """Name → (address, what a right answer posts) of every page that takes a form."""
    child = whole_file(VILLAGE, id_number=id_number())
    application = ApplicationFactory(child=child, category="DISABLED")
    paper = child.documents.filter(is_secret=False).first()
    change = child.history.first()
    care_row = child.guardianships.get()
    file = {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}
    closing = {
        "version": "1", "closed_on": str(timezone.localdate()), "exit_reason": "OTHER",
        "remark": "搬家",
    }  # fmt: skip
    url = reverse
    return {
        "create": (url("children:child_create"), registration()),
        "check": (url("children:child_check"), registration()),
        "change": (of(child, "child_change"), correction(child)),
        "close": (of(child, "child_close"), closing),
        "reveal": (of(child, "child_reveal"), {"field": "phone", "reason": "x"}),
        **{kind: (of(child, "record_add", kind=kind), typed) for kind, typed in records().items()},
        "care": (of(child, "record_change", kind="guardianship", pk=care_row.pk), care(version=1)),
        "apply": (of(child, "application_add"), {"category": "", "applicant": "", "grounds": ""}),
        "move": (
            of(child, "application_detail", pk=application.pk), {"move": "SUBMIT", "reason": ""},
        ),
        "document": (of(child, "document_add"), {"kind": "", "remark": "", "application": ""}),
        "file": (of(child, "document_add"), {"kind": "OTHER", "remark": "", **file}),
        "withdraw": (of(child, "document_withdraw", key=paper.uuid), {"reason": ""}),
        "revert": (
            of(child, "change_revert", kind="child", history_id=change.history_id), {"reason": ""},
        ),
        "search": (url("children:child_search"), {"text": ""}),
        "export": (url("children:child_export"), {"reason": ""}),
        "draft": (url("accounts:draft_save"), {"draft": "f", "name": ""}),
        "discard": (url("accounts:draft_discard"), {"draft": "f", "next": "/"}),
        "posting": (url("accounts:posting_switch"), {"posting": ""}),
        "language": (url("accounts:language_set"), {"language": "", "next": "/"}),
    }  # fmt: skip


NAMES = [
    "create", "check", "change", "close", "reveal", "guardianship", "parent", "category",
    "economic", "certificate", "care", "apply", "move", "document", "file", "withdraw", "revert",
    "search", "export", "draft", "discard", "posting", "language",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_random_text_never_breaks_a_page(client, forms, name):
    url, right = forms[name]
    fields = [*sorted(set(right) - {"file"}), "submission", "version", "is_another_child"]

    @FUZZ
    @given(st.dictionaries(st.sampled_from(fields), TEXT, min_size=1, max_size=6))
    def ask(spoiled):
        if "file" in right:
            right["file"].seek(0)
        answer = client.post(url, right | {"submission": new_key()} | spoiled, follow=False)
        assert answer.status_code < 500
        if answer.streaming:
            b"".join(answer.streaming_content)

    ask()


def test_every_form_of_the_forms_is_among_those_tried(forms):
    assert set(forms) == set(NAMES)


@pytest.mark.parametrize(
    "view", ["child_list", "area_find", "child_history", "child_as_of", "child_detail"]
)
def test_random_text_in_an_address_never_breaks_a_page(client, view):
    child = ChildFactory()
    named = view in ("child_list", "area_find")
    url = reverse(f"children:{view}") if named else of(child, view)
    asked = {
        "child_list": ["tab", "area", "category", "status", "risk", "age_from", "age_to", "school",
                       "missing", "sort", "after", "search"],
        "area_find": ["text", "within", "level"],
        "child_history": ["before"], "child_as_of": ["day"], "child_detail": ["print"],
    }[view]  # fmt: skip

    @FUZZ
    @given(st.dictionaries(st.sampled_from(asked), TEXT, min_size=1, max_size=5))
    def ask(query):
        short = {name: text[:3000] for name, text in query.items()}
        assert client.get(url, short).status_code < 500

    ask()


@pytest.mark.parametrize(
    ("view", "name"),
    [("schools:growth_list", "class"),
     ("children:due_list", "inside"), ("exchange:finding_list", "inside"),
     ("assistance:coming_list", "after"), ("schools:ledger_list", "after")],
)  # fmt: skip
def test_a_nul_in_an_address_breaks_no_list(client, view, name):
    for text in ("\x00", VILLAGE[:6] + "\x00", "PRIMARY-1-\x00"):
        assert client.get(reverse(view), {name: text}).status_code in (200, 404)


def test_the_auditors_log_takes_any_filter():
    auditor = PostingFactory(role=Role.AUDITOR, area=area(COUNTY))
    client = sign_in(Client(), auditor)

    for text in NASTY:
        for name in ("before", "kind", "file", "user", "first", "last"):
            page = client.get(reverse("access_log"), {name: text[:3000]})
            assert page.status_code == 200, (name, text[:20])
