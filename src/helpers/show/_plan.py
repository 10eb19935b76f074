"""How one kind of output is drawn and told, before its language, title and Axes are known."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes

from helpers.words import Account


@dataclass(frozen=True)
class Plan:
    """How a figure is drawn (still without language, title and Axes) and told, and its size in inches.

    `rows` is how many rows of its table are shown; all when it is None.
    """

    draw: Callable[..., Axes]
    account: Account | None  # what is said where its texts are not yet in data/reference/texts
    size: tuple[float, float]
    rows: int | None = None
