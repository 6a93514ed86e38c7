"""Institutions' lists of what they ask for: by the command and through the pages, undone."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from assistance.actions.rehabilitation_claim import set_line
from assistance.models import ClaimLine, RehabilitationClaim
from assistance.rules.rehabilitation import ClaimMove
from children.actions.promises import PromiseBroken
from exchange.models import ListImport, ListRow
from tests.asking import text_of
from tests.assistance.actions.test_rehabilitation import at_once, claimed, moved
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.exchange.sending import at, confirm, send, take_in
from tests.exchange.views.test_undo_list import officer, undone
from tests.factories import (
    ChildFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
    area,
)

from .test_import_list import run

pytestmark = pytest.mark.django_db
BORN = date(2021, 3, 1)
A, B, C = number(1, BORN), number(2, BORN), number(3, BORN)
HEAD = [
    "序号",
    "定点康复机构",
    "儿童姓名",
    "身份证号码",
    "训练项目",
    "结算月份",
    "训练次数",
    "结算金额（元）",
]
SUNRISE = "晨光康复中心（总部）"
KIND = "rehabilitation_claims"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


@pytest.fixture
def center():
    return RehabilitationInstitutionFactory(name=SUNRISE, area=area(lists.COUNTY))


def planned(center, name="张三", id_number=A, attended=3, **facts):
    """Ten sessions for 1,000 yuan; some signed for in March."""
    child = ChildFactory(
        name=name, id_number=id_number, birth_date=BORN, managing_area=area(lists.EAST)
    )
    plan = RehabilitationPlanFactory(application__child=child, institution=center, **facts)
    for day in range(1, attended + 1):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, day))
    return plan


def row(sessions, amount, *, who=("张三", A), place=SUNRISE, kind=None, month="2026年3月"):
    return [1, place, *who, kind, month, sessions, amount]


def sheet(*rows):
    return [["康复救助经费结算申请表"], HEAD, *rows, ["合计", None, None, None, None, None, 9]]


def taken(tmp_path, *rows, by=None, more=("--commit",)):
    path = writing.xlsx(tmp_path / f"{len(list(tmp_path.iterdir()))}.xlsx", sheet(*rows))
    signed = ["--by", (by or UserFactory()).username]
    return run(tmp_path, path, "--within", lists.COUNTY, *signed, *more, kind=KIND)


def codes(report):
    return [(wrong["row"], wrong["code"]) for wrong in report["errors"]]


def lines():
    rows = ClaimLine.objects.order_by("claim__month", "plan")
    return [
        (one.asked_sessions, one.asked_amount, one.granted_sessions, one.granted_amount)
        for one in rows
    ]


def test_a_dirty_list_becomes_the_claim_of_its_month(tmp_path, center):
    planned(center)
    planned(center, name="李四", id_number=B, attended=1)
    planned(center, name="王五", id_number=C, attended=2, month_money=150)
    by = UserFactory()

    status, report = taken(
        tmp_path,
        row("３次", "300元", place=" 晨光康复中心(总部)"),
        row(3, 300, kind="孤独症训练"),  # the same once more
        row(2, 200, who=("李四", B)),
        row(2, "150.01", who=("王五", C)),
        row(1, -5, who=("王五", C)),
        row(1.5, 100, who=("王五", C), month="2026-05-01"),
        row(1, 100, who=("王五", C), place="黑机构"),
        row(1, 100, month="2026年4月"),
        row(1, 100, month="2027年1月"),
        row(1, 100, who=("赵六", number(4, BORN))),
        by=by,
    )

    assert codes(report) == [
        (4, "DUPLICATE_IN_FILE"), (5, "NOT_SIGNED"), (6, "BEYOND_MONTH"), (7, "NEGATIVE"),
        (8, "CLAIM_COUNT"), (9, "INSTITUTION_UNKNOWN"), (10, "NOT_SIGNED"), (11, "OUTSIDE_PLAN"),
        (12, "CHILD_UNKNOWN"),
    ]  # fmt: skip
    assert (status, report["accepted"], lines()) == (1, 1, [(3, 300, 3, 300)])
    claim, line = RehabilitationClaim.objects.get(), ClaimLine.objects.get()
    assert (claim.institution, claim.area_id, claim.made_by) == (center, lists.COUNTY, by)
    assert (claim.month, claim.state, line.is_by_hand) == (date(2026, 3, 1), "DRAFT", True)
    mark = f"{KIND} #{ListImport.objects.get().pk}"
    (past,) = line.history.all()
    assert (past.history_user, past.history_change_reason) == (by, mark)
    for field in ClaimLine._meta.concrete_fields:
        assert getattr(past, field.attname) == getattr(line, field.attname), field


def test_who_took_a_list_into_anothers_draft_does_not_approve_it(tmp_path, center):
    plan, officer_of_the_list = planned(center), UserFactory()
    claim = claimed(plan, place=lists.COUNTY)
    taken(tmp_path, row(2, 200), by=officer_of_the_list)
    moved(claim, ClaimMove.CHECK)

    with pytest.raises(PromiseBroken) as refused:
        moved(claim, ClaimMove.APPROVE, by=officer_of_the_list)

    assert refused.value.constraint == "rehab_claim_approved_by_none_of_its_lines"
    assert moved(claim, ClaimMove.APPROVE).state == "APPROVED"


def test_the_same_list_again_changes_nothing_and_other_figures_stay_out(tmp_path, center):
    planned(center)
    taken(tmp_path, row(2, 200))

    again = taken(tmp_path, row(2, 200))[1]
    other = taken(tmp_path, row(3, 300))[1]

    assert (again["unchanged"], codes(other)) == (1, [(3, "CLAIM_TYPED")])
    assert (lines(), ClaimLine.history.count()) == ([(2, 200, 2, 200)], 1)


def test_a_draft_that_the_sessions_proposed_is_written_over(tmp_path, center):
    planned(center)
    planned(center, name="李四", id_number=B)
    claim = claimed(planned(center, name="王五", id_number=C, attended=0), place=lists.COUNTY)

    taken(tmp_path, row(2, 150))

    assert RehabilitationClaim.objects.get() == claim
    assert [one[:2] for one in lines()] == [(2, 150), (3, 300), (0, 0)]


def test_a_claim_that_was_checked_takes_nothing_and_a_second_one_what_is_left(tmp_path, center):
    plan = planned(center)
    taken(tmp_path, row(2, 200))
    claim = moved(RehabilitationClaim.objects.get(), ClaimMove.CHECK)
    assert codes(taken(tmp_path, row(1, 100))[1]) == [(3, "CLAIM_CHECKED")]
    moved(claim, ClaimMove.APPROVE)

    beyond, rest = taken(tmp_path, row(2, 100))[1], taken(tmp_path, row(1, 100))[1]

    assert (codes(beyond), codes(rest)) == ([(3, "NOT_SIGNED")], [])
    assert sorted(plan.claim_lines.values_list("granted_sessions", flat=True)) == [1, 2]


def test_checked_alone_nothing_is_written_and_nobody_enters_without_a_name(tmp_path, center):
    planned(center)

    assert taken(tmp_path, row(2, 200), more=())[0] == 0
    more = ["--commit", "--within", lists.COUNTY]
    status, report = run(tmp_path, sheet(row(2, 200)), *more, kind=KIND)

    assert (status, codes(report)) == (2, [(None, "NOBODY_ANSWERS")])
    assert not RehabilitationClaim.objects.exists()


def test_without_a_place_the_claim_is_of_the_county_that_keeps_the_file(tmp_path, center):
    planned(center)

    run(tmp_path, sheet(row(2, 200)), "--commit", "--by", UserFactory().username, kind=KIND)

    assert RehabilitationClaim.objects.get().area_id == lists.COUNTY


def test_a_child_of_another_countys_file_stays_out(tmp_path, center):
    plan = planned(center)
    plan.child.managing_area = area("330102001001")
    plan.child.save()

    assert codes(taken(tmp_path, row(1, 100))[1]) == [(3, "NO_PLAN")]


def came_in(client, tmp_path, *rows):
    officer(client)
    path = writing.ods(tmp_path / "结算.ods", sheet(*rows))
    return take_in(client, confirm(client, send(client, path, KIND)))


def test_undone_lines_go_proposals_come_back_and_an_empty_claim_is_cancelled(
    client, tmp_path, center
):
    drafted = planned(center, month_money=250)
    other = planned(RehabilitationInstitutionFactory(name="春苗"), name="李四", id_number=B)
    before = claimed(drafted, place=lists.COUNTY)
    made = came_in(
        client, tmp_path, row(2, 150), row(2, 200, who=("李四", B), place="春苗"), row(9, 900)
    )
    assert (made.counts["accepted"], [one[:2] for one in lines()]) == (2, [(2, 150), (2, 200)])
    second = officer(client)

    undone(client, made)

    assert (made.state, made.counts["kept"]) == ("UNDONE", 0)
    line = ClaimLine.objects.get()
    assert (line.claim, line.is_by_hand) == (before, False)
    assert (line.asked_sessions, line.asked_amount) == (3, 250)
    gone = other.claim_lines.model.history.filter(plan=other).latest("history_id")
    assert (gone.history_type, gone.history_user) == ("-", second.user)
    assert RehabilitationClaim.objects.exclude(pk=before.pk).get().state == "CANCELLED"
    assert came_in(client, tmp_path, row(2, 150)).counts["unchanged"] == 0
    assert [one[:2] for one in lines()] == [(2, 150)]


@pytest.mark.parametrize("since", ["checked", "changed by hand"])
def test_what_was_checked_or_changed_since_stays_and_its_child_is_named(
    client, tmp_path, center, since
):
    planned(center)
    made = came_in(client, tmp_path, row(2, 200))
    line = ClaimLine.objects.get()
    if since == "checked":
        moved(line.claim, ClaimMove.CHECK)
    else:
        set_line(
            line=line, asked_sessions=1, asked_amount=Decimal(90), by=UserFactory(),
            now=timezone.now(),
        )  # fmt: skip
    officer(client)

    undone(client, made)

    assert (made.counts["kept"], ClaimLine.objects.count()) == (1, 1)
    assert ListRow.objects.standing().count() == 1
    assert "张三" in text_of(client.get(at("upload_detail", made)))


def test_what_another_list_says_too_stays(client, tmp_path, center):
    planned(center)
    made = came_in(client, tmp_path, row(2, 200))
    came_in(client, tmp_path, row(2, 200))
    officer(client)

    undone(client, made)

    assert lines() == [(2, 200, 2, 200)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_list_and_a_draft_drawn_up_at_the_same_time_make_one_claim(tmp_path, _round):
    with transaction.atomic():
        center = RehabilitationInstitutionFactory(name=SUNRISE, area=area(lists.COUNTY))
        plan, by = planned(center), UserFactory()
        place = area(lists.COUNTY)

    def by_list():
        return taken(tmp_path, row(2, 200), by=by)[1]["accepted"]

    at_once(by_list, lambda: claimed(plan, place=place.pk, by=by))

    with transaction.atomic():
        line = ClaimLine.objects.get()
        assert (line.asked_sessions, line.is_by_hand) == (2, True)
