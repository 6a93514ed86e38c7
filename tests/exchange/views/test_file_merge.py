"""Two files of one child merged and parted on the pages: what is offered, refused and told."""

import pytest
from django.urls import reverse

from accounts.once import new_key
from exchange.models import FileMerge
from tests.exchange.twice import pair, registered_twice
from tests.factories import (
    COUNTY,
    ChildFactory,
    EnrolmentFactory,
    MatchPairFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice():
    return registered_twice()


def test_the_page_offers_the_file_on_which_something_runs(twice, client):
    EnrolmentFactory(child=twice[1])
    county = sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))

    where = reverse("exchange:file_merge", args=[pair().pk])

    page = county.get(where)
    refused = county.post(where, {"kept": twice[0].pk, "reason": "户口本", "version": 1})

    assert page.context["form"].initial["kept"] == str(twice[1].pk)
    assert "1" in refused.context["form"].errors["kept"][0]


def test_a_remark_typed_beside_the_answer_is_the_reason_of_the_merge(twice, client):
    county = sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    one = pair()

    page = county.post(
        reverse("exchange:pair_answer", args=[one.pk]),
        {"answer": "same", "version": one.version, "reason": "看过户口本", "submission": new_key()},
        follow=True,
    )

    assert page.redirect_chain[-1][0] == reverse("exchange:file_merge", args=[one.pk])
    assert page.context["form"]["reason"].value() == "看过户口本"


def test_after_a_merge_comes_the_next_pair_of_the_same_choice(twice, client):
    county = sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    one = pair()
    # Of another kind and likelier; gone with the merged file; and the one that is next.
    row = MatchPairFactory(child=ChildFactory(), score=0.99)
    MatchPairFactory(child=twice[1], other=ChildFactory(), list_row=None, score=one.score)
    left, right = ChildFactory(), ChildFactory()
    following = MatchPairFactory(child=left, other=right, list_row=None, score=0.01)

    page = county.post(
        reverse("exchange:pair_answer", args=[one.pk]) + "?kind=files",
        {"answer": "same", "version": one.version, "submission": new_key()},
    )
    assert page.url == reverse("exchange:file_merge", args=[one.pk]) + "?kind=files"
    back = reverse("exchange:pair_detail", args=[one.pk]) + "?kind=files"
    assert f'href="{back}"' in county.get(page.url).content.decode()
    sent = county.post(
        page.url,
        {"kept": twice[0].pk, "reason": "户口本", "version": one.version, "submission": new_key()},
        follow=True,
    )

    where = reverse("exchange:pair_detail", args=[following.pk]) + "?kind=files"
    assert sent.redirect_chain[-1][0] == where
    kept = reverse("children:child_detail", args=[twice[0].case_number])
    assert f'href="{kept}"' in sent.content.decode(), "the file that goes on is one click away"
    assert row.state == "OPEN"


def test_a_merged_file_is_read_but_not_worked_on_and_tells_where_it_goes_on(twice, client):
    older, newer = twice
    county = sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    one = pair()

    sent = county.post(
        reverse("exchange:file_merge", args=[one.pk]),
        {"kept": older.pk, "reason": "户口本", "version": one.version, "submission": new_key()},
    )

    assert sent.url == reverse("children:child_detail", args=[older.case_number])
    assert newer.case_number in county.get(sent.url).content.decode()
    page = county.get(reverse("children:child_detail", args=[newer.case_number]))
    assert older.case_number in page.content.decode()
    for closed in ("children:child_change", "children:child_close"):
        assert county.get(reverse(closed, args=[newer.case_number])).status_code == 404
    row = FileMerge.objects.get()
    parted = county.post(
        reverse("exchange:file_part", args=[row.pk]),
        {"reason": "是堂兄弟", "version": row.version, "submission": new_key()},
    )
    assert parted.url == reverse("children:child_detail", args=[newer.case_number])
    assert county.get(reverse("children:child_change", args=[newer.case_number])).status_code == 200
