"""Every page, on a phone and a desk and on paper: axe finds nothing, nothing is too wide.

An address of ours joins by itself: it is opened by the first role that may, and one that no role
opened fails the test.
"""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Error

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.roles import Role
from children.models import CaseAccess
from tests.browser.looking import assert_fits, assert_no_sideways_scroll, assert_readable
from tests.browser.steps import enter_as, give_totp
from tests.factories import (
    COUNTY,
    PASSWORD,
    VILLAGE,
    CareActionFactory,
    CaseAccessFactory,
    ConcernFactory,
    ContactFactory,
    HomeVisitFactory,
    ListFaultFactory,
    ListUploadFactory,
    OrganisationFactory,
    PostingFactory,
    ReferralFactory,
    UserFactory,
    area,
)
from tests.test_role_url import OF_NAMED_PEOPLE, VIEWS, address, foreign_addresses, whole_file
from tests.world import posted_as

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

# The first of them that may open an address does; what lies on these pages differs by role.
WHO = [
    Role.COUNTY_OFFICER, Role.CHILD_DIRECTOR, Role.PRINCIPAL, Role.CLASS_TEACHER, Role.COUNSELLOR,
    Role.AUDITOR, Role.ADMINISTRATOR, Role.LIAISON,
]  # fmt: skip
DIFFERENT_BY_ROLE = {"home", "children:child_list", "children:child_detail", "schools:hub"}


def is_page(answer):
    kind = answer.headers.get("content-type", "") if answer else ""
    return "html" in kind and answer.status == 200 and "<html" in answer.text()


def opened_in(page, url):
    """(page, what the server answered): None, and a fresh tab, where that is nothing to show."""
    try:
        return page, page.goto(url)
    except Error:  # POST alone is taken, or it is a file; the tab is still at the old page
        fresh = page.context.new_page()
        page.close()
        return fresh, None


PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def look(page, url):
    page.goto(url)
    look_at(page)


def look_at(page):
    """As it is, and if it is for paper, as it is printed."""
    assert_fits(page)
    page.set_viewport_size(DESK)
    assert_no_sideways_scroll(page)
    page.set_viewport_size(PHONE)
    if page.locator("[data-print]").count():
        page.emulate_media(media="print")
        assert_readable(page)
        page.emulate_media(media="screen")


def _cast(school, child):
    """Role → posting; those of the school reach the child as their role does."""
    cast = {}
    for role in WHO:
        posting = posted_as(role)
        if role == Role.LIAISON:  # of the department that is asked of a finding
            posting.organisation = child.findings.get().questions.get().asked_of
            posting.save()
        elif posting.organisation_id:
            posting.organisation = school
            posting.save()
            CaseAccessFactory(child=child, user=posting.user)
        cast[role] = posting
    if not CaseAccess.objects.filter(child=child, organisation=school).exists():
        CaseAccessFactory(child=child, organisation=school)
    return cast


def _of_the_list_sent_by(department, views):
    """The addresses of a list that the department sent itself."""
    sent = ListUploadFactory(
        kind="disability_certificates", sent_from=department, state="CHECKED", rows=1, wrong=1
    )
    ListFaultFactory(upload=sent)
    return {
        name: reverse(name, args=[sent.pk])
        for name, _view, names in views
        if name.startswith("exchange:sent_") and names
    }


PARTS = 4  # so that those who run the tests share the pages


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_fits_and_has_no_barrier(page360, part):
    page = page360
    with transaction.atomic():
        school = OrganisationFactory()
        child = whole_file(VILLAGE, school=school)
        cast = _cast(school, child)
        views = VIEWS[part::PARTS]
        urls = {name: address(name, names, child) for name, _view, names in views}
        urls |= _of_the_list_sent_by(cast[Role.LIAISON].organisation, views)
    # A file is shown by the browser's own means, which are not ours to look at.
    needed = {name: view.required_permission for name, view, _names in views}
    files = {name for name in urls if needed[name] == Permission.DOCUMENT_VIEW}
    opened, other_answers = set(), set(files)
    for role, posting in cast.items():
        enter_as(page, posting)
        for name, url in urls.items():
            if name in opened - DIFFERENT_BY_ROLE or name in other_answers:
                continue
            if needed[name] not in ROLE_PERMISSIONS[role]:
                continue
            page, answer = opened_in(page, url)
            if is_page(answer):
                look_at(page)
                opened.add(name)
            elif answer is None or answer.status not in (403, 404):
                other_answers.add(name)

    assert set(urls) - opened - other_answers - OF_NAMED_PEOPLE == set()
    assert len(opened) >= 60 / PARTS


