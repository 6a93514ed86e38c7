"""One size, in a process of its own: `python -m bench.one N ours|peer REPEATS`; JSON on stdout."""

import json
import os
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "distress_registry.settings")


EMPTY = "/empty/"


class World:
    """What the cases ask for: a child, a cursor, tokens of searches kept in the session."""

    def __init__(self, n: int) -> None:
        from django.db import transaction

        from accounts.scope import EVERYTHING, acting
        from children.models import Child

        self.n, self.saved = n, 0
        with acting(EVERYTHING), transaction.atomic():
            child = Child.objects.select_related("residence_area").get(pk=min(500, n))
            self.child_id, self.case_number = child.pk, child.case_number
            self.number, self.name = child.id_number, child.name
            self.area = child.residence_area_id
            ordered = Child.objects.order_by("-updated_at", "-id")
            row = ordered[399 * 25]
            self.cursor_400 = f"{row.pk}-{int(row.updated_at.timestamp() * 1_000_000)}"
        self.searches: dict[str, str] = {}

    def texts(self) -> dict[str, str]:
        from children.rules import names

        syllables = names.readings(self.name)[0]
        return {
            "two": self.name[0] + self.name[-1], "full": self.name,
            "pinyin": "".join(syllables), "initials": "".join(s[0] for s in syllables),
            "surname": "王", "case": self.case_number, "id": self.number, "phone": "0500",
        }  # fmt: skip

    def keep_searches(self, client: Any) -> None:
        session = client.session
        session["searches"] = {f"t{what}": text for what, text in self.texts().items()}
        session.save()
        self.searches = {what: f"t{what}" for what in self.texts()}

    def correction(self) -> dict[str, Any]:
        from django.db import transaction

        from accounts.scope import EVERYTHING, acting
        from children.models import Child

        with acting(EVERYTHING), transaction.atomic():
            version = Child.objects.values_list("version", flat=True).get(pk=self.child_id)
            child = Child.objects.get(pk=self.child_id)
        return {
            "version": version, "submission": str(uuid.uuid4()), "id_type": child.id_type,
            "id_number": child.id_number, "name": child.name, "sex": child.sex,
            "birth_date": child.birth_date.isoformat(), "residence_area": self.area,
            "address": "x", "notes": f"note {self.saved}", "reason": "bench",
        }  # fmt: skip


@dataclass
class Who:
    """A signed-in client and the posting it acts in."""

    client: Any
    posting: Any


ROLES = {"village": "CHILD_DIRECTOR", "township": "CHILD_SUPERVISOR"}


def clients(more: dict[str, int]) -> dict[str, Who]:
    """Of the kinds of posting in an area, and of the postings whose keys `more` gives."""
    from django.db import transaction
    from django.test import Client

    from accounts.models import Area, Posting, User
    from accounts.roles import Role
    from accounts.scope import EVERYTHING, acting
    from tests.signing_in import sign_in

    places = {
        "village": "330101100200",
        "township": "330101100",
        "county": "330101",
        "everywhere": "33",
    }
    postings = {}
    with acting(EVERYTHING), transaction.atomic():
        for name, code in places.items():
            user, _made = User.objects.get_or_create(username=f"bench-{name}")
            role = Role(ROLES.get(name, "COUNTY_OFFICER"))
            postings[name] = user.postings.first() or Posting.objects.create(
                user=user, role=role, area=Area.objects.get(code=code), starts_on="2020-01-01"
            )
        for name, key in more.items():
            postings[name] = Posting.objects.select_related("user").get(pk=key)
        found = {}
        for name, posting in postings.items():
            client = Client(headers={"accept-language": "zh-hans"})
            found[name] = Who(sign_in(client, posting), posting)
    return found


