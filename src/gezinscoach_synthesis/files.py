"""Last step: the files of a dataset, as bytes that are the same for the same seed."""

import csv
import io
from collections.abc import Sequence

from gezinscoach_synthesis.model import ADULT, CHILD, HOUSEHOLD
from gezinscoach_synthesis.raw import RawRow
from gezinscoach_synthesis.targets import Targets

# Delimiter and encoding of each file; reading has to detect them.
LAYOUT = {HOUSEHOLD: (";", "utf-8-sig"), ADULT: (";", "cp1252"), CHILD: (",", "utf-8")}
FIRST_NUMBER = {HOUSEHOLD: 1001, ADULT: 3001, CHILD: 7001}
BLANK_LINE_AFTER = 11

DATASET = """\
# A synthetic export: no real family is in it.
# Made by `gezinscoach synthesise DIR --families {families} --seed {seed}`.
title: Synthetische registraties van gezinscoaches (geen echte gezinnen)
titles: {{en: Synthetic registrations of family coaches (no real families)}}
synthetic: true
published: gezinscoaching
exported_on: {exported_on}
project_start: {project_start}
pilots: [{pilots}]
test_codes: [{tests}]
columns: {{}}
sheets: {{}}
"""

README = """\
# Synthetic registrations

**No real family is in these files.** Every family, level, date and note was drawn by a computer program.

The files have the layout of an export of the registration tool: `huishouden.csv`, `volwassene.csv` and
`kind.csv`, one row per registration of a household, an adult or a child, and `dataset.yml`, which describes
them. Like real exports they mix spellings, dates and ways of writing a level, use different delimiters and
encodings, and hold test families, repeated rows and mistakes, which the cleaning notebook has to find.

## How they were made

`gezinscoach synthesise DIR --families {families} --seed {seed}` writes exactly these files. The program draws
families with their adults and children, gives each a severity and traits that tie its items together, chooses
in which domains of the kansarmoede index the family is deprived at both moments, draws levels that agree with
that, turns them into registrations on irregular days, now and then too far apart and each in the hand of its
coach, and adds the mistakes.

It aims at the results that the research report on the family coaches published; the targets and their sources
are in `data/reference/synthesis.yml`. With 90 families the counts come out exactly and the wordings within
bounds. What the report does not publish is made up. So these data show that the analysis gets the report's
numbers from registrations; they tell nothing new about families.

Do not edit the files: a test makes the embedded ones anew and compares every byte.
"""


def csv_bytes(rows: Sequence[RawRow], columns: Sequence[str], unit: str) -> bytes:
    """Write one file, and note in each row on which line of a spreadsheet it stands; the header is line 1."""
    delimiter, encoding = LAYOUT[unit]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for number, raw in enumerate(rows, start=1):
        raw.line = number + 1 + (number > BLANK_LINE_AFTER)
        writer.writerow([raw.cells[column] for column in columns])
        if number == BLANK_LINE_AFTER:
            writer.writerow([""] * len(columns))
    return text.getvalue().encode(encoding)


def number_rows(rows: Sequence[RawRow], unit: str) -> None:
    """Give rows their registratie_id in the order of the file; a repeated row may have that of the first."""
    for place, raw in enumerate(rows):
        number = FIRST_NUMBER[unit] + place
        if raw.same_number and raw.repeats is not None:
            number = raw.repeats.row.registration
        elif raw.fault is None:
            raw.row.registration = number
        raw.cells["registratie_id"] = str(number)


def dataset_text(targets: Targets, *, families: int, seed: int, test_codes: Sequence[str]) -> str:
    """Write dataset.yml."""
    return DATASET.format(
        families=families,
        seed=seed,
        exported_on=targets.exported_on,
        project_start=targets.project_start,
        pilots=", ".join(targets.pilots),
        tests=", ".join(test_codes),
    )


def readme_text(*, families: int, seed: int) -> str:
    """Write the README that goes with the files."""
    return README.format(families=families, seed=seed)
