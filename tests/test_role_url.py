"""Every address × every role × own, other, shared and no child: what `access.py` says happens.

A new view joins by itself. An argument of a new name needs a line in `_arguments`.
"""

import uuid

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.roles import AREA_ROLES, SECOND_FACTOR_ROLES, Role
from children.models import Child
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ApplicationFactory,
    CaseAccessFactory,
    ChildFactory,
    GuardianshipFactory,
    OrganisationFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
OURS = ("children", "accounts", None)  # namespaces; the others are checked apart
CHANGES = {  # of a child that is only shared: read, not written
    "child_change", "child_close", "record_add", "record_change", "application_add",
    "document_add", "document_withdraw", "change_revert",
}  # fmt: skip
NEEDS_A_ROW = {"document_show", "document_withdraw", "change_revert"}  # our child has none: 404
PLACES = {
    Role.CHILD_DIRECTOR: VILLAGE, Role.CHILD_SUPERVISOR: TOWNSHIP, Role.COUNTY_OFFICER: COUNTY,
    Role.ADMINISTRATOR: COUNTY, Role.AUDITOR: COUNTY,
}  # fmt: skip


def patterns(resolver=None, namespace=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern):
            yield namespace, entry


def our_views():
    """(full name, view, argument names) of every view with a permission."""
    for namespace, entry in patterns():
        if hasattr(entry.callback, "required_permission"):
            name = f"{namespace}:{entry.name}" if namespace else entry.name
            yield name, entry.callback, list(entry.pattern.converters)


VIEWS = sorted(our_views(), key=lambda view: view[0])


def _arguments(names, child):
    """An argument for each name; a child of its own rows where the name asks for one."""
    application = child.applications.first()
    guardianship = child.guardianships.first()
    known = {
        "case_number": child.case_number,
        "kind": "guardianship",
        "key": uuid.UUID(int=0),
        "history_id": 0,
    }
    found = {}
    for name in names:
        if name == "pk":
            found["pk"] = (guardianship if "kind" in names else application).pk
        elif name in known:
            found[name] = known[name]
        else:
            raise AssertionError(f"add the argument «{name}» to tests/test_role_url.py")
    return found


def _child(where, place):
    child = ChildFactory(residence_area=area(place), name=where)
    ApplicationFactory(child=child)
    GuardianshipFactory(child=child)
    return child


def _posting(role):
    if role in AREA_ROLES:
        return PostingFactory(role=role, area=area(PLACES[role]))
    return PostingFactory(role=role, organisation=OrganisationFactory())


def _share(child, posting):
    """As the school or department would have it; teachers and counsellors by their person."""
    if posting.organisation and posting.role in (Role.PRINCIPAL, Role.LIAISON):
        CaseAccessFactory(child=child, organisation=posting.organisation)
    else:
        CaseAccessFactory(child=child, user=posting.user)


def _expected(name, view, role, where):
    """Status of a GET; 405 where only POST is taken."""
    short = name.partition(":")[2] or name
    if view.required_permission not in ROLE_PERMISSIONS[role]:
        return {403}
    sees = where == "own" and role in AREA_ROLES and role != Role.AUDITOR or where == "shared"
    if not sees:
        return {404}
    if short in NEEDS_A_ROW:
        return {404}
    if where == "shared" and short in CHANGES:
        return {404}
    if where == "shared" and short == "child_access":
        return {403}
    return {200}


@pytest.fixture
def children():
    return {
        "own": _child("own", VILLAGE),
        "other": _child("other", OTHER_VILLAGE),
        "shared": _child("shared", OTHER_VILLAGE),
    }


@pytest.mark.parametrize("role", Role)
def test_every_address_answers_as_the_table_says(client, role, children):
    posting = _posting(role)
    _share(children["shared"], posting)
    sign_in(client, posting)
    wrong = []
    for name, view, names in VIEWS:
        for where, child in children.items():
            if not names and where != "own":
                continue
            url = reverse(name, kwargs=_arguments(names, child))
            got = client.get(url).status_code
            expected = _expected(name, view, role, where) if names else None
            if not names:
                allowed = view.required_permission in ROLE_PERMISSIONS[role]
                expected = {200} if allowed else {403}
            if got == 405:  # POST only: then the empty POST must answer as the table says
                got = client.post(url, {}).status_code
                expected = {s for s in expected if s != 200} or {200, 204, 302, 404}
            if got not in expected:
                wrong.append(f"{name} ({where}): {got}, not {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", Role)
def test_an_empty_post_never_breaks_and_writes_nothing(client, role, children):
    posting = _posting(role)
    sign_in(client, posting)
    before = Child.objects.count()
    for name, _view, names in VIEWS:
        for child in children.values():
            answer = client.post(reverse(name, kwargs=_arguments(names, child)), {})
            assert answer.status_code < 500, name
    assert Child.objects.count() == before


@pytest.mark.parametrize("role", SECOND_FACTOR_ROLES)
def test_without_the_second_factor_nothing_opens(client, role, children):
    sign_in(client, _posting(role), second_factor=False)

    for name, _view, names in VIEWS:
        answer = client.get(reverse(name, kwargs=_arguments(names, children["own"])))
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.url == reverse("accounts:second_factor")


def test_strangers_are_sent_to_sign_in(client, children):
    for name, _view, names in VIEWS:
        answer = client.get(reverse(name, kwargs=_arguments(names, children["own"])))
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.url.startswith(reverse("account_login")), name


def test_who_has_no_posting_today_gets_no_page(client, children):
    posting = PostingFactory(ends_on="2021-01-01")
    sign_in(client, posting)

    for name, _view, names in VIEWS:
        url = reverse(name, kwargs=_arguments(names, children["own"]))
        assert client.get(url).status_code in (403, 405), name


@pytest.mark.parametrize("role", Role)
def test_the_administration_opens_for_administrators_alone(client, role):
    sign_in(client, _posting(role))

    opened = client.get(reverse("admin:index")).status_code == 200

    assert opened == (Permission.ADMINISTER in ROLE_PERMISSIONS[role])
