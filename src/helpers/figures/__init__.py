"""A finished table in, Axes out: one function per kind of figure.

They never compute a result, save a file or set a style. Draw within `style()`; what lands on a page and in a
folder goes through `helpers.show`. Words, titles and colours come from the reference files.
"""

from helpers.figures._base import SIZES, headline_lines, is_empty, style
from helpers.figures.change import item_change, item_change_size
from helpers.figures.distributions import (
    cases,
    cases_size,
    distribution,
    distribution_size,
    education,
    profile,
)
from helpers.figures.flows import alluvial, flow_diagram, transition, transition_size
from helpers.figures.matrices import classes, scheme, score_matrix, transition_matrix
from helpers.figures.official import official_series
from helpers.figures.poverty import (
    change_domains,
    measures_size,
    poverty_domains,
    poverty_measures,
)

__all__ = [
    "SIZES",
    "alluvial",
    "cases",
    "cases_size",
    "change_domains",
    "classes",
    "distribution",
    "distribution_size",
    "education",
    "flow_diagram",
    "headline_lines",
    "is_empty",
    "item_change",
    "item_change_size",
    "measures_size",
    "official_series",
    "poverty_domains",
    "poverty_measures",
    "profile",
    "scheme",
    "score_matrix",
    "style",
    "transition",
    "transition_matrix",
    "transition_size",
]
