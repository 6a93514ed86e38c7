"""M07 – M12, M35: what befalls parents."""

from datetime import date

from tests.factories import (
    ApplicationFactory,
    CategorySpellFactory,
    GuardianshipFactory,
    ParentStatusFactory,
)

from .cases import edge, finds, leaves
from .people import DAY, EIGHTEEN, TODAY, adult, child, listed, morning, number, with_parent


def status(one, parent="FATHER", code="LOST_CONTACT", since=date(2025, 1, 1), last=None):
    ParentStatusFactory(child=one, parent=parent, status=code, starts_on=since, ends_on=last)
    return one


def death():
    listed("deaths", adult(2), died_on="2026-02-10")


def known(code, last=None):
    return status(with_parent(), code=code, last=last)


finds("M07", "a father died", lambda: (with_parent(), death()))
leaves("M07", "not where the file knows it", lambda: (known("DEAD"), death()))
leaves("M07", "not an adult's death alone", lambda: (child(), death()))
edge("M07", "until the child's eighteenth birthday",
     lambda: (with_parent(born=EIGHTEEN + DAY), death()),
     lambda: (with_parent(born=EIGHTEEN), death()))  # fmt: skip
edge(
    "M07",
    "a known death that was taken back yesterday, that stands today",
    lambda: (known("DEAD", TODAY - DAY), death()),
    lambda: (known("DEAD", TODAY), death()),
)
edge("M07", "by another letter of the number",
     lambda: (with_parent(2), death()), lambda: (with_parent(4), death()))  # fmt: skip


def inside(until=None, answer="YES", kind="prison_results"):
    until = {"until": str(until)} if until else {}
    listed(kind, adult(2), answer=answer, **until)


finds("M08", "a father in prison", lambda: (with_parent(), inside()))
finds("M08", "a mother in compulsory rehabilitation", lambda: (
    with_parent(relation="MOTHER"), inside(kind="rehabilitation_results")))  # fmt: skip
leaves("M08", "not who is not inside", lambda: (with_parent(), inside(answer="NO")))
leaves("M08", "not where the file knows it", lambda: (known("IMPRISONED"), inside()))
edge(
    "M08",
    "until the last day of the term",
    lambda: (with_parent(), inside(TODAY)),
    lambda: (with_parent(), inside(TODAY - DAY)),
)
edge("M08", "until the child's eighteenth birthday",
     lambda: (with_parent(born=EIGHTEEN + DAY), inside()),
     lambda: (with_parent(born=EIGHTEEN), inside()))  # fmt: skip

finds("M09", "released, and the file says imprisoned",
      lambda: (known("IMPRISONED"), inside(answer="RELEASED")))  # fmt: skip
leaves("M09", "not while inside", lambda: (known("IMPRISONED"), inside()))
leaves("M09", "not of whom the file says nothing",
       lambda: (with_parent(), inside(answer="RELEASED")))  # fmt: skip
edge("M09", "the last day of the term was yesterday, is today",
     lambda: (known("IMPRISONED"), inside(TODAY - DAY)),
     lambda: (known("IMPRISONED"), inside(TODAY)))  # fmt: skip
edge("M09", "imprisoned by the file until today, until yesterday",
     lambda: (known("IMPRISONED", TODAY), inside(answer="RELEASED")),
     lambda: (known("IMPRISONED", TODAY - DAY), inside(answer="RELEASED")))  # fmt: skip
edge("M09", "the newest answer counts",
     lambda: (known("IMPRISONED"), inside(), again("RELEASED")),
     lambda: (known("IMPRISONED"), inside(answer="RELEASED"), again("YES")))  # fmt: skip


def again(answer):
    listed("prison_results", adult(2), answer=answer, again=True)


finds("M10", "lost for a year", lambda: status(child()))
leaves("M10", "not where an application is under way",
       lambda: ApplicationFactory(child=status(child()), category="DE_FACTO"))  # fmt: skip
edge("M10", "lost for six months, a day less",
     lambda: status(child(), since=date(2025, 9, 3)),
     lambda: status(child(), since=date(2025, 9, 4)))  # fmt: skip
edge("M10", "six months from the last of a month end with the last of another",
     lambda: status(child(), since=date(2025, 8, 31)),
     lambda: status(child(), since=date(2025, 9, 1)), now=morning(date(2026, 2, 28)))  # fmt: skip
edge(
    "M10",
    "until the child's eighteenth birthday",
    lambda: status(child(born=EIGHTEEN + DAY)),
    lambda: status(child(born=EIGHTEEN)),
)
edge(
    "M10",
    "lost until today, found yesterday",
    lambda: status(child(), last=TODAY),
    lambda: status(child(), last=TODAY - DAY),
)
edge("M10", "unattended until yesterday, until today",
     lambda: unattended(TODAY - DAY), lambda: unattended(TODAY))  # fmt: skip


def unattended(last, code="LOST_CONTACT"):
    CategorySpellFactory(child=status(child(), code=code), category="DE_FACTO", ends_on=last)


finds("M11", "a parent's guardianship revoked",
      lambda: status(child(), code="GUARDIANSHIP_REVOKED"))  # fmt: skip
finds("M11", "a parent declared missing", lambda: status(child(), code="MISSING_DECLARED"))
leaves("M11", "not where the category followed",
       lambda: unattended(None, "GUARDIANSHIP_REVOKED"))  # fmt: skip
edge("M11", "unattended until yesterday, until today",
     lambda: unattended(TODAY - DAY, "GUARDIANSHIP_REVOKED"),
     lambda: unattended(TODAY, "GUARDIANSHIP_REVOKED"))  # fmt: skip
