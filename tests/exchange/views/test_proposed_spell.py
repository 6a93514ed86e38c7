"""A list says otherwise how a household is classed or a parent stands, and says it again later."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from children.models import CodeEntry, EconomicStatusSpell, ParentStatus
from exchange.models import ProposedChange
from tests.exchange.lists import BORN, EAST, county, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    EconomicStatusFactory,
    ListImportFactory,
    ParentStatusFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("exchange:change_list")
DECIDE = reverse("exchange:change_decide")
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def posting(client):
    row = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, row)
    return row


@pytest.fixture
def child():
    return ChildFactory(residence_area=area(VILLAGE))


def proposed(child, field, value, came=None):
    record = ListImportFactory(at=came or timezone.now() + timedelta(minutes=1))
    return ProposedChangeFactory(child=child, field=field, new_value=value, list_import=record)


def accept(client, *rows):
    client.post(DECIDE, {"change": [row.pk for row in rows], "move": "ACCEPT"})
    return [ProposedChange.objects.get(pk=row.pk).state for row in rows]


def spells(model, child):
    names = [name for name in ("parent", "status") if hasattr(model, name)]
    rows = model.objects.filter(child=child).order_by("starts_on", *names)
    return list(rows.values_list(*names, "starts_on", "ends_on"))


def test_a_household_is_classed_anew_from_the_day_of_the_list(client, posting, child):
    held = EconomicStatusFactory(child=child, status="DIBAO")
    row = proposed(child, "economic", "ORDINARY")

    page = client.get(LIST).context["lines"][0]

    assert (page["held"], page["said"]) == ("最低生活保障", "无上述情形")
    assert accept(client, row) == ["ACCEPTED"]
    assert spells(EconomicStatusSpell, child) == [
        ("DIBAO", held.starts_on, TODAY - DAY), ("ORDINARY", TODAY, None),
    ]  # fmt: skip
    past = held.history.latest("history_id")
    assert (past.history_user, past.history_change_reason) == (
        posting.user, f"register #{row.list_import_id}",
    )  # fmt: skip


def test_what_began_on_the_day_of_the_list_is_put_right(client, child):
    EconomicStatusFactory(child=child, status="DIBAO", starts_on=TODAY)

    assert accept(client, proposed(child, "economic", "DESTITUTE")) == ["ACCEPTED"]

    assert spells(EconomicStatusSpell, child) == [("DESTITUTE", TODAY, None)]


@pytest.mark.parametrize(
    ("held", "said", "after"),
    [
        ([], "DEAD", {("DEAD", None)}),
        (["NONE"], "IMPRISONED", {("NONE", TODAY - DAY), ("IMPRISONED", None)}),
        (["UNKNOWN"], "LOST_CONTACT", {("UNKNOWN", TODAY - DAY), ("LOST_CONTACT", None)}),
        (["SERIOUS_ILLNESS"], "IMPRISONED", {("SERIOUS_ILLNESS", None), ("IMPRISONED", None)}),
        (["IMPRISONED", "LOST_CONTACT"], "NONE",
         {("IMPRISONED", TODAY - DAY), ("LOST_CONTACT", TODAY - DAY), ("NONE", None)}),
    ],
)  # fmt: skip
def test_a_parent_stands_otherwise_and_the_other_one_as_before(client, child, held, said, after):
    for status in held:
        ParentStatusFactory(child=child, parent="MOTHER", status=status)
    ParentStatusFactory(child=child, parent="FATHER", status="NONE")

    assert accept(client, proposed(child, "mother__status", said)) == ["ACCEPTED"]

    rows = spells(ParentStatus, child)
    assert {(status, end) for who, status, _start, end in rows if who == "MOTHER"} == after
    assert [(status, end) for who, status, _s, end in rows if who == "FATHER"] == [("NONE", None)]


def test_a_spell_written_since_the_list_came_is_told_and_not_ended(client, child):
    came = timezone.now()
    held = EconomicStatusFactory(child=child, status="DIBAO")
    father = ParentStatusFactory(child=child, parent="FATHER", status="IMPRISONED")
    rows = [
        proposed(child, "economic", "ORDINARY", came),
        proposed(child, "father__status", "NONE", came),
        proposed(child, "mother__status", "DEAD", came),
    ]

    assert accept(client, *rows) == ["OPEN", "OPEN", "ACCEPTED"]  # of the mother nothing was said

    for row in (held, father):
        row.refresh_from_db()
        assert row.ends_on is None


def test_every_fact_is_shown_in_words_with_a_constant_number_of_queries(client):
    manchu, han = CodeEntry.objects.filter(code_list="ETHNICITY").order_by("-pk")[:2]

    def new():
        child = ChildFactory(residence_area=area(VILLAGE), ethnicity=han)
        EconomicStatusFactory(child=child)
        ParentStatusFactory(child=child, status="IMPRISONED")
        ParentStatusFactory(child=child, status="SERIOUS_ILLNESS", starts_on=TODAY)
        proposed(child, "economic", "ORDINARY")
        proposed(child, "father__status", "NONE")
        proposed(child, "ethnicity", str(manchu.pk))

    new()
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    new()
    with CaptureQueriesContext(connection) as two:
        lines = client.get(LIST).context["lines"]

    assert len(two) == len(one)
    assert [(line["held"], line["said"]) for line in lines[:3]] == [
        ("最低生活保障", "无上述情形"), ("服刑在押，重病", "无上述情形"), (str(han), str(manchu)),
    ]  # fmt: skip
    assert accept(client, lines[2]["change"]) == ["ACCEPTED"]
    assert lines[2]["change"].child.__class__.objects.filter(ethnicity=manchu).count() == 1


HEAD = ["姓名", "性别", "身份证号", "村", "住址", "民族", "家庭经济状况", "父亲情况", "母亲情况"]


@pytest.fixture
def listed():
    """A child whom the register of a county names."""
    county()
    return ChildFactory(
        name="张三", id_number=number(1), birth_date=BORN, residence_area=area(EAST), address="1号",
        sex="MALE",
    )  # fmt: skip


def asked(tmp_path, *cells):
    """What is proposed anew by a register whose row says `cells`."""
    before = set(ProposedChange.objects.values_list("pk", flat=True))
    row = ["张三", "男", number(1), "大源村", *cells, *[None] * (5 - len(cells))]
    status, _report = run(tmp_path, [HEAD, row], "--commit")
    assert status == 0
    rows = ProposedChange.objects.exclude(pk__in=before).order_by("field")
    return [(row.field, row.new_value) for row in rows]


def test_a_register_asks_of_household_parents_and_people(listed, tmp_path):
    ParentStatusFactory(child=listed, parent="FATHER", status="DEAD")
    EconomicStatusFactory(child=listed, status="DIBAO", ends_on=TODAY - DAY)
    manchu = CodeEntry.objects.get(code_list="ETHNICITY", label_zh__startswith="满")

    found = asked(tmp_path, "1号", "满族", "低保", "正常", "服刑")

    assert found == [
        ("economic", "DIBAO"), ("ethnicity", str(manchu.pk)), ("mother__status", "IMPRISONED"),
    ]  # fmt: skip


def test_what_the_file_says_already_is_not_asked(listed, tmp_path):
    ParentStatusFactory(child=listed, parent="FATHER", status="IMPRISONED", ends_on=TODAY + DAY)
    EconomicStatusFactory(child=listed, status="DIBAO")

    assert asked(tmp_path, None, None, "低保", "服刑") == []


@pytest.mark.parametrize("said", ["正常", "服刑", "失联"])
def test_no_list_wakes_the_dead(listed, tmp_path, said):
    ParentStatusFactory(child=listed, parent="FATHER", status="DEAD")

    assert asked(tmp_path, None, None, None, said) == []


def test_refused_it_stays_away_until_the_fact_changes(listed, tmp_path):
    assert asked(tmp_path, "3组9号", None, "低保") == [("address", "3组9号"), ("economic", "DIBAO")]
    now = timezone.now()
    by = PostingFactory().user
    for row in ProposedChange.objects.all():
        row.state, row.decided_by, row.decided_at = "REFUSED", by, now
        row.save()

    assert asked(tmp_path, "3组9号", "汉族", "低保")[:-1] == []
    listed.address = "搬到8号"
    listed.save()
    EconomicStatusFactory(child=listed, status="ORDINARY")

    assert asked(tmp_path, "3组9号", None, "低保", None, "不详") == [
        ("address", "3组9号"), ("economic", "DIBAO"), ("mother__status", "UNKNOWN"),
    ]  # fmt: skip


def test_accepted_and_changed_since_it_is_asked_again(client, listed, tmp_path):
    asked(tmp_path, "3组9号")
    row = ProposedChange.objects.get()
    row.state, row.decided_by, row.decided_at = "ACCEPTED", PostingFactory().user, timezone.now()
    row.save()
    listed.address = "搬到8号"  # not what was accepted
    listed.save()

    assert asked(tmp_path, "3组9号", "汉族")[:1] == [("address", "3组9号")]
    assert asked(tmp_path, "3组9号", "汉族", None, None, "不详") == [("mother__status", "UNKNOWN")]
