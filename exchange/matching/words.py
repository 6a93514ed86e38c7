"""How a row and a child agree, in words; said in the language of whoever reads."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchange.rules.match import Ground
from exchange.rules.match_score import FIELDS, Pattern

GROUNDS = {
    Ground.DECIDED: gettext_lazy("decided by a person before"),
    Ground.NUMBER_AND_NAME: gettext_lazy("ID number and name agree"),
    Ground.NAME_BIRTH_AND_FAMILY: gettext_lazy(
        "name, birth date and sex agree, village or family beside them; nobody else fits"
    ),
    Ground.NUMBER_OF_ANOTHER_NAME: gettext_lazy("the ID number stands under another name"),
    Ground.NUMBER_CONTRADICTS: gettext_lazy("the name agrees, the ID number does not"),
    Ground.BIRTH_CONTRADICTS: gettext_lazy("ID number and name agree, the birth date does not"),
    Ground.GUARDIAN_CONTRADICTS: gettext_lazy("the child agrees, the guardian does not"),
    Ground.NOT_THE_ONLY_ONE: gettext_lazy("a twin or a namesake fits too"),
    Ground.ROW_REPEATED: gettext_lazy("another row of the list is this child"),
    Ground.ALIKE_ONLY: gettext_lazy("alike, but not the same"),
}
_FIELDS = {
    "name": gettext_lazy("name"),
    "birth": gettext_lazy("birth date"),
    "sex": gettext_lazy("sex"),
    "number": gettext_lazy("ID number"),
    "guardian": gettext_lazy("guardian"),
    "area": pgettext_lazy("compared", "place"),
    "phone": gettext_lazy("phone"),
}
_LEVELS = {
    ("name", "SAME"): pgettext_lazy("compared", "the same"),
    ("name", "SOUND"): gettext_lazy("sounds the same"),
    ("name", "ALIKE"): gettext_lazy("one character looks or sounds alike"),
    ("name", "ONE"): gettext_lazy("one character differs"),
    ("name", "PART"): gettext_lazy("a part agrees"),
    ("birth", "SWAPPED"): gettext_lazy("day and month are exchanged"),
    ("birth", "DIGIT"): gettext_lazy("one digit differs"),
    ("birth", "NEAR"): gettext_lazy("near"),
    ("birth", "YEAR"): gettext_lazy("only the year agrees"),
    ("number", "NEAR"): gettext_lazy("one digit differs"),
    ("number", "FAMILY"): gettext_lazy("the number of a member of the family"),
    ("number", "ELDER"): gettext_lazy("the number of a grown-up person"),
    ("number", "UNREADABLE"): gettext_lazy("not well formed"),
    ("guardian", "NUMBER"): gettext_lazy("the ID number agrees"),
    ("guardian", "NAME"): gettext_lazy("the name agrees"),
    ("guardian", "ALIKE"): gettext_lazy("the name is alike"),
    ("area", "VILLAGE"): gettext_lazy("the same village"),
    ("area", "TOWNSHIP"): gettext_lazy("the same township"),
    ("area", "COUNTY"): gettext_lazy("the same county"),
    ("area", "ELSEWHERE"): gettext_lazy("another county"),
}
_ANY = {
    "SAME": pgettext_lazy("compared", "the same"),
    "DIFFERENT": pgettext_lazy("compared", "different"),
}


def in_words(pattern: Pattern) -> list[str]:
    """One for each field that both sides know, without a value of either."""
    return [
        _("%(field)s: %(how)s") % {"field": _FIELDS[name], "how": level_in_words(name, level)}
        for name, level in zip(FIELDS, pattern, strict=True)
        if level is not None
    ]


def level_in_words(field: str, level: str) -> str:
    return str(_LEVELS.get((field, level)) or _ANY[level])
