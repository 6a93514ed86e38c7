"""Kinds of lists and their layouts; thresholds of matching and what people decided."""

import json
from datetime import date

import factory
from django.utils import timezone

from exchange.actions.finding_question import person_told
from exchange.models import (
    ChangeBatch,
    ChangeBatchLine,
    Check,
    CheckFigure,
    CodeMeaning,
    Feed,
    FileMerge,
    Finding,
    FindingQuestion,
    FindingStep,
    Layout,
    LayoutColumn,
    ListAgain,
    ListFault,
    ListImport,
    ListOut,
    ListReport,
    ListRow,
    ListUpload,
    MatchDecision,
    MatchFigure,
    MatchPair,
    OutColumn,
    OutLayout,
    ProposedChange,
    SharingFigure,
    SharingRecord,
)

from .accounts import COUNTY, DepartmentFactory, PostingFactory, UserFactory, area
from .children import ChildFactory


class LayoutFactory(factory.django.DjangoModelFactory):
    """Of a feed that migrations made."""

    class Meta:
        model = Layout

    feed = factory.LazyFunction(lambda: Feed.objects.get(kind="register"))
    title = "另一种台账"


class LayoutColumnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LayoutColumn

    layout = factory.SubFactory(LayoutFactory)
    key = "name"
    kind = "NAME"
    headings = ["姓名"]


class CodeMeaningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CodeMeaning

    table = "sex"
    written = "汉子"
    code = "MALE"


class MatchFigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchFigure

    key = "SUGGESTED_FROM"
    value = 100
    starts_on = date(2025, 1, 1)


class MatchDecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchDecision

    child = factory.SubFactory(ChildFactory)
    person_key = child_key = b"k" * 32
    verdict = "SAME"
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)


class ListImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListImport

    kind = "register"
    file_hash = bytes(32)
    columns = ["name"]
    rows = 2
    accepted = 1
    rejected = 1
    at = factory.LazyFunction(timezone.now)


class ListRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListRow

    list_import = factory.SubFactory(ListImportFactory)
    kind = "register"
    row = 2
    fingerprint = factory.Sequence(lambda n: n.to_bytes(32, "big"))
    facts = "{}"
    decision = "new"


class ProposedChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProposedChange

    child = factory.SubFactory(ChildFactory)
    list_import = factory.SubFactory(ListImportFactory)
    field = "address"
    new_value = "3组9号"


class ChangeBatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChangeBatch

    move = "ACCEPT"
    area_code = COUNTY
    posting = factory.SubFactory(PostingFactory)
    by = factory.SelfAttribute("posting.user")
    at = factory.LazyFunction(timezone.now)


class ChangeBatchLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChangeBatchLine

    batch = factory.SubFactory(ChangeBatchFactory)
    area_code = factory.SelfAttribute("batch.area_code")
    change_key = factory.Sequence(lambda n: n)
    change_version = 1
    child_key = 1
    field = "address"
    list_import = factory.SubFactory(ListImportFactory)


class SharingRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SharingRecord

    direction = "OUT"
    kind = "register"
    department = "残联"
    purpose = "核对"
    legal_ground = "未成年人保护法"
    fields = ["name"]
    rows = 1
    file_hash = bytes(32)
    area_code = COUNTY
    at = factory.LazyFunction(timezone.now)


class MatchPairFactory(factory.django.DjangoModelFactory):
    """Of a row of a list and a file."""

    class Meta:
        model = MatchPair

    child = factory.SubFactory(ChildFactory)
    list_row = factory.SubFactory(ListRowFactory)
    child_key = b"k" * 32
    person_key = factory.Sequence(lambda n: n.to_bytes(32, "big"))
    score = 0.5
    ground = "ALIKE_ONLY"
    levels = ["SAME", "DIGIT", None, None, None, None, None]
    found_at = factory.LazyFunction(timezone.now)


class FileMergeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FileMerge

    child = factory.SubFactory(ChildFactory)
    merged = factory.SubFactory(
        ChildFactory, status="CLOSED", closed_on=date(2026, 2, 1), closing_reason="DUPLICATE"
    )
    status_before = "LEAD"
    reason = "同一人"
    merged_at = factory.LazyFunction(timezone.now)
    by = factory.SubFactory(UserFactory)


class ListUploadFactory(factory.django.DjangoModelFactory):
    """Without a file in the storage."""

    class Meta:
        model = ListUpload

    kind = "register"
    area_code = COUNTY
    ending = ".xlsx"
    size = 1
    file_hash = bytes(32)
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)
    forget_at = factory.LazyFunction(timezone.now)
    taken_in_at = factory.LazyAttribute(
        lambda row: timezone.now() if getattr(row, "list_import", None) else None
    )


class ListReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListReport

    upload = factory.SubFactory(ListUploadFactory)
    area_code = factory.SelfAttribute("upload.area_code")


class ListFaultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListFault

    upload = factory.SubFactory(ListUploadFactory)
    attempt = 0
    area_code = factory.SelfAttribute("upload.area_code")
    row = 3
    key = "name"
    heading = "姓名"
    code = "REQUIRED"


class OutLayoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutLayout

    key = factory.Sequence("list-{}".format)
    title_zh = "核对名单"
    title_en = "list to compare"
    department = "残联"
    purpose = "核对"
    legal_ground = "未成年人保护法"
    selection = "OPEN"


class OutColumnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutColumn

    layout = factory.SubFactory(OutLayoutFactory)
    heading = "姓名"
    fact = "child.name"


class ListOutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListOut

    layout = factory.LazyFunction(lambda: OutLayout.objects.get(key="child_welfare"))
    area_code = COUNTY
    purpose = "核对"
    rows = 60
    needs_approval = True
    state = "ASKED"
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)


class SharingFigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SharingFigure

    key = "APPROVED_FROM"
    value = 100
    starts_on = date(2025, 1, 1)


class ListAgainFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListAgain

    list_import = factory.SubFactory(ListImportFactory)
    list_row = factory.SubFactory(ListRowFactory)


class CheckFigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CheckFigure

    key = "EXPIRY_DAYS"
    value = 60
    starts_on = date(2025, 1, 1)


class FindingFactory(factory.django.DjangoModelFactory):
    """Of a check that migrations made."""

    class Meta:
        model = Finding

    class Params:
        check = "M05"

    found_by = factory.LazyAttribute(lambda row: Check.objects.get(code=row.check))
    child = factory.SubFactory(ChildFactory)
    subject = factory.LazyAttribute(lambda row: f"c{row.child.pk}" if row.child else "p1")
    area_code = factory.LazyAttribute(
        lambda row: row.child.managing_area_id if row.child else row.list_row.area_code
    )
    facts = {"expires_on": "2026-04-01"}
    found_on = date(2026, 3, 2)
    due_on = date(2026, 3, 30)


class FindingStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FindingStep

    finding = factory.SubFactory(FindingFactory)
    child = factory.SelfAttribute("finding.child")
    area_code = factory.SelfAttribute("finding.area_code")
    state = "VISITED"
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)


class FindingQuestionFactory(factory.django.DjangoModelFactory):
    """Of a finding, asked of the federation of its county; without an answer."""

    class Meta:
        model = FindingQuestion

    finding = factory.SubFactory(FindingFactory)
    child = factory.SelfAttribute("finding.child")
    found_by = factory.SelfAttribute("finding.found_by")
    area_code = factory.SelfAttribute("finding.area_code")
    facts = factory.SelfAttribute("finding.facts")
    person = factory.LazyAttribute(lambda row: json.dumps(person_told(row.finding)))
    asked_of = factory.LazyAttribute(
        lambda row: DepartmentFactory(area=area(row.finding.area_code[:6]))
    )
    text = "请核实"
    due_on = date(2026, 3, 30)
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)
