"""Photos sent with the form of a visit: kept with it, all or none, and never anybody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from children.models import Document, HomeVisit
from tests.asking import in_chinese, of, shows
from tests.factories import (
    VILLAGE,
    ChildFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import picture

pytestmark = pytest.mark.django_db
MET = {
    "outcome": "MET", "mode": "HOME", "child_seen": "ALONE", "injuries": "NONE", "health": "GOOD",
    "mood": "FAIR", "visited_on": timezone.localdate(), "summary": "屋顶漏雨",
}  # fmt: skip
AGAIN = "The photos were not kept yet. Choose them once more."


@pytest.fixture
def director():
    return PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))


@pytest.fixture
def child():
    child = ChildFactory(risk_level="MEDIUM")
    GuardianshipFactory(child=child, is_main_carer=True)
    return child


def photo(content=None, name="IMG_张小明.jpg"):
    return SimpleUploadedFile(name, content or picture("JPEG"), "image/jpeg")


def visit(client, child, photos, **typed):
    return client.post(of(child, "visit_add"), MET | typed | {"photos": photos})


def test_photos_are_kept_with_the_visit(client, director, child):
    sign_in(client, director)
    assert visit(client, child, [photo(), photo(picture("PNG"))]).status_code == 302
    row = HomeVisit.objects.get()
    kept = Document.objects.filter(visit=row, child=child, kind="VISIT_PHOTO")
    assert sorted(kept.values_list("content_type", flat=True)) == ["image/jpeg", "image/png"]
    assert {document.uploaded_by for document in kept} == {director.user}
    answer = client.get(of(child, "document_show", key=kept[0].uuid))
    assert b"".join(answer.streaming_content).startswith((b"\xff\xd8", b"\x89PNG"))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([b"%PDF-1.4 no photo"], "This is no photo: send a JPEG or PNG."),
        ([picture("JPEG")[:40]], "The picture cannot be read. Photograph or scan it again."),
        ([picture("JPEG")] * 7, "Six photos are enough."),
        (
            [picture("JPEG"), b"MZ\x90"],
            "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
        ),
    ],
)
def test_one_that_is_refused_keeps_the_visit_from_being_saved(client, director, child, sent, said):
    sign_in(client, director)
    answer = visit(client, child, [photo(content) for content in sent])
    assert answer.status_code == 200
    assert not HomeVisit.objects.exists()
    assert not Document.objects.exists()
    assert shows(answer, "屋顶漏雨")
    assert shows(answer, in_chinese(AGAIN))
    assert shows(answer, in_chinese(said))


def test_photos_of_a_form_with_errors_are_asked_for_again(client, director, child):
    answer = visit(sign_in(client, director), child, [photo()], visited_on="2026-02-30")
    assert shows(answer, in_chinese(AGAIN))
    assert not HomeVisit.objects.exists()


def test_a_correction_adds_photos_and_six_remain_the_most(client, director, child):
    sign_in(client, director)
    visit(client, child, [photo() for _ in range(5)])
    row = HomeVisit.objects.get()
    facts = MET | {"version": row.version, "reason": "补照片", "photos": [photo(), photo()]}
    assert client.post(of(child, "visit_change", visit_id=row.pk), facts).status_code == 200
    assert row.photos.count() == 5
    facts["photos"] = [photo()]
    assert client.post(of(child, "visit_change", visit_id=row.pk), facts).status_code == 302
    assert row.photos.count() == 6


def test_sent_twice_it_is_one_visit_with_its_photos(client, director, child):
    sign_in(client, director)
    key = client.get(of(child, "visit_add")).context["submission"]
    for _ in range(2):
        visit(client, child, [photo()], submission=key)
    assert HomeVisit.objects.get().photos.count() == 1


def test_the_database_moves_no_visit_to_another_child(child):
    row = HomeVisitFactory(child=child)
    with pytest.raises(IntegrityError), transaction.atomic():
        HomeVisit.objects.filter(pk=row.pk).update(child=ChildFactory())
