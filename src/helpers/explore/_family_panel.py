"""Families one by one, by code or through a list, and their items from date to date: for one's own screen."""

from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.errors import PipelineError
from helpers.explore._exports import output_for, save
from helpers.explore._layout import BUTTON, card, labelled, panel, row
from helpers.explore._screen import Screen, alert, code_html, framed, outcome
from helpers.explore._selection import snippet
from helpers.explore._timeline import family_codes, find_family, show_timeline
from helpers.show import Output
from helpers.study import Study
from helpers.words import say


class FamilyPanel:
    """Families of one class to go through, a field for the code, and the timeline below them."""

    def __init__(self, data: Study, folder: Path | None) -> None:
        self.data, self.folder = data, folder
        self.groups = family_groups(data)
        codes = family_codes(data)
        hint = self._say("hint", code=codes[0] if codes else "LEU-001")
        self.code = labelled(
            widgets.Combobox, self._say("code"), codes, placeholder=hint, continuous_update=False
        )
        counted = [(f"{name} ({len(found)})", name) for name, found in self.groups.items()]
        self.group = labelled(widgets.Dropdown, self._say("group"), counted)
        self.back, self.forth = (
            widgets.Button(description=self._say(word), layout=BUTTON) for word in ("back", "forth")
        )
        self.all_items = widgets.Checkbox(value=False, description=self._say("all_items"), indent=False)
        self.export = widgets.Button(description=self._say("export"), icon="lock", layout=BUTTON)
        self.shown, self.status, self.snippet = (widgets.HTML() for _ in range(3))
        self.shown.value = framed(f"<p>{self._say('none')}</p>")
        self.export.disabled = True
        for widget in (self.code, self.all_items):
            widget.observe(self._changed, "value")
        self.export.on_click(self._save)
        self.group.observe(self._grouped, "value")
        self.back.on_click(lambda button: self._step(-1))
        self.forth.on_click(lambda button: self._step(1))
        warning = widgets.HTML(internal_line(data.language))
        browse = row([self.back, self.forth])
        chosen = [warning, self.group, self.code, browse, self.all_items, self.export, self.status]
        choose = card(self._say("code"), chosen, grow=1)
        self.view = panel([row([choose]), self.shown, self.snippet])

    def _say(self, word: str, **facts: Any) -> str:
        return say("explore_family", word, self.data.language, **facts)

    def _grouped(self, change: Any) -> None:
        """Show the first family of the group, and offer its codes."""
        codes = self.groups[self.group.value]
        self.code.options = codes
        self.code.value = codes[0] if codes else ""

    def _step(self, by: int) -> None:
        """Show the next family of the group, or the one before; past the end begins again."""
        codes = self.groups[self.group.value]
        if codes:
            here = codes.index(self.code.value) if self.code.value in codes else -(by > 0)
            self.code.value = codes[(here + by) % len(codes)]

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
        said = alert(self._say("excluded", rule=family["rule"])) if excluded else ""
        self.shown.value = said + screen.html
        self.snippet.value = code_html(say("explore", "code", self.data.language), self._code())
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


def family_groups(data: Study) -> dict[str, tuple[str, ...]]:
    """Give the codes of all families, of those of each class of change, and of those without a class."""
    language, families = data.language, data.tables.families
    classes = data.scores.set_index("family")["class"].reindex(families["family"]).to_numpy()
    found = {say("explore_family", "all", language): families["family"]}
    for one in data.definitions.kansarmoede.classes:
        found[one.title(language)] = families.loc[classes == one.id, "family"]
    found[say("explore_family", "not_followed", language)] = families.loc[~families["followed"], "family"]
    return {name: tuple(codes) for name, codes in found.items()}


def internal_line(language: str) -> str:
    """Say that what follows is internal."""
    return framed(f'<p class="internal">{say("explore", "internal", language)}</p>')
