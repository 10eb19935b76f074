"""A first `dataset.yml` for an export that nobody described yet: what its files tell of themselves.

What is certain enough is an active line, with three of the values beside it; what has to be asked is a line
that begins with `# ?`, with the answer as a comment below it. Notes are never shown, of codes and dates of
birth only the shape.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.check.guess import Column, Guess, Known, Sheet, guess, shape
from helpers.cleaning import values
from helpers.cleaning.doubts import SLIPS
from helpers.cleaning.losses import coding, may_be_shown, nearest_pilot
from helpers.definitions import LEVELS, UNITS, Definitions
from helpers.export import read_any_tables
from helpers.export.columns import NOTE
from helpers.export.dataset import FILE, NEEDED, QUESTION, WORDED
from helpers.export.messages import ExportError, quoted, shown
from helpers.export.names import fold

FEW_ROWS, MANY_ROWS = 0.01, 100  # a pilot on fewer of so many rows, or on two, is taken for a slip
LONGEST_GAP = 366  # days; registrations follow each other within three months
MOST_PILOTS = 50
SAMPLES, SAMPLE = 3, 24  # values shown beside a column, signs of each
SHAPED = ("gezin", "persoon", "geboortedatum", "coach", "organisatie")
WHO = ("gezin", "pilootproject", "datum")  # that each line of a long or wide table needs


def draft_mapping(folder: Path | str, definitions: Definitions) -> str:
    """Draft a `dataset.yml`: layout, names of sheets and columns, pilots, dates; with values at each guess.

    The folder needs no `dataset.yml`, and one that is there is not read. Lines that begin with `# ?` want an
    answer.

    Raises ExportError: the folder holds no table that can be read; names every fault.
    """
    tables, faults = read_any_tables(folder)
    if not tables:
        raise ExportError(
            "\n".join(faults) or f"{shown(Path(folder).name)}: it holds no CSV file or workbook."
        )
    found = guess(tables, Known.of(definitions))
    return draft_of(found, faults, Known.of(definitions), title=Path(folder).resolve().name)


def draft_of(found: Guess, faults: Sequence[str], known: Known, *, title: str) -> str:
    """Draft a `dataset.yml` for what an export seems to be, with the faults on the way."""
    parts = [
        _head(faults),
        _yaml({"title": title}),
        _yaml({"synthetic": False}, "# true only when no real family is in it: every page says so then"),
        _dates(found),
        _pilots(found),
        _yaml({"test_codes": ["TEST", "DEMO"]}, "# letters of the codes of test families"),
        _layout(found),
        _columns(found, known),
        _values(found, known),
        _sheets(found, known),
    ]
    return "\n".join(part for part in parts if part)


def _head(faults: Sequence[str]) -> str:
    lines = [
        f"# A draft of {FILE}, made from the values and names in the export. Read every line, answer",
        f"# those that begin with `{QUESTION}` and take them out, put this file into the folder of the",
        "# export, and then run `gezinscoach check` on that folder: it counts what is still open.",
    ]
    return "\n".join([*lines, *(f"{QUESTION} could not be read: {shown(fault)}" for fault in faults)])


def _yaml(content: Mapping[str, Any], *comments: str) -> str:
    """Write keys and values with comments above them; a comment is one line whatever is in it."""
    dumped = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=100)
    return "\n".join([*comments, dumped.rstrip("\n")])


def _line(key: str, name: str, beside: str = "") -> str:
    """Write a key and a name as YAML on one line, whatever is in them."""
    style = None if name.isprintable() else '"'
    dumped = [
        yaml.safe_dump(text, default_style=style, allow_unicode=text.isprintable(), width=2**20)
        for text in (key, name)
    ]
    line = ": ".join(text.removesuffix("...\n").rstrip("\n") for text in dumped)
    return f"{line}  # {beside}" if beside else line


def samples(column: Column, canonical: str) -> str:
    """Return three values of a column as a comment shows them: none of a note, of a code its shape only."""
    if canonical.endswith(NOTE) or canonical == "toelichting":
        return ""
    texts = list(column.texts)
    if canonical in SHAPED:
        texts = list(dict.fromkeys(map(shape, texts)))
    else:
        readable = {text for text in texts if not isinstance(values.read_level(text, {}), values.Invalid)}
        known = column.known
        texts = [
            text
            for text in texts
            if text in readable or may_be_shown(text, 0) or known.has_label(text) or known.has_word(text)
        ]
    return ", ".join(
        quoted(text if len(text) <= SAMPLE else f"{text[: SAMPLE - 1]}…") for text in texts[:SAMPLES]
    )


def _column(found: Guess, name: str) -> pd.Series:
    counts: Counter[str] = Counter()
    for sheet in found.sheets.values():
        if name in sheet.taken:
            counts.update(sheet.taken[name].texts)
    return pd.Series(dict(counts), dtype="int64")


def _dates(found: Guess) -> str:
    """Propose the days of the project's start and of the export: the ends of the registrations."""
    days = [
        day
        for sheet in found.sheets.values()
        if (column := sheet.taken.get("datum"))
        for text, count in column.texts.items()
        if isinstance(day := column.day(text), dt.date)
        for _ in range(count)
    ]
    if not days:
        return "\n".join(
            [f"{QUESTION} no readable dates were found: write the days of the export and of the start",
             "# exported_on: YYYY-MM-DD", "# project_start: YYYY-MM-DD"]
        )  # fmt: skip
    first, last = _unbroken(days)
    outside = sum(1 for day in days if not first <= day <= last)
    beside = f"# {outside} rows have a date far from these two days" if outside else ""
    return "\n".join(
        [
            "# The two days are guesses, the last and the first registration in the export. As long as they",
            "# stand here, R03 finds no registration before the project or after the export.",
            *([beside] if beside else []),
            _yaml({"exported_on": last}, f"{QUESTION} on which day was the export made?"),
            _yaml({"project_start": first}, f"{QUESTION} on which day did the project begin?"),
        ]
    )


