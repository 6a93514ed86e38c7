"""Lists of the demo county as they were sent through the pages: each goes as far as it is told."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Posting
from assistance.models import RehabilitationPlan
from assistance.rules.months import month_of, shifted
from children.models import Child
from exchange.actions.list_upload import check_upload, move, read_upload, send, take_in_upload
from exchange.actions.undo_list import begin_undo, undo_upload
from exchange.models import ListUpload
from exchange.rules.list_upload import UploadState as State

Rows = list[Sequence[str]]
HEAD = ("姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "现住址", "监护人姓名", "监护人电话")


def sent(
    kind: str, rows: Rows, by: Posting, now: datetime, *, last: State,
    liaison: Posting | None = None,
) -> ListUpload:  # fmt: skip
    """A list of that kind, brought to `last`: READ, CHECKED or TAKEN_IN. `liaison`: who sent it
    for a department; `by` takes it in."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    sender = liaison or by
    area = (by.area_id or "")[:6]
    row = send(
        kind=kind, area_code=area, file=io.BytesIO(text.getvalue().encode()), name="list.csv",
        by=sender.user, now=now, sent_from=sender.organisation,
    )  # fmt: skip
    read_upload(upload_id=row.pk, now=now)
    if last != State.READ:
        move(upload_id=row.pk, to=State.CHECKING, by=sender.user, now=now, columns=[])
        check_upload(upload_id=row.pk, now=now)
    if last == State.TAKEN_IN:
        move(upload_id=row.pk, to=State.TAKING_IN, by=by.user, now=now, taken_in_by=by.user)
        take_in_upload(upload_id=row.pk, now=now)
    return row


def load_uploads(users: dict[str, Posting], now: datetime) -> None:
    """One with mistakes to put right, one whose layout waits to be confirmed, one that proposes
    changes, one undone, one that is no list, one of an institution's claims; the federation's
    own."""
    county, deputy = users["county"], users["deputy"]
    town = users["supervisor"].area
    assert town is not None
    known = Child.objects.filter(township_code=town.code, id_type="RESIDENT_ID", status="ACTIVE")
    children = list(known.select_related("residence_area").order_by("pk")[8:14])
    clean: Rows = [_row(child, str(town), "新区3号楼2单元") for child in children]
    more = [("低保", ""), ("低保边缘", "服刑"), ("", "重病"), ("", "")]  # household, father
    rows = [(*row, *said) for row, said in zip(clean[:4], more, strict=True)]
    head = (*HEAD, "家庭经济状况", "父亲情况")
    sent("register", [head, *rows], county, now - timedelta(days=4), last=State.TAKEN_IN)
    sent("register", [HEAD, *_dirty(clean)], county, now - timedelta(hours=5), last=State.CHECKED)
    odd: Rows = [("孩子", *HEAD[1:6], "家住哪里", *HEAD[7:]), *clean[:3]]
    sent("register", odd, county, now - timedelta(hours=2), last=State.READ)
    sent("deaths", [("说明",), ("附件另发",)], county, now - timedelta(hours=1), last=State.READ)
    poor: Rows = [
        ("姓名", "身份证号", "救助类别"),
        *((row[0], row[2], "低保") for row in clean[4:]),
    ]
    wrong = sent("low_income", poor, county, now - timedelta(days=3), last=State.TAKEN_IN)
    begin_undo(
        upload=wrong, reason="送来的是上一年度名单", by=deputy.user, now=now - timedelta(days=2)
    )
    undo_upload(upload_id=wrong.pk, now=now - timedelta(days=2))
    _claims(county, now)
    _of_the_federation(users, children, now)
    _of_the_education_bureau(users, clean, now)