edge("M11", "from the day of the judgment on",
     lambda: status(child(), code="MISSING_DECLARED", since=TODAY),
     lambda: status(child(), code="MISSING_DECLARED", since=TODAY + DAY))  # fmt: skip


def ill(**more):
    listed("severe_illness", number(1), diagnosed_on="2026-01-05", **more)


def parent_ill():
    listed("severe_illness", adult(2), born=date(1985, 5, 5))


def known_ill(last):
    CategorySpellFactory(child=child(1), category="SEV_ILL", ends_on=last)
    ill()


finds("M12", "a child seriously ill", lambda: (child(1), ill()))
finds("M12", "a child whom no file knows", lambda: ill())
finds("M12", "a mother seriously ill", lambda: (
    with_parent(relation="MOTHER"), parent_ill()))  # fmt: skip
leaves("M12", "not one already known so", lambda: known_ill(None))
edge("M12", "known so until yesterday, until today",
     lambda: known_ill(TODAY - DAY), lambda: known_ill(TODAY))  # fmt: skip
edge("M12", "without a file, until the eighteenth birthday",
     lambda: ill(born=EIGHTEEN + DAY), lambda: ill(born=EIGHTEEN))  # fmt: skip
edge("M12", "a parent's, until the child's eighteenth birthday",
     lambda: (with_parent(born=EIGHTEEN + DAY), parent_ill()),
     lambda: (with_parent(born=EIGHTEEN), parent_ill()))  # fmt: skip


def carer(code="IMPRISONED", is_main=True, from_day=date(2024, 1, 1), last=None, inside=()):
    """The father, who cares, and what befell him."""
    one = child()
    GuardianshipFactory(
        child=one, relation="FATHER", kind="PARENT", is_main_carer=is_main, starts_on=from_day,
        ends_on=last,
    )  # fmt: skip
    status(one, code=code, **dict(inside))


finds("M35", "the main carer is in prison", lambda: carer())
leaves("M35", "not where nothing is known", lambda: carer("NONE"))
leaves("M35", "not of who does not care", lambda: carer(is_main=False))
edge("M35", "in prison until today, until yesterday",
     lambda: carer(inside={"last": TODAY}),
     lambda: carer(inside={"last": TODAY - DAY}))  # fmt: skip
edge("M35", "in prison from today, from tomorrow",
     lambda: carer(inside={"since": TODAY}),
     lambda: carer(inside={"since": TODAY + DAY}))  # fmt: skip
edge("M35", "cares until today, until yesterday",
     lambda: carer(last=TODAY), lambda: carer(last=TODAY - DAY))  # fmt: skip
edge("M35", "cares from today, from tomorrow",
     lambda: carer(from_day=TODAY), lambda: carer(from_day=TODAY + DAY))  # fmt: skip

edge(
    "M10",
    "lost from today on counts from today: six months are to come",
    lambda: status(child(), since=date(2025, 9, 3)),
    lambda: status(child(), since=TODAY),
)
edge("M11", "the judgment stands until today, until yesterday",
     lambda: status(child(), code="MISSING_DECLARED", last=TODAY),
     lambda: status(child(), code="MISSING_DECLARED", last=TODAY - DAY))  # fmt: skip
edge("M11", "until the child's eighteenth birthday",
     lambda: status(child(born=EIGHTEEN + DAY), code="MISSING_DECLARED"),
     lambda: status(child(born=EIGHTEEN), code="MISSING_DECLARED"))  # fmt: skip
edge("M12", "a parent known to be ill until yesterday, until today",
     lambda: (known("SERIOUS_ILLNESS", TODAY - DAY), parent_ill()),
     lambda: (known("SERIOUS_ILLNESS", TODAY), parent_ill()))  # fmt: skip
edge("M08", "known as imprisoned until yesterday, until today",
     lambda: (known("IMPRISONED", TODAY - DAY), inside()),
     lambda: (known("IMPRISONED", TODAY), inside()))  # fmt: skip
REHAB = "rehabilitation_results"
edge("M08", "known as in rehabilitation until yesterday, until today",
     lambda: (known("COMPULSORY_REHAB", TODAY - DAY), inside(kind=REHAB)),
     lambda: (known("COMPULSORY_REHAB", TODAY), inside(kind=REHAB)))  # fmt: skip
edge("M08", "in rehabilitation until today, until yesterday",
     lambda: (with_parent(), inside(TODAY, kind=REHAB)),
     lambda: (with_parent(), inside(TODAY - DAY, kind=REHAB)))  # fmt: skip
edge("M08", "in rehabilitation, until the child's eighteenth birthday",
     lambda: (with_parent(born=EIGHTEEN + DAY), inside(kind=REHAB)),
     lambda: (with_parent(born=EIGHTEEN), inside(kind=REHAB)))  # fmt: skip
edge("M09", "in rehabilitation until yesterday, until today",
     lambda: (known("COMPULSORY_REHAB"), inside(TODAY - DAY, kind=REHAB)),
     lambda: (known("COMPULSORY_REHAB"), inside(TODAY, kind=REHAB)))  # fmt: skip
edge(
    "M09",
    "in rehabilitation by the file until today, until yesterday",
    lambda: (known("COMPULSORY_REHAB", TODAY), inside(answer="RELEASED", kind=REHAB)),
    lambda: (known("COMPULSORY_REHAB", TODAY - DAY), inside(answer="RELEASED", kind=REHAB)),
)
