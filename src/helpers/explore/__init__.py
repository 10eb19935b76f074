"""What a researcher sees and sets in `explore.ipynb`: views of a selection, one family, a clean table.

A `Selection` says what to look at and whose; `frame` gives who that is, with what holds of them at both
moments; of it are made `distribution`, `change`, `matrix` and `contrast`, by the functions that make the
report. The widgets (`_panels`) only choose and show. Of the packages for widgets and interactive tables
nothing else knows.
"""

from helpers.explore._panels import Explorer as Explorer
from helpers.explore._views import Selection as Selection
from helpers.explore._views import SelectionError as SelectionError
from helpers.explore._views import change as change
from helpers.explore._views import clean_table as clean_table
from helpers.explore._views import contrast as contrast
from helpers.explore._views import distribution as distribution
from helpers.explore._views import family_timeline as family_timeline
from helpers.explore._views import frame as frame
from helpers.explore._views import matrix as matrix
from helpers.explore._views import open_study as open_study
