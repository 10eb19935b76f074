"""The widgets of `explore.ipynb`: they choose, and show what the views give; nothing is computed here."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import itables
import pandas as pd
from itables.javascript import generate_init_offline_itables_html

from helpers.definitions import LANGUAGES, ROOT, Text
from helpers.definitions.choices import plain
from helpers.definitions.languages import labels
from helpers.errors import PipelineError
from helpers.explore import _views as views
from helpers.explore._views import (
    COUNTS,
    FAMILY,
    RANGES,
    Selection,
    SelectionError,
    between,
    families_of,
    groupings,
    options,
    parts,
    subject,
    subjects,
    traits,
)
from helpers.files import FileError, cleaned_otherwise
from helpers.folders import from_root, internal_folder, is_internal, make_folder, resolve
from helpers.report.output import Output
from helpers.study import Study, as_written
from helpers.tables import TABLES
from helpers.words import say

Selections = Callable[[], Mapping[str, Selection]]
ROWS = 7  # of a list
MOST = 15_000  # rows: about a megabyte, so that a server lets it through and a browser stays quick
SNIPPET = """\
from helpers import explore
from helpers.study import Study

study = Study.{opened}
{rest}
"""
TEMPLATES = Path(__file__).parent / "templates"
STYLE = f"<style>\n{(TEMPLATES / 'panels.css').read_text(encoding='utf-8')}</style>"
# In JupyterLab arrows and letters are shortcuts wherever no text is typed, in a list too: not in the panels
KEYS = f"<script>\n{(TEMPLATES / 'panels.js').read_text(encoding='utf-8')}</script>"
LABEL = {"description_width": "6.5em"}
BUTTON = {"width": "auto", "align_self": "flex-start", "margin": "8px 2px"}
WIDE = {"flex": "1 1 440px", "min_width": "0", "width": "auto"}  # two fit side by side from 1000 px on


class Explorer:
    """Opens the data that the parameters of the notebook name.

    `output` is where what is saved comes; empty: nothing can be saved.
    """

    def __init__(
        self, *, clean: str, raw: str, output: str = "", language: str = "nl", seed: int = 2023
    ) -> None:
        self.folder = resolve(output) if output else None
        self.language, self.places = language, {"clean": resolve(clean), "raw": resolve(raw)}
        self.chosen: Selections = dict
        self.data: Study | None = None
        self.fault = ""
        try:
            self.data = views.open_study(clean=clean, raw=raw, language=language, seed=seed)
        except PipelineError as error:
            self.fault = say("explore", "no_study", language, fault=error)

    def study(self) -> Any:
        """Say which data these are and where they come from."""

        def made(study: Study) -> Any:
            facts: dict[str, Any] = {
                "title": study.about.title_in(study.language),
                "retained": int((study.families["status"] == "retained").sum()),
                "followed": int(study.families["followed"].sum()),
                "pilots": len(study.pilots),
                "memory": study.folder is None,
            }
            facts |= {name: from_root(place) for name, place in self.places.items()}
            said = [say("explore", "study", study.language, **facts)]
            if ways := cleaned_otherwise(study.about.parameters):
                said.append(say("shown", "cleaned_otherwise", study.language, ways=ways))
            return panel([widgets.HTML(paragraph(one)) for one in said])

        return self._panel(made)

    def items(self) -> Any:
        """Show the panel of items, score and domains."""

        def made(study: Study) -> Any:
            items = ItemsPanel(study, self.folder)
            self.chosen = items.chosen
            return items.view

        return self._panel(made)

    def families(self) -> Any:
        """Show the panel of single families."""
        return self._panel(lambda study: FamilyPanel(study, self.folder, self.chosen).view)

    def tables(self) -> Any:
        """Show the panel of the clean tables."""
        return self._panel(lambda study: TablesPanel(study, self.folder, self.chosen).view)

    def _panel(self, make: Callable[[Study], Any]) -> Any:
        return panel([widgets.HTML(alert(self.fault))]) if self.data is None else make(self.data)


class Chooser:
    """Widgets that make a selection."""

    def __init__(self, study: Study) -> None:
        self.study, self.vocabulary, self.quiet = study, study.definitions.vocabulary, False
        self.changed: Callable[[], None] = lambda: None
        self.search = labelled(widgets.Text, self._say("search"), placeholder=self._say("search_hint"))
        self.names = {key: self._name(*key) for key in subjects(study.definitions)}
        self.words = {key: plain(f"{name} {self._labels(*key)}") for key, name in self.names.items()}
        self.key = Selection().key
        self.list = labelled(widgets.Select, self._say("list"), self._found(), rows=ROWS, value=self.key)
        self.found = widgets.HTML()
        self._make_filters()
        moments = [(word(study.language), one) for one, word in self.vocabulary["moment"].items()]
        counts = [(say("explore_counts", one, study.language), one) for one in COUNTS]
        self.moment = labelled(widgets.Dropdown, self._say("moment"), moments)
        self.count = labelled(widgets.Dropdown, self._say("count"), counts)
        self.by = labelled(widgets.Dropdown, self._say("by"), [("", "")])
        self.multiples = widgets.Checkbox(description=self._say("multiples"), indent=False)
        self._narrow(None)
        self._adapt()
        self.search.observe(self._narrow, "value")
        self.asked = (self.moment, self.count, *self.filters.values(), self.by, self.multiples)
        for widget in (self.list, *self.asked):
            widget.observe(self._changed, "value")

    def _say(self, word: str, **facts: Any) -> str:
        return say("explore_items", word, self.study.language, **facts)

    def _name(self, unit: str, item: str) -> str:
        language, definitions = self.study.language, self.study.definitions
        title = subject(self.study, unit, item).title(language)
        if unit == FAMILY:
            return f"{self._say('family')} · {title}"
        section = definitions.item(unit, item).section(language)
        return f"{definitions.word('unit', unit, language)} · {section} · {title}"

    def _labels(self, unit: str, item: str) -> str:
        """Give the words by which it is found too: its labels, and the domains that it is in."""
        language, definitions = self.study.language, self.study.definitions
        labels = [label(language) for label in subject(self.study, unit, item).labels]
        domains = [
            f"kansarmoede {domain.title(language)}"
            for domain in definitions.kansarmoede.domains
            for part in domain.default.parts
            if any((one.unit, one.item) == (unit, item) for one in part.conditions)
        ]
        return " ".join([item, *labels, *domains])

    def _make_filters(self) -> None:
        language, known = self.study.language, options(self.study)
        words: dict[str, Mapping[str, Text]] = {
            "household_types": self.vocabulary["household_type"],
            "educations": self.vocabulary["education"],
            "classes": {one.id: one.title for one in self.study.definitions.kansarmoede.classes},
        }
        self.filters: dict[str, Any] = {
            name: Ticks(
                self._say(name),
                {one: words[name][one](language) if name in words else one for one in known[name]},
            )
            for name in ("pilots", "household_types", "educations", "classes", "without_coaches")
        }
        hint = self._say("range_hint")
        self.filters |= {name: typed(self._say(name), hint) for name in RANGES}
        either = [
            (say("explore_followed", word, language), asked)
            for word, asked in (("any", None), ("followed", True), ("not_followed", False))
        ]
        self.filters["followed"] = labelled(widgets.Dropdown, self._say("followed"), either)

    def cards(self) -> list[Any]:
        of = {name: getattr(widget, "view", widget) for name, widget in self.filters.items()}
        usual = [of.pop(name) for name in ("pilots", "household_types", "followed")]
        if not options(self.study)["without_coaches"]:
            del of["without_coaches"]
        more = widgets.Accordion([widgets.VBox(list(of.values()))], titles=(self._say("more"),))
        return [
            card(self._say("item"), [self.search, self.list, self.found], grow=3),
            card(self._say("families"), [*usual, more], grow=3),
            card(self._say("view"), [self.moment, self.count, self.by, self.multiples], grow=2),
        ]

    @property
    def selection(self) -> Selection:
        """What is chosen now; SelectionError where what was typed is no range."""
        asked = {name: widget.value for name, widget in self.filters.items()}
        asked |= {name: between(asked[name], self.study.language) for name in RANGES}
        given = Selection(*self.key, moment=self.moment.value, by=self.by.value, **asked)
        persons = self.key[0] in (FAMILY, "huishouden")
        return given if persons else replace(given, count=self.count.value)

    def take(self, other: "Chooser") -> None:
        """Choose what another has chosen."""
        changed, self.changed = self.changed, lambda: None
        self.search.value, self.list.value = "", other.key
        for mine, its in zip(self.asked, other.asked, strict=True):
            mine.value = its.value
        self.changed = changed

    def _found(self) -> list[tuple[str, tuple[str, str]]]:
        wanted = plain(self.search.value).split()
        return [
            (name, key) for key, name in self.names.items() if all(word in self.words[key] for word in wanted)
        ]

    def _narrow(self, change: Any) -> None:
        """List what is found; what is shown stays marked while it is there, one that is alone is chosen."""
        found = self._found()
        left = [key for _, key in found]
        self.quiet = True  # new options choose their first for a moment
        self.list.options = found
        self.list.value = self.key if self.key in left else None
        self.quiet = False
        said = self._say("found", n=len(found), all=len(self.names))
        self.found.value = status(said)
        if len(left) == 1:
            self.list.value = left[0]

    def _adapt(self) -> None:
        self.count.disabled = self.key[0] in (FAMILY, "huishouden")
        counted = "persons" if self.count.disabled else self.count.value
        known = ("", *groupings(Selection(*self.key, count=counted)))
        kept, self.quiet = self.by.value if self.by.value in known else "", True
        self.by.options = [(say("explore_groups", one or "none", self.study.language), one) for one in known]
        self.by.value, self.quiet = kept, False
        self.multiples.disabled = not kept

    def _changed(self, change: Any) -> None:
        if self.quiet or (change["owner"] is self.list and change["new"] is None):
            return
        self.key = self.list.value or self.key
        self._adapt()
        self.changed()


class Panel:
    """What the panels have in common: the study, where to save, a line that says what goes on."""

    WORDS = ""

    def __init__(self, study: Study, folder: Path | None, selections: Selections = dict) -> None:
        self.study, self.folder, self.selections = study, folder, selections
        self.working = Working(study.language)
        self.save = self._button("save")
        self.save.on_click(self._save)

    def say(self, word: str, **facts: Any) -> str:
        return say(self.WORDS, word, self.study.language, **facts)

    def _button(self, word: str) -> Any:
        return widgets.Button(description=self.say(word), layout=BUTTON)

    def _lay_out(self, *children: Any) -> None:
        """Put widgets below each other; what they show is pale while something is done."""
        self.view = self.working.dimmed = panel(children)

    def _save(self, button: Any) -> None:
        """Save what is shown, with the code that makes it again.

        Of an internal view it comes into the folder of that name with `-internal` behind it, for its owner
        alone.
        """
        language, folder, internal = self.study.language, self.folder or Path(), self._internal()
        with self.working(lambda: say("explore", "saved", language, folder=from_root(folder))):
            if self.folder is None:
                raise FileError(say("explore", "no_folder", language))
            if internal:
                folder = folder if is_internal(folder) else internal_folder(folder)
                try:
                    make_folder(folder, private=True)
                except OSError as error:
                    raise FileError(f"{folder}: cannot be written ({error.strerror})") from None
            name, code = self._code()
            output = output_for(self.study, folder, internal=internal)
            self._show(output)
            output.save_code(name, code)

    def _internal(self) -> bool:
        """Whether single families are shown, or subgroups of real ones.

        Tables of whatever subgroup one likes, laid beside each other, tell of single families what the
        published ones hide.
        """
        return True

    def _code(self) -> tuple[str, str]:
        """Name what is shown, and write the code that makes it."""
        raise NotImplementedError

    def _show(self, output: Output) -> None:
        raise NotImplementedError

    def _folded_code(self) -> str:
        code = f'<pre tabindex="0"><code>{escape(self._code()[1])}</code></pre>'
        return framed(folded(say("explore", "code", self.study.language), code))

    def _sides(self) -> list[tuple[str, str]]:
        return [(say("explore_items", "side", self.study.language, what=name), name) for name in "AB"]


class ItemsPanel(Panel):
    """One selection with its views, or two beside each other."""

    WORDS = "explore_items"

    def __init__(self, study: Study, folder: Path | None) -> None:
        super().__init__(study, folder, self.chosen)
        self.choosers = {name: Chooser(study) for name in "AB"}
        self.shown = {name: widgets.HTML() for name in "AB"}
        self.compare = widgets.Checkbox(description=self.say("compare"), indent=False)
        self.compared = False
        self.contrast, self.code = widgets.HTML(), widgets.HTML()
        self.sides = {
            name: widgets.VBox(
                [title_line(self.say("side", what=name)), row(chooser.cards()), self.shown[name]], layout=WIDE
            )
            for name, chooser in self.choosers.items()
        }
        bar = row([self.compare, self.save, self.working.line])
        bar.add_class("gc-bar")
        self._lay_out(bar, self.contrast, row(list(self.sides.values())), self.code)
        for name, chooser in self.choosers.items():
            chooser.changed = partial(self.refresh, name)
        self.compare.observe(self._compared, "value")
        self._compared(None)
        self.refresh("A")

    def _compared(self, change: Any) -> None:
        """Show the second selection, or not; it begins as the first one, to be changed in one respect."""
        if self.compare.value and not self.compared:
            self.choosers["B"].take(self.choosers["A"])
            self.compared = True
        self.sides["B"].layout.display = "flex" if self.compare.value else "none"
        self.contrast.value = ""
        if self.compare.value:
            self.refresh("B")

    def chosen(self) -> dict[str, Selection]:
        return {name: self.choosers[name].selection for name in ("AB" if self.compare.value else "A")}

    def refresh(self, name: str) -> None:
        """Show a selection; in plain words what cannot be shown of it."""
        with self.working():
            try:
                self.shown[name].value = self._drawn(name)
                chosen = list(self.chosen().values())
                self.code.value = self._folded_code()
                if len(chosen) > 1:
                    found = views.contrast(self.study, *chosen)
                    said = say("explore", "contrast", self.study.language, **found)
                    self.contrast.value = paragraph(said)
            except PipelineError as error:
                self.shown[name].value, self.contrast.value = alert(str(error)), ""

    def _drawn(self, name: str) -> str:
        """Say how many families a selection has, and draw its views as far as there are."""
        screen, refused = Screen(), ""
        retained = families_of(self.study, self.choosers[name].selection)
        followed = int(traits(self.study).loc[retained, "followed"].sum())
        said = say("explore", "selected", self.study.language, retained=len(retained), followed=followed)
        try:
            for one in self._views(name):
                views.show(output_for(self.study, publish=screen), self.study, one)
        except SelectionError as error:
            refused = alert(str(error))
        return paragraph(said) + screen.html + refused

    def _views(self, name: str) -> list[Selection]:
        """Give what is shown of a side: the selection, and if asked each of its parts."""
        chosen, apart = self.choosers[name].selection, self.choosers[name].multiples.value
        return [chosen, *(parts(self.study, chosen).values() if apart and chosen.by else ())]

    def _show(self, output: Output) -> None:
        for name in self.chosen():
            for one in self._views(name):
                views.show(output, self.study, one)

    def _internal(self) -> bool:
        return not self.study.about.synthetic

    def _code(self) -> tuple[str, str]:
        chosen, lines = self.chosen(), []
        for name, one in chosen.items():
            of = f"_{name.lower()}" if len(chosen) > 1 else ""
            tables_of = ("distribution", "change", "matrix")
            lines += [f"chosen{of} = {one.code()}"]
            lines += [f"{table}{of} = explore.{table}(study, chosen{of})" for table in tables_of]
        return "_and_".join(map(views.name_of, chosen.values())), snippet(self.study, *lines)


class FamilyPanel(Panel):
    """Families of a class or a selection to go through, by list, one after the other, or by code."""

    WORDS = "explore_family"

    def __init__(self, study: Study, folder: Path | None, selections: Selections = dict) -> None:
        super().__init__(study, folder, selections)
        self.groups = views.family_groups(study)
        codes = next(iter(self.groups.values()))
        counted = [(f"{name} ({len(found)})", name) for name, found in self.groups.items()]
        self.group = labelled(widgets.Dropdown, self.say("group"), [*counted, *self._sides()])
        self.list = labelled(widgets.Select, self.say("list"), codes, rows=ROWS, value=None)
        hint = self.say("hint", code=codes[0] if codes else "LEU-001")
        self.code = typed(self.say("code"), hint)
        self.back, self.forth = self._button("back"), self._button("forth")
        self.all_items = widgets.Checkbox(description=self.say("all_items"), indent=False)
        self.shown, self.snippet = widgets.HTML(paragraph(self.say("none"))), widgets.HTML()
        self.save.disabled = True
        look = [row([self.back, self.forth]), self.all_items, self.save, self.working.line]
        find = card(self.say("group"), [self.group, self.list, self.code], grow=3)
        cards = row([find, card(self.say("head"), look, grow=2)])
        self._lay_out(internal_line(study), cards, self.shown, self.snippet)
        self.group.observe(self._grouped, "value")
        self.list.observe(self._picked, "value")
        for widget in (self.code, self.all_items):
            widget.observe(self._changed, "value")
        self.back.on_click(lambda button: self._step(-1))
        self.forth.on_click(lambda button: self._step(1))

    def _grouped(self, change: Any) -> None:
        """List the families of a class, or of what is chosen above at this moment, and show the first."""
        with self.working():
            codes = self.groups.get(self.group.value)
            if codes is None:
                chosen = self.selections().get(self.group.value)
                codes = tuple(sorted(families_of(self.study, chosen))) if chosen else ()
            self.list.options = codes
            self.code.value = codes[0] if codes else ""

    def _picked(self, change: Any) -> None:
        if change["new"]:
            self.code.value = change["new"]

    def _step(self, by: int) -> None:
        """Show the next family of the list, or the one before; past the end begins again."""
        codes = self.list.options
        if codes:
            here = codes.index(self.list.value) if self.list.value else -(by > 0)
            self.code.value = codes[(here + by) % len(codes)]

    def _changed(self, change: Any) -> None:
        """Show the family whose code stands in the field; in plain words why there is none."""
        code, self.save.disabled, self.snippet.value = self.code.value.strip(), True, ""
        self.list.value = as_written(code, self.list.options)[0] or None
        self.shown.value = paragraph(self.say("none")) if not code else self.shown.value
        with self.working():
            if code:
                try:
                    self.shown.value = self._drawn(code)
                    self.snippet.value, self.save.disabled = self._folded_code(), False
                except PipelineError as error:
                    self.shown.value = alert(str(error))

    def _drawn(self, code: str) -> str:
        family, screen = views.find_family(self.study, code), Screen()
        self._show(output_for(self.study, publish=screen, internal=True))
        excluded = family["status"] != "retained"
        return (alert(self.say("excluded", rule=family["rule"])) if excluded else "") + screen.html

    def _show(self, output: Output) -> None:
        views.show_timeline(output, self.study, self.code.value, all_items=self.all_items.value)

    def _code(self) -> tuple[str, str]:
        code = str(views.find_family(self.study, self.code.value)["family"])
        line = f"timeline = explore.family_timeline(study, {code!r})"
        return f"timeline_{code}", snippet(self.study, line)


class TablesPanel(Panel):
    """A clean table, of all families or of a selection, filtered by what is typed for its columns."""

    WORDS = "explore_tables"

    def __init__(self, study: Study, folder: Path | None, selections: Selections = dict) -> None:
        super().__init__(study, folder, selections)
        titled = [(f"{TABLES[name].title(study.language)} ({name})", name) for name in views.NAMES]
        self.table = labelled(widgets.Dropdown, self.say("table"), titled)
        self.of = labelled(widgets.Dropdown, self.say("families"), [(self.say("all"), ""), *self._sides()])
        self.where: dict[str, Any] = {}
        columns = "repeat(auto-fill, minmax(220px, 1fr))"
        self.grid = widgets.GridBox(layout={"grid_template_columns": columns, "width": "auto"})
        self.about, self.library, self.shown = widgets.HTML(), widgets.Output(), widgets.Output()
        self.library.outputs = (displayed(library()),)
        cards = [
            card(self.say("table"), [self.table, self.of, self.save, self.working.line], grow=2),
            card(self.say("filters"), [self.grid], grow=4),
        ]
        self._lay_out(internal_line(study), row(cards), self.about, self.library, self.shown)
        self.table.observe(self._other_table, "value")
        self.of.observe(self.refresh, "value")
        self._other_table(None)

    def _other_table(self, change: Any) -> None:
        columns, hint = TABLES[self.table.value].columns, self.say("hint")
        self.where = {column.name: typed(column.name, hint) for column in columns}
        for widget in self.where.values():
            widget.layout.width, widget.style.description_width = "auto", "8em"
            widget.observe(self.refresh, "value")
        self.grid.children = list(self.where.values())
        self.refresh()

    def _asked(self) -> dict[str, Any]:
        where = {name: widget.value for name, widget in self.where.items() if widget.value.strip()}
        chosen = self.selections().get(self.of.value)
        return ({"where": where} if where else {}) | ({"chosen": chosen} if chosen else {})

    def rows(self) -> pd.DataFrame:
        return views.clean_table(self.study, self.table.value, **self._asked())

    def refresh(self, change: Any = None) -> None:
        """Show the rows that fit, what the table is, and what its columns mean."""
        with self.working():
            language, rows, declared = self.study.language, self.rows(), TABLES[self.table.value]
            every = len(views.clean_table(self.study, self.table.value))
            said = [declared.description(language), self.say("rows", n=len(rows), all=every) + "."]
            if len(rows) > MOST:
                said.append(self.say("first", most=MOST))
            meanings = "".join(
                f"<dt><code>{escape(one.name)}</code></dt><dd>{escape(one.description(language))}</dd>"
                for one in declared.columns
            )
            explained = folded(self.say("columns"), f"<dl>{meanings}</dl>")
            self.about.value = paragraph(" ".join(said)) + framed(explained)
            html = interactive(rows.head(MOST), language)
            self.shown.outputs = (displayed(html if len(rows) else paragraph(self.say("empty"))),)

    def _show(self, output: Output) -> None:
        output.table(self.table.value, self.rows(), caption=TABLES[self.table.value].title)

    def _code(self) -> tuple[str, str]:
        asked = self._asked()
        given = [repr(self.table.value), *(f"where={where!r}" for where in [asked.get("where")] if where)]
        given += [f"chosen={asked['chosen'].code()}"] if "chosen" in asked else []
        line = f"table = explore.clean_table(study, {', '.join(given)})"
        return self.table.value, snippet(self.study, line)


def internal_line(study: Study) -> Any:
    """Say that what follows is internal; of real families in red."""
    kind = "" if study.about.synthetic else ' class="internal"'
    return widgets.HTML(framed(f"<p{kind}>{escape(say('explore', 'internal', study.language))}</p>"))


# ---- shown and saved ------------------------------------------------------------------------------------


def output_for(
    study: Study,
    folder: Path | None = None,
    *,
    publish: Callable = lambda data, metadata: None,
    internal: bool = False,
) -> Output:
    """Make an output for the screen (what is published) or for a folder (what is written)."""
    return Output(
        language=study.language,
        folder=folder,
        definitions=study.definitions,
        study=study.about,
        publish=publish,
        internal=internal,
    )


def snippet(study: Study, *rest: str) -> str:
    how, folder = ("open", study.folder) if study.folder else ("clean", study.raw or ROOT)
    opened = f"{how}({from_root(folder)!r}, language={study.language!r}, seed={study.settings['seed']})"
    return SNIPPET.format(opened=opened, rest="\n".join(rest))


def library() -> str:
    """Give the program and the style of interactive tables, whole, so that no internet is needed."""
    return generate_init_offline_itables_html(itables.options.dt_bundle)


def interactive(rows: pd.DataFrame, language: str) -> str:
    thousands = "." if LANGUAGES[language].decimal == "," else ","
    words = {name: text(language) for name, text in labels("interactive").items()}
    plain = [name for name in rows if rows[name].dtype == "str" or rows[name].dtype == "category"]
    return itables.to_html_datatable(
        rows.assign(**{name: rows[name].astype("str").fillna("") for name in plain}),
        connected=False,
        maxBytes=0,
        showIndex=False,
        text_in_header_can_be_selected=False,  # a click on it sorts
        layout={"topStart": "pageLength", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
        classes="display compact nowrap",
        style="width:auto",
        autoWidth=True,
        language=words | {"thousands": thousands},
    )


# ---- how it looks ---------------------------------------------------------------------------------------


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
        return tuple(value for value, box in self.boxes.items() if box.value)

    @value.setter
    def value(self, ticked: Collection[str]) -> None:
        for value, box in self.boxes.items():
            box.value = value in ticked

    def observe(self, do: Callable[[Any], None], name: str) -> None:
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
    given = settings if options is None else {"options": options} | settings
    return kind(description=label, style=LABEL, layout={"width": "100%"}, **given)


def typed(label: str, hint: str) -> Any:
    """Make a field for words, which are taken when they are ready."""
    return labelled(widgets.Text, label, placeholder=hint, continuous_update=False)


def row(children: Sequence[Any]) -> widgets.Box:
    made = widgets.Box(list(children), layout={"flex_flow": "row wrap", "align_items": "stretch"})
    made.add_class("gc-row")
    return made


def panel(children: Sequence[Any]) -> widgets.VBox:
    """Put widgets below each other, with the style and the keys of the view: each panel brings its own."""
    made = widgets.VBox([widgets.HTML(STYLE), widgets.Output(outputs=(displayed(KEYS),)), *children])
    made.add_class("gc-panel")
    return made


def card(title: str, children: Sequence[Any], *, grow: int) -> widgets.VBox:
    made = widgets.VBox(
        [title_line(title), *children], layout={"flex": f"{grow} 1 {90 * grow}px", "min_width": "230px"}
    )
    made.add_class("gc-card")
    return made


def title_line(title: str) -> widgets.HTML:
    return widgets.HTML(framed(f'<div class="card-title">{escape(title)}</div>'))


def framed(*pieces: str) -> str:
    """Put HTML into the frame that the style of the view is for."""
    return f'<div class="gc-explore">{"".join(pieces)}</div>'


def folded(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def paragraph(words: str) -> str:
    return framed(f"<p>{escape(words)}</p>")


def alert(words: str) -> str:
    return framed(f'<p class="alert" role="alert">{escape(words)}</p>')


def status(words: str) -> str:
    """Show what is going on, for ears too."""
    return framed(f'<p role="status">{escape(words)}</p>')


def displayed(html: str) -> dict[str, Any]:
    """Put HTML as a notebook has what was displayed: its scripts run."""
    return {"output_type": "display_data", "data": {"text/html": html, "text/plain": ""}, "metadata": {}}