def test_pages_of_named_people_have_no_barrier(page360):
    page = page360
    with transaction.atomic():
        school = OrganisationFactory()
        child = whole_file(VILLAGE, school=school)
        counsellor = PostingFactory(role=Role.COUNSELLOR, organisation=school)
        CaseAccessFactory(child=child, user=counsellor.user)
        contact = ContactFactory(child=child, helper=counsellor)
        concern = ConcernFactory(child=child, reporter=counsellor)
        principal = PostingFactory(role=Role.PRINCIPAL, organisation=school)
        CaseAccessFactory(child=child, organisation=school)
        step = CareActionFactory(plan=child.care_plans.get(), office=school)
        director = posted_as(Role.CHILD_DIRECTOR)
        visit = HomeVisitFactory(child=child, visitor=director)
        referral = ReferralFactory(
            child=child, organisation=school, counsellor=counsellor.user, lead=UserFactory()
        )
    theirs = {
        "children:concern_own": concern.pk, "schools:contact_change": contact.pk,
        "schools:session_add": referral.pk, "schools:note_add": referral.pk,
    }  # fmt: skip
    of_director = {"children:visit_change": visit.pk}
    of_office = {"children:step_of_office": step.pk}
    assert set(theirs | of_director | of_office) == OF_NAMED_PEOPLE
    _look_at_own(page, counsellor, child, theirs)
    _look_at_own(page, director, child, of_director)
    _look_at_own(page, principal, child, of_office)


def _look_at_own(page, posting, child, rows):
    enter_as(page, posting)
    for name, pk in rows.items():
        (last,) = {names[-1] for known, _view, names in VIEWS if known == name}
        url = reverse(name, kwargs={"case_number": child.case_number, last: pk})
        assert is_page(page.goto(url)), name
        look_at(page)


def test_every_page_of_the_school_fits_a_phone_in_english(new_page):
    """In English words are longest; the Chinese pages are those of the story."""
    page = new_page(360, locale="en-GB")
    with transaction.atomic():
        lead = PostingFactory(role=Role.PRINCIPAL)
        child = whole_file(VILLAGE, school=lead.organisation)
        CaseAccessFactory(child=child, organisation=lead.organisation)
    enter_as(page, lead)
    opened = 0
    for name, _view, names in VIEWS:
        if not name.startswith("schools:"):
            continue
        with transaction.atomic():
            url = address(name, names, child)
        page, answer = opened_in(page, url)
        if is_page(answer):
            assert page.locator("html").get_attribute("lang") == "en"
            assert_no_sideways_scroll(page)
            opened += 1
    assert opened >= 40


def test_forms_with_errors_have_no_barrier(page):
    with transaction.atomic():
        child = whole_file(VILLAGE)
        posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))
    enter_as(page, posting)
    for url in ("/children/new/", f"/children/{child.case_number}/guardianship/add/",
                f"/children/{child.case_number}/certificate/add/"):  # fmt: skip
        page.goto(url)
        page.locator(".actions-bottom button").click()
        page.locator(".is-invalid").first.wait_for()
        assert_fits(page)


def test_pages_for_those_who_may_not_have_no_barrier(page):
    with transaction.atomic():
        child = whole_file(VILLAGE)
        posting = PostingFactory(role=Role.AUDITOR, area=area(COUNTY))
    enter_as(page, posting)
    for url in (f"/children/{child.case_number}/", "/nowhere/"):
        page.goto(url)
        assert_fits(page)
    enter_as(page, posting, second_factor=False)
    page.goto("/acting/second-factor/")
    assert_fits(page)


def test_signing_in_and_being_locked_out_have_no_barrier(page360):
    page = page360
    with transaction.atomic():
        user = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)).user
    give_totp(user)
    page.goto("/accounts/login/")
    look(page, page.url)
    _type_password(page, user.username, PASSWORD)
    page.locator("[name=code]").wait_for()
    assert_fits(page)
    page.fill("[name=code]", "000000")
    page.locator("main form:has([name=code]) button[type=submit]").first.click()
    page.locator(".is-invalid, [role=alert]").first.wait_for()
    assert_fits(page)
    page.context.clear_cookies()
    for _wrong in range(5):
        page.goto("/accounts/login/")
        _type_password(page, user.username, "wrong")
        page.wait_for_load_state()
    page.get_by_role("heading", name="密码或验证码错误次数过多").wait_for()
    assert_fits(page)


def _type_password(page, username, password):
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_setting_up_a_second_factor_has_no_barrier(page360):
    """Every page that allauth brings, with nothing set up yet and with everything."""
    page = page360
    with transaction.atomic():
        posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))
    enter_as(page, posting, second_factor=False)
    page.goto("/accounts/2fa/totp/activate/")  # asks for the password once more
    assert_fits(page)
    assert page.get_by_role("link", name="忘记密码").count() == 0  # nobody could send it
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.locator("[name=code]").wait_for()
    assert_fits(page)
    for name in ("mfa_index", "mfa_add_webauthn"):
        look(page, reverse(name))
    give_totp(posting.user)
    key = _set_up_a_passkey(page, posting.user)
    seen = set(_pages_of_packages(page))
    assert {"mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_list_webauthn"} <= seen
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        look(page, reverse(name, kwargs={"pk": key.pk}))


def _set_up_a_passkey(page, user):
    """With a key that the browser plays itself."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True,
                     "automaticPresenceSimulation": True}},
    )  # fmt: skip
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("[name=name]", "办公室的钥匙")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/2fa/recovery-codes/")  # new ones, shown at once
    return Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)


def _pages_of_packages(page):
    for name, url in foreign_addresses(admin=False):
        answer = page.request.get(url)
        if is_page(answer) and answer.url.endswith(url):  # not one that it leads to
            look(page, url)
            yield name
