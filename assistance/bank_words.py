"""What is wrong with a file of the bank as a whole, in words that say what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assistance.rules.answer_upload import Trouble


def of_trouble(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """`facts`: names of sheets, as `AnswerUpload.trouble` holds them."""
    return {
        Trouble.EMPTY: _("The file is empty."),
        Trouble.TOO_LARGE: _("The file is larger than 80 MB. Ask the bank for it in parts."),
        Trouble.NO_SHEET: _("This is no spreadsheet and no text that can be read."),
        Trouble.PASSWORD: _("The file is locked with a password. Save it without one."),
        Trouble.MACRO: _("The file contains macros. Save it without them."),
        Trouble.BOMB: _("The file unpacks to far more than it should. It was refused."),
        Trouble.NO_HEADINGS: _(
            "No line names the columns: at least reference and result are needed."
        ),
        Trouble.NO_ROWS: _("Below the headings there is no row."),
        Trouble.HIDDEN_SHEET: _(
            "The rows stand in the hidden sheet «%(sheet)s»: what nobody sees is not taken. Show"
            " the sheet, look at it and save the file."
        ),
        Trouble.SEVERAL_SHEETS: _(
            "Two sheets hold rows: «%(first)s» and «%(second)s» (hidden sheets count too). Put all"
            " rows into one sheet, or take the other out."
        ),
        Trouble.OTHER_RUN: _("No row is of a payment of this run. Nothing was taken."),
        Trouble.RUN_MOVED_ON: _("The run has not been sent yet, or is closed."),
        Trouble.MISSING: _("The file is kept no longer. Send it again."),
        Trouble.FAILED: _(
            "The work broke off. Nothing was taken; the administrator has been told. Send the"
            " answer again later."
        ),
    }[Trouble(code)] % (facts or {})
