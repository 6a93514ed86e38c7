"""The demo school's working group: seats, one of them empty, helpers with loads, a handover."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Posting, User
from accounts.roles import Role
from children.actions.record import sign
from schools.actions.pairing import pair
from schools.actions.working_group import add_seat, form_group, give_seat
from schools.models import Enrolment, Pairing, School, SchoolYear, SeatKind

# Username → name and role; they sign in with the password of all demo users.
STAFF = {
    "teacher2": ("林晓芬", Role.CLASS_TEACHER),
    "teacher3": ("何建国", Role.CLASS_TEACHER),
    "teacher4": ("吴秋月", Role.SUBJECT_TEACHER),
    "teacher5": ("郑立新", Role.SUBJECT_TEACHER),
}
PASSWORD_FROM = "teacher"


def form_demo_group(users: dict[str, Posting], now: datetime) -> None:
    """Call when the children are on the roll. Leaves a third of them without a helper."""
    staff = {name: _post(name, users) for name in STAFF}
    lead = users["principal"]
    school = School.objects.get(pk=lead.organisation_id)
    helpers = [*staff.values(), users["counsellor"], users["subject"]]
    _pair_some(school, helpers, lead, now)
    _form(school, users, staff, now - timedelta(days=40))


def _post(username: str, users: dict[str, Posting]) -> Posting:
    name, role = STAFF[username]
    user = User(username=username, full_name=name, is_active=True)
    user.password = users[PASSWORD_FROM].user.password
    user.save()
    posting = Posting(user=user, role=role, starts_on=date(2024, 1, 1))
    posting.organisation = users["principal"].organisation
    posting.save()
    return posting


def _pair_some(school: School, helpers: list[Posting], lead: Posting, now: datetime) -> None:
    """Main helpers, some with an assistant; the newest handovers are not confirmed yet."""
    today = timezone.localdate(now)
    places = Enrolment.objects.on(today).filter(school=school).select_related("child")
    paired = set(Pairing.objects.on(today).values_list("child_id", flat=True))
    free = [row.child for row in places.order_by("pk") if row.child_id not in paired]
    for number, child in enumerate(free):
        if number % 3 == 2:
            continue
        helper = helpers[number % len(helpers)]
        at = now - timedelta(days=8 + number % 30)
        row = pair(
            child=child, helper=helper, is_main=True, replaces=None, reason="", by=lead.user,
            now=at, today=timezone.localdate(at),
        )  # fmt: skip
        if number > 1:
            row.confirmed_at = at + timedelta(days=1)
            sign(row, helper.user, row.confirmed_at, "")
            row.save()
        if number % 7 == 0:
            pair(
                child=child, helper=helpers[(number + 1) % len(helpers)], is_main=False,
                replaces=None, reason="", by=lead.user, now=at, today=timezone.localdate(at),
            )  # fmt: skip


def _form(
    school: School, users: dict[str, Posting], staff: dict[str, Posting], at: datetime
) -> None:
    """Every seat held but that of logistics."""
    lead, day = users["principal"], timezone.localdate(at)
    year = SchoolYear.objects.on(day).get()
    group = form_group(school=school, year=year, lead=lead, by=lead.user, now=at, today=day)
    for subject, name in (("语文", "subject"), ("数学", "teacher4"), ("英语", "teacher5")):
        add_seat(
            group=group, holder=users.get(name) or staff[name], by=lead.user, now=at, today=day,
            kind=SeatKind.SUBJECT_TEACHER, subject=subject,
        )  # fmt: skip
    teachers = [users["teacher"], staff["teacher2"], staff["teacher3"]]
    for number, seat in enumerate(group.seats.order_by("kind", "stage", "grade", "class_name")):
        holder = {
            SeatKind.CLASS_TEACHER: teachers[number % len(teachers)],
            SeatKind.COUNSELLOR: users["counsellor"],
        }.get(SeatKind(seat.kind))
        if holder is not None:
            give_seat(
                seat=seat, holder=holder, shown=None, reason="", by=lead.user, now=at, today=day
            )
