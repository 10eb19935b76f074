"""The `gezinscoach` command. Exit codes: 0 done, 1 the data or the run failed, 2 the command was wrong."""

import codecs
import io
import os
import shlex
import signal
import sys
import time
import unicodedata
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from helpers.errors import PipelineError

Command = Callable[..., Any]


class _ExistingFolder(click.ParamType):
    """A folder that is there: as given, or from the project's root."""

    name = "directory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from helpers.folders import looked_at, resolve

        found = Path(value) if Path(value).is_dir() else resolve(value)
        if not found.is_dir():
            what = "is a file" if found.is_file() else "there is no such folder"
            self.fail(f"{value}: {what}; {looked_at(value)}", param, ctx)
        return found


class _Place(click.Path):
    """A path as it is given; `~` is the home folder also where no shell reads it so, as in `--out=~/x`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(os.path.expanduser(value), param, ctx)


class LanguageCode(click.ParamType):
    """The code of a language of the report; they are read only when one is given or asked for."""

    name = "language"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """List the languages."""
        from helpers.definitions.languages import LANGUAGES

        return f"[{'|'.join(LANGUAGES)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse a language that the texts are not in."""
        from helpers.definitions.languages import LANGUAGES

        return str(click.Choice([*LANGUAGES]).convert(value, param, ctx))


EXISTING_FOLDER, LANGUAGE = _ExistingFolder(), LanguageCode()
A_FILE, A_PATH = _Place(dir_okay=False, path_type=Path), _Place(path_type=Path)
DEFAULT_RAW = Path(__file__).resolve().parents[2] / "data" / "raw" / "synthetic"
RAW_OPTION = click.option(
    "--raw",
    type=EXISTING_FOLDER,
    default=DEFAULT_RAW,
    help="Folder with dataset.yml and the export, or of several such folders.",
)


def _pilots(what: str = "Only this pilot") -> Callable[[Command], Command]:
    return click.option("--pilot", "pilots", multiple=True, metavar="NAME", help=f"{what}; may be repeated.")


def _language(default: str) -> Callable[[Command], Command]:
    return click.option("--language", type=LANGUAGE, default=default, help=f"Language  [default: {default}]")


def _for_all_processes(ctx: click.Context, option: click.Parameter, value: object) -> None:
    """Hand an option to the processes of a run, as a variable of its name."""
    if value:
        os.environ[f"GEZINSCOACH_{str(option.name).upper()}"] = str(value)


def told(command: Command) -> Command:
    """Turn errors that are meant for the reader into a message and an exit code, without a traceback."""

    @wraps(command)
    def wrapped(**options: Any) -> None:
        # a run that is ended leaves nothing behind, as after Ctrl-C
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            command(**options)
        except PipelineError as error:
            from helpers.folders import EditionError, TargetError
            from helpers.parameters import ParameterError
            from helpers.pseudonyms import KeyFileError

            click.echo(f"error: {error}", err=True)
            of_command = (ParameterError, TargetError, EditionError, KeyFileError)
            sys.exit(2 if isinstance(error, of_command) else 1)
        except BrokenPipeError:  # whoever reads has seen enough: `… | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:  # a full disk, a file that somebody else took away
            what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
            click.echo(f"error: {what}. What was there before is as it was.", err=True)
            sys.exit(1)
        finally:
            signal.signal(signal.SIGTERM, before)

    return wrapped


def _is_interrupt(error: BaseException | None) -> bool:
    """Tell whether it was Ctrl-C: Python 3.11 wraps that where it comes while a class is being made."""
    return isinstance(error, KeyboardInterrupt) or (error is not None and _is_interrupt(error.__cause__))


