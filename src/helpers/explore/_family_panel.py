"""Type the code of a family, and see its items from date to date: for the researcher's own screen."""

from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.errors import PipelineError
from helpers.explore import _words as words
from helpers.explore._exports import output_for, save
from helpers.explore._layout import BUTTON, card, labelled, panel, row
from helpers.explore._screen import Screen, alert, code_html, framed, outcome
from helpers.explore._selection import snippet
from helpers.explore._timeline import family_codes, find_family, show_timeline
from helpers.show import Output
from helpers.study import Study


class FamilyPanel:
    """A field for the code, and the timeline below it."""

    def __init__(self, data: Study, folder: Path | None) -> None:
        self.data, self.folder = data, folder
        codes = family_codes(data)
        hint = self._say("hint").format(code=codes[0] if codes else "LEU-001")
        self.code = labelled(
            widgets.Combobox, self._say("code"), codes, placeholder=hint, continuous_update=False
        )
        self.all_items = widgets.Checkbox(value=False, description=self._say("all_items"), indent=False)
        self.export = widgets.Button(description=self._say("export"), icon="lock", layout=BUTTON)
        self.shown, self.status, self.snippet = (widgets.HTML() for _ in range(3))
        self.shown.value = framed(f"<p>{self._say('none')}</p>")
        self.export.disabled = True
        for widget in (self.code, self.all_items):
            widget.observe(self._changed, "value")
        self.export.on_click(self._save)
        warning = widgets.HTML(internal_line(data.language))
        choose = card(
            self._say("code"), [warning, self.code, self.all_items, self.export, self.status], grow=1
        )
        self.view = panel([row([choose]), self.shown, self.snippet])

    def _say(self, word: str) -> str:
        return words.FAMILY[word](self.data.language)

    def _changed(self, change: Any) -> None:
        """Show the family whose code stands in the field; in plain words why there is none."""
        self.status.value = self.snippet.value = ""
        self.export.disabled = True
        if not self.code.value.strip():
            self.shown.value = framed(f"<p>{self._say('none')}</p>")
            return
        screen = Screen()
        try:
            family = find_family(self.data, self.code.value)
            self._show(output_for(self.data, publish=screen, internal=True))
        except PipelineError as error:
            self.shown.value = alert(str(error))
            return
        excluded = family["status"] != "retained"
        said = alert(self._say("excluded").format(rule=family["rule"])) if excluded else ""
        self.shown.value = said + screen.html
        self.snippet.value = code_html(words.CODE(self.data.language), self._code())
        self.export.disabled = False

    def _show(self, output: Output) -> None:
        show_timeline(output, self.data, self.code.value, all_items=self.all_items.value)

    def _code(self) -> str:
        family = find_family(self.data, self.code.value)["family"]
        return snippet(self.data, f"timeline = explore.family_timeline(study, {str(family)!r})")

    def _save(self, button: Any) -> None:
        self.status.value = outcome(self._saved)

    def _saved(self) -> str:
        """Save the timeline in the internal folder."""
        name = f"timeline_{find_family(self.data, self.code.value)['family']}"
        return save(self.data, self.folder, self._show, name=name, code=self._code(), internal=True)


def internal_line(language: str) -> str:
    """Say that what follows is internal."""
    return framed(f'<p class="internal">{words.INTERNAL(language)}</p>')
