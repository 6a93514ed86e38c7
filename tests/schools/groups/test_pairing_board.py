"""Pairing on one screen."""

import pytest

from schools.models import Pairing
from tests.asking import text_of
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    SeatFactory,
    SeatHolderFactory,
    WorkingGroupFactory,
    school_of,
)

from .words import BOARD, GROUP, child_at, helped_by, queries, teacher_at, today

pytestmark = pytest.mark.django_db


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
