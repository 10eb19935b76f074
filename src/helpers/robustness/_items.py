"""The sign tests of all items, and what is left of them when 45 are looked at together."""

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.definitions import Definitions
from helpers.robustness._pairs import count_items, pairs_of_items


def item_tests(states: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Test every item and adjust for their number in two ways.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.
    definitions : Definitions
        The items and their order.

    Returns
    -------
    DataFrame
        unit, item, n, net, sign_exact_p, sign_holm_p, sign_bh_p (adjusted over the items with pairs): by
        rising p, ties in the order of the codebook, items without pairs last with the rest empty.
    """
    counts = count_items(pairs_of_items(states), definitions)
    test = inference.sign_test(counts["improved"], counts["declined"])
    p = np.where(counts["n"] > 0, test.exact_p, np.nan)
    table = counts[["unit", "item", "n", "net"]].assign(
        sign_exact_p=p, sign_holm_p=inference.holm(p), sign_bh_p=inference.benjamini_hochberg(p)
    )
    table = table.sort_values("sign_exact_p", kind="stable", na_position="last")
    return tables.conform("item_tests", table)
