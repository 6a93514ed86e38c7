"""Absences, dropouts and those who came back, in the demo: what the three ledgers tell."""

from datetime import date

from children.actions.record import add_record, sign
from children.models import Child
from schools.actions.enrolment import enrol, leave
from schools.actions.excuse import approve_excuse, end_excuse
from schools.actions.ledger import confirm_closing, persuade, propose_closing, refresh
from schools.models import Absence, LedgerEntry, School

from .cast import DAY, LOOKS, Cast
from .roll_places import enrol_in, school_for


def tell_stories(cast: Cast, schools: list[School], late: list[Child]) -> None:
    """`late`: of school age and on no roll. One of them is enrolled and struck off by two."""
    pupils = cast.pupils()
    if len(pupils) < 8:  # a demo of a few children
        return
    _dropout(cast, pupils[-1], cast.days[-40], "随父外出务工")
    _dropout(cast, pupils[-2], cast.days[-44], "不愿上学，在家帮工")
    for ago in LOOKS:
        _look(cast, cast.days[-ago])
    _persuade_the_refusing(cast, pupils[-1])
    _closed_by_two(cast, schools, late)
    _returned(cast, pupils[-2])
    _suspended(cast, pupils[4])
    _absences(cast, pupils)
    _absences_elsewhere(cast, schools)
    _suspected(cast, pupils[1])
    _back_again(cast, pupils[2])


def _look(cast: Cast, day: date) -> None:
    """The ledgers as they stood on `day`, of the children whose files were open then."""
    known = Child.objects.filter(opened_on__lt=day).values_list("pk", flat=True)
    refresh(children=list(known), today=day, **cast.by("county", day))


def _away(
    cast: Cast, child: Child, kind: str, first: date, back: date | None, who: str = "teacher"
) -> Absence:
    school = child.enrolments.get(ends_on=None).school
    row = Absence(child=child, school=school, kind=kind, starts_on=first, ends_on=back)
    return add_record(row=row, **cast.by(who, first))


def _absences(cast: Cast, pupils: list[Child]) -> None:
    for number, child in enumerate(pupils[5:24]):
        first = cast.days[-12 - number]
        _away(cast, child, "ILL" if number % 3 else "LEAVE", first, first + (1 + number % 3) * DAY)
    _away(cast, pupils[0], "ILL", cast.days[-1], None)
    _ill_and_back_early(cast, pupils[3])


def _ill_and_back_early(cast: Cast, child: Child) -> None:
    """Studies suspended for an illness, and taken up again before the approved day."""
    first, last = cast.days[-45], cast.days[-20]
    facts = {
        "kind": "SUSPENDED", "reason": "ILLNESS", "starts_on": first, "ends_on": first + 150 * DAY,
        "office": "TOWNSHIP", "approved_on": first, "document": f"教休〔{cast.today.year}〕3号",
    }  # fmt: skip
    excuse = approve_excuse(child=child, facts=facts, today=first, **cast.by("supervisor", first))
    end_excuse(
        excuse=excuse, last_on=last, reason="病愈，医生同意复学", today=last,
        **cast.by("supervisor", last),
    )  # fmt: skip


def _absences_elsewhere(cast: Cast, schools: list[School]) -> None:
    """At the other schools too; two away without leave and not yet spoken with."""
    for turn, school in enumerate(schools):
        who = f"principal{turn + 2}"
        rows = Child.objects.filter(
            enrolments__school=school, enrolments__ends_on=None,
            enrolments__starts_on__lt=cast.days[-LOOKS[1]],
        )  # fmt: skip
        pupils = list(rows.order_by("pk")[:6])
        for number, child in enumerate(pupils[1:]):
            first = cast.days[-8 - 3 * number]
            _away(cast, child, "LEAVE" if number % 3 == 2 else "ILL", first, first + 2 * DAY, who)
        for child in pupils[: min(turn, 1)]:
            _away(cast, child, "UNEXCUSED", cast.days[-4 * turn], None, who)


def _persuade(
    cast: Cast, entry: LedgerEntry, who: str, day: date, next_on: date | None, *said: str
) -> None:
    """`said`: means, with whom, cause, outcome, summary."""
    names = ("means", "spoken_with", "cause", "outcome", "summary")
    facts = dict(zip(names, said, strict=True)) | {"happened_on": day, "next_on": next_on}
    persuade(entry=entry, facts=facts, posting=cast.users[who], now=cast.at(day), today=day)


def _suspected(cast: Cast, child: Child) -> None:
    _away(cast, child, "UNEXCUSED", cast.days[-6], None)
    refresh(children=[child.pk], today=cast.days[-4], **cast.by("teacher", cast.days[-4]))
    entry = LedgerEntry.objects.get(child=child)
    _persuade(
        cast, entry, "teacher", cast.days[-3], cast.days[-2],
        "PHONE", "奶奶", "UNWILLING", "UNDECIDED",
        "奶奶说孩子不想上学，在家玩手机，答应再劝劝。",
    )  # fmt: skip
    _persuade(
        cast, entry, "teacher", cast.days[-2], cast.today + 2 * DAY,
        "JOINT_VISIT", "奶奶、本人", "UNWILLING", "PROMISED",
        "与村儿童主任一起上门，孩子说听不懂数学，答应下周回校；安排数学老师补课。",
    )  # fmt: skip


