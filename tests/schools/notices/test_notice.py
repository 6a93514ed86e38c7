"""A teacher's notices: who may write and see them, to whom they go, what comes back."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.once import new_key
from schools.models import Notice, NoticeDelivery
from schools.models.notice_due import sent_in, unread_by_school
from tests.asking import text_of
from tests.factories import (
    ConcernFactory,
    DeliveryFactory,
    GuardianFactory,
    GuardianshipFactory,
    NoticeFactory,
    NoticeTemplateFactory,
    PostingFactory,
)
from tests.schools.notices import send_all
from tests.signing_in import sign_in

from .words import at, form, paired

pytestmark = pytest.mark.django_db


def test_a_teacher_writes_and_sees_who_gets_it_beforehand(client, child, teacher):
    sign_in(client, teacher)
    text = NoticeTemplateFactory(subject="来校会面", asks_answer=True)

    page = client.get(at("notice_add", child), {"template": text.pk})
    answer = client.post(at("notice_add", child), form())

    assert "曾大山" in text_of(page)
    assert page.context["form"]["subject"].value() == "来校会面"
    row = Notice.objects.get()
    assert answer.url == at("notice_detail", child, notice_id=row.pk)
    assert (row.child, row.writer) == (child, teacher)
    assert row.body == f"小明的家长：请来开会。{teacher.user.full_name}"
    assert row.history.get().history_user == teacher.user


@pytest.mark.parametrize("reason", ["marked", "reported"])
def test_of_who_is_left_out_the_writer_learns_nothing(client, child, teacher, reason):
    father = GuardianshipFactory(
        child=child, guardian=GuardianFactory(name="曾某父"), relation="FATHER", kind="PARENT",
        do_not_notify=reason == "marked",
    )  # fmt: skip
    if reason == "reported":
        ConcernFactory(child=child, guardianship=father)
    sign_in(client, teacher)

    page = client.get(at("notice_add", child))
    client.post(at("notice_add", child), form())
    send_all()
    after = client.get(at("notice_detail", child, notice_id=Notice.objects.get().pk))

    for answer in (page, after):
        assert "曾大山" in text_of(answer)
        assert "曾某父" not in text_of(answer)


def test_a_notice_that_would_reach_nobody_is_not_written_and_in_many_it_is_told(
    client, school, child, teacher
):
    alone = paired(school, teacher, name="丁小四")
    care = alone.guardianships.get()
    care.do_not_notify = True
    care.save()
    sign_in(client, teacher)

    page = client.post(at("notice_add", alone), form())
    assert page.context["form"].non_field_errors()
    assert not Notice.objects.exists()

    page = client.post(reverse("schools:notice_bulk"), form(whom="mine"), follow=True)
    assert {row.child for row in Notice.objects.all()} == {child, alone}
    told = [str(m) for m in page.context["messages"] if m.level_tag == "warning"]
    assert len(told) == 1
    assert "丁小四" in told[0]
    assert child.name not in told[0]


def test_a_form_sent_twice_writes_one_notice(client, child, teacher):
    sign_in(client, teacher)
    data = form(submission=new_key())

    for _twice in range(2):
        assert client.post(at("notice_add", child), data).status_code == 302

    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [({"subject": ""}, "subject"), ({"subject": "字" * 61}, "subject"), ({"body": ""}, "body"),
     ({"body": "{phone}"}, "body"), ({"subject": "{}"}, "subject"), ({"kind": "X"}, "kind"),
     ({"body": "a\x00b"}, "body"), ({"language": "fr"}, "language")],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_at_the_field(client, child, teacher, spoiled, field):
    sign_in(client, teacher)

    answer = client.post(at("notice_add", child), form() | spoiled)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Notice.objects.exists()


def test_one_text_for_a_class_is_one_notice_per_child_with_its_own_name(client, school, teacher):
    paired(school, teacher, "曾小明")
    paired(school, teacher, "欧阳小红")
    sign_in(client, teacher)
    url = reverse("schools:notice_bulk")

    page = client.get(url, {"whom": "PRIMARY.4.2班"})
    client.post(url, form(whom="PRIMARY.4.2班"))

    assert page.context["total"] == 2
    bodies = sorted(Notice.objects.values_list("body", flat=True))
    assert [body[:2] for body in bodies] == ["小明", "小红"]
    assert len(set(Notice.objects.values_list("batch", flat=True))) == 1


@pytest.mark.parametrize("whom", ["", "x", "PRIMARY", "PRIMARY.x.y", "PRIMARY.99999.", "school"])
def test_a_group_that_is_none_writes_to_nobody(client, child, teacher, whom):
    sign_in(client, teacher)

    answer = client.post(reverse("schools:notice_bulk"), form() | {"whom": whom})

    assert answer.status_code == 200
    assert not Notice.objects.exists()


def test_a_teacher_writes_to_their_own_children_only(client, school, teacher):
    other = PostingFactory(role="CLASS_TEACHER", organisation=school)
    mine, theirs = paired(school, teacher), paired(school, other)
    sign_in(client, teacher)

    client.post(reverse("schools:notice_bulk"), form(whom="PRIMARY.4.2班"))

    assert [row.child for row in Notice.objects.all()] == [mine]
    assert client.get(at("notice_add", theirs)).status_code == 404


def test_a_teacher_of_another_school_sees_nothing(client, child, teacher):
    row = NoticeFactory(child=child, writer=teacher)
    way = DeliveryFactory(notice=row, guardianship=child.guardianships.get())
    sign_in(client, PostingFactory(role="CLASS_TEACHER"))

    for name, more in (("notice_detail", {"notice_id": row.pk}), ("notice_add", {}),
                       ("delivery_tell", {"delivery_id": way.pk}),
                       ("delivery_number", {"delivery_id": way.pk})):  # fmt: skip
        assert client.get(at(name, child, **more)).status_code == 404
    assert not client.get(reverse("schools:notice_list")).context["rows"]
    assert not client.get(f"{reverse('schools:notice_slips')}?notice={row.pk}&all=1").context[
        "slips"
    ]


def test_a_notice_is_not_found_under_another_child(client, school, teacher, child):
    other = paired(school, teacher)
    row = NoticeFactory(child=child, writer=teacher)
    way = DeliveryFactory(notice=row, guardianship=child.guardianships.get())
    sign_in(client, teacher)

    assert client.get(at("notice_detail", other, notice_id=row.pk)).status_code == 404
    assert client.get(at("delivery_tell", other, delivery_id=way.pk)).status_code == 404


def test_the_old_helper_no_longer_sees_what_came_back(client, child, teacher):
    row = NoticeFactory(child=child, writer=teacher)
    access = child.access_rows.get(user=teacher.user)
    access.closed_at = timezone.now()
    access.save()
    sign_in(client, teacher)

    assert not client.get(reverse("schools:notice_list")).context["rows"]
    assert client.get(at("notice_detail", child, notice_id=row.pk)).status_code == 404


def test_an_answer_comes_back_to_the_list_and_the_home_page(client, child, teacher):
    row = NoticeFactory(child=child, writer=teacher)
    DeliveryFactory(
        notice=row, guardianship=child.guardianships.get(), state="ANSWERED", answer="CALL",
        answer_text="晚上打", read_at=timezone.now(), answered_at=timezone.now(),
    )  # fmt: skip
    sign_in(client, teacher)

    for url in (reverse("schools:notice_list"), reverse("home"), at("child_school", child)):
        assert "晚上打" in text_of(client.get(url))


@pytest.mark.parametrize("name", ["notice_list", "home", "notice_bulk", "notice_slips"])
def test_pages_ask_the_same_number_of_questions_for_one_and_for_ten(client, school, teacher, name):
    sign_in(client, teacher)
    url = reverse("home" if name == "home" else f"schools:{name}")
    batch = uuid.uuid4()

    def more(count):
        for _number in range(count):
            child = paired(school, teacher)
            DeliveryFactory(
                notice=NoticeFactory(child=child, writer=teacher, batch=batch),
                guardianship=child.guardianships.get(), step="PHONE",
            )  # fmt: skip

    def questions():
        together = {"notice": Notice.objects.first().pk, "together": 1, "all": 1}
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url, together if name == "notice_slips" else {})
        assert page.status_code == 200
        assert text_of(page).count("曾大山") >= Notice.objects.count() or name == "home"
        return len(asked)

    more(1)
    questions()
    one = questions()
    more(9)
    assert questions() == one


def test_the_township_sees_unread_notices_by_school(client, child, teacher, school):
    for _number in range(2):
        DeliveryFactory(
            notice=NoticeFactory(child=child, writer=teacher),
            guardianship=child.guardianships.get(), step="PHONE",
        )  # fmt: skip
    DeliveryFactory()  # of another school
    sign_in(client, PostingFactory(role="CHILD_SUPERVISOR"))

    (line,) = unread_by_school(NoticeDelivery.objects.filter(child=child))

    assert (line.school_id, line.unread, line.for_people) == (school.pk, 2, 2)
    assert school.name in text_of(client.get(reverse("home")))
    assert school.name in text_of(client.get(reverse("schools:notice_list")))


def test_a_growth_record_gets_the_notices_of_its_term(child, teacher):
    notice = NoticeFactory(child=child, writer=teacher)
    DeliveryFactory(notice=notice, guardianship=child.guardianships.get())
    day = timezone.localdate(notice.written_at)

    found = sent_in([child.pk], day, day)

    (line,) = found[child.pk]
    assert (line.subject, line.step, line.state) == ("家长会", "PAGE", "SENT")
    assert line.receiver
    assert sent_in([child.pk], day + timedelta(days=1), day + timedelta(days=9)) == {}
