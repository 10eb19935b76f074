"""What the notebook shows: a line about the data, and three panels; or in plain words why there is none."""

from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.errors import PipelineError
from helpers.explore._family_panel import FamilyPanel
from helpers.explore._items_panel import ItemsPanel
from helpers.explore._layout import panel
from helpers.explore._screen import alert, framed
from helpers.explore._study_data import from_root, open_study
from helpers.explore._tables_panel import TablesPanel
from helpers.folders import resolve
from helpers.study import Study
from helpers.words import say


class Explorer:
    """Opens the data that the parameters name.

    Parameters
    ----------
    clean, raw, output, language, seed
        The parameters of the notebook; `output` is where what is saved comes, empty: nothing can be saved.
    """

    def __init__(
        self, *, clean: str, raw: str, output: str = "", language: str = "nl", seed: int = 2023
    ) -> None:
        self.output = resolve(output) if output else None
        self.language, self.folders = language, {"clean": resolve(clean), "raw": resolve(raw)}
        self.data: Study | None = None
        self.fault = ""
        try:
            self.data = open_study(clean=clean, raw=raw, language=language, seed=seed)
        except PipelineError as error:
            self.fault = say("explore", "no_study", language, fault=error)

    def study(self) -> Any:
        """Say which data these are and where they come from."""
        if self.data is None:
            return panel([widgets.HTML(alert(self.fault))])
        data, families = self.data, self.data.tables.families
        folders: dict[str, Any] = {name: from_root(folder) for name, folder in self.folders.items()}
        said = say(
            "explore",
            "study",
            data.language,
            title=data.about.title,
            retained=int((families["status"] == "retained").sum()),
            followed=int(families["followed"].sum()),
            pilots=len(data.about.pilots),
            source=say("explore", "source", data.language, memory=data.folder is None, **folders),
        )
        return panel([widgets.HTML(framed(f"<p>{escape(said)}</p>"))])

    def items(self) -> Any:
        """Show the panel of the items."""
        return self._panel(ItemsPanel)

    def families(self) -> Any:
        """Show the panel of single families."""
        return self._panel(FamilyPanel)

    def tables(self) -> Any:
        """Show the panel of the clean tables."""
        return self._panel(TablesPanel)

    def _panel(self, kind: Any) -> Any:
        """Make a panel; without data, say so."""
        if self.data is None:
            return panel([widgets.HTML(alert(self.fault))])
        return kind(self.data, self.output).view