def _back_again(cast: Cast, child: Child) -> None:
    """Absent, persuaded, back: the teacher proposes to close, a second person has to confirm."""
    row = _away(cast, child, "UNEXCUSED", cast.days[-9], None)
    refresh(children=[child.pk], today=cast.days[-6], **cast.by("teacher", cast.days[-6]))
    entry = LedgerEntry.objects.get(child=child)
    _persuade(
        cast, entry, "teacher", cast.days[-5], None,
        "VISIT", "爷爷", "NEGLECT", "RETURNED", "爷爷把孩子送回学校，班主任当天谈心。",
    )  # fmt: skip
    row.ends_on = cast.days[-4]
    sign(row, cast.users["teacher"].user, cast.at(cast.days[-4]), "")
    row.save()
    refresh(children=[child.pk], today=cast.days[-4], **cast.by("teacher", cast.days[-4]))
    propose_closing(
        entry=entry, proposal="已返校上课，班主任每天核实。", **cast.by("teacher", cast.days[-1])
    )


def _dropout(cast: Cast, child: Child, left_on: date, reason: str) -> None:
    leave(
        child=child, left_on=left_on, end_reason="DROPPED_OUT", reason=reason,
        today=left_on, **cast.by("principal", left_on),
    )  # fmt: skip


def _returned(cast: Cast, child: Child) -> None:
    """Dropped out, persuaded, back on the roll; struck off by two."""
    entry = LedgerEntry.objects.get(child=child, ledger="DROPOUT")
    _persuade(
        cast, entry, "principal", cast.days[-34], None,
        "JOINT_VISIT", "祖母、本人", "UNWILLING", "RETURNED",
        "与镇干部一起上门；孩子愿意回来，安排到熟悉的班级。",
    )  # fmt: skip
    back, before = cast.days[-30], child.enrolments.latest("starts_on")
    names = ("school", "stage", "grade", "class_name", "roll_number", "is_boarding", "placement")
    facts = {name: getattr(before, name) for name in names}
    enrol(
        child=child, facts={**facts, "starts_on": back, "status": "RETURNED"},
        reason="劝返复学", today=back, **cast.by("principal", back),
    )  # fmt: skip
    propose_closing(
        entry=entry, proposal="已返校三周，每天到校，成绩跟上。",
        **cast.by("principal", cast.days[-15]),
    )  # fmt: skip
    confirm_closing(entry=entry, **cast.by("supervisor", cast.days[-13]))


def _suspended(cast: Cast, child: Child) -> None:
    """Studies suspended for an illness, for some months yet."""
    first = cast.days[-25]
    facts = {
        "kind": "SUSPENDED", "reason": "ILLNESS", "starts_on": first, "ends_on": first + 150 * DAY,
        "office": "COUNTY", "approved_on": first, "document": f"教休〔{cast.today.year}〕11号",
    }  # fmt: skip
    approve_excuse(child=child, facts=facts, today=first, **cast.by("county", first))
    row = child.enrolments.get(ends_on=None)
    row.status = "SUSPENDED"
    sign(row, cast.users["principal"].user, cast.at(first), "休学")
    row.save()


def _persuade_the_refusing(cast: Cast, child: Child) -> None:
    """Two attempts in vain; the next step is overdue."""
    entry = LedgerEntry.objects.get(child=child, ledger="DROPOUT")
    _persuade(
        cast, entry, "principal", cast.days[-30], cast.days[-20],
        "PHONE", "父亲", "WORK", "REFUSED", "父亲说孩子已在外打工，不回来了。",
    )  # fmt: skip
    _persuade(
        cast, entry, "principal", cast.days[-19], cast.days[-5],
        "WRITTEN", "父亲", "WORK", "UNDECIDED",
        "寄出书面告知，写明义务教育法第五十八条；父亲回电说年底回来商量。",
    )  # fmt: skip


def _closed_by_two(cast: Cast, schools: list[School], late: list[Child]) -> None:
    """The first on no roll is enrolled and struck off; the second is promised, the rest wait."""
    lines = LedgerEntry.objects.filter(child__in=late, ledger="NO_ROLL").order_by("pk")
    for number, entry in enumerate(lines[:2]):
        _persuade(
            cast, entry, "supervisor", cast.days[-22 + number], cast.days[-16 + 12 * number],
            "VISIT", "奶奶", "HEALTH" if number else "NEGLECT", "PROMISED",
            "奶奶担心孩子跟不上；说明可以随班就读，答应去学校看看。" if number
            else "奶奶不知道要报名；帮忙备齐材料，答应下周入学。",
        )  # fmt: skip
    for entry in lines[:1]:
        day, child = cast.days[-14], entry.child
        enrol_in(cast, child, school_for(child, day, schools), 1, first=day)
        propose_closing(
            entry=entry, proposal="已入学两周，每天到校，督导员到校看过。",
            **cast.by("supervisor", cast.days[-5]),
        )  # fmt: skip
        confirm_closing(entry=entry, **cast.by("county", cast.days[-3]))
