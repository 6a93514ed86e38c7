"""The administration: inside the area, with history, and round none of the locks."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Posting, User
from accounts.roles import Role
from tests.asking import in_chinese, shows
from tests.exchange.views.test_sharing_agreement import TYPED as AGREEMENT
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    ChildFactory,
    CodeEntryFactory,
    OrganisationFactory,
    PostingFactory,
    StandardFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def administrator(client):
    posting = PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY))
    sign_in(client, posting)
    return posting


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _row(model):
    name = model._meta.model_name
    return {
        "user": lambda: PostingFactory().user, "posting": PostingFactory,
        "organisation": OrganisationFactory, "area": lambda: area(TOWNSHIP),
        "child": ChildFactory, "codeentry": CodeEntryFactory,
    }.get(name, lambda: None)()  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_page_opens_without_inline_scripts(client, administrator, model):
    row = _row(model)
    pages = [url(model, "changelist"), url(model, "changelist") + "?q=zeng"]
    if row is not None:
        pages.append(url(model, "change", row.pk))
        pages.append(url(model, "history", row.pk))
    if admin.site._registry[model].may_add:
        pages.append(url(model, "add"))
    for page in pages:
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        inline = re.findall(
            r"<script(?![^>]*\bsrc=)(?![^>]*json)[^>]*>|\son\w+=\"|\sstyle=\"", text
        )
        assert not inline, (page, inline)


def test_other_areas_rows_are_not_there(client, administrator):
    other = PostingFactory(area=area(OTHER_TOWNSHIP))
    school = OrganisationFactory(area=area(OTHER_TOWNSHIP))
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))

    for model, row in ((Posting, other), (User, other.user), (type(school), school),
                       (type(child), child)):  # fmt: skip
        assert client.get(url(model, "change", row.pk)).status_code == 302
    assert other.user.username not in client.get(url(User, "changelist")).content.decode()


def test_a_posting_is_given_inside_the_area_with_its_history(client, administrator):
    user = PostingFactory(ends_on="2021-01-01").user
    typed = {
        "user": user.pk, "role": "CHILD_SUPERVISOR", "area": TOWNSHIP, "organisation": "",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    client.post(url(Posting, "add"), typed)

    given = user.postings.latest("pk")
    assert given.area_id == TOWNSHIP
    assert given.history.get().history_user == administrator.user

    school = OrganisationFactory()
    in_school = typed | {"role": "CLASS_TEACHER", "area": "", "organisation": school.pk}
    client.post(url(Posting, "add"), in_school)
    assert user.postings.latest("pk").organisation == school

    area(OTHER_TOWNSHIP)
    refused = client.post(url(Posting, "add"), typed | {"area": OTHER_TOWNSHIP})
    assert refused.status_code == 200
    assert user.postings.count() == 3


def test_the_trail_of_other_areas_is_not_there_either(client, administrator):
    other = PostingFactory(area=area(OTHER_TOWNSHIP))

    for model, row in ((Posting, other), (User, other.user)):
        version = row.history.get().pk
        assert client.get(url(model, "history", row.pk)).status_code == 404
        assert client.get(url(model, "simple_history", row.pk, version)).status_code == 404


def test_a_version_of_the_trail_is_read_and_never_saved(client, administrator):
    """The form on its page once saved what was sent to it, whoever's the row was."""
    other, own = PostingFactory(area=area(OTHER_TOWNSHIP)), PostingFactory()

    for row in (own, other):
        typed = {
            "user": row.user_id, "role": "COUNTY_OFFICER", "area": COUNTY,
            "starts_on": "2026-01-01",
        }  # fmt: skip
        page = url(Posting, "simple_history", row.pk, row.history.get().pk)
        assert client.post(page, typed).status_code == 405
        row.refresh_from_db()
        assert row.role == Role.CHILD_SUPERVISOR
    page = url(Posting, "simple_history", own.pk, own.history.get().pk)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("junk", ["x", "9" * 30, "-1", "²", "1.5", "_00"])
def test_a_trail_of_what_can_be_no_row_is_not_there(client, administrator, junk):
    row = PostingFactory()

    for page in (
        url(Posting, "history", junk),
        url(Posting, "simple_history", junk, row.history.get().pk),
        url(Posting, "simple_history", row.pk, junk),
    ):
        assert client.get(page).status_code == 404