def _unbroken(days: Iterable[dt.date]) -> tuple[dt.date, dt.date]:
    """Find the stretch with most rows in which no two dates that follow each other lie far apart.

    >>> _unbroken([dt.date(1922, 5, 1), dt.date(2022, 5, 1), dt.date(2022, 6, 1)])
    (datetime.date(2022, 5, 1), datetime.date(2022, 6, 1))
    """
    ordered = sorted(days)
    breaks = [
        place
        for place, (one, next_one) in enumerate(pairwise(ordered), 1)
        if (next_one - one).days > LONGEST_GAP
    ]
    stretches = [ordered[start:end] for start, end in pairwise([0, *breaks, len(ordered)])]
    longest = max(stretches, key=len)
    return longest[0], longest[-1]


def _pilots(found: Guess) -> str:
    """List the pilots by their most usual spelling; names on few rows are left to whoever reads it."""
    texts = _column(found, "pilootproject")
    if texts.empty:
        return (
            f"{QUESTION} no column with the pilot was found: name it under `columns`, and list the pilots\n"
            "# pilots: [name of a pilot, name of another]"
        )
    names = texts.rename_axis("name").reset_index(name="rows")
    names["key"] = names["name"].map(fold)
    counts = names.sort_values("rows", ascending=False, kind="stable").groupby("key", sort=False)
    pilots = counts.agg(name=("name", "first"), rows=("rows", "sum")).reset_index()
    all_rows = int(pilots["rows"].sum())
    usual = (pilots["rows"] >= FEW_ROWS * all_rows) & ((pilots["rows"] > SLIPS) | (all_rows < MANY_ROWS))
    rare = pilots[~usual]
    comments = [
        f"{QUESTION} is {quoted(str(row['name']))} a pilot too? It stands on {row['rows']} of the rows; if "
        "not, they are rejected (R04), unless `pilot_names` says which pilot it is"
        for _, row in rare.head(MOST_PILOTS).iterrows()
    ]
    often = [str(name) for name in pilots.loc[usual, "name"].head(MOST_PILOTS)]
    near = {name: nearest_pilot(name, often[:place]) for place, name in enumerate(often)}
    comments += [
        f"{QUESTION} is {quoted(name)} another spelling of {quoted(pilot)}? Then take it out of the list, "
        f"and write it under `pilot_names`: {{{name}: {pilot}}}"
        for name, pilot in near.items()
        if pilot
    ]
    listed = sorted(often)
    question = f"{QUESTION} are these the pilots, and all of them? Rows of another name are rejected (R04)"
    return _yaml({"pilots": listed}, question, *comments)


