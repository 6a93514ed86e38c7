"""What every rule carries: where and from when it is in force, on which document it rests."""

from . import rulebook as r
from .reading import At, Members

SCOPE = ["area", "from", "to", "document", "document_date", "example"]


def source(of: Members) -> r.Source:
    return r.Source(
        of.get("document", lambda one: one.text(200), ""),
        of.get("document_date", At.day),
        of.get("example", At.yes, False),
    )


def scope(of: Members) -> r.Scope:
    scope = r.Scope(of.get("area", _area, ""), of.get("from", At.month), of.get("to", At.month))
    if scope.starts and scope.ends and scope.ends < scope.starts:
        raise of["to"].wrong('"to" is the last month included and lies before "from"')
    return scope


def _area(at: At) -> str:
    return "" if at.value == "" else at.area()


def programme_of(of: Members, nested: r.Programme | None) -> str:
    if nested is None:
        return of["programme"].code()
    if "programme" in of and of["programme"].code() != nested.code:
        raise of["programme"].wrong('stands under the programme "%(code)s"', code=nested.code)
    return nested.code
