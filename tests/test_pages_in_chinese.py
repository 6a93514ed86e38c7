"""No page shows English to who reads Chinese: every address, its words and its labels."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.models import AccessEvent
from accounts.roles import Role
from tests.asking import of
from tests.factories import PASSWORD, VILLAGE, CaseAccessFactory, ConcernFactory
from tests.signing_in import sign_in
from tests.test_role_url import OF_NAMED_PEOPLE, VIEWS, address, status
from tests.world import posted_as, whole_file

pytestmark = pytest.mark.django_db
# Invented names, file formats, keys, what a notice fills in, secrets to type, what systems of
# departments are called and write, and the switch to the other language. A secret goes first:
# it may begin with one of the others.
LATIN_BY_RIGHT = re.compile(
    r"[A-Z2-7]{32}|(Person|Area|School) [\d/]+|user\d+|a second version|\d+ (KB|MB|bytes)"
    r"|English|JavaScript"
    r"|JPEG|PNG|PDF|MB|\.(xlsx?|ods|csv)\b|Word|Excel|OpenDocument|PIN|Tab|\{(child|school|writer)\}"
    r"|sender_id|[a-z]+\.example|dept_x+|Ed25519|PEM"
)
OF_SCHOOL = ("roll", "ledger", "home", "group", "contact", "observe", "wellbeing", "counsel",
             "growth", "notice")  # fmt: skip
SPOKEN = {"title", "aria-label", "placeholder", "alt", "hx-confirm"}


class Words(HTMLParser):
    """What is seen or read aloud on a page."""

    def __init__(self, page):
        super().__init__()
        self.found, self.silent = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        self.found += [text for name, text in attrs if name in SPOKEN and text]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            self.found.append(" ".join(data.split()))


def english_on(answer):
    words = Words(answer.content.decode()).found
    return [text for text in words if re.search("[A-Za-z]{2}", LATIN_BY_RIGHT.sub("", text))]


def english_at(client, urls):
    found = []
    for url in urls:
        answer = client.get(url, headers={"accept-language": "zh-hans"})
        assert status(answer) in (200, 403, 405), url
        if "html" in answer.headers["Content-Type"]:
            found += [f"{url}: {text}" for text in english_on(answer)]
    return found


@pytest.mark.parametrize("role", [Role.CHILD_DIRECTOR, Role.COUNTY_OFFICER, Role.AUDITOR])
def test_no_page_of_ours_shows_english(client, role):
    child = whole_file(VILLAGE, name="甲小一")
    sign_in(client, posted_as(role))

    urls = [
        address(name, names, child) for name, _view, names in VIEWS if name not in OF_NAMED_PEOPLE
    ]

    assert english_at(client, urls) == []


def test_no_page_of_the_school_shows_english(client):
    lead = posted_as(Role.PRINCIPAL)
    child = whole_file(VILLAGE, name="甲小一", school=lead.organisation)
    CaseAccessFactory(child=child, organisation=lead.organisation)
    sign_in(client, lead)

    urls = [
        address(name, names, child)
        for name, view, names in VIEWS
        if name not in OF_NAMED_PEOPLE and view.required_permission.startswith(OF_SCHOOL)
    ]

    assert len(urls) > 40
    assert english_at(client, urls) == []


def test_what_the_reporter_of_harm_sees_shows_no_english(client):
    child = whole_file(VILLAGE, name="甲小一")
    director = posted_as(Role.CHILD_DIRECTOR)
    row = ConcernFactory(child=child, reporter=director)
    sign_in(client, director)

    assert english_at(client, [of(child, "concern_own", concern_id=row.pk)]) == []


def test_signing_in_and_out_and_the_second_factor_show_no_english(client):
    names = ["account_login"]
    found = english_at(client, [reverse(name) for name in names])
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    names = [
        "account_logout", "account_change_password", "account_reauthenticate", "mfa_index",
        "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "accounts:second_factor",
    ]  # fmt: skip

    found += english_at(client, [reverse(name) for name in names])

    assert found == []


def test_the_administration_shows_no_english(client):
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    client.get(address("children:child_detail", ["case_number"], whole_file(VILLAGE)))
    sign_in(client, posted_as(Role.ADMINISTRATOR))
    adding = [f"admin:accounts_{name}_add" for name in ("user", "posting", "organisation")]

    urls = [reverse(name) for name in ["admin:index", "admin:accounts_accessevent_changelist"]]
    urls += [reverse(name) for name in adding]
    urls.append(reverse("admin:accounts_accessevent_change", args=[AccessEvent.objects.get().pk]))

    assert english_at(client, urls) == []


def test_english_on_a_page_would_be_noticed():
    page = '<p title="Save">保存</p><p>Not yet</p><script>let a</script><p>English</p>'

    assert english_on(type("Answer", (), {"content": page.encode()})) == ["Save", "Not yet"]
