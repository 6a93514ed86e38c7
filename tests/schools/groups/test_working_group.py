"""The group: formed, its seats, what the lead and the township see of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.access import Grant, Permission
from schools.models import SeatHolder, WorkingGroup
from schools.models.group_overview import arrivals
from tests.asking import shows, text_of
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    PostingFactory,
    SeatFactory,
    SeatHolderFactory,
    WorkingGroupFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

from .words import BOARD, GROUP, child_at, helped_by, queries, teacher_at, today

pytestmark = pytest.mark.django_db


class TestGroup:
    def test_the_lead_forms_the_group_with_one_press_and_a_second_changes_nothing(
        self, client, lead, school, year
    ):
        form = reverse("schools:group_form")

        for _press in "12":
            assert client.post(form, {"year": year.pk}).url == GROUP

        group = WorkingGroup.objects.get()
        assert (group.school_id, group.year) == (school.pk, year)
        assert SeatHolder.objects.get().holder == lead

    def test_a_press_on_a_page_of_another_year_forms_nothing(self, client, lead, year):
        client.post(reverse("schools:group_form"), {"year": year.pk + 1})

        assert not WorkingGroup.objects.exists()

    def test_the_lead_sees_empty_seats_loads_children_without_helper_and_late_handovers(
        self, client, lead, school, year
    ):
        seat = SeatFactory(
            group=WorkingGroupFactory(school=school_of(school), year=year),
            opened_on=today() - timedelta(days=9),
        )
        teacher = teacher_at(school)
        late = helped_by(teacher, child_at(school, risk_level="HIGH"))
        fresh = helped_by(teacher, child_at(school), starts_on=today())
        nobodys = child_at(school)

        found = client.get(GROUP).context["overview"]

        assert [line.seat for line in found.alerts] == [seat]
        assert found.without_helper == [nobodys]
        assert found.unconfirmed == [late]
        (load,) = [row for row in found.helpers if row == teacher]
        assert (load.load, load.at_high_risk, load.unconfirmed) == (2, 1, 2)
        assert fresh not in found.unconfirmed

    def test_a_child_whose_helper_is_gone_is_without_a_helper_before_the_night_comes(
        self, client, lead, school
    ):
        teacher = teacher_at(school, ends_on=today() - timedelta(days=1))
        child = child_at(school)
        helped_by(teacher, child)

        assert client.get(GROUP).context["overview"].without_helper == [child]
        assert "is_gone" in str(client.get(BOARD).context["rows"][0])
        (row,) = client.get(BOARD, {"without": "on"}).context["rows"]
        assert row.child == child
        assert row.holder is None

    def test_a_teacher_sees_the_seats_and_no_child(self, client, school, year):
        teacher, child = teacher_at(school), child_at(school, name="丁小四")
        SeatHolderFactory(
            seat__group=WorkingGroupFactory(school=school_of(school), year=year), holder=teacher
        )
        sign_in(client, teacher)

        page = client.get(GROUP)

        assert teacher.user.full_name in text_of(page)
        assert child.name not in text_of(page)

    def test_another_schools_lead_finds_neither_seat_nor_helper(self, client, lead, year):
        row = SeatHolderFactory(seat__group=WorkingGroupFactory(year=year))

        for name, key in (("seat_change", row.seat_id), ("handover_all", row.holder_id)):
            url = reverse(f"schools:{name}", args=[key])
            assert client.get(url).status_code == 404
            assert client.post(url, {"holder": "nobody", "reason": "x"}).status_code == 404
        row.refresh_from_db()
        assert row.ends_on is None

    def test_a_change_of_holder_needs_its_reason(self, client, lead, school, year):
        group = WorkingGroupFactory(school=school_of(school), year=year)
        row = SeatHolderFactory(seat__group=group, holder=teacher_at(school))
        new = teacher_at(school)
        url = reverse("schools:seat_change", args=[row.seat_id])
        typed = {"holder": new.pk, "shown": row.pk}

        assert "reason" in client.post(url, typed).context["form"].errors
        assert client.post(url, typed | {"reason": "轮岗"}).url == GROUP

        assert SeatHolder.objects.get(ends_on=None).holder == new

    def test_a_lead_who_was_slower_is_told_who_sits_there(self, client, lead, school, year):
        group = WorkingGroupFactory(school=school_of(school), year=year)
        row = SeatHolderFactory(seat__group=group, holder=teacher_at(school))

        answer = client.post(
            reverse("schools:seat_change", args=[row.seat_id]),
            {"holder": teacher_at(school).pk, "shown": "", "reason": "x"},
        )

        assert row.holder.user.full_name in str(answer.context["form"].non_field_errors())
        assert SeatHolder.objects.get() == row

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"kind": "CLASS_TEACHER"}, "grade"),
            ({"kind": "SUBJECT_TEACHER"}, "subject"),
            ({"kind": "X"}, "kind"),
            ({"kind": "CLASS_TEACHER", "stage": "PRIMARY", "grade": "99"}, "grade"),
            ({"kind": "LOGISTICS", "holder": "999999"}, "holder"),
        ],
    )
    def test_a_seat_that_cannot_be_is_refused_at_its_field(
        self, client, lead, school, year, typed, field
    ):
        WorkingGroupFactory(school=school_of(school), year=year)

        answer = client.post(reverse("schools:seat_add"), typed)

        assert field in answer.context["form"].errors

    def test_the_same_seat_twice_is_refused_in_words(self, client, lead, school, year):
        WorkingGroupFactory(school=school_of(school), year=year)
        typed = {"kind": "LOGISTICS"}

        assert client.post(reverse("schools:seat_add"), typed).status_code == 302
        assert client.post(reverse("schools:seat_add"), typed).context["form"].errors


class TestTownship:
    @pytest.fixture
    def supervisor(self, client):
        posting = PostingFactory(role="CHILD_SUPERVISOR")
        sign_in(client, posting)
        return posting

    def test_the_township_sees_whose_child_has_nobody_at_any_school(
        self, client, supervisor, school, year
    ):
        far = OrganisationFactory(area=area("330182100"))
        helped, ours, away = child_at(school), child_at(school), child_at(far)
        helped_by(teacher_at(school), helped)
        seat = SeatFactory(
            group=WorkingGroupFactory(school=school_of(school), year=year),
            opened_on=today() - timedelta(days=20),
        )
        fresh = SeatFactory(group=seat.group, kind="LOGISTICS", opened_on=today())

        found = client.get(GROUP).context["coverage"]

        assert {row.child for row in found.children} == {ours, away}
        (line,) = found.schools  # the other school lies elsewhere
        assert (line.without_helper, line.has_group) == (1, True)
        assert [empty.seat for empty in line.long_empty] == [seat]
        assert fresh not in [empty.seat for empty in line.long_empty]
        assert ours.name in text_of(client.get("/"))

    def test_children_of_other_townships_are_not_told(self, client, supervisor, school):
        stranger = child_at(school, residence_area=area("330182100201"), name="戊小五")

        page = client.get(GROUP)

        assert page.context["coverage"].children == []
        assert stranger.name not in text_of(page)

    def test_the_page_takes_the_same_queries_for_one_school_and_for_ten(
        self, client, supervisor, year
    ):
        def more(n):
            for _ in range(n):
                place = OrganisationFactory()
                child_at(place)
                SeatFactory(group=WorkingGroupFactory(school=school_of(place), year=year))

        more(1)
        one = queries(client, GROUP)
        more(9)

        assert queries(client, GROUP) == one


def test_the_lead_reads_who_came_from_another_school_until_somebody_cares(client, school, lead):
    child, other = child_at(school), child_at(school)
    start = today() - timedelta(days=3)
    row = child.enrolments.get()
    row.starts_on = start
    row.save()
    before = OrganisationFactory(name="第二小学")
    EnrolmentFactory(
        child=child, school=school_of(before), starts_on=start - timedelta(days=300),
        ends_on=start, end_reason="TRANSFERRED",
    )  # fmt: skip

    page = client.get("/")
    assert shows(page, "第二小学")
    assert shows(page, child.name)
    assert [row.child for row in arrivals(lead_grant(lead), today())] == [child]

    for each in (child, other):
        helped_by(teacher_at(school), each)
    assert not shows(client.get("/"), "第二小学")


def lead_grant(lead):
    return Grant(lead.user, lead, Permission.GROUP_LEAD)