def _of_the_federation(users: dict[str, Posting], children: list[Child], now: datetime) -> None:
    """What its liaison sent: rows to put right, columns to confirm, one given back; one that came
    in is among those of the findings."""
    county, liaison = users["county"], users["federation"]
    rows: Rows = [("姓名", "残疾人证号", "残疾类别", "残疾等级", "乡镇")]
    for child, said in zip(children, ("43", "5", "62", "44"), strict=False):
        kind, grade = ("肢体", "三级") if said == "43" else ("精神", "二级")
        rows.append((child.name, f"{child.id_number}{said}", kind, grade, ""))
    sent(
        "disability_certificates", rows, county, now - timedelta(hours=4), last=State.CHECKED,
        liaison=liaison,
    )  # fmt: skip
    odd: Rows = [
        ("受训儿童", "身份证号", "康复机构", "哪天来的", "课时", "家长签字"),
        *((one.name, one.id_number, "某某康复中心", "2026-03-02", "1", "") for one in children),
    ]  # fmt: skip
    sent(
        "rehabilitation_sessions", odd, county, now - timedelta(hours=1), last=State.READ,
        liaison=liaison,
    )  # fmt: skip
    bare: Rows = [
        ("姓名", "身份证号", "救助金额"),
        *((one.name, one.id_number, "2000") for one in children),
    ]
    back = sent(
        "rehabilitation_claims", bare, county, now - timedelta(days=2), last=State.READ,
        liaison=liaison,
    )  # fmt: skip
    move(
        upload_id=back.pk, to=State.CANCELLED, by=county.user, now=now - timedelta(days=1),
        back_reason="没有结算月份和康复机构两列，请补齐后重新报送。",
    )  # fmt: skip


def _of_the_education_bureau(users: dict[str, Posting], clean: Rows, now: datetime) -> None:
    """Its list of a school roll, with two rows to put right."""
    rows: Rows = [("姓名", "性别", "出生日期", "身份证件类型", "身份证号", "年级")]
    for number, (name, sex, id_number, born, *_rest) in enumerate(clean[:5]):
        told = id_number[:-1] if number == 1 else id_number
        grade = "大班三" if number == 2 else "小学四年级"
        rows.append((name, sex, born, "居民身份证", told, grade))
    sent(
        "school_roll", rows, users["county"], now - timedelta(hours=6), last=State.CHECKED,
        liaison=users["education"],
    )  # fmt: skip


def _claims(county: Posting, now: datetime) -> None:
    """What an institution asks for a month that nobody has claimed yet: too much for one child."""
    month = shifted(month_of(timezone.localdate(now)), -3)
    rows: Rows = [("康复机构", "儿童姓名", "身份证号", "结算月份", "训练次数", "结算金额")]
    held = Count("attended", filter=Q(attended__held_on__year=month.year,
                                      attended__held_on__month=month.month))  # fmt: skip
    plans = RehabilitationPlan.objects.filter(item="", child__id_type="RESIDENT_ID")
    plans = plans.annotate(held=held).filter(held__gt=0)
    for plan in plans.select_related("child", "institution").order_by("institution", "pk")[:6]:
        count = plan.held + (2 if len(rows) == 1 else 0)
        who, month_said = plan.child, f"{month.year}年{month.month}月"
        asked = (month_said, f"{count}次", f"{count * 150}元")
        rows.append((plan.institution.name, who.name, who.id_number, *asked))
    if len(rows) > 1:
        sent("rehabilitation_claims", rows, county, now - timedelta(hours=3), last=State.TAKEN_IN)


def _row(child: Child, town: str, address: str) -> tuple[str, ...]:
    born = f"{child.birth_date:%Y.%m.%d}"
    sex = "男" if child.sex == "MALE" else "女"
    village = child.residence_area.name
    return (child.name, sex, child.id_number, born, town, village, address, "", "")


def _dirty(rows: Rows) -> Rows:
    """What lists bring every day: digits lost, transposed, missing, a day that is none."""
    one, two, three, four = (list(row) for row in rows[:4])
    one[2] = f"{one[2][0]}.{one[2][1:6]}E+17"
    two[2] = two[2][:-1] + ("0" if two[2][-1] != "0" else "1")
    three[3] = "2015年2月30日"
    four[5] = "没有这个村"
    return [one, two, three, four, *rows[4:], rows[4]]
