"""Handing over all children of a helper, and reading the handover."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from schools.models import Pairing
from tests.asking import in_chinese, text_of
from tests.factories import (
    ContactFactory,
    GuardianshipFactory,
    NoteFactory,
    ObservationFactory,
    PostingFactory,
    ReferralFactory,
    SessionFactory,
)
from tests.schools.wellbeing.words import rows_seen
from tests.signing_in import sign_in

from .words import GROUP, child_at, helped_by, teacher_at, today

pytestmark = pytest.mark.django_db
STAFF = (Role.COUNSELLOR, Role.PRINCIPAL)


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

    def test_the_new_helper_reads_how_the_child_did_before_and_no_secret(self, client, school):
        helper, child = teacher_at(school), child_at(school)
        counsellor, lead = (PostingFactory(role=r, organisation=school) for r in STAFF)
        before = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
        levels = [0, 0, 0, 3, 0, 0, 0, 0, 0]
        ObservationFactory(child=child, month=before, levels=levels, remark="总走神")
        ObservationFactory(child=child, month=today().replace(day=1), remark="本月的话")
        row = ReferralFactory(
            child=child, organisation=school, counsellor=counsellor.user, lead=lead.user
        )
        SessionFactory(referral=row)
        SessionFactory(referral=row, kind="CRISIS", is_secret=True)
        NoteFactory(referral=row, text="只有两人可读")
        helped_by(helper, child, starts_on=today())
        url = reverse("schools:handover", args=[child.case_number])

        for posting in (helper, lead):
            sign_in(client, posting)
            page = text_of(client.get(url))
            # The newest month that each may read: a helper sends their own of this one first.
            assert ("总走神" in page, "本月的话" in page) == (posting == helper, posting == lead)
            for told in ("<svg", in_chinese("talk with the child")):
                assert told in page
            assert (row.get_state_display() in page) == (posting == lead)
            for secret in ("只有两人可读", in_chinese("in a crisis")):
                assert secret not in page

    def test_months_before_open_to_who_cares_now_alone(self, school):
        child = child_at(school)
        old, new, paired_long_ago = (teacher_at(school) for _ in range(3))
        before = today().replace(day=1) - timedelta(days=1)
        ObservationFactory(child=child, month=before.replace(day=1))
        facts = {"starts_on": today() - timedelta(days=400), "is_main": False}
        helped_by(old, child, **facts, ends_on=today())
        helped_by(paired_long_ago, child, **facts)
        helped_by(new, child, starts_on=today())

        seen = {posting: rows_seen(posting, "schools_observation") for posting in
                (old, new, paired_long_ago)}  # fmt: skip

        assert seen == {old: 0, new: 1, paired_long_ago: 0}
