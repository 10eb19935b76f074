"""What a researcher sees and sets in `explore.ipynb`: views of one item, one family, one clean table.

Every number comes from the helpers that make the report, every picture and sentence too; here is only what
is chosen (`_selection`), which helper is asked (`_views`, `_timeline`), and the widgets (`_items_panel`,
`_family_panel`, `_tables_panel`). Of the packages for widgets and interactive tables nothing else knows.
"""

from helpers.explore._explorer import Explorer
from helpers.explore._selection import Selection, SelectionError
from helpers.explore._study_data import open_study
from helpers.explore._timeline import family_timeline
from helpers.explore._views import change, distribution, matrix, tests

__all__ = [
    "Explorer",
    "Selection",
    "SelectionError",
    "change",
    "distribution",
    "family_timeline",
    "matrix",
    "open_study",
    "tests",
]
