"""What a guardian's page may know: asked of the database with link and number, and nothing else.

The request comes from a stranger. It sees no row of any table: `registry_guardians_page` checks
both secrets, counts the tries, writes what the guardian does, and gives what the page shows.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from schools import links
from schools.models import Answer, Norm

from .notice import called

_SQL = (
    "SELECT * FROM registry_guardians_page(%s, %s::bytea[], %s, %s, %s, %s, %s, %s::text, %s::text,"
    " %s::text)"
)


@dataclass(frozen=True)
class Page:
    """What is shown; `proof` goes with its buttons."""

    child: str
    school: str
    writer: str
    language: str
    subject: str
    body: str
    asks_answer: bool
    written_at: datetime
    state: str
    answer: str
    answer_text: str
    proof: str

    @property
    def is_read(self) -> bool:
        return self.state in ("READ", "ANSWERED")

    @property
    def is_withdrawn(self) -> bool:
        """Then it holds nothing but who wrote it and when."""
        return self.state == "WITHDRAWN"

    @property
    def answer_label(self) -> str:
        return str(Answer(self.answer).label) if self.answer else ""


def digits(typed: str) -> str:
    """The number as typed on any keyboard: full-width digits, spaces and dashes do no harm."""
    plain = unicodedata.normalize("NFKC", typed[:40])
    return "".join(character for character in plain if character in "0123456789")


@sensitive_variables()
def open_page(*, token: str, typed: str, address: str | None, now: datetime) -> Page | None:
    """None for whatever does not open: link, number, time, too many tries, no longer allowed."""
    return _ask(links.hash_of(token), digits(typed), address, now, "OPEN")


@sensitive_variables()
def answer_page(
    *, token: str, proof: str, address: str | None, now: datetime, answer: str = "",
    words: str = "",
) -> Page | None:  # fmt: skip
    """Confirm reading, or answer when `answer` is one; the first answer stays."""
    link = links.hash_of(token)
    number = links.number_in(proof, link, now)
    act = "ANSWER" if answer in Answer.values else "READ"
    words = "".join(c for c in words if c == "\n" or c.isprintable()).strip()[:300]
    return _ask(link, number, address, now, act, answer, words)


@sensitive_variables()
def _ask(
    link: bytes, number: str, address: str | None, now: datetime, act: str, answer: str = "",
    words: str = "",
) -> Page | None:  # fmt: skip
    today = timezone.localdate(now)
    norms = Norm.objects.in_force(today)
    values: list[Any] = [
        link, links.number_hashes(number), links.address_hash(address), now, today,
        norms["NOTICE_CODE_TRIES"], norms["NOTICE_ADDRESS_TRIES"], act, answer, words,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        row = cursor.fetchone()
    if row is None:
        return None
    child = called(row[0]) if row[0] else ""  # a withdrawn notice names nobody
    facts: list[Any] = [child, *row[1:], links.proof_of(number, link, now)]
    return Page(*facts)