def plain_connection() -> Any:
    """As the application's role, past Django."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    connection.ensure_connection()
    password = settings.DATABASES["default"]["PASSWORD"]
    dsn = f"{connection.connection.info.dsn} password={password}"
    return psycopg.connect(dsn, autocommit=True)


def ours(n: int, repeats: int) -> list[dict[str, Any]]:
    from bench import cases, front  # noqa: F401 - register them
    from bench.harness import CASES

    world, who = World(n), clients({})
    for one in who.values():
        world.keep_searches(one.client)
    server = plain_connection()
    return [measure(one, n, world, who[one.role], server, repeats) for one in CASES]


def measure(one: Any, n: int, world: Any, who: Who, server: Any, repeats: int) -> dict:
    from accounts.access import scope_of
    from accounts.scope import _SETTINGS
    from bench.harness import Bare, fastest, in_turns, statements

    def ask() -> Any:
        return one.ask(who.client, world)

    client, scope = who.client, scope_of(who.posting)
    told = "SELECT " + ", ".join(
        f"set_config('registry.{name}', '{getattr(scope, name)}', true)" for name in _SETTINGS
    )
    answer = ask()
    assert answer.status_code in (200, 302), (one.name, answer.status_code)
    if not one.has_floor:
        is_saving = one.name == "saving a form"
        assert answer.status_code == 302 or not is_saving, answer.content.decode()[:3000]
        apart = fastest(world.correction, repeats) if is_saving else 0
        return _row(one, n, fastest(ask, repeats) - apart, 0, 0, 0, 0)
    sql, of_empty = statements(ask), statements(lambda: client.get(EMPTY))
    # What the empty page asks too is counted there, not twice.
    assert all(a[:60] == b[:60] for a, b in zip(sql, of_empty, strict=False)), (sql, of_empty)
    bare = Bare(server, told, sql[len(of_empty) :])

    def page() -> None:
        ask()

    def empty() -> None:
        client.get(EMPTY)

    times = in_turns({"page": page, "empty": empty, "sql": bare}, repeats)
    return _row(one, n, times["page"], times["sql"], bare.slowest, times["empty"], len(sql))


def _row(one: Any, n: int, page: float, own: float, slowest: float, empty: float, queries: int):  # type: ignore[no-untyped-def]
    return {
        "case": one.name, "n": n, "page": page, "sql": own, "slowest": slowest, "empty": empty,
        "queries": queries, "goal": one.goal, "peer_name": one.peer, "times": one.times,
        "most_queries": one.most_queries,
    }  # fmt: skip


def peer(n: int, repeats: int) -> dict[str, float]:
    """The stock admin as a county would use it; more than a second each is measured less often."""
    from django.db import transaction
    from django.test import Client

    from accounts.models import User
    from bench.harness import fastest

    with transaction.atomic():
        user, _made = User.objects.get_or_create(username="bench-stock")
    client = Client()
    client.force_login(user)
    world = World(n)
    change = f"/stock/children/child/{world.child_id}/change/"
    typed: dict[str, Any] = {}

    def list_(client: Client = client) -> Any:
        return _fine(client.get("/stock/children/child/"))

    def search() -> Any:
        return _fine(client.get("/stock/children/child/?q=" + world.name))

    def form_and_history() -> None:
        _fine(client.get(change))
        _fine(client.get(change.replace("change/", "history/")))

    def post() -> None:
        world.saved += 1
        typed["notes"] = f"stock {world.saved}"
        answer = client.post(change, typed)
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    form = _stock_form(world)
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        typed[name] = "" if value is None else getattr(value, "pk", value)
    return {
        name: fastest(act, _fewer(act, repeats))
        for name, act in (("changelist", list_), ("search", search),
                          ("form and history", form_and_history), ("form POST", post))
    }  # fmt: skip


def _stock_form(world: World) -> Any:
    from django.test import RequestFactory

    from bench.stock import site
    from children.models import Child

    request = RequestFactory().get("/")
    child = Child.objects.get(pk=world.child_id)
    return site._registry[Child].get_form(request, child, change=True)(instance=child)


def _fewer(act: Any, repeats: int) -> int:
    start = time.perf_counter()
    act()
    return max(3, min(repeats, int(5 / (time.perf_counter() - start))))


def _fine(answer: Any) -> Any:
    assert answer.status_code == 200, answer.status_code
    return answer


def main() -> None:
    n, what, repeats = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    set_up()
    answer = ours(n, repeats) if what == "ours" else peer(n, repeats)
    Path(sys.argv[4]).write_text(json.dumps(answer))


def set_up() -> None:
    """Django as in production, with the bench's own addresses."""
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = False


if __name__ == "__main__":
    main()