def _layout(found: Guess) -> str:
    if found.layout == "sheets":
        return ""
    line = "is one answer" if found.layout == "long" else "holds a whole family"
    content: dict[str, Any] = {"layout": found.layout}
    content |= {"person": found.person} if found.layout == "wide" else {}
    content |= {"units": dict(found.units)} if found.units else {}
    return _yaml(content, f"# One line of this export {line}: `layout: {found.layout}` reads it.")


def _columns(found: Guess, known: Known) -> str:
    comments: list[str] = []
    asked: list[str] = []
    for sheet in found.sheets.values():
        comments += _comments(sheet, found, known)
        asked += _questions(sheet)
    lines = [
        f"  {line}"
        for line in (*_taken(found.sheets, known), *(_line(*pair) for pair in found.items.items()))
    ]
    head = "columns:" if lines or asked else "columns: {}"
    return "\n".join([*comments, head, *lines, *(f"  {line}" for line in asked)])


def _comments(sheet: Sheet, found: Guess, known: Known) -> Iterator[str]:
    wanted: Iterable[str] = known.required.get(sheet.unit, WHO)
    if found.layout == "wide" and sheet.unit == "huishouden":
        wanted = known.items_of("huishouden")
    elif sheet.unit == "all" and found.layout == "long":
        wanted = ("unit", *WHO, "persoon")
    where = "" if sheet.unit == "all" else f"{sheet.unit}: "
    if row := known.names_below(sheet.table):
        yield f"{QUESTION} {where}{_lower(sheet.name, row)}"
        return
    for name in wanted:
        if name not in sheet.taken:
            here = "" if sheet.unit == "all" or name in NEEDED else f"{sheet.unit}."
            never = "" if name in NEEDED else f' (`{here}{name}: ""`, if it was never registered)'
            yield f"{QUESTION} {where}no column was found for {name}{never}"
    asked = {column for column, _ in sheet.against}
    for column in sheet.free:
        if column not in asked:
            yield f"# {where}{quoted(column.name)} is not recognised and takes no part"


def _lower(name: str, row: int) -> str:
    return (
        f"the names of the columns of {quoted(name)} seem to be in row {row}: take out what stands above "
        "them in the file, and draft again"
    )


def _questions(sheet: Sheet) -> Iterator[str]:
    """Propose what a column may be, in lines of which only the `#` has to go."""
    of_unit = "" if sheet.unit == "all" else f"{sheet.unit}."
    where = of_unit.replace(".", ": ")
    for column, names in sheet.perhaps:
        yield f"{QUESTION} {where}{quoted(column.name)} may be {' or '.join(names)}"
        yield from (f"# {_line(f'{of_unit}{name}', column.name, samples(column, name))}" for name in names)
    for column, name in sheet.against:
        yield f"{QUESTION} {where}{quoted(column.name)} has the name of {name}, but other values; is it that?"
        yield f"# {_line(f'{of_unit}{name}', column.name)}"


def _taken(sheets: Mapping[str, Sheet], known: Known) -> Iterator[str]:
    """Write one line for a column that has the same name in each unit, else one for each unit.

    A name without a unit holds in every unit that has the column, so all of them must be sure of it.
    """
    for canonical in dict.fromkeys(name for sheet in sheets.values() for name in sheet.taken):
        found = {unit: sheet.taken[canonical] for unit, sheet in sheets.items() if canonical in sheet.taken}
        first, *others = found.values()
        unsure = [unit for unit in sheets if canonical in known.canonical.get(unit, ()) and unit not in found]
        unsure = [] if "all" in sheets else unsure
        if not unsure and all(column.name == first.name for column in others):
            if first.name != canonical:
                yield _line(canonical, first.name, samples(first, canonical))
        else:
            for unit, column in found.items():
                if column.name != canonical:
                    yield _line(f"{unit}.{canonical}", column.name, samples(column, canonical))


