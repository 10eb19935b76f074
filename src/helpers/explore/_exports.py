"""What is saved: through the one door of all output, single families only in an internal folder."""

from collections.abc import Callable
from pathlib import Path

from helpers.explore._study_data import from_root
from helpers.folders import internal_folder, is_internal, make_folder
from helpers.show import Output, ShowError, save_code
from helpers.study import Study
from helpers.words import say

Show = Callable[[Output], None]


def save(
    data: Study, folder: Path | None, show: Show, *, name: str, code: str, internal: bool = False
) -> str:
    """Save what a view shows, with the code that reproduces it; say where.

    Parameters
    ----------
    data : Study
        As from `open_study`.
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
        Whether single families are shown.

    Raises
    ------
    ShowError
        There is no folder, or it cannot be written to.
    """
    if folder is None:
        raise ShowError(say("explore", "no_folder", data.language))
    if internal:
        folder = folder if is_internal(folder) else internal_folder(folder)
        try:
            make_folder(folder, private=True)
        except OSError as error:
            raise ShowError(f"{folder}: cannot be written ({error.strerror})") from None
    output = output_for(data, folder, internal=internal)
    show(output)
    save_code(output, name, code)
    return say("explore", "saved", data.language, folder=from_root(folder))


def output_for(
    data: Study,
    folder: Path | None = None,
    *,
    publish: Callable = lambda data, metadata: None,
    internal: bool = False,
) -> Output:
    """Make an output for the screen (what is published) or for a folder (what is written)."""
    return Output(
        language=data.language,
        folder=folder,
        definitions=data.definitions,
        study=data.about,
        publish=publish,
        internal=internal,
    )
