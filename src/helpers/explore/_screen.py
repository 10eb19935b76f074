"""How a view looks: widgets in cards, and what an output publishes collected as HTML."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.errors import PipelineError
from helpers.words import say

STYLE = """<style>
.gc-explore { color: var(--jp-content-font-color1, #1a1a1a); font-size: 14px; line-height: 1.45; }
.gc-explore p { margin: 0.3em 0; }
.gc-explore img { display: block; width: 100%; max-width: 780px; height: auto; background: #fff; }
.gc-explore .headline { font-weight: 700; font-size: 16px; margin: 0.2em 0 0.5em; }
.gc-explore .caption { font-size: 13px; margin: 0.4em 0 0.8em; max-width: 75ch; }
.gc-explore .region { overflow-x: auto; margin: 0.5em 0; }
.gc-explore table { border-collapse: collapse; font-size: 13px; }
.gc-explore caption { text-align: left; font-weight: 600; padding: 0.3em 0; }
.gc-explore th, .gc-explore td { padding: 0.2em 0.6em; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--jp-border-color2, #d0d0d0); }
.gc-explore th.number, .gc-explore td.number { text-align: right; white-space: nowrap; }
.gc-explore details { margin: 0.4em 0; }
.gc-explore summary { cursor: pointer; font-weight: 600; }
.gc-explore pre { overflow-x: auto; padding: 0.6em; font-size: 12.5px;
  background: var(--jp-layout-color2, #f3f3f3); color: inherit; }
.gc-explore .alert, .gc-explore .internal { padding: 0.6em 0.9em; border-left: 4px solid #9e1b32;
  background: #fdf1f1; color: #1a1a1a; max-width: 85ch; }
.gc-explore .card-title { font-weight: 700; font-size: 15px; }
.gc-figures { display: flex; flex-wrap: wrap; gap: 6px 24px; }
.gc-figures > div { flex: 1 1 440px; min-width: 0; max-width: 780px; }
.gc-row { gap: 10px; margin: 4px 0; }
.gc-panel .gc-bar { align-items: center !important; }
.gc-panel .gc-bar > * { width: auto; flex: 0 1 auto; margin: 0 8px 0 0; }
.gc-busy .gc-figures { opacity: 0.35; }
.gc-panel .widget-html, .gc-panel .widget-html-content { min-width: 0; width: 100%; overflow: visible; }
.gc-panel .widget-html { margin: 2px 0; }
.gc-panel .dt-container { overflow-x: auto; }
.gc-panel .widget-html-content { line-height: inherit; }
.gc-panel table.dataTable th, .gc-panel table.dataTable td { text-align: left !important; }
.gc-card { border: 1px solid var(--jp-border-color2, #d0d0d0) !important; border-radius: 6px;
  padding: 8px 12px; }
.gc-card .widget-checkbox, .gc-card .widget-label-basic { width: auto; min-width: 0; }
</style>"""
# In JupyterLab arrows and letters are shortcuts wherever no text is typed, in a list too: not in the panels
KEYS = """<script>
if (!window.gcExploreKeys) {
  window.gcExploreKeys = true;
  document.addEventListener("focusin", event => {
    if (event.target.closest(".gc-panel")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
}
</script>"""
LABEL = {"description_width": "6.5em"}
BUTTON = {"width": "auto", "align_self": "flex-start", "margin": "8px 2px"}
WIDE = {"flex": "1 1 440px", "min_width": "0", "width": "auto"}  # two fit side by side from 1000 px on


class Screen:
    """Collects what an `Output` publishes, a piece for each figure."""

    def __init__(self) -> None:
        self.figures: list[str] = []

    def __call__(self, data: dict[str, str], metadata: dict[str, Any]) -> None:
        """Take one output: a finding, which begins a figure, an image with its alternative, or HTML."""
        if "image/png" in data:
            alt = metadata.get("image/png", {}).get("alt") or data["text/plain"]
            self.figures[-1] += f'<img alt="{escape(alt)}" src="data:image/png;base64,{data["image/png"]}">'
        elif "text/html" not in data:
            self.figures.append(f'<p class="headline">{escape(data["text/plain"])}</p>')
        else:
            self.figures[-1] += data["text/html"]

    @property
    def html(self) -> str:
        """All that was taken, in its order."""
        shown = "".join(f"<div>{figure}</div>" for figure in self.figures)
        return framed(f'<div class="gc-figures">{shown}</div>')


class Ticks:
    """Boxes to tick under a label; `value` are the ticked ones."""

    def __init__(self, label: str, options: Mapping[str, str]) -> None:
        self.boxes = {
            value: widgets.Checkbox(value=False, description=name, indent=False)
            for value, name in options.items()
        }
        columns = "1fr 1fr" if max(map(len, options.values()), default=0) < 22 else "1fr"
        grid = widgets.GridBox(
            list(self.boxes.values()), layout={"grid_template_columns": columns, "width": "auto"}
        )
        self.view = widgets.VBox([widgets.Label(label), grid])

    @property
    def value(self) -> tuple[str, ...]:
        """The ticked ones, in their order."""
        return tuple(value for value, box in self.boxes.items() if box.value)

    @value.setter
    def value(self, ticked: Collection[str]) -> None:
        for value, box in self.boxes.items():
            box.value = value in ticked

    def observe(self, do: Callable[[Any], None], name: str) -> None:
        """Do something whenever a box is ticked or not any more."""
        for box in self.boxes.values():
            box.observe(do, name)


class Working:
    """A line that says that something is being done, that it is, or in plain words why it cannot be."""

    def __init__(self, language: str) -> None:
        self.language, self.line = language, widgets.HTML()
        self.dimmed: widgets.Widget | None = None  # what is old while something is being done

    @contextmanager
    def __call__(self, done: Callable[[], str] = lambda: "") -> Iterator[None]:
        """Do what is within; say `done` in the end."""
        self.line.value = status(say("explore", "busy", self.language))
        if self.dimmed:
            self.dimmed.add_class("gc-busy")
        try:
            yield
            self.line.value = status(done() or say("explore", "ready", self.language))
        except PipelineError as error:
            self.line.value = alert(str(error))
        finally:
            if self.dimmed:
                self.dimmed.remove_class("gc-busy")


def labelled(kind: Any, label: str, options: Sequence[Any] | None = None, **settings: Any) -> Any:
    """Make a widget with its label before it, as wide as its card."""
    given = settings if options is None else {"options": options} | settings
    return kind(description=label, style=LABEL, layout={"width": "100%"}, **given)


def typed(label: str, hint: str) -> Any:
    """Make a field for words, which are taken when they are ready."""
    return labelled(widgets.Text, label, placeholder=hint, continuous_update=False)


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
    head = widgets.HTML(framed(f'<div class="card-title">{escape(title)}</div>'))
    made = widgets.VBox([head, *children], layout={"flex": f"{grow} 1 {90 * grow}px", "min_width": "230px"})
    made.add_class("gc-card")
    return made


def framed(*pieces: str) -> str:
    """Put HTML into the frame that the style of the view is for."""
    return f'<div class="gc-explore">{"".join(pieces)}</div>'


def folded(summary: str, content: str) -> str:
    """Fold HTML away under a summary that opens it."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def paragraph(words: str) -> str:
    """Show words."""
    return framed(f"<p>{escape(words)}</p>")


def alert(words: str) -> str:
    """Show in plain words what cannot be shown."""
    return framed(f'<p class="alert" role="alert">{escape(words)}</p>')


def status(words: str) -> str:
    """Show what is going on, for ears too."""
    return framed(f'<p role="status">{escape(words)}</p>')


def displayed(html: str) -> dict[str, Any]:
    """Put HTML as a notebook has what was displayed: its scripts run."""
    return {"output_type": "display_data", "data": {"text/html": html, "text/plain": ""}, "metadata": {}}
