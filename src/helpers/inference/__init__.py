"""From counts and families to intervals and tests; no other module calls statsmodels or a test of scipy.

A matrix is a square array of counts with the state at baseline in the rows and the state at follow-up in the
columns, worst to best, so that the cells above the diagonal hold what improved. `_counts` and `_matrices` are
exact or closed-form and treat persons as independent; `_families` draws or swaps whole families;
`_differences` compares two groups of them, `_groups` several; `_models` fits the ordinal model.
"""

from helpers.inference._counts import (
    SignTest,
    benjamini_hochberg,
    fisher_exact,
    holm,
    mcnemar,
    sign_test,
    wilson,
)
from helpers.inference._differences import DifferenceTest, FamilySums, difference_test, family_sums
from helpers.inference._families import (
    DRAWS,
    SEED,
    PermutationTests,
    bootstrap_share,
    permutation_tests,
    row_seed,
)
from helpers.inference._groups import (
    Chances,
    GroupTests,
    cases_within_strata,
    excess_interval,
    group_tests,
    net_of_draw,
)
from helpers.inference._matrices import (
    NOT_TESTED,
    ChiSquareTest,
    bowker,
    kappa_linear,
    p_better,
    stuart_maxwell,
)
from helpers.inference._models import OrdinalGee, ordinal_gee

__all__ = [
    "DRAWS",
    "NOT_TESTED",
    "SEED",
    "Chances",
    "ChiSquareTest",
    "DifferenceTest",
    "FamilySums",
    "GroupTests",
    "OrdinalGee",
    "PermutationTests",
    "SignTest",
    "benjamini_hochberg",
    "bootstrap_share",
    "bowker",
    "cases_within_strata",
    "difference_test",
    "excess_interval",
    "family_sums",
    "fisher_exact",
    "group_tests",
    "holm",
    "kappa_linear",
    "mcnemar",
    "net_of_draw",
    "ordinal_gee",
    "p_better",
    "permutation_tests",
    "row_seed",
    "sign_test",
    "stuart_maxwell",
    "wilson",
]
