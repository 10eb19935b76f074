"""What may be public and in which groups, from `public.yml`; the head of the file says what it means."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from helpers.definitions import ReferenceFile
from helpers.definitions.reading import ONE_OR_MORE, Document, Words, entry, nearest

Number = Annotated[int, Field(strict=True, ge=0)]
Groups = dict[Words, tuple[Number, Number]]
UNKNOWN = "unknown"


@entry
class Public(ReferenceFile):
    """public.yml: which tables are public, what stands in for the others, and how levels are grouped."""

    FILE = "public.yml"

    levels: dict[str, Annotated[tuple[Words, ...], ONE_OR_MORE]]
    children: Groups
    child_age: Groups
    education: dict[Words, tuple[Words, ...]]
    carries: dict[str, Words]
    notebooks: Annotated[tuple[Words, ...], ONE_OR_MORE]
    outputs: dict[str, Words | Annotated[bool, Field(strict=True)]]
    withheld: dict[str, Words]

    def levels_of(self, figure: str) -> dict[str, str]:
        """Give the group of each level (`"1"` to `"5"`) of a figure."""
        groups = self.levels.get(figure, self.levels["default"])
        return {
            str(level): group
            for group in groups
            for level in range(int(group.split("-")[0]), int(group.split("-")[-1]) + 1)
        }

    def check(self, file: Document, folder: Path) -> None:
        """Note levels that stand in no group or in two, and a table that is both public and withheld."""
        for name, groups in self.levels.items():
            ends = [part for group in groups for part in group.split("-")]
            if not all(part.isdigit() for part in ends):
                file.note("a group of levels is written as 3 or 1-2", "levels", name)
            elif sorted(int(level) for group in groups for level in _within(group)) != [1, 2, 3, 4, 5]:
                file.note("every level from 1 to 5 stands in one group", "levels", name)
        for name in self.withheld:
            if name in self.outputs:
                file.note(f"'{name}' is public already{nearest(name, self.outputs)}", "withheld", name)


def _within(group: str) -> range:
    """List the levels of a group such as `1-2`."""
    ends = group.split("-")
    return range(int(ends[0]), int(ends[-1]) + 1)
