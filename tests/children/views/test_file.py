"""A file corrected, closed, opened again; masked fields opened with a reason."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import AccessEvent, AccessKind
from accounts.roles import Role
from children.models import Child, Guardian, Guardianship
from children.rules.identifiers import make_resident_id
from tests.asking import errors, in_chinese, of, shows, text_of
from tests.children.typed import care, correction, id_number, records
from tests.factories import (
    CaseAccessFactory,
    CertificateFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PostingFactory,
)
from tests.signing_in import sign_in
from tests.world import whole_file

pytestmark = pytest.mark.django_db
STALE = (
    "Somebody else changed this in the meantime. Their changes are listed above; "
    "fields you did not touch now show theirs. Check and save again."
)


@pytest.fixture
def child():
    return ChildFactory(id_number=id_number(), phone="17000001234", address="3组5号")


def test_a_correction_is_saved_with_its_reason(town, child, supervisor):
    answer = town.post(of(child, "child_change"), correction(child, name="曾小亮"))

    assert answer.url == of(child, "child_detail")
    newest = Child.objects.get().history.first()
    assert (newest.name, newest.history_change_reason) == ("曾小亮", "户口簿已核对")
    assert (newest.history_user, newest.acting_posting_id) == (supervisor.user, supervisor.pk)


def test_a_correction_needs_its_reason_and_keeps_what_was_typed(town, child):
    answer = town.post(of(child, "child_change"), correction(child, name="曾小亮", reason=""))

    assert set(errors(answer)) == {"reason"}
    assert shows(answer, "曾小亮")
    assert child.history.count() == 1


def test_a_correction_that_changes_nothing_leaves_no_trace(town, child):
    town.post(of(child, "child_change"), correction(child))

    assert child.history.count() == 1


def test_the_second_of_two_sees_what_the_first_changed_and_merges(town, village, child):
    mine = correction(child, notes="有哥哥一人")
    village.post(of(child, "child_change"), correction(child, address="8组2号", name="曾小亮"))

    told = town.post(of(child, "child_change"), mine)

    assert told.status_code == 200
    assert shows(told, in_chinese(STALE))
    changes = {(change.old, change.new) for change in told.context["others"]}
    assert changes == {("3组5号", "8组2号"), ("曾小明", "曾小亮")}
    form = told.context["form"]
    assert form["address"].value() == "8组2号", "not touched by us: theirs"
    assert form["name"].value() == "曾小亮"
    assert form["notes"].value() == "有哥哥一人", "touched by us: ours"
    stored = Child.objects.get()
    assert (stored.notes, stored.address) == ("", "8组2号")

    merged = mine | {name: form[name].value() or "" for name in ("name", "address", "notes")}
    again = town.post(of(child, "child_change"), merged | {"version": told.context["version"]})

    assert again.status_code == 302
    stored = Child.objects.get()
    assert (stored.name, stored.notes, stored.address) == ("曾小亮", "有哥哥一人", "8组2号")


def test_a_form_without_its_version_overwrites_nothing(town, child):
    for version in ("", "0", "-1", "x", "9" * 30, "²"):
        answer = town.post(
            of(child, "child_change"), correction(child, name="曾小亮", version=version)
        )
        assert answer.status_code == 200
    assert Child.objects.get().name == "曾小明"


def test_a_number_of_another_file_is_refused_at_its_field(town, child):
    other = ChildFactory(name="李四", id_number=id_number(9))

    answer = town.post(of(child, "child_change"), correction(child, id_number=other.id_number))

    message = in_chinese("A child with this ID number is registered already.")
    assert errors(answer) == {"id_number": [message]}


def test_a_file_is_closed_and_opened_again_each_with_its_reason(town, child):
    today = timezone.localdate()
    closing = {"version": child.version, "closed_on": str(today), "exit_reason": "ADOPTED"}

    assert town.post(of(child, "child_close"), closing).status_code == 302
    closed = Child.objects.get()
    assert (closed.status, closed.closed_on, closed.closing_reason) == ("CLOSED", today, "ADOPTED")

    opening = {"version": closed.version, "reason": "收养未成立"}
    assert town.post(of(child, "child_close"), opening).status_code == 302
    opened = Child.objects.get()
    assert (opened.status, opened.closed_on, opened.closing_reason) == ("LEAD", None, "")
    assert opened.history.first().history_change_reason == "收养未成立"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2025-12-31", "The file cannot be closed before it was opened."),
        ("2199-01-01", "The day lies in the future."),
        ("2026-02-29", "There is no such day. Write it as 2015-03-07."),
    ],
)
def test_a_closing_day_that_cannot_be_is_refused_at_its_field(town, child, day, message):
    typed = {"version": child.version, "closed_on": day, "exit_reason": "ADOPTED"}

    answer = town.post(of(child, "child_close"), typed)

    assert errors(answer) == {"closed_on": [in_chinese(message)]}
    assert day in text_of(answer)
    assert Child.objects.get().status == "LEAD"


def test_closing_over_a_later_change_is_refused(town, child):
    child.notes = "seen"
    child.save()

    typed = {"version": 1, "closed_on": str(timezone.localdate()), "exit_reason": "ADOPTED"}
    answer = town.post(of(child, "child_close"), typed)

    message = in_chinese("Somebody else changed the file. Look at it again first.")
    assert errors(answer) == {"__all__": [message]}


# Masked, revealed, logged ----------------------------------------------------------------------


def test_the_page_masks_numbers_and_logs_that_it_was_opened(town, child, supervisor):
    text = text_of(town.get(of(child, "child_detail")))

    assert id_number() not in text
    assert "17000001234" not in text
    event = AccessEvent.objects.get()
    assert (event.kind, event.child_id, event.user) == (
        AccessKind.OPENED, child.pk, supervisor.user,
    )  # fmt: skip
    assert (event.role, event.area_code) == ("CHILD_SUPERVISOR", child.managing_area_id)
    assert event.address


def test_printing_is_logged_as_such(town, child):
    town.get(of(child, "child_detail"), {"print": "1"})

    assert AccessEvent.objects.get().kind == AccessKind.PRINTED


@pytest.mark.parametrize("field", ["id_number", "phone", "address"])
def test_a_masked_field_is_opened_for_a_reason_that_is_logged_first(town, child, field):
    answer = town.post(of(child, "child_reveal"), {"field": field, "reason": "核对银行卡"})

    assert getattr(child, field) in text_of(answer)
    event = AccessEvent.objects.get()
    assert (event.kind, event.subject, event.reason) == ("REVEALED", field, "核对银行卡")


def test_without_a_reason_nothing_is_opened(town, child):
    for reason in ("", " ", "x"):
        answer = town.post(of(child, "child_reveal"), {"field": "id_number", "reason": reason})
        assert id_number() not in text_of(answer)
    assert not AccessEvent.objects.exists()


def test_numbers_of_guardians_and_certificates_are_opened_the_same_way(town, child):
    care_row = GuardianshipFactory(child=child, guardian=GuardianFactory(phone="17000009999"))
    certificate = CertificateFactory(child=child, number=id_number() + "52")

    for field, value in (
        (f"guardian.{care_row.pk}.phone", "17000009999"),
        (f"certificate.{certificate.pk}.number", id_number() + "52"),
    ):
        answer = town.post(of(child, "child_reveal"), {"field": field, "reason": "核对"})
        assert value in text_of(answer)
        assert AccessEvent.objects.latest("pk").subject == field


def test_no_other_field_and_no_other_childs_number_can_be_opened(town, child):
    stranger = GuardianshipFactory(guardian=GuardianFactory(phone="17000008888"))

    for field in (
        "notes", "", "password", "guardian", "guardian.x.phone", "guardian.1.name",
        "certificate.1.child", "id_number.x", f"guardian.{stranger.pk}.phone", "guardian.²."
        "phone", "guardian." + "9" * 5000 + ".phone", f"guardian.{'9' * 30}.phone",
    ):  # fmt: skip
        typed = {"field": field, "reason": "核对"}
        assert town.post(of(child, "child_reveal"), typed).status_code == 404, field[:40]
    assert not AccessEvent.objects.exists()


def test_a_teacher_sees_the_paired_child_masked_and_reveals_nothing(child):
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    CaseAccessFactory(child=child, user=teacher.user)
    client = sign_in(Client(), teacher)

    assert shows(client.get(of(child, "child_detail")), child.name)
    typed = {"field": "id_number", "reason": "核对"}
    assert client.post(of(child, "child_reveal"), typed).status_code == 403


def whole_page(client, child):
    return text_of(client.get(of(child, "child_detail")))


def whole_history(client, child):
    """All its pages."""
    page = client.get(of(child, "child_history"))
    text = text_of(page)
    while page.context["older"]:
        page = client.get(of(child, "child_history"), {"before": page.context["older"]})
        text += text_of(page)
    return text


def test_secret_categories_do_not_exist_for_those_not_entitled(town, county):
    child = whole_file("330127100201")
    secrets = [in_chinese("HIV-infected child"), in_chinese("maltreated child")]

    for page in (whole_page, whole_history):
        assert not any(escape(secret) in page(town, child) for secret in secrets), page
        assert any(escape(secret) in page(county, child) for secret in secrets), page
    day = {"day": str(timezone.localdate())}
    assert not any(shows(town.get(of(child, "child_as_of"), day), secret) for secret in secrets)
    for view, more in (("record_add", {"kind": "category"}), ("application_add", {})):
        page = county.get(of(child, view, **more))
        assert shows(page, secrets[0]), view
        if view == "application_add":
            assert not shows(town.get(of(child, view, **more)), secrets[0]), view


def test_the_page_takes_the_same_few_queries_however_much_there_is(
    town, django_assert_max_num_queries
):
    small, large = ChildFactory(), whole_file("330127100201")
    for n in range(12):
        GuardianshipFactory(child=large, starts_on=date(2010 + n, 1, 1))
        CertificateFactory(child=large, status="EXPIRED", number=id_number(2 * n + 21) + "52")

    # What hangs on a child is asked for where there is any.
    for child, most in ((small, 15), (large, 47)):
        town.get(of(child, "child_detail"))
        with django_assert_max_num_queries(most):
            assert town.get(of(child, "child_detail")).status_code == 200


# What hangs on the child -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["guardianship", "parent", "economic", "certificate", "category"])
def test_each_kind_of_record_is_added_changed_and_kept_in_history(county, officer, kind):
    child = ChildFactory()
    typed = records()[kind]

    answer = county.post(of(child, "record_add", kind=kind), typed)

    assert answer.status_code == 302, errors(answer)
    from children.views.record import KINDS

    row = KINDS[kind].model.objects.get()
    assert row.history.get().history_user == officer.user
    page = county.get(of(child, "record_change", kind=kind, pk=row.pk))
    change = {"version": page.context["version"], "reason": "更正", "ends_on": "2024-06-01"}
    if kind == "certificate":
        change = {**change, "status": "FROZEN"}
    from accounts.once import new_key

    again = county.post(
        of(child, "record_change", kind=kind, pk=row.pk),
        typed | change | {"submission": new_key()},
    )

    assert again.status_code == 302, errors(again)
    newest, _first = row.history.all()
    assert newest.history_change_reason == "更正"


def test_a_guardianship_ends_before_its_next_begins(town):
    child = ChildFactory()
    url = of(child, "record_add", kind="guardianship")
    town.post(url, care())

    answer = town.post(url, care(name="曾二山", starts_on="2025-01-01"))

    assert errors(answer) == {
        "__all__": [in_chinese("The child already has a main carer in that period.")]
    }
    assert shows(answer, "曾二山")
    assert Guardianship.objects.count() == 1


def test_a_stale_record_tells_what_the_other_changed(town, village):
    child = ChildFactory()
    town.post(of(child, "record_add", kind="guardianship"), care())
    row = Guardianship.objects.get()
    url = of(child, "record_change", kind="guardianship", pk=row.pk)
    version = town.get(url).context["version"]
    village.post(url, care(workplace="县城", version=version, reason="电话确认"))

    answer = town.post(url, care(lives_with_child="on", version=version, reason="走访"))

    assert answer.status_code == 200
    assert in_chinese(STALE) in errors(answer)["__all__"]
    assert [(change.old, change.new) for change in answer.context["others"]] == [("", "县城")]
    assert answer.context["form"]["workplace"].value() == "县城"
    assert Guardianship.objects.get().lives_with_child is False


@pytest.mark.parametrize("kind", ["child", "guardianship", "certificate"])
def test_a_form_shows_no_number_and_keeps_the_one_it_does_not_show(client, kind):
    number = make_resident_id("990101", date(2016, 3, 1), 7)
    child = ChildFactory(id_number=number, phone="13800001234", address="3组8号")
    ward = GuardianshipFactory(child=child)
    elders = make_resident_id("990101", date(1960, 3, 1), 7)
    ward.guardian.id_number, ward.guardian.phone = elders, "13900005678"
    ward.guardian.save()
    paper = CertificateFactory(child=child, number=number + "52")
    sign_in(client, PostingFactory())
    url = {
        "child": reverse("children:child_change", args=[child.case_number]),
        "guardianship": reverse(
            "children:record_change", args=[child.case_number, "guardianship", ward.pk]
        ),
        "certificate": reverse(
            "children:record_change", args=[child.case_number, "certificate", paper.pk]
        ),
    }[kind]

    page = client.get(url)
    text = page.content.decode()
    assert not {"13800001234", "13900005678", "3组8号"} & set(re.findall(r'value="([^"]*)"', text))
    assert number not in text
    assert elders not in text

    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: getattr(value, "pk", value) for name, value in typed.items()}
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    typed |= {"version": page.context["version"], "reason": "seen"}
    assert client.post(url, typed).status_code == 302
    child.refresh_from_db()
    paper.refresh_from_db()
    person = Guardian.objects.get(pk=ward.guardian_id)
    assert (person.id_number, person.phone) == (elders, "13900005678")
    assert (child.id_number, child.phone, child.address) == (number, "13800001234", "3组8号")
    assert paper.number == number + "52"


def test_saving_takes_few_statements(town, child, django_assert_num_queries):
    """Session and user, the key of the form, the child read and locked, its row, its history, the
    draft; with what begins and ends the transaction and its savepoint.
    """
    town.get(of(child, "child_change"))  # the session notes its use once a minute
    typed = correction(child, notes="搬到奶奶家")

    with django_assert_num_queries(13):
        answer = town.post(of(child, "child_change"), typed)

    assert answer.status_code == 302
