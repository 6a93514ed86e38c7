"""What people read of a list: what is wrong, and what would be right. Nothing in the clear."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from children.rules import masking
from exchange.reading.problems import CellProblem, FileProblem, Unreadable
from exchange.rules.faults import Fault, RowProblem

FILES = {
    FileProblem.MISSING: _("There is no such file."),
    FileProblem.EMPTY: _("The file is empty. Save the list again and send the new file."),
    FileProblem.NOT_A_SPREADSHEET: _("This is no spreadsheet. Send .xlsx, .xls, .ods or .csv."),
    FileProblem.WEB_PAGE: _(
        "This is a web page under the name of a spreadsheet. Open it and save it as .xlsx."
    ),
    FileProblem.PASSWORD: _("The file is protected by a password. Save it without one."),
    FileProblem.MACROS: _("The file holds macros, which are never opened. Save it as .xlsx."),
    FileProblem.DAMAGED: _("The file is damaged and cannot be read. Save it again as .xlsx."),
    FileProblem.UNPACKS_TOO_LARGE: _(
        "The file is small but unpacks to more than can be read. Copy the list into a new file."
    ),
    FileProblem.TOO_LARGE: _("The file is too large. Divide the list by township."),
    FileProblem.TOO_MANY_ROWS: _(
        "The sheet has %(found)s rows; a list has at most %(limit)s. Delete the empty rows at the"
        " bottom, or divide the list by township."
    ),
    FileProblem.TOO_MANY_COLUMNS: _(
        "The sheet has %(found)s columns; a list has at most %(limit)s. Delete the columns that"
        " do not belong to the list."
    ),
    FileProblem.ENCODING: _("The text is neither UTF-8 nor GB18030. Save the list as .xlsx."),
    FileProblem.QUOTES: _(
        "A quotation mark in row %(found)s is not closed, or stands beside other characters: the"
        " rows below it could not be told apart. Take it away, or save the list as .xlsx."
    ),
    FileProblem.BLANK: _(
        "The sheet is empty: no cell of the file holds anything. Was the list saved in another"
        " file?"
    ),
    FileProblem.NO_TABLE: _(
        "The file holds no table: no line has more than one cell filled, as titles do. Send the"
        " list with a line of headings and with its rows."
    ),
    FileProblem.NO_HEADER: _(
        "No line with headings of this kind of list was found among the first rows. Wanted are"
        " at least: %(wanted)s."
    ),
    FileProblem.WRONG_LAYOUT: _(
        "The list lacks columns: %(missing)s. Found were: %(found)s. Is it another kind of list?"
    ),
    FileProblem.SEVERAL_IN_A_ROW: _(
        "Several people stand beside each other in a row, under headings of one kind. Give each a"
        " row of their own."
    ),
    FileProblem.FORM: _(
        "This is the form of one child, not a list. Send a list with a heading for each column and"
        " a row for each child, or register the child by the form of the registry."
    ),
    FileProblem.DAYS_ACROSS: _(
        "The list has a column for each day of the month, whose marks cannot be told for certain."
        " Send a row for each day or absence, with name, ID number and the day; of an absence its"
        " first day, its last day or the number of days, and its kind (病假, 事假, 旷课)."
    ),
    FileProblem.NO_ROWS: _(
        "The list has headings and no rows below them. Fill in the rows and send it again."
    ),
}

KEY_BEING_TURNED = _(
    "The key of the search hashes is being turned: lists wait until rebuild_hashes is done and the"
    " older key is taken away."
)

FILES_NOT_OPENED = _(
    "Files of this list could not be opened under their numbers: nothing came in. Try again, or"
    " tell us."
)

NOBODY_ANSWERS = _("Sessions bear the name of who enters them: give --by.")

CELLS = {
    CellProblem.REQUIRED: _("is empty and must not be"),
    CellProblem.AREA_ONCE: _(
        "is empty; a place that stands in the first row of a group alone is not carried down: write"
        " it in each row, or merge the cells of the group"
    ),
    CellProblem.CHILD_ABOVE: _(
        "is empty in a row that names a guardian: write the child's name and ID number in it too,"
        " or merge the child's cells with those of the row above"
    ),
    CellProblem.ERROR_VALUE: _("holds an error of a formula; write the value"),
    CellProblem.NOT_CALCULATED: _(
        "holds a formula whose result the file does not keep; open the file in a spreadsheet"
        " program, save it and send it again, or write the value"
    ),
    CellProblem.TOO_LONG: _("is longer than %(limit)s characters"),
    CellProblem.NAME_CHARACTER: _("is no name; write the name alone, remarks into another column"),
    CellProblem.NAME_NUMBERED: _(
        "bears the mark by which the village tells namesakes apart; write the name alone, and the"
        " ID number of this person into its own column"
    ),
    CellProblem.NAME_SEVERAL: _("names several people; give each a row of their own"),
    CellProblem.NAME_RELATION: _(
        "says how somebody is related, or what has become of them, and is no name; write the name,"
        " the rest into its own column, or clear the cell where nobody knows the name"
    ),
    CellProblem.NAME_INSTITUTION: _(
        "names an institution without saying which; write its full name: 某县儿童福利院,"
        " 某村村民委员会"
    ),
    CellProblem.AS_ABOVE: _(
        "stands for another cell, and rows may have been sorted since; write out what is meant"
    ),
    CellProblem.ID_LENGTH: _("has %(length)s characters; an ID number has 18"),
    CellProblem.ID_SEVERAL: _("holds several numbers; give each person a row of their own"),
    CellProblem.ID_CHARACTER: _("holds characters that an ID number has not"),
    CellProblem.ID_CHECK_DIGIT: _(
        "is mistyped: its last character does not fit the others; look at the ID card"
    ),
    CellProblem.ID_DATE: _("holds a birth date that does not exist or lies ahead"),
    CellProblem.ID_LOST_DIGITS: _(
        "was kept as a number and has lost its last digits; format the column as text and type"
        " the number again"
    ),
    CellProblem.CERTIFICATE_LENGTH: _(
        "has %(length)s characters; a certificate number has 20, or 22 when issued again"
    ),
    CellProblem.CERTIFICATE_KIND: _(
        "does not end with a kind (1–7) and a grade (1–4), and B1 to B9 when issued again"
    ),
    CellProblem.PHONE: _("is no phone number; a mobile number has 11 digits"),
    CellProblem.ROLL_NUMBER: _("is no roll number: G, J or L and 18 characters"),
    CellProblem.SCHOOL_CODE: _("is no code of a school: 10 digits that begin with its kind"),
    CellProblem.DATE_STYLE: _("is no date; write 2015-03-07"),
    CellProblem.DATE_IMPOSSIBLE: _("is a date that does not exist; write 2015-03-07"),
    CellProblem.DATE_INCOMPLETE: _("names no day; write the whole date, 2015-03-07"),
    CellProblem.DATE_NO_YEAR: _("names no year; write it too: 2015-03-07"),
    CellProblem.DATE_AMBIGUOUS: _("can be read as two dates; write the year first: 2015-03-07"),
    CellProblem.DATE_SEVERAL: _("names several days, or from when to when; write one day in a row"),
    CellProblem.DATE_FUTURE: _("lies ahead; it must be past"),
    CellProblem.DATE_TOO_EARLY: _("lies before 1900"),
    CellProblem.UNKNOWN_CODE: _("is none of the known values; see the table of codes"),
    CellProblem.CODE_CONTRADICTS: _(
        "names two values, or one value and the code of another; write one"
    ),
    CellProblem.STATE_OVER: _(
        "names a state and says that it is over or not so; write what holds today"
    ),
    CellProblem.LEFT_POVERTY: _(
        "says that the household has left poverty, which tells no help of today; write the help"
        " that it gets (低保, 低保边缘, 特困, 监测户), or 一般 where it gets none"
    ),
    CellProblem.AID_CLASS: _("does not say of which help this is a class; write 低保A类"),
    CellProblem.CATEGORY_GROUP: _(
        "stands for several categories; write which: 重病儿童 or 重残儿童, 低保家庭儿童,"
        " 低保边缘家庭儿童, 特困儿童 or 监测户儿童"
    ),
    CellProblem.NOT_IN_CUSTODY: _(
        "is not custody (在押, 强制隔离戒毒), and may be another restraint; write 正常, in an"
        " answer 否,"
        " where this parent is at home and can care for the child, or else what stands in the way"
    ),
    CellProblem.GRADE_STAGE: _("does not say of which school; write 小学三年级, 初三 or 高三"),
    CellProblem.ENTRY_YEAR: _(
        "is a year of entry or leaving, from which the grade does not follow for certain; write"
        " the grade:"
        " 小学三年级, 初三 or 高三"
    ),
    CellProblem.NOT_ADMITTED: _(
        "says that nobody was admitted, and the list is of those who were; the row stays out, and"
        " nothing is to be put right unless a school is known"
    ),
    CellProblem.YES_OR_NO: _("is neither yes nor no; write 是 or 否"),
    CellProblem.NUMBER: _("is no number; write figures alone: 1234.50"),
    CellProblem.NEGATIVE: _(
        "is negative; what a list pays or counts is never less than 0, and money taken back stands"
        " in no list"
    ),
    CellProblem.HOURS: _("is no number of hours between 0.5 and 12, with one decimal at most"),
}
ROWS = {
    RowProblem.ID_BIRTH_DATE_DIFFERS: _("differs from the birth date in the ID number"),
    RowProblem.ID_SEX_DIFFERS: _("differs from the sex in the ID number"),
    RowProblem.ID_OF_SOMEBODY_ELSE: _("is the ID number of the child"),
    RowProblem.ID_TYPE_MISSING: _("says that there is no ID, and a number is given"),
    RowProblem.NAME_MISSING: _(
        "is empty, while the row holds a telephone or an ID number of this person: write the name,"
        " or empty those cells"
    ),
    RowProblem.PARENT_TOO_YOUNG: _(
        "belongs to somebody less than %(years)s years older than the child"
    ),
    RowProblem.PARENT_DIFFERS: _(
        "differs from the row's own column of this parent, which names somebody else; write who"
        " is the parent, and how the guardian is related (继父, 继母, 叔叔)"
    ),
    RowProblem.NOT_A_CHILD: _("belongs to somebody older than %(age)s years"),
    RowProblem.CERTIFICATE_ID_DIFFERS: _("holds another ID number than the child's"),
    RowProblem.CERTIFICATE_KIND_DIFFERS: _("differs from the kind in the certificate number"),
    RowProblem.CERTIFICATE_GRADE_DIFFERS: _("differs from the grade in the certificate number"),
    RowProblem.DATES_IN_WRONG_ORDER: _("lies before %(after)s, which it must follow"),
    RowProblem.DATE_BEFORE_BIRTH: _("lies before the birth date"),
    RowProblem.ECONOMIC_DIFFERS: _("differs from the kind of help in the same row"),
    RowProblem.SUBSIDY_DIFFERS: _(
        "differs from what the row says of the same subsidy elsewhere: its name, its money or that"
        " it is paid"
    ),
    RowProblem.SUBSIDY_ALONE: _(
        "says no, and no column says whether the other subsidy is received; add that column"
    ),
    RowProblem.AREA_UNKNOWN: _("is no known division; write its name or its code"),
    RowProblem.AREA_AMBIGUOUS: _("is the name of several divisions; write the township too"),
    RowProblem.INCLUSIVE_DISABILITY: _("does not fit the kind of disability"),
    RowProblem.MEMBER_ID_NEEDED: _("is needed: the pupil has no ID number"),
    RowProblem.DUPLICATE_IN_FILE: _("stands in row %(other)s already"),
    RowProblem.ID_OF_TWO_PEOPLE: _("stands in row %(other)s with another name"),
    RowProblem.DUPLICATE_CERTIFICATE: _("stands in row %(other)s already"),
    RowProblem.CERTIFICATE_REGISTERED: _("is registered for another child"),
    RowProblem.NEVER_ASKED: _("was never asked about in a batch that waits for answers"),
    RowProblem.CHILD_UNKNOWN: _(
        "is without doubt no child whose file this place keeps; write name and ID number as in the"
        " file"
    ),
    RowProblem.INSTITUTION_UNKNOWN: _("is no designated institution; write its registered name"),
    RowProblem.NO_PLAN: _("has no approved plan for this child, or not for this kind of help"),
    RowProblem.OUTSIDE_PLAN: _("lies outside the plan of the child at this institution"),
    RowProblem.PLAN_AMBIGUOUS: _(
        "does not tell which: the child has several plans there; write the kind of help"
    ),
    RowProblem.NOT_DESIGNATED: _("is a day on which the institution was not designated"),
    RowProblem.AGE_LIMIT: _("is a day on which the child had reached the age limit of %(limit)s"),
    RowProblem.OTHER_INSTITUTION: _("and another institution entered already: the same day"),
    RowProblem.OTHER_INSTITUTION_IN_FILE: _(
        "and another institution in row %(other)s: the same day; find out which is right"
    ),
    RowProblem.NO_SESSIONS_LEFT: _("is beyond the plan, whose sessions (%(limit)s) are used up"),
    RowProblem.CLAIM_COUNT: _("is no number of sessions; write a whole number"),
    RowProblem.CLAIM_AMOUNT: _("is no amount of money: yuan, with two decimals at most"),
    RowProblem.CLAIM_CHECKED: _("has been claimed and checked; have the claim given back first"),
    RowProblem.CLAIM_TYPED: _("differs from what the claim of this month holds already"),
    RowProblem.NOT_SIGNED: _("is more than was signed for in this month: %(limit)s"),
    RowProblem.BEYOND_PLAN: _("is more than the plan has left: %(limit)s sessions"),
    RowProblem.NO_MONEY_LEFT: _("is more money than the plan has left: %(limit)s yuan"),
    RowProblem.BEYOND_MONTH: _("is more money than the plan gives in this month: %(limit)s yuan"),
}
ALL = {str(code): text for code, text in (*CELLS.items(), *ROWS.items())}


def of_file(error: Unreadable) -> str:
    facts = {"found": "", "limit": "", "wanted": "", "missing": "", **error.facts}
    return str(FILES[error.problem]) % facts


_OTHERWISE = {
    "KEY_TURNED": KEY_BEING_TURNED,
    "FAILED": _("Something went wrong on our side. Nothing came in; try again, or tell us."),
}


def of_problem(problem: dict[str, Any]) -> str:
    """Of a list that cannot be used: `ListUpload.problem`; nothing for one that can."""
    if not problem:
        return ""
    facts = {key: value for key, value in problem.items() if key != "code"}
    if problem["code"] in _OTHERWISE:
        return str(_OTHERWISE[problem["code"]])
    return of_file(Unreadable(FileProblem(problem["code"]), **facts))


def turns_key() -> bool:
    """Whether lists have to wait."""
    return len(settings.FIELD_HASH_KEYS) > 1


def of_fault(fault: Fault, column: str) -> str:
    """As 身份证号: «990101********0021» is mistyped …"""
    told = str(ALL[fault.problem]) % fault.facts
    shown = fault.facts.get("shown", "")
    near = fault.facts.get("near", "")
    more = str(_("; is %(name)s meant?") % {"name": near}) if near else ""
    if fault.problem == CellProblem.REQUIRED and shown:
        told = str(_("says that there is nothing, and something must stand there"))
    if choices := fault.facts.get("choices"):
        told = str(_("is none of the known values: %(names)s")) % {"names": choices}
    told += more
    if shown:  # marked off: a cell may read like words of ours
        told = str(_("«%(value)s» %(told)s")) % {"value": shown, "told": told}
    return f"{column}{_(': ')}{told}" if column else told


_LONG = ("ID_", "CERTIFICATE", "ROLL_NUMBER")


def masked(key: str, written: str) -> str:
    """A cell as a report may show it: numbers and names masked, dates and codes as they are."""
    part = key.rpartition("__")[2]
    if part == "name":
        return masking.name(written)
    if part in ("id_number", "number", "roll_number"):
        return _number(written)
    if part == "phone":
        return masking.phone(written)
    if part in ("birth_date", "address", "home_address", "mail_address", "note", "email"):
        return masking.HIDDEN * min(len(written), 8)
    return written[:30]


_LOST = re.compile(r"\d[.]\d+([eE][+]?\d+)")  # kept as a number by a spreadsheet


def _number(written: str) -> str:
    if lost := _LOST.fullmatch(written):  # of any length, also that of a whole number
        return f"{written[:4]}…{lost[1]}"
    if written.isalnum() and len(written) == 18:
        return masking.id_number(written)
    if written.isalnum() and len(written) in (20, 22):
        return masking.certificate(written)
    return written[:4] + masking.HIDDEN * max(len(written) - 4, 0)


def report_of(counts: dict[str, Any]) -> str:
    """One line for the terminal."""
    return (
        str(
            _(
                "%(rows)s rows: %(accepted)s accepted, %(rejected)s rejected; %(matched)s matched,"
                " %(suggested)s suggested, %(new)s new, %(unchanged)s unchanged; %(seconds)s s"
            )
        )
        % counts
    )
