"""Every address × every role × whose child it is: what `accounts.access` says happens.

A new view joins by itself. An argument of a new name needs a line in `ARGUMENTS`.
"""

import pytest
from django.contrib.admin import site
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.guard.install import guarded_models
from accounts.models import AccessEvent, Posting
from accounts.roles import (
    AREA_ROLES,
    ROLES_WITHOUT_CHILDREN,
    SECOND_FACTOR_ROLES,
    Role,
)
from children.models import Concern
from distress_registry.models import SavedReport
from exchange.models import ChangeBatch, ListOut, ListUpload, NumberQuery, SharingAgreement
from schools.models import Consent, Referral, ScreeningResult
from tests.factories import VILLAGE, PostingFactory
from tests.signing_in import sign_in
from tests.world import cast, posted_as, whole_file

pytestmark = pytest.mark.django_db
# What a file that is only shared with us still allows; all else is 404 there.
READING = {
    Permission.CHILD_VIEW, Permission.CHILD_HISTORY, Permission.SENSITIVE_REVEAL,
    Permission.DOCUMENT_VIEW,
    Permission.AID_VIEW,
    Permission.FINDING_VIEW,
    Permission.VISIT_VIEW,
    Permission.TRANSFER_VIEW,
    # A school works on files that others keep.
    *(permission for permission in Permission if permission.split("_")[0] in {
        "roll", "ledger", "home", "group", "contact", "digest", "observe", "wellbeing", "counsel",
        "concern", "growth", "notice", "education",
    }),
}  # fmt: skip

# Rows of named people alone: for all the others they do not exist, whatever their role. That
# the named see them is proved beside each noun.
OF_NAMED_PEOPLE = {
    "children:visit_change",
    "children:concern_own",
    "children:step_of_office",
    "schools:contact_change",
    "schools:session_add",
    "schools:note_add",
}

# How an argument of an address is found, by its name; `names` are all names of the address.
ARGUMENTS = {
    "case_number": lambda child, names: child.case_number,
    "kind": lambda child, names: "child" if "history_id" in names else "guardianship",
    "pk": lambda child, names: (
        (child.guardianships if "kind" in names else child.applications.filter(category="DE_FACTO"))
        .get()
        .pk
    ),
    "key": lambda child, names: child.documents.get(is_secret=False).uuid,
    "step_id": lambda child, names: child.care_plans.get().actions.get().pk,
    "campaign_id": lambda child, names: child.campaign_lines.get().campaign_id,
    "village_answer_id": lambda child, names: child.campaign_lines.get().answer_id,
    "campaign_child_id": lambda child, names: child.campaign_lines.get().pk,
    "deputy_id": lambda child, names: (
        Posting.objects.filter(area=child.managing_area_id).exclude(stands_in_for=None)[0].pk
    ),
    "due_kind": lambda child, names: "VISIT",
    "transfer_id": lambda child, names: child.transfers.get().pk,
    "placement_id": lambda child, names: child.placements.running().get().pk,
    "visit_id": lambda child, names: child.visits.get().pk,
    "contact_id": lambda child, names: child.contacts.get().pk,
    "notice_id": lambda child, names: child.notices.get().pk,
    "delivery_id": lambda child, names: child.notices.get().deliveries.get().pk,
    "concern_id": lambda child, names: Concern.objects.get(child=child).pk,
    "seat_id": lambda child, names: school_of(child).working_groups.get().seats.get().pk,
    "helper_id": lambda child, names: child.pairings.get().helper_id,
    "referral_id": lambda child, names: Referral.objects.get(child=child).pk,
    "screening_id": lambda child, names: ScreeningResult.objects.counting().get(child=child).pk,
    "consent_id": lambda child, names: Consent.objects.get(child=child).pk,
    "growth_id": lambda child, names: child.growth_records.get(state="OPEN").pk,
    "closed_growth_id": lambda child, names: child.growth_records.get(state="CLOSED").pk,
    "history_id": lambda child, names: child.history.first().history_id,
    "move_id": lambda child, names: child.enrolments.get().opened_by_move_id,
    "going_on_id": lambda child, names: child.goings_on.get().pk,
    "plan_id": lambda child, names: child.home_teaching_plans.get().pk,
    "excuse_id": lambda child, names: child.excuses.get().pk,
    "entitlement_id": lambda child, names: child.entitlements.get().pk,
    "award_id": lambda child, names: child.education_awards.get().pk,
    "freshman_id": lambda child, names: child.freshman_subsidies.get().pk,
    "settlement_id": lambda child, names: child.education_awards.get().settlement_id,
    "recognition_id": lambda child, names: child.recognitions.get().pk,
    "gap_id": lambda child, names: child.gaps.get().pk,
    "line_id": lambda child, names: child.payment_lines.get().pk,
    "answer_id": lambda child, names: child.payment_lines.get().run.returns.first().pk,
    "answer_upload_id": lambda child, names: (
        child.payment_lines.get().run.answer_uploads.first().pk
    ),
    "run_id": lambda child, names: child.payment_lines.get().run_id,
    "account_id": lambda child, names: child.payment_accounts.get().pk,
    "rehab_id": lambda child, names: child.rehabilitation_applications.first().pk,
    "rehab_plan_id": lambda child, names: child.rehabilitation_plans.get().pk,
    "rehab_session_id": lambda child, names: child.rehabilitation_sessions.get().pk,
    "claim_id": lambda child, names: child.claim_lines.get().claim_id,
    "claim_line_id": lambda child, names: child.claim_lines.get().pk,
    "pair_id": lambda child, names: child.match_pairs.get(other=None).pk,
    "file_pair_id": lambda child, names: child.match_pairs.get(list_row=None).pk,
    "layout_key": lambda child, names: "child_welfare",
    "table_key": lambda child, names: "civil_quarter",
    "out_id": lambda child, names: ListOut.objects.filter(area_code=child.managing_area_id)[0].pk,
    "agreement_id": lambda child, names: (
        SharingAgreement.objects.filter(area_code=child.managing_area_id).first().pk
    ),
    "query_id": lambda child, names: (
        NumberQuery.objects.filter(area_code=child.managing_area_id).first().pk
    ),
    "merge_id": lambda child, names: child.merges.get().pk,
    "change_id": lambda child, names: child.proposed_changes.get().pk,
    "batch_id": lambda child, names: (
        ChangeBatch.objects.filter(area_code=child.managing_area_id).first().pk
    ),
    "upload_id": lambda child, names: (
        ListUpload.objects.filter(area_code=child.managing_area_id).first().pk
    ),
    "report_id": lambda child, names: SavedReport.objects.get(area=child.county_code).pk,
    "finding_id": lambda child, names: child.findings.get().pk,
    "question_id": lambda child, names: child.findings.get().questions.get().pk,
    "ledger_id": lambda child, names: child.ledger_entries.get().pk,
}