def _values(found: Guess, known: Known) -> str:
    """Propose how to read levels in another coding, and other words of an attribute.

    Nobody but the reader knows which end is the best, and which word stands for which.
    """
    codings: dict[tuple[str, ...], list[str]] = {}
    for sheet in found.sheets.values():
        columns = [*sheet.taken.items(), *((names[0], column) for column, names in sheet.perhaps)]
        for canonical, column in columns:
            item = known.items.get((sheet.unit, canonical))
            if item is not None or canonical == "value":
                texts = tuple(text for text in column.coded_texts if may_be_shown(text, 0))
                if item is not None:
                    labels = values.level_labels(item)
                    texts = tuple(text for text in texts if not _is_label(text, labels))
                if texts:
                    key = "*" if item is None else f"{sheet.unit}.{canonical}"
                    codings.setdefault(texts, []).append(key)
    questions: list[str] = []
    lines: list[str] = []
    several = sum(len(items) > 2 for items in codings.values()) > 1  # then "*" would stand there twice
    for texts, items in codings.items():
        keys = ["*"] if len(items) > 2 and not several else items
        levels = _proposed(texts)
        mapping = ", ".join(f"{_key(text)} {level or ''}" for text, level in levels.items())
        names = ", ".join(map(quoted, texts[:SAMPLES]))
        many = f"{len(items)} items" if len(items) > 1 else items[0].replace("*", "the answers")
        questions.append(
            f"{QUESTION} {many}: levels in another coding ({names}). Which is 1, the worst, which 5?"
        )
        lines += (f"#   {_key(key)} {{{mapping}}}" for key in keys)
    for sheet in found.sheets.values():
        for attribute in (name for name in WORDED if name in sheet.taken):
            column = sheet.taken[attribute]
            other = column.other_words(attribute)
            if said := [text for text in other if may_be_shown(text, 0, column.texts[text])]:
                names, words = ", ".join(map(quoted, said[:SAMPLES])), sorted(known.vocabulary[attribute])
                questions.append(
                    f"{QUESTION} {attribute}: other words ({names}). Which is each: {', '.join(words)}?"
                )
                lines.append(f"#   {attribute}: {{{' , '.join(map(_key, said))} }}")
    return "\n".join([*questions, *(["# values:"] if lines else []), *lines])


def _is_label(text: str, labels: Mapping[str, int]) -> bool:
    """Say whether a text is a level by a label of its item, and not by its number alone."""
    with_labels, without = (values.read_level(text, some) for some in (labels, {}))
    return isinstance(without, values.Invalid) and not isinstance(with_labels, values.Invalid)


def _key(text: str) -> str:
    return _line(text, "x")[:-2]


def _proposed(texts: Sequence[str]) -> dict[str, int]:
    """Return a level for each text of a coding, 0 where its order does not tell.

    >>> _proposed(["A2", "A1"]), _proposed(["0", "4"]), _proposed(["20%", "40%", "60%", "80%", "100%"])["60%"]
    ({'A1': 1, 'A2': 2}, {'0': 1, '4': 5}, 3)
    >>> _proposed(["Goed", "Slecht"]), _proposed(["0"])
    ({'Goed': 0, 'Slecht': 0}, {'0': 0})
    """
    codes = {text: coding(text) for text in texts}
    plain = {text: int(text) if text.isdecimal() else -1 for text in texts}
    numbers = {text: number if letters else plain[text] for text, (letters, number) in codes.items()}
    ordered = sorted(texts, key=lambda text: (numbers[text], text))
    found = set(numbers.values())
    if -1 in found:
        return dict.fromkeys(texts, 0)
    if found <= set(LEVELS):
        return {text: numbers[text] for text in ordered}
    if {0} < found <= {0, 1, 2, 3, 4}:
        return {text: numbers[text] + 1 for text in ordered}
    return {text: place if len(texts) == len(LEVELS) else 0 for place, text in enumerate(ordered, 1)}


def _sheets(found: Guess, known: Known) -> str:
    if found.layout == "sheets":
        names = {
            unit: sheet.name
            for unit, sheet in found.sheets.items()
            if sheet.name.strip().casefold().removesuffix(".csv") != unit
        }
        missing = [unit for unit in UNITS if unit not in found.sheets]
    else:
        names, missing = {"all": found.sheets["all"].name}, []
    comments = [f"{QUESTION} no sheet or file was found for {unit}" for unit in missing]
    for table in found.others:
        name = table.place.sheet or table.place.file
        row = known.names_below(table)
        comments.append(
            f"{QUESTION} {_lower(name, row)}" if row else f"# {quoted(name)} is about no unit and is not read"
        )
    return _yaml({"sheets": names}, *comments)
