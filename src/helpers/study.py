"""One study: its clean tables, its settings, and every table of the report by name, each made once.

Notebooks, explorer, claims, the numbers of the README, `check` and `run` all ask it, so that nothing is
computed in two places. What makes which table is declared where it is made, with `helpers.outputs`.
"""

import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pandas as pd

from helpers import baseline, case_review, cleaning, kansarmoede, parameters, protect, transitions, words
from helpers import states as state_tables
from helpers.cleaning import CleanError, CleanTables, study_from_json
from helpers.cleaning import Study as About
from helpers.cleaning.doubts import DOUBTS, Doubt, doubts, doubts_to_json
from helpers.cleaning.export_counts import ExportCounts
from helpers.cleaning.losses import losses
from helpers.cleaning.several import Held, refuse_both, together
from helpers.definitions import ROOT, Definitions, Figure, load, load_definitions
from helpers.definitions.choices import Choices, Course, PilotComparison, Planning, Themes
from helpers.definitions.claims import Claims
from helpers.definitions.languages import REFERENCE, TEXTS, texts
from helpers.definitions.outputs import GROUPS
from helpers.definitions.reading import DefinitionError
from helpers.errors import NoSuchTable, PipelineError
from helpers.export import RawExport, is_large, parts_of, read_beside, read_dataset, read_export
from helpers.export.dataset import FILE, Dataset, told_of
from helpers.export.messages import listed
from helpers.files import (
    CLEANED_WITH,
    PARTS,
    Cleaned,
    check_clean,
    check_version,
    clean_folder,
    keep_clean,
    made_once,
    table_of,
)
from helpers.folders import looked_at, resolve
from helpers.outputs import MAKERS, OF_KIND, OWN, Maker
from helpers.protect import Edition
from helpers.pseudonyms import Key, key_of_run
from helpers.tables import TABLES, conform

for _room in (  # whose functions say what they make: importing them is enough
    *("baseline", "multiverse", "primary", "robustness", "pilots", "planning", "claims", "course"),
    *("registration", "measurement"),
    *(f"words.{one.name}" for one in iter_modules(words.__path__)),
):
    import_module(f"helpers.{_room}")
CLEAN = "data/clean/synthetic"
RAW = "data/raw/synthetic"
EDITION_FILE = "edition.json"  # says how the public edition in a folder was made
MOST_PARTITIONS = 1000
EXACT = ("exact", "family_table", "counts")  # stages, of what counts are made
MADE_OF = {
    "derives": ("exact", "family_table", "derives", "counts"),
    "lists": (*EXACT, "derives"),
    "tells": ("derives", "counts"),
}
HELD_AGAINST = "populations"  # counts that the groups of a table add up to: none of it is made of them

Published = dict[tuple[str, ...], tuple[dict[str, pd.DataFrame], Edition]]


def settings(namespace: Mapping[str, object]) -> dict[str, Any]:
    """Pick a notebook's parameters out of its names, checked: `Study.open(**settings(globals()))`.

    The namespace is that of the notebook after its tagged cell (and what papermill injected). ParameterError
    names all faults at once: what the tagged cell does not declare, with the nearest name; what it declares
    and is not there; values that are not possible.
    """
    return parameters.check(namespace)


