"""The numbers in the README, made from the embedded data; `python -m helpers.readme` writes them there."""

import re
from collections.abc import Sequence
from pathlib import Path

from helpers import sentences
from helpers.definitions import ROOT, Definitions, Text, load_definitions
from helpers.study import Study

README = ROOT / "README.md"
EMBEDDED = ROOT / "data" / "raw" / "synthetic"
BEGIN, END = "<!-- numbers: made by `python -m helpers.readme` -->", "<!-- end of numbers -->"


def key_numbers(folder: Path, definitions: Definitions) -> tuple[Text, ...]:
    """Say of a dataset, with default parameters, who is in it, who moved, and how sure that is.

    Parameters
    ----------
    folder : Path
        A raw dataset.
    definitions : Definitions
        The codebook and the index.
    """
    study = Study.clean(folder)
    moved = sentences.score_net(study["score_change"], verdicts=study["verdicts"]).conclusion
    figure = definitions.figures["figure_17"]
    return (
        *([selected.finding] if (selected := study.account("flow")) else []),
        sentences.classes(study["figure_17"], definitions=definitions, figure=figure).finding,
        *([moved] if moved else []),
        *([items.finding] if (items := study.account("item_change")) else []),
    )


def with_numbers(text: str, numbers: Sequence[Text]) -> str:
    """Put the numbers between the two marks in a text; what stood there goes."""
    lines = "".join(f"- {number('en').rstrip('.')}.\n" for number in numbers)
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", flags=re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}\n{lines}{END}", text)


def main() -> None:
    """Write the numbers into the README."""
    numbers = key_numbers(EMBEDDED, load_definitions())
    README.write_text(
        with_numbers(README.read_text(encoding="utf-8"), numbers), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
