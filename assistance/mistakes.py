"""What is wrong in a file of rules or cases, in the language of the reader."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from assistance.rules.reading import Said, Wrong

# Every sentence that the rules' readers say; a test compares it with them.
SENTENCES = [
    _(" (known: %(words)s)"),
    _(' – did you mean "%(word)s"?'),
    _('"%(code)s" is there already'),
    _('"%(key)s" is missing'),
    _('"at_least" or "below" is expected'),
    _('"to" is the last day included and lies before "from"'),
    _('"to" is the last month included and lies before "from"'),
    _('"until" lies before "on"'),
    _("%(found)s has more than two decimal places"),
    _("%(found)s is no day of every year"),
    _("%(found)s is none of %(known)s%(hint)s"),
    _("%(found)s is not between %(lowest)s and %(highest)s"),
    _("%(found)s lies outside the years 1900 to 2199"),
    _("%(name)s is no number"),
    _("a code of an area with 2, 4, 6, 9 or 12 digits is expected, not %(found)s"),
    _('a code of letters, digits, "_", "-" and "." is expected, not %(found)s'),
    _("a condition {…} is expected, not %(found)s"),
    _('a day such as "2025-07-01" is expected, not %(found)s'),
    _("a list"),
    _("a list […] is expected, not %(found)s"),
    _("a list of at least one condition is expected"),
    _('a month such as "2025-07" is expected, not %(found)s'),
    _("a number has too many digits"),
    _("a number is expected, not %(found)s"),
    _("a programme by YEAR has one first month"),
    _("a text holds half a character"),
    _("a text is expected, not %(found)s"),
    _("a text must not hold the character NUL"),
    _("a whole number is expected, not %(found)s"),
    _('an empty condition; for all children write {"always": true}'),
    _("an object"),
    _('an object has the key "%(key)s" twice'),
    _('an object with a "kind" is expected'),
    _("an object with names is expected"),
    _('an object {"PROGRAMME": {"applied": …, "confirmed": …}} is expected'),
    _("an object {…} is expected, not %(found)s"),
    _("at least one is expected"),
    _("at least one kind or grade is expected"),
    _("at least two programmes are expected"),
    _("conditions are nested deeper than %(deepest)s levels"),
    _('either "amount" or "formula" is expected'),
    _('either "any" or "kinds" and "grades"'),
    _('either "is" or "in"'),
    _('either "is", "in", or "at_least" and "at_most"'),
    _("expires before it was issued"),
    _("is confirmed before it was applied for"),
    _("is longer than %(longest)s characters"),
    _("lists and objects are nested too deeply"),
    _("more than %(longest)s cases"),
    _("nobody is at least %(a)s and below %(b)s"),
    _("only programmes by TERM or YEAR have periods"),
    _('stands under the programme "%(code)s"'),
    _("the same programme, area, first month and dimensions have a standard already"),
    _('the standard of "%(code)s" is counted from itself'),
    _('there is no programme "%(code)s"%(hint)s'),
    _("this is no JSON: %(what)s"),
    _("true or false is expected, not %(found)s"),
    _("unknown condition%(hint)s"),
    _("unknown key%(hint)s"),
]


def told(mistake: Wrong) -> str:
    """With its place, e.g. `programmes[2].standards[0].amount: …`."""
    words = _said(Said(mistake.text, mistake.values))
    return f"{mistake.place}: {words}" if mistake.place else words


def _said(words: Said) -> str:
    if not words.text:
        return ""
    values = {
        name: _said(value) if isinstance(value, Said) else value
        for name, value in words.values.items()
    }
    return gettext(words.text) % values
