"""A finished table in, Axes out: one function per kind of figure.

They never compute a result, save a file or set a style. Draw within `style()`; what lands on a page and in a
folder goes through `helpers.show`. Words, titles and colours come from the reference files.
"""

from helpers.figures._base import SIZES, headline_lines, is_empty, style
from helpers.figures.change import item_change, item_change_size
from helpers.figures.claims import claims_summary, claims_summary_size
from helpers.figures.distributions import (
    cases,
    cases_size,
    distribution,
    distribution_size,
    education,
    profile,
)
from helpers.figures.estimates import net_shares, net_shares_size, poverty_line, score_net
from helpers.figures.flows import alluvial, flow_diagram, transition, transition_size
from helpers.figures.matrices import classes, scheme, score_matrix, transition_matrix, transition_matrix_size
from helpers.figures.multiverse import specification_curve, specification_curve_size
from helpers.figures.official import official_series
from helpers.figures.pilot_nets import LIMITS_SIZE, pilot_limits, pilot_outcomes, pilot_outcomes_size
from helpers.figures.pilots import (
    pilot_profile,
    pilot_profile_size,
    pilot_transitions,
    pilot_transitions_size,
)
from helpers.figures.planning import power
from helpers.figures.poverty import (
    change_domains,
    measures_size,
    poverty_domains,
    poverty_measures,
)
from helpers.figures.robustness import (
    attrition,
    attrition_size,
    cutoffs,
    freshness,
    freshness_size,
    regression_to_mean,
)
from helpers.figures.standing import headlines, headlines_size
from helpers.figures.timelines import themes, themes_size, timeline, timeline_size

__all__ = [
    "LIMITS_SIZE",
    "SIZES",
    "alluvial",
    "attrition",
    "attrition_size",
    "cases",
    "cases_size",
    "change_domains",
    "claims_summary",
    "claims_summary_size",
    "classes",
    "cutoffs",
    "distribution",
    "distribution_size",
    "education",
    "flow_diagram",
    "freshness",
    "freshness_size",
    "headline_lines",
    "headlines",
    "headlines_size",
    "is_empty",
    "item_change",
    "item_change_size",
    "measures_size",
    "net_shares",
    "net_shares_size",
    "official_series",
    "pilot_limits",
    "pilot_outcomes",
    "pilot_outcomes_size",
    "pilot_profile",
    "pilot_profile_size",
    "pilot_transitions",
    "pilot_transitions_size",
    "poverty_domains",
    "poverty_measures",
    "poverty_line",
    "power",
    "profile",
    "regression_to_mean",
    "scheme",
    "score_matrix",
    "score_net",
    "specification_curve",
    "specification_curve_size",
    "style",
    "themes",
    "themes_size",
    "timeline",
    "timeline_size",
    "transition",
    "transition_matrix",
    "transition_matrix_size",
    "transition_size",
]
