"""What the notebook shows: a line about the data, and three panels; or in plain words why there is none."""

from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.errors import PipelineError
from helpers.explore import _words as words
from helpers.explore._family_panel import FamilyPanel
from helpers.explore._items_panel import ItemsPanel
from helpers.explore._layout import panel
from helpers.explore._screen import alert, framed
from helpers.explore._study_data import StudyData, from_root, open_study
from helpers.explore._tables_panel import TablesPanel
from helpers.parameters import Parameters


class Explorer:
    """Opens the data that the parameters name.

    Parameters
    ----------
    settings : Parameters
        clean, raw, output, language and seed, as from `parameters.validate`.
    """

    def __init__(self, settings: Parameters) -> None:
        self.settings = settings
        self.data: StudyData | None = None
        self.fault = ""
        try:
            self.data = open_study(
                clean=settings.clean, raw=settings.raw, language=settings.language, seed=settings.seed
            )
        except PipelineError as error:
            self.fault = words.NO_STUDY(settings.language).format(fault=error)

    def study(self) -> Any:
        """Say which data these are and where they come from."""
        if self.data is None:
            return panel([widgets.HTML(alert(self.fault))])
        data, families = self.data, self.data.tables.families
        folders = {"clean": from_root(data.clean), "raw": from_root(data.raw)}
        said = words.STUDY(data.language).format(
            title=data.study.title,
            retained=int((families["status"] == "retained").sum()),
            followed=int(families["followed"].sum()),
            pilots=len(data.study.pilots),
            source=words.SOURCES[data.in_memory](data.language).format(**folders),
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
        return kind(self.data, self.settings.output).view
