"""What a researcher sees and sets in `explore.ipynb`: views of a selection, one family, a clean table.

A `Selection` says what to look at and whose; `frame` gives who that is, with what holds of them at both
moments; of it are made `distribution`, `change`, `matrix` and `contrast`, by the functions that make the
report. The widgets (`_panels`) only choose and show. Of the packages for widgets and interactive tables
nothing else knows.
"""

from helpers.explore._panels import Explorer
from helpers.explore._views import (
    Selection,
    SelectionError,
    change,
    clean_table,
    contrast,
    distribution,
    family_timeline,
    frame,
    matrix,
    open_study,
)

__all__ = [
    "Explorer",
    "Selection",
    "SelectionError",
    "change",
    "clean_table",
    "contrast",
    "distribution",
    "family_timeline",
    "frame",
    "matrix",
    "open_study",
]