@dataclass(eq=False)
class Export:
    """An export that a study was made of: which it is, what it held, what of it asks for a second look."""

    about: About
    raw: Path | None
    export_counts: ExportCounts | None  # of one dataset, where that was cleaned
    parts: "tuple[Export, ...]" = ()  # of several

    @cached_property
    def losses(self) -> pd.DataFrame:
        """The texts of the export that were no level; notes may be among them.

        CleanError where no export of one dataset was read, as when clean tables are opened.
        """
        if self.export_counts is None:
            raise CleanError(
                "losses: clean tables do not hold what was lost, nor does a study of several datasets. Read "
                "the export of one dataset, with `Study.clean(raw)`."
            )
        return losses(self.export_counts.texts, load_definitions())

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What in the export asks for a second look; of a study that was made with `clean`."""
        if self.export_counts:
            return doubts(self.export_counts, self.losses, load_definitions())
        inner = [one for one in self.parts if one is not self]
        return tuple(doubt.of_dataset(one.about.title) for one in inner for doubt in one.doubts)


@dataclass(frozen=True)
class Cleaning:
    """How an export is cleaned: the settings, the key of the pseudonyms, and as what.

    Of a `whole` of several datasets it is a pilot; for comparison are all its families, whatever their group.
    """

    how: Mapping[str, Any]
    key: Key | None = None
    whole: Dataset | None = None
    for_comparison: bool = False

    def of(self, exported: RawExport, **given: Any) -> tuple[CleanTables, pd.DataFrame, ExportCounts]:
        """Clean an export, or some whole families of one: clean tables, states, and counts of what it held.

        What else is `given` is for `clean_and_count`.
        """
        definitions = load_definitions()
        of_rows = {name: value for name, value in self.how.items() if name != "follow_up_rule"}
        of_states = {name: value for name, value in self.how.items() if name != "min_household_items"}
        tables, counted = cleaning.clean_and_count(exported, definitions, key=self.key, **of_rows, **given)
        states = state_tables.build_states(tables, definitions, **of_states)
        return cleaning.without_group(tables) if self.for_comparison else tables, states, counted


class Study(Export):
    """Clean tables and settings in, every table of the report out.

    Open one with `Study.open` (clean tables) or `Study.clean` (an export).

        study = Study.open("data/clean/synthetic", poverty_cutoff=4)
        study.families, study.persons, study.observations, study.states  # frames to explore with
        study.states.astype({"level": float})  # for models, which stop at a missing `Int64`
        study.pairs("volwassene", "stress")  # family, person, baseline_level, follow_up_level, fresh
        study["figure_18"]  # a table of the report, as in tables/figure_18.csv
        study.counts["figure_18"]  # what it is derived from
        study.show("figure_18")  # finding, figure, caption, table, as on the page

    `list(study)` names its tables, `list(study.counts)` what they are derived from; `study.about` says which
    export it is, and of which day (`exported_on`).
    """

    edition: Edition | None = None  # of a public run
    warnings: pd.DataFrame  # in a public run: what stands out in the export
    selected: int | None = None  # families, where some were selected

    def __init__(
        self,
        clean: CleanTables,
        states: pd.DataFrame,
        about: About,
        *,
        output: str | Path = "",
        language: str = "nl",
        pilots: Sequence[str] = (),
        started_from: str = "",
        started_until: str = "",
        within_family: str = "worst",
        poverty_cutoff: int = 3,
        severe_cutoff: int = 5,
        unknown_domain: str = "not_deprived",
        seed: int = 2023,
        icc: float = 0.0,
        internal: bool = False,
        export: RawExport | None = None,
        export_counts: ExportCounts | None = None,
        folder: Path | None = None,
        raw: Path | None = None,
        others: "Study | None" = None,
        parts: Sequence[Export] = (),
        partial: bool = False,
    ) -> None:
        self.parts = tuple(parts) or (self,)
        self.about = about
        self.language, self.internal = language, internal
        self.export, self.folder, self.raw = export, folder, raw
        self.export_counts = export_counts
        self.settings: dict[str, Any] = {
            "within_family": within_family,
            "poverty_cutoff": poverty_cutoff,
            "severe_cutoff": severe_cutoff,
            "unknown_domain": unknown_domain,
            "seed": seed,
            "icc": icc,
            "language": language,
        }
        chosen = {"pilots": pilots, "started_from": started_from, "started_until": started_until}
        more = {"internal": internal} | _places(output=output)
        parameters.refuse(parameters.faults_of(self.settings | chosen | more))
        self.output = resolve(output) if output else None
        if clean is not None:
            self.cleaned, self._cleaned_states = clean, states
        self._choice: dict[str, Any] = chosen | {"partial": partial}
        self._others = others
        self._made: dict[tuple[str, str], Any] = {}
        self.doors: dict[bool, Any] = {}
        self.shown: set[str] = set()  # outputs that stand on the page already
        self._look()

    def _look(self) -> None:
        """Refuse a choice of families that there are not."""
        _ = self._in_groups

    @cached_property
    def _whole(self) -> tuple[CleanTables, pd.DataFrame]:
        """Clean tables of the pilots and the period that were chosen, and the states of all families."""
        chosen = dict(self._choice)
        whole = cleaning.select_pilots(self.cleaned, chosen.pop("pilots"))
        if chosen["started_from"] or chosen["started_until"]:
            whole = cleaning.select_started(whole, **chosen)
        return whole, self._cleaned_states

    @cached_property
    def _in_groups(self) -> tuple[CleanTables, CleanTables | None]:
        """Clean tables of the coached families, and of those for comparison where there are any."""
        return cleaning.in_groups(self._whole[0])

    @property
    def _clean(self) -> CleanTables:
        return self._in_groups[0]

    @cached_property
    def _states(self) -> pd.DataFrame:
        states = self._whole[1]
        same = self._clean is self.cleaned
        return states if same else cleaning.select_families(states, self._clean.families)

    @cached_property
    def _chosen(self) -> tuple[str, ...]:
        return cleaning.pilots_of(self._clean)

    # ---- opening

    @classmethod
    def open(cls, clean: str | Path = CLEAN, **given: Any) -> "Study":
        """Open a study of clean tables; nothing is computed until it is asked for.

        Parameters
        ----------
        clean : path
            Folder of the clean tables, as given or from the project's root. Those of the embedded export need
            not be there: they are then made in memory.
        output : path
            Folder for figures and tables; notebooks with the same one make each table once;
            empty: nothing is written.
        language : str
            `nl` or `en`.
        pilots : sequence of str
            Only these; empty means all.
        started_from, started_until : str
            Only families first registered from the one day (YYYY-MM-DD) up to and including the other;
            empty: no bound.
        within_family : str
            Whose level stands for the family on items of persons: `worst`, `best` or `median` member.
        poverty_cutoff, severe_cutoff : int
            Deprived domains (1–6) from which a family is poor, severely poor.
        unknown_domain : str
            `not_deprived`, `exclude` or `bounds`.
        seed : int
            Of the random draws.
        icc : float
            Intraclass correlation of the families of a coach (without coaches: of a pilot), 0 to 1, when a
            next wave is planned.
        internal : bool
            Whether single families of a real study may be shown (an internal run only).

        Raises
        ------
        ParameterError
            A setting does not exist or is not possible.
        CleanError
            The clean tables are not there, or of another version; no family started in the period.
        """
        _known(given)
        parameters.refuse(parameters.faults_of(_places(clean=clean)))
        if not clean:
            return _public(given)
        folder = resolve(clean)
        if not folder.exists():
            if folder == Path(ROOT, CLEAN):  # nothing was run yet: the embedded export, cleaned in memory
                return cls.clean(RAW, **given)
            raise CleanError(
                f"{clean}: there are no clean tables of that name; {looked_at(clean)}. Run notebook "
                "01_cleaning, or `gezinscoach run`, for this dataset first."
            )
        if (folder / FILE).is_file():
            raise CleanError(
                f"{clean}: it holds an export, not clean tables. Clean it with `Study.clean`, or open what a "
                "run made of it, in data/clean."
            )
        check_version(folder)
        beside = folder / cleaning.COMPARISON
        others = cls.open(beside, **_of_others(given)) if beside.is_dir() else None
        of = given | {"folder": folder, "others": others}
        if (folder / PARTS).is_dir():
            from helpers.partitions import StudyInParts

            return StudyInParts.opened(**of)
        return cls(*cleaning.read_clean(folder), **of)

    @classmethod
    def clean(
        cls,
        raw: str | Path = RAW,
        clean: str | Path = "",
        *,
        comparison: str | Path = "",
        min_household_items: int = 4,
        baseline_window_days: int = 30,
        follow_up_months: int = 6,
        follow_up_rule: str = "at",
        key: Key | None = None,
        partitions: int = 0,
        **given: Any,
    ) -> "Study":
        """Clean an export, write the clean tables, and open the study.

        Parameters
        ----------
        raw : path
            Folder with `dataset.yml` and the export, or of several such folders: each is then a pilot, under
            its title, and one of `parts`.
        clean : path
            Folder of the clean tables; what departs from the defaults is added to its name, so that tables
            belong to how they were made. Empty: nothing is written.
        comparison : path
            Folder with `dataset.yml` and a second export, of families for comparison: they are cleaned by
            the same settings and become `others`. Empty: there is none.
        min_household_items : int
            Household items that need a level at baseline.
        baseline_window_days : int
            Days after the first registration that belong to the baseline.
        follow_up_months : int
            Calendar months from the first registration to the follow-up.
        follow_up_rule : str
            `at`: last value up to that day; `last`: last value of all.
        key : Key, optional
            Turns codes into pseudonyms; by default that of the run, if it has one.
        partitions : int
            In how many partitions of whole families an export is cleaned and counted, beside each other; 0:
            one large enough for it in some, all others in one piece. What the study gives is the same.
        given
            As for `open`.

        Raises
        ------
        ParameterError, ExportError, CleanError
            A setting, the export or the folder cannot be used; the message says what to do.
        """
        how = {
            "min_household_items": min_household_items,
            "baseline_window_days": baseline_window_days,
            "follow_up_months": follow_up_months,
            "follow_up_rule": follow_up_rule,
        }
        strange = type(partitions) is not int or not 0 <= partitions <= MOST_PARTITIONS
        said = (
            [f"partitions {partitions!r}: expected a whole number up to {MOST_PARTITIONS}"] if strange else []
        )
        if not (key is None or isinstance(key, Key)):
            said.append("key: expected what `helpers.pseudonyms.read_key(KEYFILE)` gives")
        places = _places(raw=raw, clean=clean, comparison=comparison)
        parameters.refuse([*parameters.faults_of(how | places), *said])
        _known(given)
        if not raw:
            return _public(given, said="no export is named (`raw`)")
        task = Cleaning(how, key or key_of_run())
        for folder in (raw, comparison) if comparison else (raw,):
            parts_of(folder)  # which says where it looked for one that there is not
        raw, beside = resolve(raw), resolve(comparison) if comparison else None
        named = {cleaning.COMPARISON: read_beside(beside, read_dataset(raw)).name} if beside else {}
        target = clean_folder(resolve(clean), {**how, **named}, task.key) if clean else None
        if target:
            check_clean(target, raw, beside)
        with ExitStack() as locks:
            study = locks.enter_context(cls._cleaned_study(raw, target, task, partitions, given))
            if beside:
                task, given = replace(task, for_comparison=True), _of_others(given)
                others = locks.enter_context(cls._cleaned_study(beside, target, task, partitions, given))
                refuse_both(others._held, study._held)
                study._others = others
                study.about = replace(study.about, parameters={**study.about.parameters, **named})
            if target:
                second = study._others._cleaned() if study._others else None
                study._kept_in(keep_clean(study._cleaned(), target, key=task.key, comparison=second))
        return study

    @classmethod
    @contextmanager
    def _cleaned_study(
        cls, raw: Path, clean: Path | None, task: Cleaning, parts: int, given: Mapping[str, Any]
    ) -> Iterator["Study"]:
        """Clean an export, in partitions where it is large, or those of several datasets.

        No other run that writes the same clean tables works on these partitions meanwhile.
        """
        if parts or is_large(raw):
            from helpers.partitions import clean_study

            with clean_study(raw, clean, task, parts, **given) as study:
                yield study
        elif parts_of(raw) == (raw,):
            exported = read_export(raw, load_definitions())
            tables, states, counted = task.of(exported)
            of = {**given, "raw": raw, "export": exported, "export_counts": counted}
            yield cls(tables, states, About.of(exported.dataset, task.how), **of)
        else:
            dataset = read_dataset(raw)  # may say that they do not go together
            cleaned, exports = [], []
            for folder in parts_of(raw):
                with told_of(folder, raw):
                    exported = read_export(folder, load_definitions())
                    tables, states, counted = task.of(exported)
                cleaned.append((exported.dataset, tables, states))
                exports.append(Export(About.of(exported.dataset, task.how), folder, counted))
            about = About.of(dataset, task.how)
            yield cls(*together(cleaned, dataset), about, raw=raw, parts=exports, **given)

    def _cleaned(self) -> Cleaned:
        """Give what is written of the clean tables."""
        assert self.raw is not None
        beside = {DOUBTS: doubts_to_json(self.doubts)}
        return Cleaned(self.cleaned, self._whole[1], self.about, self.raw, beside)

    def _kept_in(self, folder: Path) -> None:
        """Take note of where the clean tables are now."""
        self.folder = folder
        if self._others:
            self._others._kept_in(folder / cleaning.COMPARISON)

    @property
    def _held(self) -> Held:
        """Give what the export is held against another one by."""
        return Held.of(str(self.raw), self.cleaned)

    def select(self, families: Iterable[str], *, output: str | Path = "") -> "Study":
        """Give the same study of some of its families, whole, with the same settings.

        Families are given by their codes, such as
        `study.families.query("household_type == 'koppel'")["family"]`. The flow counts these; cleaning_log
        stays that of the export. Families for comparison are in it where they are named; those of a second
        export are not. CleanError names what is no code of a family of this study, such as a whole frame.
        `output` is a folder for its figures and tables, as of `open`; empty: nothing is written.
        """
        clean, states = self._whole
        families = [families] if isinstance(families, str) else list(families)
        if strange := sorted(set(map(str, families)) - set(clean.families["family"])):
            raise CleanError(
                f"select: no family of this study is called {listed(strange)}. Give the codes of families, "
                'such as study.families["family"], which may be of some rows.'
            )
        return self._alike(cleaning.only(clean, families), states, output)

    @property
    def second(self) -> "Study | None":
        """What a second export holds, of families for comparison; None without one."""
        return self._others

    @cached_property
    def others(self) -> "Study | None":
        """The families for comparison as a study of their own, with the same settings; None without any.

        They are in no table of this study but `group_comparison`, and in its flow apart where they come from
        the same export.
        """
        if self._others:
            return self._others
        apart = self._in_groups[1]
        return None if apart is None else self._alike(apart, self._whole[1])

    def _of_pilots(self, pilots: Sequence[str]) -> "Study":
        """Give the same study of some of its pilots."""
        return self.select(self.families.loc[self.families["pilot"].isin(pilots), "family"])

    def part_of(self, stage: str, name: str) -> pd.DataFrame:
        """Give what adds up over families: a frame, family table or counts of this study alone."""
        if stage == "frames":
            return (
                pd.DataFrame([self._hashes], columns=["families", "levels"], dtype="uint64")
                if name == "hashes"
                else getattr(self, name)
            )
        return self._get(stage, name)

    def _alike(self, clean: CleanTables, states: pd.DataFrame, output: str | Path = "") -> "Study":
        """Open other families with the same settings."""
        states = cleaning.select_families(states, clean.families)
        study = Study(clean, states, self.about, output=output, internal=self.internal, **self.settings)
        study.selected = len(clean.families)
        return study

    # ---- frames to explore with

    @property
    def families(self) -> pd.DataFrame:
        """A row per family, also of excluded ones: pilot, household type, dates, status, whether followed."""
        return self._given["families"]()

    @property
    def persons(self) -> pd.DataFrame:
        """A row per adult or child of a retained family."""
        return self._given["persons"]()

    @property
    def registrations(self) -> pd.DataFrame:
        """A row per kept row of the export."""
        return self._clean.registrations

    @property
    def observations(self) -> pd.DataFrame:
        """A row per registered level of a retained family."""
        return self._clean.observations

    @property
    def states(self) -> pd.DataFrame:
        """A row per family, person, item and moment: the level, and whether it was registered again."""
        return self._states

    @property
    def start_states(self) -> pd.DataFrame:
        """The rows of `states` at baseline, of families and of the persons who were there then."""
        return self._get("exact", "start_states")

    @property
    def scores(self) -> pd.DataFrame:
        """A row per followed family: kansarmoede score at baseline and at follow-up, and class of change.

        `family_table("scores")` has a row per family and moment, of all that are described at baseline.
        """
        compared = self._get("family_table", "compared")
        cutoff = self.settings["poverty_cutoff"]
        return kansarmoede.with_class(compared, self.definitions, poverty_cutoff=cutoff)

    @property
    def domains(self) -> pd.DataFrame:
        """A row per family, moment and domain of the index: deprived, not_deprived or unknown."""
        return self._get("family_table", "domain_status")

    @property
    def later_scores(self) -> pd.DataFrame:
        """A row per family and months after its start (0: its last day): the score then, and at the start."""
        return self._get("family_table", "later_scores")

    @property
    def moves(self) -> pd.DataFrame:
        """A row per followed family, item and way: from which level to which, and how many persons.

        Levels are text here: `1` to `5`, `not_applicable`, `missing`.
        """
        return self._get("family_table", "moves")

    @property
    def pilots(self) -> tuple[str, ...]:
        """The pilots that the study is about, in the order of the dataset."""
        return self._chosen

    @property
    def tables(self) -> CleanTables:
        """All clean tables of these pilots, among them what stands nowhere else: `notes` and `rejected`."""
        return self._clean

    @property
    def case_review(self) -> case_review.CaseReview:
        """What there is to see about the families that declined; for internal review only."""
        return self._get("exact", "case_review")

    def pairs(self, unit: str, item: str) -> pd.DataFrame:
        """Give who has a known level of an item at both moments, such as of `volwassene` and `stress`.

        Gives family, person, baseline_level, follow_up_level (1–5), fresh (registered again after the window
        of the baseline). An unknown item is an error with the nearest names.
        """
        known = {f"{of} {name}": found.title for (of, name), found in self.definitions.items.items()}
        asked = f"{unit} {item}"
        if asked not in known:
            units = self.definitions.vocabulary["unit"]
            called = {  # in the words of either language
                f"{one} {other}".casefold(): name
                for name, title in known.items()
                for of, own in [name.split()]
                for one in (of, *units[of].words)
                for other in (own, *title.words)
            }
            first = called.get(asked.casefold(), asked)
            raise NoSuchTable(f"{asked}: no item of the Sociale Balans{_nearest(first, list(known))}")
        return transitions.pairs(self._states, unit=unit, item=item)

    # ---- tables by name

    def __repr__(self) -> str:
        """Name the dataset, and how many of its families were selected, as a notebook shows it."""
        some = "" if self.selected is None else f" ({self.selected} of its families)"
        return f"<Study of {self.about.name}{some}: {self.about.title_in(self.language)}>"

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give a table of the report; it is made once, by whichever notebook of an `output` asks first."""
        if name not in self:
            frame = isinstance(getattr(Study, str(name), None), property)
            where = f"; it is `study.{name}`" if frame else _nearest(name, list(self))
            raise NoSuchTable(f"{name}: no table of the report{where}")
        stage = "derives" if self._maker("derives", name) or self._maker("counts", name) else "lists"
        return self._get(stage, name)

    def __contains__(self, name: object) -> bool:
        return any(self._maker(stage, str(name)) for stage in ("derives", "lists")) or (
            str(name) in TABLES and self._maker("counts", str(name)) is not None
        )

    def __iter__(self) -> Iterator[str]:
        """Give the names of all tables, in the order of their declaration."""
        return (name for name in TABLES if name in self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    @cached_property
    def counts(self) -> "Counts":
        """What the tables are derived from: whole numbers, by what is counted; they add up over families."""
        return Counts(self)

    def family_table(self, name: str) -> pd.DataFrame:
        """Give a family table (rows that belong to one family, sorted), such as `moves` or `family_nets`."""
        if name not in MAKERS["family_table"]:
            raise NoSuchTable(f"{name}: no family table{_nearest(name, list(MAKERS['family_table']))}")
        return self._get("family_table", name)

    def origin(self, name: str) -> tuple[str, ...]:
        """Name what a table is made of directly: counts, tables, family tables, definitions and settings."""
        found = self._maker("derives", name) or self._maker("counts", name) or self._maker("lists", name)
        if found is None:
            raise NoSuchTable(f"{name}: no table of the report{_nearest(name, list(self))}")
        return found.needs

    def show(self, name: str) -> None:
        """Show an output as on the page (finding, figure, caption, table) and write it into `output`, if any.

        It is a table of the report, or an overview such as `domains` or `choices`.
        """
        from helpers import report

        report.show(self, name)

    def write(self, *names: str) -> None:
        """Write tables of the report into `output`, for whoever wants the numbers, and show nothing.

        Of a study without an `output` nothing is written: `study[name].to_csv(…)` does.
        """
        from helpers import report

        report.write(self, *names)

    def account(self, name: str, table: pd.DataFrame | None = None) -> words.Account | None:
        """Give what is said of an output: finding, caption, what can be concluded; None where nothing is.

        `table` is what is told, where that is not the whole table. A finding that no function gives the facts
        of is an error: it would be on no page, and nobody would know.
        """
        maker = self._maker("tells", name)
        if maker is None:
            if "finding" in texts().get(name, {}):
                said = f'nothing gives its facts; a function `@tells("{name}")` in src/helpers/words/ does'
                raise DefinitionError(REFERENCE / TEXTS, [f"{name}.finding: {said}"])
            return None
        figure = self._figure(name)
        told = {"table": lambda: self[name] if table is None else table}
        facts = maker.make(
            **{
                need: told[need]() if need in told else self._need(need, "tells", name, figure)
                for need in maker.needs
            }
        )
        known = (name, name.removesuffix(GROUPS), maker.name)
        return words.account(known, facts, half=(self.edition or protect.EXACT).half)

    def key_results(self) -> list[Any]:
        """Tell the few results of the first page: `text`, `sure` (what is behind it), `page`, `headline`."""
        from helpers import report

        return report.key_results(self)

    def answer(self, *names: str) -> None:
        """Show what these outputs found, as the answer at the head of a page.

        One that finds nothing, or is not public, adds nothing.
        """
        from helpers import report

        for name in names:
            if name not in TABLES and not self._maker("tells", name):
                raise NoSuchTable(f"{name}: no table of the report{_nearest(name, list(TABLES))}")
        report.answer(self, *names)

    @cached_property
    def definitions(self) -> Definitions:
        """Instrument, index, figures and words of `data/reference/`."""
        return load_definitions()

    def _maker(self, stage: str, name: str) -> Maker | None:
        """Find what makes a table, by its name or by its kind."""
        kind = TABLES[name].kind if name in TABLES else ""
        return MAKERS[stage].get(name) or OF_KIND[stage].get(kind)

    def _figure(self, name: str) -> Figure | None:
        """Give the figure of a table, such as Figure 4 of `figure_04` and of `figure_04_groups`."""
        return TABLES[name].figure if name in TABLES else None

    def _get(self, stage: str, name: str) -> Any:
        """Give what is made under a name, made once."""
        if (stage, name) not in self._made:
            make = partial(self._make, stage, name)
            if self.output and stage == "derives":
                from helpers.report.output import refuse_exposed

                refuse_exposed(self.output, self.about)
                self._made[stage, name] = made_once(self.output, name, self.mark(name), make)
            else:
                self._made[stage, name] = make()
        return self._made[stage, name]

    def _make(self, stage: str, name: str) -> Any:
        """Make a table of what its function needs."""
        maker = self._maker(stage, name)
        if maker is None and stage == "derives":  # the counts are the table
            return conform(name, self._get("counts", name).reset_index())
        if maker is None:
            raise NoSuchTable(
                f'{name}: no function makes its {stage}; write one that begins with `@{stage}("{name}")`'
            )
        figure = self._figure(name)
        return maker.make(**{need: self._need(need, stage, name, figure) for need in maker.needs})

    def _need(self, need: str, stage: str, name: str, figure: Figure | None) -> Any:
        """Give one thing that a function needs, by the name of its parameter."""
        if need == OWN:
            return self._get("counts", name)
        if need == "figure":
            return figure
        if need == "declared":
            return TABLES[name]
        if need in self._given:
            return self._given[need]()
        if need in self.settings:
            return self.settings[need]
        if need in self.about.parameters:
            return self.about.parameters[need]
        if figures := self._of_kind(need):
            return {one: self[one] for one in figures}
        for other in MADE_OF.get(stage, EXACT):
            if self._maker(other, need):
                return self._get(other, need)
        return self[need]

    def _of_kind(self, kind: str) -> list[str]:
        """Name the figures of a kind: a function that asks for `levels` gets the tables of all of them."""
        return [one.id for one in self.definitions.figures.values() if one.kind == kind]

    @cached_property
    def _given(self) -> Mapping[str, Any]:
        """What comes from clean tables and reference files, by name."""
        clean: dict[str, Any] = {
            one.name: lambda name=one.name: getattr(self._clean, name) for one in fields(CleanTables)
        }
        own = {"clean": lambda: self._clean, "states": lambda: self._states, "pilots": lambda: self._chosen}
        return {**clean, **own, "other_changes": self._other_changes, **self._reference}

    def _other_changes(self) -> pd.DataFrame | None:
        """Give what the families for comparison did, where there are any."""
        return self.others.family_table("outcome_changes") if self.others else None

    @cached_property
    def _reference(self) -> Mapping[str, Any]:
        """What comes from the dataset and reference files, by name."""
        return {
            "about": lambda: self.about,
            "exported_on": lambda: self.about.exported_on,
            "edition": lambda: self.edition or protect.EXACT,
            "definitions": lambda: self.definitions,
            "share": lambda: baseline.shares,
            "choices": partial(load, Choices),
            "plan": partial(load, Planning),
            "comparison": partial(load, PilotComparison),
            "again": partial(load, Course),
            "published": partial(load, Claims),
            "themes": partial(load, Themes),
            "study": lambda: self,
        }

    def published(self, edition: Edition) -> dict[str, pd.DataFrame]:
        """Give the tables of the public edition, made of rounded counts.

        They are those that are declared public; what is about too few is not there.
        """
        return self._published(protect.public_counts(self.counts, self.definitions, edition), edition)

    def published_in_groups(self, edition: Edition, groups: Sequence[tuple[str, ...]]) -> Published:
        """Give the tables of a public edition that is about groups of pilots too.

        They are those of `published` with their edition, of each group by its pilots, and of all, first,
        under `()`. Where there are groups, of all there are the sums of what is shown of these.
        """
        if not groups:
            return {(): (self.published(edition), edition)}
        parts = {group: self._of_pilots(group) for group in groups}
        counts = {
            group: protect.public_counts(part.counts, self.definitions, edition)
            for group, part in parts.items()
        }
        whole = protect.together({", ".join(group): own for group, own in counts.items()})
        whole["cleaning_log"] = self.counts["cleaning_log"]
        of_all = replace(edition, parts=len(groups))
        found: Published = {(): (self._published(whole, of_all), of_all)}
        for group, own in counts.items():
            kept = {name: table for name, table in own.items() if name not in protect.OF_ALL}
            found[group] = parts[group]._published(kept, edition), edition
        return found

    def _published(self, counts: Mapping[str, pd.DataFrame], edition: Edition) -> dict[str, pd.DataFrame]:
        """Make the tables of public counts."""
        found: dict[str, pd.DataFrame] = {}
        share = partial(protect.rounded_shares, edition=edition)
        rounded = {"edition": edition, "share": share, "populations": None}  # whose groups add up already
        for name in protect.public_tables(self.definitions):
            maker, figure = self._maker("publishes", name) or self._maker("derives", name), self._figure(name)
            if name == "verdict_words":
                certain = protect.public_words(self["verdicts"], counts, edition)
                found |= {} if certain is None else {name: certain}
            elif maker and OWN not in maker.needs:
                found[name] = self[name]
            elif name in counts and maker:
                given = {OWN: counts[name], "figure": figure, "declared": TABLES[name], **rounded}
                needs = {need: given[need] if need in given else self._given[need]() for need in maker.needs}
                found[name] = protect.told_of(counts[name], maker.make(**needs))
            elif name in counts:
                found[name] = conform(name, counts[name].reset_index())
        return found

    # ---- of the same data, in the same way

    def mark(self, name: str) -> str:
        """Give the mark of a table: the same for the same data and the settings that it depends on."""
        settings = [(one, self.settings[one]) for one in sorted(self.depends_on(name))]
        return hashlib.sha256(json.dumps([self._data_mark, settings]).encode()).hexdigest()[:16]

    def depends_on(self, name: str) -> set[str]:
        """Name the settings that a table depends on, through all that it is made of."""
        stage = "lists" if self._maker("lists", name) else "derives"
        needs = {need for _, need in self._all_needs(stage, name, set())}
        return set(self.settings) if "study" in needs else needs & set(self.settings)

    def _all_needs(self, stage: str, name: str, seen: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Collect what a table needs, directly and through that, as (stage, name); settings as they are."""
        if (stage, name) in seen:
            return seen
        seen.add((stage, name))
        maker = self._maker(stage, name)
        if stage == "derives" and (maker is None or OWN in maker.needs):
            self._all_needs("counts", name, seen)
        for need in maker.needs if maker else ():
            if need == HELD_AGAINST:
                continue
            if figures := self._of_kind(need):
                for one in figures:
                    self._all_needs("derives", one, seen)
                continue
            stages = MADE_OF.get(stage, EXACT)
            found = next((one for one in stages if self._maker(one, need)), None)
            if found:
                self._all_needs(found, need, seen)
            else:
                seen.add(("given", need))
        return seen

    @cached_property
    def _data_mark(self) -> list[Any]:
        """What identifies the data: how and of what they were cleaned, and which pilots."""
        beside = self._others._data_mark if self._others else []
        return [dict(self.about.parameters), self._chosen, *map(str, self._hashes), *beside]

    @cached_property
    def _hashes(self) -> tuple[int, int]:
        """Add the hashes of families and of levels up: the same in any order, and in parts."""
        whole = self._whole[0]
        rows = pd.util.hash_pandas_object(whole.families, index=False)
        levels = pd.util.hash_pandas_object(whole.observations, index=False)
        return int(rows.sum()), int(levels.sum())


class NotInPublicRun(PipelineError):
    """A public edition holds finished tables only: no families, registrations or exact counts."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"{asked}: a public run holds the finished tables of `list(study)` and no clean data; "
            "use `gezinscoach run --internal` for the full edition, or open the clean tables yourself"
        )


class FinishedStudy(Study):
    """The finished tables of a report, and nothing that they were made of."""

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        about: About,
        *,
        edition: Edition | None = None,
        language: str = "nl",
        **given: Any,
    ) -> None:
        self.about, self.edition = about, edition
        self.language, self.internal, self.output = language, False, None
        self.settings = {"language": language} | given
        self.doors, self.shown = {}, set()
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            raise NotInPublicRun(name) if name in TABLES else NoSuchTable(f"{name}: no table of the report")
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    @property
    def _given(self) -> Mapping[str, Any]:
        return self._reference

    def _get(self, stage: str, name: str) -> Any:
        return self[name]

    def account(self, name: str, table: pd.DataFrame | None = None) -> words.Account | None:
        """Give what is said of an output; None where a table that it needs is not there."""
        try:
            return super().account(name, table)
        except (NoSuchTable, NotInPublicRun):
            return None


