"""The numbers in the README, made from the embedded data; `python -m helpers.readme` writes them there."""

import re
from collections.abc import Sequence
from pathlib import Path

from helpers.definitions import ROOT, Text
from helpers.study import Study

README = ROOT / "README.md"
EMBEDDED = ROOT / "data" / "raw" / "synthetic"
BEGIN, END = "<!-- numbers: made by `python -m helpers.readme` -->", "<!-- end of numbers -->"


def key_numbers(folder: Path) -> tuple[Text, ...]:
    """Give the key results of a dataset, with default parameters, as the first page has them."""
    return tuple(result.text for result in Study.clean(folder).key_results())


def with_numbers(text: str, numbers: Sequence[Text]) -> str:
    """Put the numbers between the two marks in a text; what stood there goes."""
    lines = "".join(f"- {number('en').rstrip('.')}.\n" for number in numbers)
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", flags=re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}\n{lines}{END}", text)


def main() -> None:
    """Write the numbers into the README."""
    numbers = key_numbers(EMBEDDED)
    README.write_text(
        with_numbers(README.read_text(encoding="utf-8"), numbers), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
