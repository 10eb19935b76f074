"""The bootstraps of version 0.3, which go with them."""

import numpy as np
import pytest

from helpers.inference import bootstrap


def test_bootstrap_draws_families_with_all_their_persons():
    """Families +3 of 3 and -1 of 1: a draw of two is 1 (1/4), 2/4 (1/2) or -1 (1/4)."""
    assert bootstrap.bootstrap_share([3, -1], [3, 1], seed=1) == (-1, 1)
    low, high = bootstrap.bootstrap_share([3, -1] * 40, [3, 1] * 40, seed=1)
    assert low < 0.5 < high  # the net share of them all is 80/160


def test_bootstrap_leaves_out_draws_without_anyone():
    assert bootstrap.bootstrap_share([1, 0, 0], [2, 0, 0], seed=1) == (0.5, 0.5)
    assert np.isnan(bootstrap.bootstrap_share([0, 0], [0, 0], seed=1)).all()
    assert np.isnan(bootstrap.bootstrap_share([], [], seed=1)).all()


def test_bootstrap_does_not_mind_the_order_of_families():
    one = bootstrap.bootstrap_share([1, -1, 0, 2, 1], [1, 2, 1, 2, 3], seed=1)
    assert one == bootstrap.bootstrap_share([2, 1, 0, 1, -1], [2, 3, 1, 1, 2], seed=1)


def test_bootstrap_wants_an_entry_per_family():
    with pytest.raises(ValueError, match="an entry per family"):
        bootstrap.bootstrap_share([1, 2], [1], seed=1)
