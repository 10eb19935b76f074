"""What an output is displayed on: a notebook, or a function that a test gives."""

from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

Publish = Callable[[dict[str, Any], dict[str, Any]], None]


def in_ipython(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Display in a notebook or IPython; nowhere else is there something to display on."""
    if get_ipython() is not None:  # type: ignore[no-untyped-call]
        display(data, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]
