"""What an output publishes, collected as HTML for a part of the view."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from helpers.errors import PipelineError

STYLE = """<style>
.gc-explore { color: var(--jp-content-font-color1, #1a1a1a); font-size: 14px; line-height: 1.45; }
.gc-explore p { margin: 0.3em 0; }
.gc-explore img { display: block; width: 100%; max-width: 780px; height: auto; background: #fff; }
.gc-explore .headline { font-weight: 700; font-size: 16px; margin: 0.2em 0 0.5em; }
.gc-explore .caption { font-size: 13px; margin: 0.4em 0 0.8em; max-width: 75ch; }
.gc-explore .conclusion { border-left: 4px solid #2b4f81; padding-left: 0.7em; margin: 0.5em 0; }
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
.gc-row { gap: 10px; margin: 4px 0; }
.gc-panel .widget-html, .gc-panel .widget-html-content { min-width: 0; width: 100%; overflow: visible; }
.gc-panel .widget-html { margin: 2px 0; }
.gc-panel .dt-container { overflow-x: auto; }
.gc-panel .widget-html-content { line-height: inherit; }
.gc-distribution .region tr > :nth-child(-n+2) { display: none; }
.gc-panel table.dataTable th, .gc-panel table.dataTable td { text-align: left !important; }
.gc-panel table.dataTable tfoot input { width: 100%; min-width: 5em; box-sizing: border-box; }
.gc-card { border: 1px solid var(--jp-border-color2, #d0d0d0) !important; border-radius: 6px;
  padding: 8px 12px; }
.gc-card .widget-checkbox, .gc-card .widget-label-basic { width: auto; min-width: 0; }
.gc-card .widget-radio-box { margin-bottom: 0; }
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


class Screen:
    """Collects what an `Output` publishes."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def __call__(self, data: dict[str, str], metadata: dict[str, Any]) -> None:
        """Take one output: an image with its text alternative, a finding, or HTML."""
        if "image/png" in data:
            alt = metadata.get("image/png", {}).get("alt") or data["text/plain"]
            self.pieces.append(f'<img alt="{escape(alt)}" src="data:image/png;base64,{data["image/png"]}">')
        elif "text/html" not in data:  # the finding above an image
            self.pieces.append(f'<p class="headline">{escape(data["text/plain"])}</p>')
        else:
            self.pieces.append(data["text/html"])

    @property
    def html(self) -> str:
        """All that was taken, in its order."""
        return framed(*self.pieces)


def framed(*pieces: str) -> str:
    """Put HTML into the frame that the style of the view is for."""
    return f'<div class="gc-explore">{"".join(pieces)}</div>'


def folded(summary: str, content: str) -> str:
    """Fold HTML away under a summary, in HTML too, that opens it."""
    return f"<details><summary>{summary}</summary>{content}</details>"


def alert(words: str) -> str:
    """Show in plain words what cannot be shown."""
    return framed(f'<p class="alert" role="alert">{escape(words)}</p>')


def status(words: str) -> str:
    """Show what is going on, for ears too."""
    return framed(f'<p role="status">{escape(words)}</p>')


def outcome(do: Callable[[], str]) -> str:
    """Do something, and show what it says; in plain words why it cannot be done."""
    try:
        return status(do())
    except PipelineError as error:
        return alert(str(error))


def code_html(summary: str, code: str) -> str:
    """Show code that can be copied, folded."""
    return framed(folded(escape(summary), f'<pre tabindex="0"><code>{escape(code)}</code></pre>'))


def list_html(summary: str, rows: Iterable[tuple[str, str]]) -> str:
    """Show terms with their meaning, folded."""
    terms = "".join(f"<dt><code>{escape(name)}</code></dt><dd>{escape(text)}</dd>" for name, text in rows)
    return folded(escape(summary), f"<dl>{terms}</dl>")


def displayed(html: str) -> dict[str, Any]:
    """Put HTML as a notebook has what was displayed: its scripts run."""
    return {"output_type": "display_data", "data": {"text/html": html, "text/plain": ""}, "metadata": {}}
