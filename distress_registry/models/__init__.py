"""What the front hall keeps: how the county is counted, the counts themselves, saved reports."""

from .county_table import CountyTable, CountyTableColumn
from .first_visit import FirstVisit, FirstVisitCount
from .follow_count import FollowCount
from .guarantee_term import Guarantee, GuaranteeTerm
from .picture import PictureCount, PictureRow
from .picture_touch import PictureTouch
from .saved_report import SavedReport

__all__ = [
    "CountyTable",
    "CountyTableColumn",
    "FirstVisit",
    "FirstVisitCount",
    "FollowCount",
    "Guarantee",
    "GuaranteeTerm",
    "PictureCount",
    "PictureRow",
    "PictureTouch",
    "SavedReport",
]