class _RunCommand(click.Command):
    """A command whose help lists the parameters; they are read only when that is asked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from helpers.parameters import PARAMETERS

        rows = [
            (f"{name} {one.default}", f"{one.text('en')}: {one.allowed}")
            for name, one in PARAMETERS.items()
            if one.kind in ("whole", "choice")
        ]
        with formatter.section("Parameters for -p, with their defaults"):
            formatter.write_dl(rows)


class _OnAnyConsole(click.Group):
    """Commands whose every message can be written on any console, whatever signs that has."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command once the standard streams can take any sign; help and errors of usage come later."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=PLAINER)
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C, also in the middle of imports, and a lost package are told in a line.

        So are definitions that cannot be read for the options of a command.
        """
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("helpers"):
                raise
            click.echo(
                f"error: the package {error.name} is missing in {sys.prefix}. Where run.py made that folder, "
                "remove it and run `python3 run.py report`; elsewhere install requirements.lock again.",
                err=True,
            )
            sys.exit(1)
        except (KeyboardInterrupt, RuntimeError) as error:
            if not _is_interrupt(error):
                raise
            click.echo("\nstopped; what was there before is as it was", err=True)
            sys.exit(1)


def plainer(error: UnicodeError) -> tuple[str, int]:
    r"""Give plainer text for signs that an encoding lacks: `-` for a dash, `e` for `ë`, else its code.

    >>> codecs.register_error("plainer", plainer)
    >>> "6 – 7… Zoë, Łódź".encode("ascii", errors="plainer")
    b'6 - 7... Zoe, \\u0141odz'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for sign in error.object[error.start : error.end]:
        plain = LOOK_ALIKES.get(sign) or unicodedata.normalize("NFKD", sign)
        plain = "".join(part for part in plain if not unicodedata.combining(part))
        found.append(
            plain if plain.isascii() and plain else sign.encode("ascii", "backslashreplace").decode()
        )
    return "".join(found), error.end


PLAINER = "gezinscoach.plainer"
LOOK_ALIKES = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
    "\u2192": "->", "\u00d7": "x", "\u2022": "*", "\u2588": "#",
}  # fmt: skip
codecs.register_error(PLAINER, plainer)


