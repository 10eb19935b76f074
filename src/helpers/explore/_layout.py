"""How widgets are laid out: cards beside each other where there is room, else below each other."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.explore._screen import KEYS, STYLE, displayed, framed

LABEL = {"description_width": "6.5em"}
BUTTON = {"width": "auto", "align_self": "flex-start", "margin": "8px 2px"}
WIDE = {"flex": "1 1 480px", "min_width": "0", "width": "auto"}  # two views fit side by side from 1000 px on


def labelled(kind: Any, label: str, options: Sequence[Any] | None = None, **settings: Any) -> Any:
    """Make a widget with its label before it, as wide as its card."""
    given = settings if options is None else {"options": options} | settings
    return kind(description=label, style=LABEL, layout={"width": "100%"}, **given)


def row(children: Sequence[Any]) -> widgets.Box:
    """Put widgets beside each other as long as they fit."""
    made = widgets.Box(list(children), layout={"flex_flow": "row wrap", "align_items": "stretch"})
    made.add_class("gc-row")
    return made


def panel(children: Sequence[Any]) -> widgets.VBox:
    """Put widgets below each other, with the style and the keys of the view: each panel brings its own."""
    made = widgets.VBox([widgets.HTML(STYLE), widgets.Output(outputs=(displayed(KEYS),)), *children])
    made.add_class("gc-panel")
    return made


def card(title: str, children: Sequence[Any], *, grow: int) -> widgets.VBox:
    """Put widgets under a title in a frame."""
    head = widgets.HTML(framed(f'<div class="card-title">{title}</div>'))
    made = widgets.VBox([head, *children], layout={"flex": f"{grow} 1 {90 * grow}px", "min_width": "230px"})
    made.add_class("gc-card")
    return made
