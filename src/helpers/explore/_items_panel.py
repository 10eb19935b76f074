"""Widgets to choose an item, families and a moment, and beside each other what the report says of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers import cleaning
from helpers.errors import PipelineError
from helpers.explore._exports import output_for, save
from helpers.explore._item_list import ItemList
from helpers.explore._layout import BUTTON, WIDE, card, labelled, panel, row
from helpers.explore._screen import Screen, alert, code_html, framed, outcome, status
from helpers.explore._selection import (
    ALL,
    CHANGE,
    COUNTS,
    FAMILY_TYPES,
    SHOWN,
    Selection,
    choose,
    snippet,
)
from helpers.explore._views import show_change, show_distribution, show_matrix
from helpers.show import Output, ShowError
from helpers.study import Study
from helpers.words import say

HOUSEHOLD = "huishouden"


class ItemsPanel:
    """Choose on top; below it the distribution (or the change) at the left, the transition at the right."""

    def __init__(self, data: Study, folder: Path | None) -> None:
        self.data, self.folder = data, folder
        self.items = ItemList(data.definitions, data.language)
        self.key = self.items.chosen.value
        self._make_choices()
        self.left, self.right, self.about, self.status, self.code = (widgets.HTML() for _ in range(5))
        self.export = widgets.Button(
            description=self._say("export"), icon="download", layout=BUTTON, button_style="primary"
        )
        self.export.on_click(self._save)
        choosing = [*self.pilots, self.family_type, self.moment, self.count]
        for widget in (self.items.chosen, *choosing):
            widget.observe(self._changed, "value")
        self.view = self._lay_out()
        self.refresh()

    def _say(self, word: str, **facts: Any) -> str:
        return say("explore_items", word, self.data.language, **facts)

    def _make_choices(self) -> None:
        """Make the widgets with which families, moment and count are chosen."""
        language, definitions = self.data.language, self.data.definitions
        self.pilots = [
            widgets.Checkbox(value=False, description=pilot, indent=False)
            for pilot in cleaning.pilots_of(self.data.tables)
        ]
        types = [(definitions.word("household_type", kind, language), kind) for kind in FAMILY_TYPES]
        self.family_type = labelled(
            widgets.Dropdown, self._say("family_type"), [(self._say("all_types"), ALL), *types]
        )
        self.moment = widgets.RadioButtons(
            options=[(say("explore_moments", moment, language), moment) for moment in SHOWN],
            description=self._say("moment"),
            orientation="vertical",
        )
        self.count = labelled(
            widgets.Dropdown,
            self._say("count"),
            [(say("explore_counts", one, language), one) for one in COUNTS],
        )

    def _lay_out(self) -> Any:
        """Put three cards with choices above the two views."""
        families = [
            widgets.Label(self._say("pilots")),
            widgets.GridBox(self.pilots, layout={"grid_template_columns": "1fr 1fr", "width": "auto"}),
            self.family_type,
        ]
        shown = [self.moment, self.count, self.export, self.status]
        cards = [
            card(self._say("item"), self.items.widgets, grow=3),
            card(self._say("families"), families, grow=2),
            card(self._say("view"), shown, grow=2),
        ]
        for widget in (self.left, self.right):
            widget.layout = WIDE
        self.left.add_class("gc-distribution")
        return panel(
            [row(cards), self.about, row([self.left, self.right]), self.code],
        )

    @property
    def selection(self) -> Selection:
        """What is chosen now."""
        unit, item = self.key
        return Selection(
            unit,
            item,
            tuple(box.description for box in self.pilots if box.value),
            self.family_type.value,
            "persons" if unit == HOUSEHOLD else self.count.value,
            self.moment.value,
        )

    def _changed(self, change: Any) -> None:
        """Draw anew; an item stays shown while the list is narrowed to others and none of them is chosen."""
        if self.items.narrowing or change["new"] is None:
            return
        self.key = self.items.chosen.value or self.key
        self.refresh()

    def refresh(self) -> None:
        """Show the selection; in plain words what cannot be shown of it."""
        language = self.data.language
        self.status.value = status(say("explore", "busy", language))
        self.count.disabled = self.selection.unit == HOUSEHOLD
        try:
            self._show(self.selection)
            self.status.value = status(say("explore", "ready", language))
        except PipelineError as error:
            self.left.value, self.right.value = alert(str(error)), ""
            self.status.value = ""

    def _show(self, selection: Selection) -> None:
        """Show both views at once, or say that there is no one to show."""
        chosen, language = choose(self.data, selection), self.data.language
        left, right = self._views(selection, chosen)
        narrow = self.left.remove_class if selection.moment == CHANGE else self.left.add_class
        narrow("gc-distribution")
        self.about.value = framed(f"<p>{about(chosen, language)}</p>")
        self.left.value, self.right.value = left, right
        self.code.value = code_html(say("explore", "code", language), self._code(selection))

    def _views(self, selection: Selection, chosen: Study) -> tuple[str, str]:
        """Give what stands at the left and at the right."""
        language = self.data.language
        if not families_of(chosen)["retained"]:
            return alert(say("explore", "no_families", language)), ""
        show = show_change if selection.moment == CHANGE else show_distribution
        if not families_of(chosen)["followed"]:
            nothing = alert(say("explore", "no_follow_up", language))
            return (self._drawn(show), nothing) if selection.moment == "baseline" else (nothing, "")
        note = (
            framed(f"<p>{say('explore', 'family_count_note', language)}</p>")
            if selection.count != "persons"
            else ""
        )
        return self._drawn(show), note + self._drawn(show_matrix)

    def _drawn(self, show: Any) -> str:
        """Give what a view publishes."""
        screen = Screen()
        show(output_for(self.data, publish=screen), self.data, self.selection)
        return screen.html

    def _code(self, selection: Selection) -> str:
        """Write the code that gives the tables of the selection."""
        return snippet(
            self.data,
            f"chosen = {selection.code()}",
            "distribution = explore.distribution(study, chosen)",
            "matrix = explore.matrix(study, chosen)",
            "change = explore.change(study, chosen)",
            "tests = explore.tests(study, chosen)",
        )

    def _save(self, button: Any) -> None:
        """Save the tables, figures and code of the selection; those of real families are internal.

        Tables of whatever subgroup one likes, laid beside each other, tell of single families what the
        published ones hide.
        """
        selection = self.selection
        self.status.value = outcome(
            lambda: save(
                self.data,
                self.folder,
                lambda output: show_all(output, self.data, selection),
                name=selection.name,
                code=self._code(selection),
                internal=not self.data.about.synthetic,
            )
        )


def show_all(output: Output, data: Study, selection: Selection) -> None:
    """Show the distribution, the transition and the change, as far as there are families to show."""
    chosen = families_of(choose(data, selection))
    if not chosen["retained"]:
        raise ShowError(say("explore", "no_families", data.language))
    if selection.moment == CHANGE:
        selection = replace(selection, moment="baseline")
    if chosen["followed"] or selection.moment == "baseline":
        show_distribution(output, data, selection)
    if chosen["followed"]:
        show_matrix(output, data, selection)
        show_change(output, data, selection)


def families_of(chosen: Study) -> dict[str, int]:
    """Count the families of a selection that are described at baseline, and those with a follow-up."""
    families = chosen.families
    return {
        "retained": int((families["status"] == "retained").sum()),
        "followed": int(families["followed"].sum()),
    }


def about(chosen: Study, language: str) -> str:
    """Say how many families are in a selection."""
    found = families_of(chosen)
    return say("explore", "selected", language, **found)
