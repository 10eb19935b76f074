"""Helpers of the gezinscoach research pipeline: count, add, protect, derive, tell.

Everything that the report says of families is derived from counts or from family tables, and both add up over
disjoint sets of families. The rooms, in the order of the data; a room imports only what stands before it, but
for `run` and `cli`.

=============== ==============================================================================
definitions     reference files → typed definitions; names all their faults at once
tables          the declaration of every table, checked at the border of each room
outputs         what makes which table: counts, family tables, what is derived, what is told
parameters      what a researcher may set, checked for name, type and range
export          a raw dataset folder → three frames of text with file and row
pseudonyms      codes and a key → pseudonyms that only the key can make again
cleaning        raw frames → clean tables, and what was rejected
states          observations → the state of every item at baseline and follow-up
inference       counts and family tables → intervals and tests
nets            families by what their members did → net share, interval and test
registration    clean tables → starts by month, gaps, who is due; the accounts of an export
baseline        states → the tables of Figures 2–14
kansarmoede     states → deprived domains, score, change class, H, A and M0
transitions     states → pairs, transition matrices, item change
primary         the five outcomes chosen beforehand; coached families and others beside each other
case_review     declined families and notes → what fell and when, and themes; for internal review only
course          all items at a glance, the score by month, what lasts, how often levels move
measurement     whether the items of a scale hang together, and what a change of one family means
multiverse      every way of working it out → what it gives
robustness      clean tables and states → what other choices, lost families and old values would make of it
pilots          states and scores → pilots side by side, and what chance alone would give
planning        observed changes → simulated studies → how many families to register
claims          claims + tables → which published statements hold, also with families drawn again
protect         exact counts → public counts, and what is derived of these
study           clean tables and settings → every table of the report by name
partitions      a large export → partitions of whole families, each cleaned and counted by itself
words           facts → sentences: the templates of `data/reference/texts/`, filled in
charts          a finished table → Axes, by shape
report          a study and the name of an output → what a notebook shows of it
explore         what, whose and when → a frame, its tables and figures, and the widgets of `explore.ipynb`
check           a raw dataset folder → what a run would do with it, and a first `dataset.yml`
exchange        a study → files for SPSS, Stata and R, with labels and a codebook
workbook        the tables of a report → one workbook that explains them, and their Table Schema
forks           an environment → kernels that have imported and computed nothing
run             dataset and parameters → an executed and rendered report
lab             the notebooks → copies to work with, on a chosen export
cli             the `gezinscoach` command
dictionary      definitions → docs/data_dictionary.md
readme          the embedded data → the numbers in the README
=============== ==============================================================================

`errors`, `files`, `folders` and `formats` serve several of them; a name that begins with `_` is for its own
room alone.
"""

import sys as _sys
from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules
from typing import Any as _Any

# To check web addresses jsonschema, which notebooks bring along, has a grammar of them made whenever it is
# imported. That takes a second, and notebooks hold none to check.
_sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

_ROOMS = sorted(one.name for one in _iter_modules(__path__) if not one.name.startswith("_"))


def __getattr__(name: str) -> _Any:
    """Open a room when it is asked for: `import helpers; helpers.study`; and look the version up."""
    if name in _ROOMS:
        return _import_module(f"helpers.{name}")
    if name == "__version__":
        return str(_import_module("importlib.metadata").version("gezinscoach"))
    raise AttributeError(f"helpers has no room {name!r}; there are {', '.join(_ROOMS)}")


def __dir__() -> list[str]:
    """Name the rooms, and no more, for completion."""
    return [*_ROOMS, "__version__"]
