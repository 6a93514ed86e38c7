"""What of a failed request or job is reported: without values, and a refusal in one line."""

import logging
import re
import traceback
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NoValues(SafeExceptionReporterFilter):
    def is_active(self, request: HttpRequest | None) -> bool:
        return True  # also while developing: the data could be real

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        posted = request.POST if request is not None else {}
        return dict.fromkeys(posted, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]


class RefusalsInOneLine(logging.Filter):
    """Who is refused did not break anything: a line tells which page, no trace of our code.

    Anybody can be refused as often as they ask, and what broke would not be found among it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = record.stack_info = None
        return True


# Names and addresses are written in Chinese here; phones, ID and account numbers are as long.
_VALUE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+|\d{11,}[Xx]?")
# What they say is what was typed or read.
_OF_VALUES = (ValueError, LookupError, ArithmeticError, ValidationError, UnicodeError)


class WithoutValues(logging.Formatter):
    """Traces tell where and what kind of error, not of whom.

    Databases name the row that they refuse: of what they say the first line is told, and nothing
    at all where it is about a value that they cannot read.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _VALUE.sub("…", super().format(record))

    def formatException(self, ei: Any) -> str:
        told: list[str] = []
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines = "".join(traceback.format_tb(error.__traceback__))
            told.append(f"Traceback (most recent call last):\n{lines}{in_short(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nThereafter:\n\n".join(reversed(told))


def in_short(error: BaseException) -> str:
    """Class of the error, and its words as far as no value can stand in them."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, _OF_VALUES):
        return name
    if not _is_of_database(error):
        return f"{name}: {error}"
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or ""
    if state.startswith("22"):  # data that cannot be read
        return f"{name} ({state})"
    return f"{name} ({state}): {str(error).partition(chr(10))[0]}"


def _is_of_database(error: BaseException) -> bool:
    return isinstance(error, DatabaseError) or type(error).__module__.startswith("psycopg")