class PublicStudy(FinishedStudy):
    """The finished tables of a public edition: all that a notebook of a public run is given.

    `study["item_moves"]` and `study.show("figure_18")` work as ever; whatever would need families raises
    `NotInPublicRun`.
    """

    def __init__(self, output: Path, **given: Any) -> None:
        content = json.loads((output / EDITION_FILE).read_text(encoding="utf-8"))
        about = study_from_json(json.dumps(content["study"]))
        tables = FinishedTables(output, only=content["tables"])
        super().__init__(tables, about, edition=Edition(**content["edition"]), **given)
        self.output = output
        self.warnings = pd.DataFrame(content.get("warnings", {}).get(self.language, {"count": []}))
        self.warnings["count"] = self.warnings["count"].astype("Int64")

    def __getattr__(self, name: str) -> Any:
        """Refuse what a study has beside its tables."""
        raise NotInPublicRun(name)


class FinishedTables(Mapping[str, pd.DataFrame]):
    """The tables of a report by name, in the order of their declaration; each is read when asked for."""

    def __init__(self, folder: Path, *, only: Iterable[str] = tuple(TABLES)) -> None:
        names = set(only)
        paths = {name: folder / "tables" / f"{name}.csv" for name in TABLES if name in names}
        self._paths = {name: path for name, path in paths.items() if path.is_file()}
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = table_of(name, self._paths[name].read_text(encoding="utf-8"))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths


