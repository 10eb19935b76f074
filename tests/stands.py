"""What stands for exact tables, made by hand, and an output with disclosure control that shows it."""

from xml.etree import ElementTree

import pandas as pd

from helpers import show
from helpers.definitions import load_definitions
from helpers.disclosure import Masked
from helpers.show.safe import SHOWN, SafeTables, Stand, digest

DEFINITIONS = load_definitions()


class Shown:
    """An output with disclosure control, and all that it displays."""

    def __init__(self, folder, stands, *, language="nl", **options):
        self.published = []
        safe = SafeTables("suppress", 5, stands)
        self.output = show.Output(
            language=language,
            folder=folder,
            definitions=DEFINITIONS,
            publish=lambda data, metadata: self.published.append((data, metadata)),
            safe=safe,
            **options,
        )

    @property
    def text(self):
        return "\n".join(data["text/plain"] for data, _ in self.published)

    @property
    def images(self):
        return [data for data, _ in self.published if "image/png" in data]


def stand(exact, *, small=(), other=(), derived=(), kind=SHOWN):
    """A table without the named cells (row, column)."""
    reasons = pd.DataFrame("", index=range(len(exact)), columns=exact.columns, dtype="object")
    table = exact.copy()
    for why, cells in {"small": small, "other": other, "derived": derived}.items():
        for row, column in cells:
            reasons.loc[row, column] = why
            table.loc[row, column] = pd.NA if table[column].dtype == "Int64" else float("nan")
    written = Masked(table, reasons).marked(5)
    return digest(exact), Stand(kind, table, written, reasons)


def whole(exact):
    return stand(exact)


def svg_texts(path, *names):
    """The texts of the named elements of a drawing."""
    found = ElementTree.parse(path).iter()
    return ["".join(one.itertext()).strip() for one in found if one.tag.rpartition("}")[2] in names]