# Arguments that lead to no child: such a page is as one without.
OF_NO_CHILD = {"layout_key", "table_key"}


def is_of_child(names):
    return bool(set(names) - OF_NO_CHILD)


def school_of(child):
    return child.enrolments.get().school


def patterns(resolver=None, namespace="", above=()):
    """(namespace, pattern, argument names) of every address, allauth's and the admin's too."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = entry.pattern
        names = [*above, *pattern.converters, *pattern.regex.groupindex]
        names = list(dict.fromkeys(names))
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace, names)
        elif isinstance(entry, URLPattern):
            yield namespace, entry, names


def our_views():
    """(full name, view, argument names) of every view that names its permission."""
    for namespace, entry, names in patterns():
        if hasattr(entry.callback, "required_permission"):
            name = f"{namespace}:{entry.name}" if namespace else entry.name
            yield name, entry.callback, names


VIEWS = sorted(our_views(), key=lambda view: view[0])


def address(name, names, child, known=None):
    """`known` keeps what was looked up for the child, by argument and the names beside it."""
    known = {} if known is None else known
    for argument in names:
        assert argument in ARGUMENTS, (
            f"{name} takes «{argument}»: add a line to ARGUMENTS in {__file__} that finds one"
        )
        key = (argument, "kind" in names, "history_id" in names)
        if key not in known:
            known[key] = ARGUMENTS[argument](child, names)
    return reverse(
        name, kwargs={n: known[n, "kind" in names, "history_id" in names] for n in names}
    )


def addresses_of(children, role=None):
    """(name, view, whose, address); each argument is looked up once for a child.

    What the role may do with no child at all is asked for the two nearest to it alone.
    """
    for whose, child in children.items():
        known = {}
        for name, view, names in VIEWS:
            may = role is None or view.required_permission in ROLE_PERMISSIONS[role]
            if whose == "own" and not is_of_child(names):
                yield name, view, None, address(name, names, child, known)
            elif is_of_child(names) and (may or whose in ("own", "shared")):
                yield name, view, whose, address(name, names, child, known)


def expected(name, view, role, whose):
    """Status of a GET; `whose` is None for an address that leads to no child."""
    permission = view.required_permission
    if permission not in ROLE_PERMISSIONS[role]:
        return 403
    if whose is None:
        return 200
    if name in OF_NAMED_PEOPLE:
        return 404
    if whose == "own" and role in AREA_ROLES and role not in ROLES_WITHOUT_CHILDREN:
        return 200
    if whose != "shared":
        return 404
    if permission == Permission.ACCESS_LOG_OF_CHILD:
        return 403
    return 200 if permission in READING else 404


def status(answer):
    if answer.streaming:  # a document: read to its end, so that the file is closed
        b"".join(answer.streaming_content)
    return answer.status_code


def stored():
    """Rows per table, but for the traces that looking leaves."""
    return {
        model.__name__: model.objects.count()
        for model in guarded_models()
        if model is not AccessEvent
    }


@pytest.mark.parametrize("role", Role)
def test_every_address_answers_as_the_table_says(client, role):
    """An empty POST first, which never breaks nor writes; then a GET, which leaves traces."""
    posting = posted_as(role)
    addresses = list(addresses_of(cast(posting), role))
    sign_in(client, posting)
    before, wrong = stored(), []
    for name, view, whose, url in addresses:
        right = expected(name, view, role, whose)
        # The form again, with its errors; or nothing was named.
        fitting = {200, 204, 302, 404} if right == 200 else {right}
        if (got := status(client.post(url, {}))) not in {405, *fitting}:
            wrong.append(f"POST {name} ({whose}): {got}, not {sorted(fitting)}")
    assert stored() == before
    for name, view, whose, url in addresses:
        right = expected(name, view, role, whose)
        if (got := status(client.get(url))) not in {405, right}:
            wrong.append(f"GET {name} ({whose}): {got}, not {right}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", SECOND_FACTOR_ROLES)
def test_without_the_second_factor_every_address_leads_to_it(client, role):
    posting = posted_as(role)
    child = whole_file(VILLAGE)
    sign_in(client, posting, second_factor=False)

    for _name, _view, _whose, url in addresses_of({"own": child}):
        for answer in (client.get(url), client.post(url, {})):
            if answer.status_code != 405:
                assert (answer.status_code, answer.url) == (302, reverse("accounts:second_factor"))


def test_strangers_are_sent_to_sign_in(client):
    child = whole_file(VILLAGE)

    for name, _view, _whose, url in addresses_of({"own": child}):
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code in (302, 405), name
            if answer.status_code == 302:
                assert answer.url.startswith(reverse("account_login")), name


def test_who_has_no_posting_today_gets_no_page(client):
    child = whole_file(VILLAGE)
    sign_in(client, PostingFactory(ends_on="2021-01-01"))

    for name, _view, _whose, url in addresses_of({"own": child}):
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code in (403, 405), name


OTHERS = {"token": "x", "uidb36": "1", "key": "1-1", "provider": "x", "pk": 1}
ADMIN_ARGUMENTS = {
    "id": "1",
    "object_id": "1",
    "content_type_id": "1",
    "history_id": "1",
    "url": "nothing",
}


def foreign_addresses(admin):
    """Addresses of the packages: the administration's, or all the others (allauth's, health …)."""
    registered = next(iter(site._registry))._meta.app_label
    known = OTHERS | ADMIN_ARGUMENTS | {"app_label": registered}
    for namespace, entry, names in patterns():
        if hasattr(entry.callback, "required_permission") or (namespace == "admin") != admin:
            continue
        for name in names:
            assert name in known, f"{namespace}:{entry.name} takes «{name}»: say one in OTHERS"
        if entry.name is None:  # the administration's catch-all
            continue
        full = f"{namespace}:{entry.name}" if namespace else entry.name
        unnamed = entry.pattern.regex.groups - len(names)  # as django-simple-history writes them
        if unnamed > 0:
            yield full, reverse(full, args=["1"] * unnamed)
        else:
            yield full, reverse(full, kwargs={name: known[name] for name in names})


FOR_STRANGERS_IN_THE_ADMINISTRATION = {"admin:login", "admin:jsi18n"}


@pytest.mark.parametrize("role", [None, *Role])
def test_the_administration_opens_for_administrators_alone(client, role):
    if role is not None:
        sign_in(client, posted_as(role))
    administers = role is not None and Permission.ADMINISTER in ROLE_PERMISSIONS[role]

    for name, url in foreign_addresses(admin=True):
        if name in FOR_STRANGERS_IN_THE_ADMINISTRATION or name == "admin:logout":
            continue
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code < 500, name
            if administers:
                assert not _leads_to_sign_in(answer), name
            elif answer.status_code != 405:
                assert answer.status_code == 403 or _leads_to_sign_in(answer), name
    assert (client.get(reverse("admin:index")).status_code == 200) == administers


def test_an_administrator_without_the_second_factor_is_no_administrator(client):
    sign_in(client, posted_as(Role.ADMINISTRATOR), second_factor=False)

    for name, url in foreign_addresses(admin=True):
        if name not in FOR_STRANGERS_IN_THE_ADMINISTRATION and name != "admin:logout":
            answer = client.get(url)
            assert answer.status_code in (403, 405) or _leads_to_sign_in(answer), name


def _leads_to_sign_in(answer):
    places = (reverse("admin:login"), reverse("account_login"), reverse("accounts:second_factor"))
    return answer.status_code == 302 and answer.url.startswith(places)


@pytest.mark.parametrize("role", [None, Role.CHILD_DIRECTOR, Role.COUNTY_OFFICER])
def test_no_address_of_a_package_breaks(client, role):
    for name, url in foreign_addresses(admin=False):
        if role is not None:
            sign_in(client, posted_as(role))
        for ask in (client.get, client.post):
            assert ask(url).status_code < 500, name
