"""The study that is explored: opened or cleaned in memory, written as code, saved through the one door."""

from collections.abc import Callable
from pathlib import Path

from helpers import cleaning
from helpers.definitions import ROOT
from helpers.files import FileError as ShowError
from helpers.folders import internal_folder, is_internal, make_folder, resolve
from helpers.report.output import Output
from helpers.study import Study
from helpers.words import say

SNIPPET = """\
from helpers import explore
from helpers.study import Study

study = Study.{opened}
{rest}
"""


def open_study(*, clean: str | Path, raw: str | Path, language: str = "nl", seed: int = 2023) -> Study:
    """Open the clean tables; where there are none, clean the export in memory and write nothing.

    Parameters
    ----------
    clean, raw : path
        Folders of the clean tables and of the export.
    language : str
        `nl` or `en`.
    seed : int
        Of the random draws, as in the report.

    Raises
    ------
    PipelineError
        Neither can be read; the message says which file is the trouble.
    """
    if resolve(raw).exists() and not (resolve(clean) / cleaning.STUDY_FILE).exists():
        return Study.clean(raw, language=language, seed=seed)
    return Study.open(clean, language=language, seed=seed)


def from_root(folder: Path) -> str:
    """Write a folder as it is given in a parameter: from the project's root where it lies in it.

    Examples
    --------
    >>> from_root(ROOT / "data" / "clean" / "synthetic")
    'data/clean/synthetic'
    """
    return (folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder).as_posix()


def snippet(study: Study, *rest: str) -> str:
    """Write the code that opens the same data and does the rest."""
    how, folder = ("open", study.folder) if study.folder else ("clean", study.raw or ROOT)
    opened = f"{how}({from_root(folder)!r}, language={study.language!r}, seed={study.settings['seed']})"
    return SNIPPET.format(opened=opened, rest="\n".join(rest))


def save(
    study: Study,
    folder: Path | None,
    show: Callable[[Output], None],
    *,
    name: str,
    code: str,
    internal: bool = False,
) -> str:
    """Save what a view shows, with the code that reproduces it; say where.

    Parameters
    ----------
    study : Study
        What is explored.
    folder : path or None
        Where `figures/`, `tables/` and `code/` come; of an internal view the folder of that name with
        `-internal` behind it, for its owner alone.
    show : function of an Output
        Shows the view.
    name : str
        Of the file with the code.
    code : str
        What reproduces the view.
    internal : bool
        Whether single families are shown, or subgroups of real ones: laid beside each other, tables of
        whatever subgroup one likes tell of single families what the published ones hide.

    Raises
    ------
    ShowError
        There is no folder, or it cannot be written to.
    """
    if folder is None:
        raise ShowError(say("explore", "no_folder", study.language))
    if internal:
        folder = folder if is_internal(folder) else internal_folder(folder)
        try:
            make_folder(folder, private=True)
        except OSError as error:
            raise ShowError(f"{folder}: cannot be written ({error.strerror})") from None
    output = output_for(study, folder, internal=internal)
    show(output)
    output.save_code(name, code)
    return say("explore", "saved", study.language, folder=from_root(folder))


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
