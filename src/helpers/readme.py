"""The numbers in the README, made from the embedded data; `python -m helpers.readme` writes them there."""

import re
from collections.abc import Sequence
from pathlib import Path

from helpers import cleaning, kansarmoede, sentences, states, transitions
from helpers.definitions import ROOT, Definitions, Text, load_definitions
from helpers.export import read_export
from helpers.parameters import PARAMETERS

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
    cutoff = int(str(PARAMETERS["poverty_cutoff"].default))
    unknown = str(PARAMETERS["unknown_domain"].default)
    tables = cleaning.clean(read_export(folder, definitions), definitions)
    now = states.build_states(tables, definitions)
    scores = kansarmoede.scores(kansarmoede.domain_status(now, definitions))
    compared = kansarmoede.compare(
        scores, tables.families, definitions, poverty_cutoff=cutoff, unknown_domain=unknown
    )
    classes = kansarmoede.figure_17(compared, definitions)
    figure = definitions.figures["figure_17"]
    moved = sentences.score_net(kansarmoede.score_change(compared)).conclusion
    return (
        sentences.flow(tables.flow, definitions=definitions).finding,
        sentences.classes(classes, definitions=definitions, figure=figure).finding,
        *([moved] if moved else []),
        sentences.item_change(transitions.item_change(now, definitions), definitions=definitions).finding,
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