def _refused(name: str) -> property:
    def refuse(self: PublicStudy) -> Any:
        raise NotInPublicRun(name)

    return property(refuse)


for _name in (
    *("pairs", "select", "family_table", "part_of", "published", "published_in_groups", "mark"),
    *(
        name
        for name, one in (vars(Export) | vars(Study)).items()
        if isinstance(one, property | cached_property) and name != "definitions" and name[0] != "_"
    ),
):
    setattr(PublicStudy, _name, _refused(_name))


class Counts(Mapping[str, pd.DataFrame]):
    """The counts of a study by name: of a table, what it is derived from, or what several share."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give counts: in the columns whole numbers, in the index what is counted."""
        study = self._study
        if study._maker("counts", name):
            return study._get("counts", name)
        if name in study:
            shared = [need for need in study.origin(name) if need in MAKERS["counts"]]
            if shared:
                return self[shared[0]]
            raise NoSuchTable(f"{name}: is derived from no counts, but from {', '.join(study.origin(name))}")
        raise NoSuchTable(f"{name}: no counts{_nearest(name, list(self))}")

    def __iter__(self) -> Iterator[str]:
        """Give the names, of shared counts and of those that a table has for itself."""
        of_kinds = [name for name, table in TABLES.items() if table.kind in OF_KIND["counts"]]
        return iter(dict.fromkeys([*MAKERS["counts"], *of_kinds]))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