@click.group(cls=_OnAnyConsole, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gezinscoach", prog_name="gezinscoach")
def main() -> None:
    """From an export of the Sociale Balans to a report on what moved in families."""


@main.command(cls=_RunCommand)
@RAW_OPTION
@click.option("--out", type=A_PATH, help="Folder of the report  [default: reports/<name of the dataset>]")
@click.option(
    "--comparison",
    type=EXISTING_FOLDER,
    metavar="DIR",
    help="Folder with dataset.yml and a second export, of families for comparison; page 09 sets both groups "
    "side by side. Of real data with --internal only.",
)
@_pilots()
@click.option(
    "-p", "texts", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; may be repeated."
)
@click.option(
    "--language",
    "languages",
    type=LANGUAGE,
    multiple=True,
    help="Language of the report; given twice, a report in each, in folders of their names  [default: nl]",
)
@click.option(
    "--each-pilot",
    is_flag=True,
    help="Also make a report of each pilot, and a page that compares them; of real data, of each group of "
    "pilots with enough families.",
)
@click.option("--pdf", is_flag=True, help="Also print the report to report.pdf; needs Chromium or Chrome.")
@click.option("--docx", is_flag=True, help="Also make a Word document of the report, report.docx.")
@click.option(
    "--internal",
    is_flag=True,
    help="Of real data: make the full edition instead of the public one, with exact counts and the review of "
    "single families, in …-internal. Of synthetic data: also make that review. Do not pass it on.",
)
@click.option(
    "--pseudonymise",
    "key_file",
    type=A_FILE,
    metavar="KEYFILE",
    help="Put pseudonyms in place of the codes of families and persons, made with the key in KEYFILE, "
    "which lies outside the project and is stored nowhere.",
)
@click.option(
    "--accept-losses",
    is_flag=True,
    help="Go on where more than a fifth of an item's levels, or of a pilot's rows, cannot be read, or of all "
    "rows name another pilot than the first of their family, or where no family is left to describe.",
)
@click.option(
    "--replace-public",
    is_flag=True,
    help="Make another public edition of the same data; only where the first was never sent.",
)
@click.option(
    "--look",
    is_flag=True,
    help="Also execute the cells tagged look, and show them on the pages (not in a public edition).",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    callback=_for_all_processes,
    expose_value=False,
    help="Processes that clean and count the partitions of a large export  [default: one a processor]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    callback=_for_all_processes,
    expose_value=False,
    help="Dask cluster that does so instead, as tcp://HOST:PORT; its workers share this file system.",
)
@told
def run(
    raw: Path,
    out: Path | None,
    comparison: Path | None,
    texts: tuple[tuple[str, str], ...],
    languages: tuple[str, ...],
    internal: bool,
    **options: Any,
) -> None:
    """Make a report of a raw dataset: execute the notebooks, render them, write figures and tables."""
    from helpers.forks import Nursery

    start = time.monotonic()
    with Nursery() as nursery:
        nursery.start()  # it imports what notebooks need while this process imports what it needs itself
        from helpers import run as pipeline
        from helpers.check import unanswered
        from helpers.export import parts_of
        from helpers.export.dataset import open_questions
        from helpers.folders import internal_folder, is_internal
        from helpers.parameters import from_text

        for folder in (*parts_of(raw), *(parts_of(comparison) if comparison else ())):
            for warning in unanswered(open_questions(folder)):
                click.echo(f"warning: {warning('en')}", err=True)
        report = pipeline.run(
            raw,
            out,
            comparison=comparison,
            parameters=from_text([*texts, *(("language", first) for first in languages[:1])]),
            languages=languages,
            internal=internal,
            nursery=nursery,
            **options,
        )
    click.echo(report / "index.html")
    if internal and not is_internal(report):
        click.echo(internal_folder(report) / "index.html")
    page = (report / "index.html").resolve().as_uri()
    which = [] if raw.resolve() == DEFAULT_RAW else ["--raw", str(raw)]
    then = f"To look further: {shlex.join(['python3', 'run.py', 'lab', *which])}"
    click.echo(f"done in {time.monotonic() - start:.0f} s. Open {page} in a browser. {then}", err=True)


@main.command()
@click.argument("report", type=EXISTING_FOLDER, metavar="DIR")
@click.option(
    "--raw",
    type=EXISTING_FOLDER,
    help="Folder of the export  [default: where the run read it, in the project]",
)
@told
def verify(report: Path, raw: Path | None) -> None:
    """Check that the report in DIR, its inputs and the definitions are what its manifest says."""
    from helpers import run as pipeline

    verified = pipeline.verify(report, raw=raw)
    for line in (*verified.faults, *verified.unseen):
        click.echo(line)
    click.echo(f"{verified.agree} files agree with the manifest, {len(verified.faults)} do not")
    if verified.faults:
        sys.exit(1)


@main.command()
@click.argument("before", type=EXISTING_FOLDER, metavar="A")
@click.argument("others", type=EXISTING_FOLDER, metavar="B...", nargs=-1, required=True)
@_language("en")
@click.option("--out", type=A_FILE, metavar="FILE.html", help="Also write all of it to a page.")
@click.option("--strict", is_flag=True, help="Exit code 3 where a finding, a verdict or a cell moved.")
@told
def compare(before: Path, others: tuple[Path, ...], language: str, out: Path | None, strict: bool) -> None:
    """Say what moved between report A and each other: settings, definitions, data, findings, every cell.

    Findings are told as the reports have them. A page about a report of single families is written only into
    a folder whose name ends in -internal.
    """
    from helpers import run as pipeline

    found, text = pipeline.compare_all(before, others, language=language, page=out)
    click.echo(text)
    if out:
        click.echo(out)
    if strict and any(one.moved for one in found):
        sys.exit(3)


@main.command()
@click.argument("clean", type=A_PATH, metavar="CLEAN")
@click.option("--out", type=A_FILE, metavar="FILE.html", required=True, help="The page.")
@click.option("--family", "families", multiple=True, metavar="CODE", help="Only this one; may be repeated.")
@_pilots()
@_language("nl")
@told
def sheets(clean: Path, out: Path, pilots: tuple[str, ...], **options: Any) -> None:
    """Write a sheet per family of the clean tables in CLEAN, such as data/clean/leuven, to be printed.

    For the coaches who work with these families: last values and their age, what changed, notes. Sheets of
    real families are written only into a folder whose name ends in -internal. Do not pass them on.
    """
    from helpers import run as pipeline

    made = pipeline.write_sheets(clean, out, pilots=list(pilots), **options)
    click.echo(f"{out}: sheets of {made} families")


@main.command()
@click.argument("folder", type=EXISTING_FOLDER, metavar="DIR")
@click.option("--language", type=LANGUAGE, help="Language  [default: en, of --report: nl]")
@click.option(
    "--draft-mapping",
    "draft",
    type=_Place(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Instead, write a first dataset.yml for an export that has none to FILE, a new file; - shows it.",
)
@click.option(
    "--report",
    "hand_back",
    type=A_FILE,
    metavar="FILE.xlsx",
    help="Also write each rejected row and cell, with what to write, to a workbook, to be sent to the pilot. "
    "It holds personal data, and is not written where git would take it along.",
)
@_pilots("Only this pilot in --report")
@told
def check(
    folder: Path, language: str | None, draft: Path | None, hand_back: Path | None, pilots: tuple[str, ...]
) -> None:
    """Say what a run would do with the export in DIR; 1 when it is not usable. It writes nothing unasked."""
    from helpers.check import check as check_export
    from helpers.check import finding_text, together_text
    from helpers.check.draft import draft_mapping
    from helpers.check.hand_back import write_hand_back
    from helpers.cleaning.doubts import nobody
    from helpers.definitions import load_definitions
    from helpers.errors import PipelineError
    from helpers.export.files import datasets_in
    from helpers.folders import write_new
    from helpers.study import Study

    definitions, spoken = load_definitions(), language or "en"
    if pilots and hand_back is None:
        raise click.UsageError("--pilot chooses whose rows stand in --report; give that too.")
    if draft is not None and hand_back is not None:
        raise click.UsageError("--draft-mapping and --report: choose one of the two.")
    inner = datasets_in(folder)
    if inner and (draft or hand_back):
        raise PipelineError(f"{folder}: holds {len(inner)} datasets; give the folder of one of them")
    if draft is not None:
        text = draft_mapping(folder, definitions)
        if str(draft) != "-":
            write_new(draft, f"{text}\n".encode(), option="--draft-mapping")
        click.echo(text if str(draft) == "-" else draft)
        return
    if inner:
        findings = [check_export(one, definitions, alone=False) for one in inner]
        click.echo("\n\n".join(finding_text(one, definitions, spoken) for one in findings))
        usable = all(one.usable for one in findings)
        if usable:  # else what is wrong with all of them together cannot be told
            study = Study.clean(folder)
            click.echo(f"\n{together_text(study, spoken)}")
            usable = not nobody(study["flow"])
        sys.exit(0 if usable else 1)
    finding = check_export(folder, definitions)
    click.echo(finding_text(finding, definitions, spoken))
    if hand_back is not None and finding.clean is None:
        click.echo(
            f"{hand_back}: not written, as the export cannot be read; mend what is said above", err=True
        )
    elif hand_back is not None:
        of_nobody = write_hand_back(finding, hand_back, definitions, language=language or "nl", pilots=pilots)
        click.echo(hand_back)
        if of_nobody:
            click.echo(
                f"left out: rejected rows and cells that name no pilot of the dataset: {of_nobody}; they are "
                "on no pilot's list, only on one made without --pilot",
                err=True,
            )
    if not finding.usable:
        sys.exit(1)


@main.command()
@click.argument("folder", type=A_PATH, metavar="DIR")
@click.option(
    "--families", type=click.IntRange(min=1), help="How many families  [default: those of the embedded data]"
)
@click.option(
    "--seed", type=click.IntRange(min=0), help="Same seed, same files  [default: that of the embedded data]"
)
@told
def synthesise(folder: Path, families: int | None, seed: int | None) -> None:
    """Write a synthetic export to DIR, a new or an empty folder."""
    from gezinscoach_synthesis import DEFAULT_FAMILIES, DEFAULT_SEED, write_dataset
    from helpers.folders import TargetError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TargetError(f"{folder}: is not empty; give a new or an empty folder")
    seed = DEFAULT_SEED if seed is None else seed
    write_dataset(folder, families=families or DEFAULT_FAMILIES, seed=seed)
    click.echo(folder)


@main.command("export-data")
@click.argument("folder", type=A_PATH, metavar="DIR")
@click.option(
    "--to",
    "formats",
    type=click.Choice(["sav", "dta", "csv", "parquet"]),
    multiple=True,
    required=True,
    help="sav (SPSS), dta (Stata), csv, parquet; may be repeated.",
)
@RAW_OPTION
@_pilots()
@click.option(
    "-p", "texts", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter, as of `run`."
)
@click.option(
    "--language",
    type=LANGUAGE,
    help="Of the labels that the scripts load; the files have both  [default: nl]",
)
@click.option(
    "--pseudonymise",
    "key_file",
    type=A_FILE,
    metavar="KEYFILE",
    help="Make the pseudonyms with this key, so that exports can be joined  [default, of real data: a key "
    "that is thrown away]",
)
@click.option("--codes", is_flag=True, help="Of real data: keep the codes of families and persons.")
@click.option("--accept-losses", is_flag=True, help="As of `run`.")
@told
def export_data(
    folder: Path,
    raw: Path,
    pilots: tuple[str, ...],
    texts: tuple[tuple[str, str], ...],
    language: str | None,
    key_file: Path | None,
    codes: bool,
    **options: Any,
) -> None:
    """Write the clean data for SPSS, Stata, R or others into DIR, whose name ends in -internal.

    Families, persons, states (a row per family, person and moment), domains of the index (a row per family
    and moment) and observations, with labels in both languages, a codebook, and scripts that load them. They
    are data of single families: of real ones under pseudonyms.
    """
    from helpers import exchange
    from helpers.parameters import from_text, resolve
    from helpers.pseudonyms import read_key

    key = read_key(key_file, away_from=(raw, folder)) if key_file else None
    if key and codes:
        raise exchange.TargetError("--codes and --pseudonymise: choose one of the two")
    given: dict[str, Any] = from_text([*texts, *([("language", language)] if language else [])])
    given |= {"pilots": pilots} if pilots else {}
    resolve(given)  # names what is no parameter
    study = exchange.export_data(raw, folder, key=key, codes=codes, **options, **given)
    for path in sorted(folder.iterdir()):
        click.echo(path)
    if not study.about.synthetic:
        named = "with the codes of families and persons" if codes else "pseudonymous, not anonymous"
        click.echo(f"data of single families, {named}: keep this folder where the registrations are kept")


@main.command(context_settings={"ignore_unknown_options": True})
@RAW_OPTION
@_language("nl")
@click.option("--pseudonymise", "key_file", type=A_FILE, metavar="KEYFILE", help="As of `run`.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER OPTIONS]")
@told
def lab(raw: Path, language: str, key_file: Path | None, arguments: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab: copies that git ignores, in one language, on a chosen export.

    What is not named above goes to JupyterLab, such as --no-browser.
    """
    import subprocess

    from helpers import lab as room

    desk = room.prepare(raw, language=language, key_file=key_file)
    for line in room.told(desk):
        click.echo(line)
    command, environment = room.jupyter(desk, arguments, key_file=key_file)
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    sys.exit(subprocess.run(command, env=environment).returncode)


@main.command()
@click.argument("names", nargs=-1)
@told
def notebooks(names: tuple[str, ...]) -> None:
    """Execute the committed notebooks in place (NAMES: 03 04); they change only when code or data did."""
    from helpers import run as pipeline

    for path in pipeline.refresh(names):
        click.echo(path)
