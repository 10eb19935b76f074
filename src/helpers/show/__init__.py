"""The one door for all output: what a notebook displays, and what lands in `figures/` and `tables/`.

Everything that a run shows or writes goes through `Output`, so that what may be shown is decided in one
place. The clean data, which are no output, are written by `Study.clean`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers.cleaning import Study
from helpers.definitions import LANGUAGES, Definitions, Table, Text
from helpers.files import FileError as ShowError
from helpers.folders import INTERNAL, is_internal
from helpers.show._cases import cases
from helpers.show._code import save_code
from helpers.show._images import file_name
from helpers.show._layout import Layout
from helpers.show._presentations import Presentation, presentation
from helpers.show._publish import Publish, in_ipython
from helpers.show._surface import Surface, Words
from helpers.tables import TABLES, check
from helpers.words import UNSAID, Account, both

__all__ = [
    "Output",
    "Presentation",
    "ShowError",
    "cases",
    "presentation",
    "save_code",
]

PERSONAL = ({"family"}, {"person"}, {"coach"}, {"row", "value"})  # of tables about single families or coaches
IN_RUN = "GEZINSCOACH_RUN"  # in the environment of the kernels of a run


class Output:
    """Shows figures, tables and sentences in the language of a run, and writes them into its folder.

    Parameters
    ----------
    language : str
        `nl` or `en`.
    folder : path or None
        Where `figures/` and `tables/` come; None or empty: nothing is written.
    definitions : Definitions
        Words, titles and colours.
    study : Study, optional
        What the data are.
    publish : function of data and metadata by MIME type, optional
        Displays one output; IPython's display by default.
    internal : bool
        For internal review: may show single families, and writes only into a folder whose name ends in
        `-internal`.
    public : bool
        Whether all that is shown is made of public counts.

    Raises
    ------
    ShowError
        An internal output, or one of real data outside a run, was given a folder that is no internal one.
    """

    def __init__(
        self,
        *,
        language: str,
        folder: str | Path | None,
        definitions: Definitions,
        study: Study | None = None,
        publish: Publish = in_ipython,
        internal: bool = False,
        public: bool = False,
    ) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
        self.language = language
        self.folder = Path(folder) if folder and str(folder) else None
        self.definitions = definitions
        self.study = study
        self.internal = internal
        if internal and self.folder and not is_internal(self.folder):
            raise ShowError(
                f"{self.folder.name}: shows single families, so its name must end in {INTERNAL}; leave "
                "output empty, or use `gezinscoach run --internal`"
            )
        safe = internal or public or IN_RUN in os.environ
        unprotected = study is not None and not (study.synthetic or safe)
        if unprotected and self.folder and not is_internal(self.folder):
            raise ShowError(
                f"{self.folder.name}: the data are of real families, and outside a run nothing protects "
                f"them; leave output empty, name a folder that ends in {INTERNAL}, or use `gezinscoach run`"
            )
        self._surface = Surface(language, self.folder, definitions, publish)
        if unprotected and publish is in_ipython:
            self._surface.tell(both("shown", "unprotected"), "remark")

    def shown(self, name: str, table: pd.DataFrame, presentation: Presentation, **options: Any) -> None:
        """Show a table as it is presented.

        Parameters
        ----------
        name, table, presentation
            What it is, and how it is drawn and told.
        options
            `read`: the table as a page has it, where that is other text; `part_of`: the table that it is part
            of, where that has been written.
        """
        self._surface.figure(name, table, presentation, **options)

    def write(self, name: str, table: pd.DataFrame) -> None:
        """Write `tables/<name>.csv`, and show nothing."""
        self._surface.write_table(name, table)

    def present(
        self, name: str, table: pd.DataFrame, *, account: Account | None = None, **context: Any
    ) -> None:
        """Show an output of the report in its usual way: figure, caption, table.

        Parameters
        ----------
        name : str
            A figure of the source report (`figure_04`), or `flow`, `cases_by_pilot`, `item_change`,
            `item_change_improvers`, `poverty_measures`, `poverty_domains`, `poverty_change_domains`,
            `kansarmoede_vlaanderen`.
        table : DataFrame
            The finished table.
        account : Account, optional
            What is said of it.
        context
            What else it needs: `scheme` (figure_16), `measures` (domains, official series), `tests` and
            `without` (transitions), `within_family` (distributions), `left_out` (families without a score).
        """
        self._check(name, table)
        shown = presentation(
            name, table, definitions=self.definitions, language=self.language, account=account, **context
        )
        self._surface.figure(name, table, shown)

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        draw: Callable[[Axes], Axes],
        *,
        title: Text,
        caption: Text,
        finding: Text | None = None,
        conclusion: Text | None = None,
        alt: Text | None = None,
        rows: int | None = None,
    ) -> None:
        """Show a figure with its caption and its table.

        Written are `figures/<name>.svg`, `.narrow.svg` and `.png`, and `tables/<name>.csv`.

        Parameters
        ----------
        name : str
            Name of the figure, its table and their files.
        table : DataFrame
            The numbers behind the figure.
        draw : function of Axes
            Draws the figure, and makes it as high as it needs.
        title : Text
            Title; a figure of the source report gets its number before it.
        caption : Text
            Unit, n, missing, and how to read it.
        finding : Text, optional
            The headline of the drawing: a page has it as text above the image, which then has it in its files
            only.
        conclusion : Text, optional
            What can and what cannot be concluded.
        alt : Text, optional
            What stands for the figure, with its numbers, without the finding, which stands above it as text;
            the caption by default.
        rows : int, optional
            How many rows of the table to show; the file always has all.
        """
        name = file_name(name)
        self._check(name, table)
        account = Account(finding or UNSAID, caption, alt or caption, conclusion)
        self._surface.figure(name, table, Presentation(title, draw, account, rows))

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        *,
        caption: Text | None = None,
        declared: Table | None = None,
        rows: int | None = None,
        read: pd.DataFrame | None = None,
        folded: bool = False,
    ) -> None:
        """Show a table; write `tables/<name>.csv`.

        Parameters
        ----------
        name : str or None
            Name of the table and its file; None: it is shown only.
        table : DataFrame
            A declared table, or any other that is about no single family.
        caption : Text, optional
            The declared title by default.
        declared : Table, optional
            What is declared of it, where that stands under another name: an overview, or a table that it is
            part of.
        rows : int, optional
            How many rows to show; the file always has all.
        read : DataFrame, optional
            The table as a page has it, where that is other text.
        folded : bool
            Whether a sentence tells what it says, so that it need not stand open.
        """
        name = file_name(name) if name else None
        self._check(name, table)
        declared = declared or self.definitions.tables.get(name or "")
        title = caption or (declared.title if declared else None)
        if title is None:
            raise ValueError("a table that is not declared needs a caption")
        how: dict[str, Any] = {"declared": declared, "rows": rows, "read": read, "folded": folded}
        self._surface.table(name, table, title(self.language), **how)

    def say(self, words: Words, *tables: pd.DataFrame, **told: Any) -> None:
        """Show a sentence or paragraph in the language of the run.

        Parameters
        ----------
        words : Text, or function of the tables that gives one
            A finished text, or a function of tables that gives one.
        tables : DataFrame
            Tables of the run.
        told
            What else the function needs: tables, definitions.
        """
        self._tell(words, tables, told, "finding")

    def answer(self, words: Text) -> None:
        """Show the answer at the head of a page."""
        self._surface.tell(words, "answer")

    def heading(self, words: Words, *tables: pd.DataFrame, **told: Any) -> None:
        """Begin a part of the page under a heading of the second rank, made as in `say`."""
        self._tell(words, tables, told, "heading")

    def remark(self, words: Words, *tables: pd.DataFrame, **told: Any) -> None:
        """Show a remark, a paragraph that is no finding, made as in `say`."""
        self._tell(words, tables, told, "remark")

    def _tell(self, words: Words, tables: Sequence[pd.DataFrame], told: Mapping[str, Any], rank: str) -> None:
        """Show a text of some rank."""
        self._surface.tell(words if isinstance(words, Text) else words(*tables, **told), rank)

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write `tables/<name>.csv` of a declared table and show a link to it, not the table itself."""
        self._check(name, table)
        self._surface.file(name, table)

    def laid_out(self, layout: Layout) -> None:
        """Show a table that has been put into words; what goes in has passed the checks above."""
        self._surface.laid_out(None, layout)

    def _check(self, name: str | None, table: pd.DataFrame) -> None:
        """Refuse what no published page may show, and a table that is not as declared."""
        personal = [columns for columns in PERSONAL if columns <= set(table.columns)]
        if not self.internal and name in TABLES and TABLES[name].kind == "internal":
            raise ValueError(f"{name} is for internal review alone: not shown")
        if not self.internal and personal:
            raise ValueError(
                f"a table with {sorted(personal[0])} is about single families or coaches: not shown"
            )
        if name in TABLES:
            check(name, table)