def _places(**folders: object) -> dict[str, object]:
    """Give folders as parameters have them: as text."""
    return {name: str(one) if isinstance(one, Path) else one for name, one in folders.items()}


def _public(given: Mapping[str, Any], *, said: str = "no clean tables are named (`clean`)") -> PublicStudy:
    """Open the finished tables of a public run."""
    output = resolve(given.get("output", ""))
    if not (output / EDITION_FILE).is_file():
        raise CleanError(f"{said}, and `output` holds no public edition")
    return PublicStudy(output, **{name: value for name, value in given.items() if name != "output"})


def _of_others(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings that hold for families for comparison too; they are in pilots of their own."""
    return {name: value for name, value in given.items() if name not in ("pilots", "output")}


def _known(given: Mapping[str, Any]) -> None:
    """Refuse settings that do not exist, with the nearest name."""
    own = ("clean", "raw")  # of what opens the study, and so not among what else is given
    asked = inspect.signature(Study.__init__).parameters
    names = [name for name in asked if name in parameters.PARAMETERS and name not in own]
    strange = [name for name in given if name not in names]
    parameters.refuse(
        [
            f"{name}: is set when an export is cleaned, with `Study.clean`"
            if name in CLEANED_WITH
            else f"{name}: no setting of a study{_nearest(name, names)}"
            for name in strange
        ]
    )


def as_written(asked: object, codes: Iterable[str]) -> tuple[str, list[str]]:
    """Give the one of some codes that is asked for, in any case; "" where none is, with those like it.

    >>> as_written(" gent/leu-001", ["gent/LEU-001", "G-02d3"])
    ('gent/LEU-001', [])
    >>> as_written("LEU-001", ["gent/LEU-001", "G-02d3"])
    ('', ['gent/LEU-001'])
    """
    written, text = {code.upper(): code for code in codes}, str(asked).strip().upper()
    if text in written:
        return written[text], []
    return "", [written[one] for one in get_close_matches(text, sorted(written), n=3)]


def _nearest(name: str, known: Sequence[str]) -> str:
    """Say which names come nearest."""
    near = get_close_matches(str(name), known, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(near)}" if near else f"; there are {', '.join(known[:40])}"
