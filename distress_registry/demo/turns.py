"""Turns that lives in the demo take: other guardians, another school, a file found twice, a subsidy
that goes back."""

from datetime import datetime
from typing import Any

from accounts.models import Posting
from assistance.actions.freshman import recover_subsidy
from assistance.actions.payment_run import fill_run
from assistance.models import FreshmanSubsidy, PaymentRun
from children.actions.guardianship import add_guardian, change_guardian
from children.actions.record import add_record
from children.models import Child, Guardianship, ParentStatus
from exchange.actions.file_merge import merge_files
from exchange.models import MatchPair
from exchange.taking_in.queue_pairs import queue_files
from schools.actions.enrolment import enrol, leave
from schools.actions.going_on import Answered, Said, answer_pupils, name_pupils
from schools.models import Enrolment, School, Stage, Term

from .cast import DAY, Cast
from .pairs import register_again

NEXT_GRANDMOTHER = {
    "name": "童桂英", "id_type": "NONE", "id_number": "", "phone": "17000004412", "workplace": "",
    "relation": "GRANDMOTHER_MATERNAL", "kind": "LEGAL", "ends_on": None, "is_main_carer": True,
    "lives_with_child": True, "do_not_notify": False,
}  # fmt: skip
NEXT_UNCLE = NEXT_GRANDMOTHER | {
    "name": "方建平",
    "phone": "17000004413",
    "relation": "UNCLE_AUNT",
    "kind": "ENTRUSTED",
}


def load_turns(users: dict[str, Posting], now: datetime) -> None:
    """After everything else; in the same transaction."""
    cast = Cast(users, now)
    _guardians(cast)
    _last_grade(cast)
    _on_a_roll_twice(cast)
    _subsidy_goes_back(cast)


def _guardians(cast: Cast) -> None:
    """The entrusted carer of a pupil fell ill; from a mother guardianship was taken by a court."""
    cares = Guardianship.objects.main_carers().filter(ends_on=None).select_related("child")
    cares = cares.filter(
        starts_on__lt=cast.today - 60 * DAY, child__in=cast.pupils(), child__placements=None
    )
    entrusted = cares.filter(kind="ENTRUSTED").order_by("pk").first()
    if entrusted is not None:
        _instead(cast, entrusted, NEXT_UNCLE, "祖母住院，委托舅舅照护")
    parents = cares.filter(relation__in=["MOTHER", "FATHER"], child__parent_statuses=None)
    parent = parents.order_by("pk").first()
    if parent is None:
        return
    revoked_on = cast.today - 20 * DAY
    add_record(
        row=ParentStatus(
            child=parent.child, parent=parent.relation, status="GUARDIANSHIP_REVOKED",
            starts_on=revoked_on, evidence="县人民法院撤销监护人资格判决书",
            verified_by=cast.users["supervisor"].user, verified_on=revoked_on,
        ),
        **cast.by("supervisor", revoked_on),
    )  # fmt: skip
    _instead(cast, parent, NEXT_GRANDMOTHER, "法院判决撤销监护人资格", do_not_notify=True)


def _instead(
    cast: Cast, before: Guardianship, after: dict[str, Any], reason: str, **more: Any
) -> None:
    """One care ends, another begins on the next day."""
    last = cast.today - 20 * DAY
    who = {"reason": reason, **cast.by("supervisor", last)}
    change_guardian(
        row=before, version=before.joint_version,
        facts={"ends_on": last, "lives_with_child": False, **more}, **who,
    )  # fmt: skip
    add_guardian(child=before.child, facts={**after, "starts_on": last + DAY}, **who)


def _last_grade(cast: Cast) -> None:
    """Sixth graders of a school that ends with them: one is taken in by the next school already,
    one was refused there, two wait, one goes elsewhere; of the last nothing was said yet."""
    primary = School.objects.get(organisation__code="2133000003")
    junior = School.objects.get(organisation__code="3133000002")
    rows = Enrolment.objects.filter(
        stage=Stage.PRIMARY, grade__gte=5, ends_on=None, status="ENROLLED",
        starts_on__lt=cast.days[-30], child__pairings=None, child__ledger_entries=None,
    )  # fmt: skip
    came = [_moved_to(cast, row, primary) for row in rows.order_by("-grade", "pk")[:6]]
    term = Term.objects.filter(starts_on__gt=cast.today).order_by("starts_on").first()
    if len(came) < 6 or term is None:
        return
    said = [Said(row.pk, row.version, "WAITING", junior, Stage.JUNIOR, "") for row in came[:4]]
    said.append(Said(came[4].pk, came[4].version, "ELSEWHERE", None, Stage.JUNIOR, "随父母去杭州"))
    named_on, answered_on = cast.days[-6], cast.days[-2]
    named = name_pupils(
        school=primary, said=said, day=term.starts_on, today=named_on,
        **cast.by("principal3", named_on),
    )  # fmt: skip
    answer_pupils(
        school=junior, day=answered_on, today=answered_on, **cast.by("principal2", answered_on),
        answers=[
            Answered(named[0].pk, named[0].version, class_name="2班"),
            Answered(named[1].pk, named[1].version, refusal="户籍不在本校学区"),
        ],
    )  # fmt: skip


def _moved_to(cast: Cast, row: Enrolment, school: School) -> Enrolment:
    day = cast.days[-25]
    facts = {
        "school": school, "stage": Stage.PRIMARY, "grade": 6, "class_name": "1班",
        "starts_on": day, "is_boarding": False, "roll_number": row.roll_number,
    }  # fmt: skip
    return enrol(
        child=row.child, facts=facts, reason="搬家，就近入学", today=day, **cast.by("county", day)
    )


def _on_a_roll_twice(cast: Cast) -> None:
    """Two children have a second file that another school entered: one pair is merged since that
    school has let go of it, the other still stands on both rolls."""
    elsewhere = School.objects.get(organisation__code="2133000004")
    rows = Child.objects.filter(
        enrolments__school=cast.school, enrolments__ends_on=None, enrolments__stage=Stage.PRIMARY,
        match_pairs=None, match_pairs_as_other=None, ledger_entries=None, pairings=None,
    )  # fmt: skip
    for number, child in enumerate(rows.order_by("-pk")[:2]):
        again = register_again(child, {}, cast.users, cast.now)
        facts = {
            "school": elsewhere, "stage": Stage.PRIMARY, "grade": 1, "class_name": "1班",
            "starts_on": cast.today, "is_boarding": False, "roll_number": "",
        }  # fmt: skip
        who = {"today": cast.today, **cast.by("county")}
        enrol(child=again, facts=facts, reason="", **who)
        queue_files([again.pk], now=cast.now)
        pair = MatchPair.objects.waiting().filter(other=again).first()
        if number or pair is None:
            continue
        leave(child=again, left_on=cast.today, end_reason="TRANSFERRED", reason="重复建档", **who)
        merge_files(
            pair=pair,
            version=pair.version,
            kept=child,
            reason="学籍重复，核对户口簿为同一人",
            **cast.by("county"),
        )


def _subsidy_goes_back(cast: Cast) -> None:
    """Paid, and the freshman never arrived: the next run asks for the money."""
    late = FreshmanSubsidy.objects.filter(state="CONFIRMED").order_by("registers_on").first()
    if late is None:
        return
    recover_subsidy(
        subsidy=late, reason="未到校报到，已放弃入学", today=cast.today, **cast.by("county")
    )
    for run in PaymentRun.objects.filter(state="DRAFT").order_by("pk"):
        fill_run(run=run, **cast.by("supervisor"))