def test_nobody_from_elsewhere_is_given_a_posting_here(client, administrator):
    """It would open their account, with all that it may see elsewhere, to a new password."""
    stranger = PostingFactory(area=area(OTHER_TOWNSHIP)).user
    typed = {
        "user": stranger.pk, "role": "CHILD_SUPERVISOR", "area": TOWNSHIP,
        "starts_on": "2026-01-01",
    }  # fmt: skip

    answer = client.post(url(Posting, "add"), typed)

    assert answer.context["adminform"].form.errors["user"]
    assert stranger.postings.count() == 1


def test_who_works_elsewhere_too_is_looked_up_and_changed_by_nobody_of_one_place(
    client, administrator
):
    both = PostingFactory().user
    PostingFactory(user=both, area=area(OTHER_TOWNSHIP))
    TOTP.activate(both, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    password = reverse("admin:auth_user_password_change", args=[both.pk])
    secret = {"password1": "a long enough secret", "password2": "a long enough secret"}

    page = client.get(url(User, "change", both.pk))
    refused = client.post(password, secret | {"usable_password": "true"})
    client.post(
        url(User, "changelist"),
        {"action": "reset_second_factor", "_selected_action": [both.pk], "index": "0"},
    )

    assert page.status_code == 200
    assert 'name="full_name"' not in page.content.decode()
    assert client.get(url(User, "changelist")).content.decode().count(f">{both.username}<") == 1
    assert refused.status_code == 403
    both.refresh_from_db()
    assert not both.check_password("a long enough secret")
    assert both.authenticator_set.exists()


@pytest.mark.parametrize("junk", ["", "1e309", "\x00", "9" * 30, "没有"])
@pytest.mark.parametrize("field", ["user", "area", "organisation"])
def test_a_posting_that_names_no_place_or_nobody_is_refused_at_its_field(
    client, administrator, field, junk
):
    """Emptying the place of a posting is what an administrator does by mistake."""
    row = PostingFactory()
    typed = {
        "user": row.user_id, "role": "CHILD_SUPERVISOR", "area": TOWNSHIP, "organisation": "",
        "starts_on": "2026-01-01",
    } | {field: junk}  # fmt: skip
    if field == "organisation":
        typed["area"] = ""

    for page in (url(Posting, "change", row.pk), url(Posting, "add")):
        answer = client.post(page, typed)

        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
    assert Posting.objects.get(pk=row.pk).area_id == row.area_id


def test_what_is_ticked_and_can_be_no_row_is_left_aside(client, administrator):
    answer = client.post(
        url(User, "changelist"),
        {"action": "unlock_sign_in", "_selected_action": ["\x00", "x"], "index": "0"},
    )

    assert answer.status_code == 302


def test_the_page_of_a_password_speaks_the_language_of_its_reader(client, administrator):
    page = reverse("admin:auth_user_password_change", args=[PostingFactory().user_id])

    told = {}
    for language in ("zh-hans", "en"):
        answer = client.get(page, headers={"Accept-Language": language})
        told[language] = str(answer.context["form"]["usable_password"].help_text)

    assert not re.search("[\u4e00-\u9fff]", told["en"])
    assert "password" not in told["zh-hans"]
    assert "密码" in told["zh-hans"]


@pytest.mark.parametrize("name", ["q", "role__exact", "o", "p", "all"])
def test_no_filter_of_a_list_breaks_it(client, administrator, name):
    for junk in ("\x00", "a\x00b", "9" * 30, "-1", "²", "1.1", "没有"):
        answer = client.get(url(Posting, "changelist"), {name: junk}, follow=True)

        assert answer.status_code == 200, junk


def test_nobody_gives_or_changes_their_own_posting(client, administrator):
    typed = {
        "user": administrator.user.pk, "role": "COUNTY_OFFICER", "area": COUNTY,
        "starts_on": "2026-01-01",
    }  # fmt: skip

    assert client.post(url(Posting, "add"), typed).status_code == 200
    answer = client.post(url(Posting, "change", administrator.pk), typed)

    assert answer.status_code == 403
    assert administrator.user.postings.count() == 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_is_deleted(client, administrator, model):
    row = _row(model)
    if row is not None:
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert model._default_manager.filter(pk=row.pk).exists()


def test_children_are_listed_once_searched_for_and_the_name_stands_in_no_address(
    client, administrator
):
    mine, other = ChildFactory(name="张小明"), ChildFactory(name="李大山")
    foreign = ChildFactory(name="张小明", managing_area=area(OTHER_VILLAGE))
    page = url(type(mine), "changelist")

    before = client.get(page)
    answer = client.post(f"{page}?status__exact={mine.status}&p=3", {"text": " 张小明 "})
    found = client.get(answer.url)
    by_number = client.post(page, {"text": mine.case_number}, follow=True)

    words = "Name, pinyin, initials or case number. No child is listed before it is searched for."
    assert shows(before, in_chinese(words))
    assert mine.case_number not in before.content.decode()
    assert "status__exact" in answer.url
    assert not [part for part in ("张", "%E5", "p=3") if part in answer.url]
    for shown in (found, by_number):
        assert mine.case_number in shown.content.decode()
        for child in (other, foreign):
            assert child.case_number not in shown.content.decode()
    assert "张小明" in found.content.decode()
    assert mine.case_number not in client.get(f"{page}?q=张小明").content.decode()


def test_children_show_no_number(client, administrator):
    child = ChildFactory(id_number="99010120160301007X")

    page = client.get(url(type(child), "change", child.pk)).content.decode()

    assert "990101********007X" in page
    assert "20160301007X" not in page


def test_a_user_gets_a_password_that_is_nowhere_to_be_read(client, administrator):
    secret = "a long enough secret"
    client.post(
        url(User, "add"),
        {"username": "newcomer", "full_name": "新人", "usable_password": "true",
         "password1": secret, "password2": secret},
    )  # fmt: skip

    user = User.objects.get(username="newcomer")
    assert user.check_password(secret)
    assert user.history.get().history_user == administrator.user
    assert not hasattr(user.history.get(), "password")


def _make_user(client, name):
    secret = "a long enough secret"
    told = {"username": name, "full_name": "新人", "usable_password": "true"}
    client.post(url(User, "add"), told | {"password1": secret, "password2": secret})
    return User.objects.get(username=name)


def test_who_is_posted_nowhere_is_for_administrators_of_the_place_that_made_the_account(
    client, administrator
):
    elsewhere = sign_in(Client(), PostingFactory(role=Role.ADMINISTRATOR, area=area(OTHER_COUNTY)))
    mine, theirs = _make_user(client, "newcomer"), _make_user(elsewhere, "stranger")
    keeper = User.objects.create_superuser("keeper", password="kept where it is")
    client.post(reverse("exchange:agreement_add"), AGREEMENT)
    system = User.objects.get(username__startswith="department-")

    for user in (theirs, keeper, system):
        page, password = url(User, "change", user.pk), f"{user.pk}/password/"
        answers = [
            client.get(page), client.post(page, {"username": "taken", "is_active": "on"}),
            client.post(url(User, "changelist") + password, {"password1": "x", "password2": "x"}),
            client.post(url(User, "changelist"),
                        {"action": "reset_second_factor", "_selected_action": [user.pk]}),
        ]  # fmt: skip
        assert all(answer.status_code in (302, 404) for answer in answers)
        assert user.username not in client.get(url(User, "changelist")).content.decode()
        assert (after := User.objects.get(pk=user.pk)).password == user.password
        assert (after.username, after.is_active) == (user.username, user.is_active)
    assert client.get(url(User, "change", mine.pk)).status_code == 200
    colleague = sign_in(Client(), PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY)))
    assert "newcomer" in colleague.get(url(User, "changelist")).content.decode()


def test_headings_and_fields_of_the_administration_are_chinese():
    with translation.override("zh-hans"):
        headings = [
            str(label_for_field(name, model, page))
            for model, page in admin.site._registry.items()
            for name in page.list_display
        ]
        fields = [
            str(field.verbose_name)
            for model, page in admin.site._registry.items()
            for kept in (model, *(inline.model for inline in page.inlines))
            for field in kept._meta.concrete_fields
            if page.may_change and not field.auto_created
        ]

    assert [said for said in headings + fields if re.search("[a-z]{3}", said)] == []


def test_a_standard_is_told_with_the_name_of_its_programme(client, administrator):
    programme = StandardFactory().programme

    page = client.get(reverse("admin:assistance_standard_changelist")).content.decode()

    assert f">{programme.name}<" in page
