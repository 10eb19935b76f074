"""The code that reproduces a view, beside the figures and tables that were saved of it."""

from typing import TYPE_CHECKING

from helpers.show._images import file_name

if TYPE_CHECKING:
    from helpers.show import Output


def save_code(output: "Output", name: str, code: str) -> None:
    """Write `code/<name>.py` into the folder of an output, if it has one.

    Parameters
    ----------
    output : Output
        Its folder is where the figures and tables came.
    name : str
        Name of the file.
    code : str
        Python.

    Raises
    ------
    ShowError
        The file cannot be written.
    """
    output._surface.write(f"code/{file_name(name)}.py", code.encode("utf-8"))
