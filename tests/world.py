"""Whole files: a child with a row in every table that hangs on one."""

import io

from django.utils import timezone
from PIL import Image

from children.actions.document import add_document
from children.models import ApplicationStep
from tests.factories import (
    ApplicationFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    GuardianFactory,
    GuardianshipFactory,
    OrganisationFactory,
    ParentStatusFactory,
    UserFactory,
    area,
)


def picture(kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#aa8866").save(out, kind, **options)
    return out.getvalue()


def document(child, by=None, content=None, **facts):
    told = {"kind": "PHOTO", "remark": "", "application": None, "is_secret": False, **facts}
    return add_document(
        child=child, content=content or picture(), facts=told, by=by or UserFactory(),
        now=timezone.now(),
    )  # fmt: skip


def whole_file(place, **facts):
    """A child of the village `place` with everything, secret rows and a past change included."""
    child = ChildFactory(residence_area=area(place), **facts)
    guardian = GuardianFactory(recorded_in=area(place), phone="17000001234")
    GuardianshipFactory(child=child, guardian=guardian, is_main_carer=True)
    ParentStatusFactory(child=child)
    CategorySpellFactory(child=child)
    CategorySpellFactory(child=child, category="HIV")
    EconomicStatusFactory(child=child)
    CertificateFactory(child=child)
    application = ApplicationFactory(child=child)
    secret = ApplicationFactory(child=child, category="ABUSED")
    for row in (application, secret):
        ApplicationStep.objects.create(
            application=row, child=child, move="OPEN", to_state="LEAD", by=UserFactory()
        )
    document(child, application=application)
    document(child, kind="OTHER", is_secret=True)
    CaseAccessFactory(child=child, organisation=OrganisationFactory())
    child.notes = "a second version"
    child.save()
    return child
