"""The lead's pages: the group, pairing on one screen, handing over; the township's look at them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.models import Pairing, SeatHolder, WorkingGroup
from tests.asking import text_of
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    ContactFactory,
    EnrolmentFactory,
    GuardianshipFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    SchoolYearFactory,
    SeatFactory,
    SeatHolderFactory,
    WorkingGroupFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
GROUP, BOARD = reverse("schools:group"), reverse("schools:pairing_board")


def today():
    return timezone.localdate()


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def year():
    start = today().replace(month=1, day=1)
    return SchoolYearFactory(name="now", starts_on=start, ends_on=start.replace(month=12, day=31))


@pytest.fixture
def lead(client, school, year):
    school_of(school)
    posting = PostingFactory(role="PRINCIPAL", organisation=school)
    sign_in(client, posting)
    return posting


def teacher_at(school, **facts):
    return PostingFactory(role="CLASS_TEACHER", organisation=school, **facts)


def child_at(school, **facts):
    child = ChildFactory(**facts)
    CaseAccessFactory(child=child, organisation=school)
    EnrolmentFactory(child=child, school=school_of(school))
    return child


def helped_by(helper, child, **facts):
    CaseAccessFactory(child=child, user=helper.user, reason="PAIRING")
    return PairingFactory(child=child, helper=helper, **facts)


def queries(client, url):
    client.get(url)  # the first page of a process reads what later ones know
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


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


class TestBoard:
    def test_several_children_are_paired_with_one_press(self, client, lead, school):
        helpers = [teacher_at(school), teacher_at(school)]
        children = [child_at(school), child_at(school)]
        rows = client.get(BOARD).context["rows"]
        assert {row.child for row in rows} == set(children)
        typed = {
            f"helper_{child.pk}": helper.pk for child, helper in zip(children, helpers, strict=True)
        }

        assert client.post(BOARD, typed).status_code == 302

        found = {row.child: row.helper for row in Pairing.objects.all()}
        assert found == dict(zip(children, helpers, strict=True))

    def test_one_child_taken_by_another_lead_is_told_and_the_rest_is_saved(
        self, client, lead, school
    ):
        mine, quicker = teacher_at(school), teacher_at(school)
        taken, free = child_at(school, name="甲小一"), child_at(school, name="乙小二")
        held = helped_by(quicker, taken)  # since the page was opened
        typed = {f"helper_{child.pk}": mine.pk for child in (taken, free)}

        answer = client.post(BOARD, typed)

        assert [outcome.wish.child for outcome in answer.context["saved"]] == [free]
        (refused,) = answer.context["refused"]
        assert (refused.wish.child, refused.held) == (taken, held)
        assert quicker.user.full_name in text_of(answer)
        assert Pairing.objects.get(child=free).helper == mine
        assert Pairing.objects.get(child=taken).helper == quicker

    def test_a_change_of_helper_needs_one_reason_and_keeps_what_was_chosen(
        self, client, lead, school
    ):
        old, new = teacher_at(school), teacher_at(school)
        child = child_at(school)
        row = helped_by(old, child)
        typed = {f"helper_{child.pk}": new.pk, f"shown_{child.pk}": row.pk,
                 f"was_{child.pk}": old.pk}  # fmt: skip

        refused = client.post(BOARD, typed)
        assert "reason" in refused.context["form"].errors
        assert refused.context["rows"][0].shown == new
        assert client.post(BOARD, typed | {"reason": "减轻负担"}).status_code == 302

        row.refresh_from_db()
        assert (row.ends_on, row.ended_because) == (today(), "减轻负担")

    def test_rows_left_as_they_were_write_nothing(self, client, lead, school):
        helper, child = teacher_at(school), child_at(school)
        row = helped_by(helper, child)

        client.post(BOARD, {f"helper_{child.pk}": helper.pk, f"shown_{child.pk}": row.pk,
                            f"was_{child.pk}": helper.pk})  # fmt: skip

        assert list(Pairing.objects.all()) == [row]
        assert row.history.count() == 1

    def test_neither_a_child_nor_a_helper_of_another_school_can_be_slipped_in(
        self, client, lead, school
    ):
        strangers_child, mine = child_at(OrganisationFactory()), child_at(school)
        stranger = teacher_at(OrganisationFactory())

        client.post(BOARD, {f"helper_{strangers_child.pk}": teacher_at(school).pk})
        answer = client.post(BOARD, {f"helper_{mine.pk}": stranger.pk, "helper_x": "1"})

        assert answer.context["form"].errors
        assert not Pairing.objects.exists()

    def test_filters_narrow_by_helper_and_class(self, client, lead, school):
        helper = teacher_at(school)
        his, other = child_at(school), child_at(school)
        helped_by(helper, his)
        other.enrolments.get().delete()
        EnrolmentFactory(child=other, school=school_of(school), grade=5, class_name="2班")

        def shown(**query):
            return [row.child for row in client.get(BOARD, query).context["rows"]]

        assert shown(helper=helper.pk) == [his]
        assert shown(school_class="PRIMARY-5-2班") == [other]
        assert shown(without="on") == [other]
        assert shown(helper="x", school_class="y", after="\x00~") == []  # behind the last row

    def test_pages_follow_one_another_without_a_gap(self, client, lead, school):
        children = {child_at(school) for _ in range(35)}

        first = client.get(BOARD)
        rest = client.get(BOARD, {"after": first.context["following"]})

        shown = [row.child for page in (first, rest) for row in page.context["rows"]]
        assert len(shown) == 35
        assert set(shown) == children
        assert rest.context["following"] == ""

    @pytest.mark.parametrize("url", [GROUP, BOARD, "/"])
    def test_the_lead_s_pages_take_the_same_queries_for_one_child_and_for_ten(
        self, client, lead, school, year, url
    ):
        group = WorkingGroupFactory(school=school_of(school), year=year)

        def more(n):
            for _ in range(n):
                helped_by(teacher_at(school), child_at(school))
                helped_by(teacher_at(school), child_at(school), is_main=False)
                child_at(school)
                SeatHolderFactory(
                    seat=SeatFactory(group=group, kind="SUBJECT_TEACHER", subject=f"s{_}{n}"),
                    holder=teacher_at(school),
                )

        more(1)
        one = queries(client, url)
        more(9)

        assert queries(client, url) == one


class TestHandover:
    def test_all_children_go_after_a_review_and_the_old_helper_is_refused(
        self, client, lead, school
    ):
        old, new, other = (teacher_at(school) for _ in range(3))
        children = [child_at(school), child_at(school)]
        rows = [helped_by(old, child) for child in children]
        url = reverse("schools:handover_all", args=[old.pk])
        typed = {"everyone": new.pk, "reason": "调离", "shown": [row.pk for row in rows],
                 f"to_{rows[1].pk}": other.pk}  # fmt: skip

        review = client.post(url, typed)
        assert review.context["is_reviewed"]
        assert Pairing.objects.filter(ends_on=None).count() == 2
        assert client.post(url, typed | {"confirmed": "1"}).url == GROUP

        now = {row.child: row.helper for row in Pairing.objects.filter(ends_on=None)}
        assert now == {children[0]: new, children[1]: other}
        sign_in(client, old)
        page = reverse("schools:child_school", args=[children[0].case_number])
        assert client.get(page).status_code == 404

    def test_a_child_added_since_the_page_was_opened_is_not_handed_over_unseen(
        self, client, lead, school
    ):
        old, new = teacher_at(school), teacher_at(school)
        row = helped_by(old, child_at(school))
        helped_by(old, child_at(school))
        typed = {"everyone": new.pk, "reason": "调离", "shown": [row.pk], "confirmed": "1"}

        answer = client.post(reverse("schools:handover_all", args=[old.pk]), typed)

        assert answer.context["form"].non_field_errors()
        assert not Pairing.objects.filter(helper=new).exists()

    def test_without_reason_or_successor_nothing_moves(self, client, lead, school):
        old = teacher_at(school)
        row = helped_by(old, child_at(school))

        answer = client.post(
            reverse("schools:handover_all", args=[old.pk]), {"shown": row.pk, "confirmed": "1"}
        )

        assert set(answer.context["form"].errors) == {"reason", f"to_{row.pk}"}

    def test_the_new_helper_reads_what_was_agreed_and_confirms(self, client, school):
        helper, child = teacher_at(school), child_at(school, risk_level="HIGH")
        GuardianshipFactory(child=child, is_main_carer=True, guardian__name="曾奶奶")
        ContactFactory(child=child, agreed="每周五回电", follow_up_on=today(), happened_on=today())
        row = helped_by(helper, child)
        sign_in(client, helper)
        url = reverse("schools:handover", args=[child.case_number])
        assert child.name in text_of(client.get("/"))  # told on the home page

        page = text_of(client.get(url))
        assert "每周五回电" in page
        assert "曾奶奶" in page
        client.post(reverse("schools:handover_confirm", args=[child.case_number]))

        row.refresh_from_db()
        assert row.confirmed_at
        assert row.history.first().history_user == helper.user

    def test_the_lead_still_reads_who_helped_before_why_it_ended_and_their_contacts(
        self, client, lead, school
    ):
        old, child = teacher_at(school), child_at(school)
        helped_by(old, child, ends_on=today(), ended_because="调离本校")
        ContactFactory(child=child, helper=old, summary="奶奶说一切都好")

        page = text_of(client.get(reverse("schools:child_school", args=[child.case_number])))

        for told in (old.user.full_name, "调离本校", "奶奶说一切都好"):
            assert told in page

    def test_the_lead_ends_an_assistance_but_no_main_helper_so(self, client, lead, school):
        main, child = teacher_at(school), child_at(school)
        first = helped_by(main, child)
        second = helped_by(teacher_at(school), child, is_main=False)
        url = reverse("schools:pairing_end", args=[child.case_number])

        assert client.post(url, {"pairing": second.pk}).status_code == 302
        assert client.post(url, {"pairing": first.pk}).status_code == 404

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.ends_on, second.ends_on) == (None, today())


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
