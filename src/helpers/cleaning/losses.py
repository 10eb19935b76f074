"""What an export loses in cleaning, looked at for meaning: which item, level, pilot or family it hits.

The rules empty cells and reject rows one by one; whether a loss is harmless is seen only in all of them
together. Everything here is a pure function of the export and its clean tables: `losses` lists each text that
was no level, `doubts` says what asks for a second look, `too_many` picks what a run should stop at.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.cleaning import CleanTables, values
from helpers.definitions import LANGUAGES, LEVELS, UNITS, Definitions, Item, Text
from helpers.export import RawExport
from helpers.export.dates import all_compact
from helpers.export.messages import quoted, shown
from helpers.export.names import fold

SOME, MANY, TOO_MANY = 0.01, 0.05, 0.2  # of the cells of an item, or the rows of a sheet, pilot, family
SLIPS, FEW = 2, 4  # lost cells or rows up to here are slips; up to here stop no run, whatever their share
ENOUGH = 30  # values of an item, among which each level should occur
NEAR = 0.6  # difflib ratio from which a text is taken for a label, a name for a pilot
SHORT = 12  # signs of a text that may always be shown
UNLIKELY = 0.001  # probability below which the levels that are lost are no accident
EARLY = 366  # days from the start of the project to its first registration
EXAMINED = 500  # distinct texts of an item that are compared with its labels, the most usual ones
COMPARED = 300  # signs of such a text
DOUBTS = "doubts.json"  # beside the clean tables
PARTS = 8  # of one kind that a summary names
LOSING = ("R01", "R03", "R04", "R05")  # what a test family (R02) or a repeated row (R06) says is not lost
CAUSES = ("coding", "labels_changed", "sheet_loses")  # kinds that tell why so much is lost
COLUMNS = ("unit", "item", "text", "cells", "nearest", "level", "ratio")

_NUMBERED = re.compile(
    r"\W*0*([1-5])(?:[.,]0+)?(?:%|\W*$|\s*[-.):=,;|\u2010-\u2015]+\s*(?=\D)|\s+(?=\D))(.*)", re.DOTALL
)
_CODE = re.compile(r"([^\W\d_]{1,12})[-_ ]?0*(\d{1,2})")
_PERCENT = re.compile(r"(\d{1,3})\s?%")
_WHOLE = re.compile(r"([-+]?\d{1,4})(?:[.,]0+)?")
_MONTH_FIRST = re.compile(r"\s*([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
_CHANGES = {
    "entities": re.compile(r"&(?:#\w{1,6}|[A-Za-z]{2,8});"),
    "encoded_twice": re.compile("[\u00c2-\u00c5][\u0080-\u00bf\u2018-\u203a\u20ac\u0152-\u0192\u02c6\u02dc]"),
    "unreadable": re.compile("\ufffd|(?<=[^\\W\\d_])\\?(?=[^\\W\\d_])"),
}


@dataclass(frozen=True)
class Doubt:
    """Something in an export that no rule stops at, and that may be wrong all the same.

    Attributes
    ----------
    kind
        One of `KINDS`.
    text
        What it is, in words; without codes of families or persons, notes or dates of birth.
    unit, item
        The unit of the sheet and the item, as far as it is about these.
    name
        The pilot or the file, as far as it is about one.
    count, of
        Cells, rows, families or persons that are touched, and among how many.
    levels
        The levels that are lost more than others, or that never occur.
    """

    kind: str
    text: Text
    unit: str = ""
    item: str = ""
    name: str = ""
    count: int = 0
    of: int = 0
    levels: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """`count` as a share of `of`; 0 where there is nothing to count."""
        return self.count / self.of if self.of else 0.0


KINDS: Mapping[str, Text] = {
    "item_loses": Text("Items die meer dan 5 % van hun cellen verliezen, want er staat geen niveau (R07)",
                       "Items that lose more than 5% of their cells, as no level stands there (R07)"),
    "levels_lost": Text("Wat verloren gaat, is geen toeval: sommige niveaus verliezen meer dan andere",
                        "What is lost is no accident: some levels lose more than others"),
    "coding": Text("Niveaus in een andere codering; zeg in dataset.yml hoe ze te lezen, onder `values`",
                   "Levels in another coding; say in dataset.yml how to read it, under `values`"),
    "labels_changed": Text("Labels die bijna, maar niet helemaal die van het codeboek zijn",
                           "Labels that are almost, but not quite those of the codebook"),
    "other_scale": Text("Getallen buiten 1 tot 5, zoals van een andere schaal",
                        "Numbers outside 1 to 5, as of another scale"),
    "never": Text(f"Niveaus die nooit voorkomen, bij minstens {ENOUGH} waarden van het item",
                  f"Levels that never occur, among {ENOUGH} or more values of the item"),
    "attribute_loses": Text("Kenmerken die meer dan 5 % van hun waarden verliezen (R09)",
                            "Attributes that lose more than 5% of their values (R09)"),
    "sheet_loses": Text("Bladen die meer dan 5 % van hun rijen verliezen",
                        "Sheets that lose more than 5% of their rows"),
    "pilot_loses": Text("Pilootprojecten die meer dan 5 % van hun rijen verliezen",
                        "Pilots that lose more than 5% of their rows"),
    "pilot_unknown": Text("Namen die geen pilootproject van dataset.yml zijn; hun rijen vallen weg (R04)",
                          "Names that are no pilot of dataset.yml; their rows are rejected (R04)"),
    "families_lose": Text("Gezinnen die meer dan 5 % van hun rijen verliezen",
                          "Families that lose more than 5% of their rows"),
    "two_births": Text("Kinderen met meer dan één geboortedatum: misschien delen er twee een code",
                       "Children with more than one date of birth: two of them may share a code"),
    "ids_fall": Text("Nummers die dalen terwijl de data stijgen, zodat op één dag de oudste rij zou gelden",
                     "Numbers that fall while dates rise, so that on one day the oldest row would stand"),
    "month_first": Text("Data met de maand eerst", "Dates with the month first"),
    "future": Text("Data in de toekomst", "Dates in the future"),
    "early_start": Text("Een begin van het project lang voor de eerste registratie",
                        "A start of the project long before the first registration"),
    "nameless": Text("Waarden die niemand leest, want hun kolom heeft geen naam",
                     "Values that no one reads, as their column has no name"),
}  # fmt: skip

OF_FAMILIES = ("never", "families_lose", "two_births")  # kinds that count families, children or their levels


def losses(raw: RawExport, clean: CleanTables, definitions: Definitions) -> pd.DataFrame:
    """List every distinct text that was no level, with the label that it is most like.

    Parameters
    ----------
    raw, clean
        The export, and what `helpers.cleaning.clean` made of it.
    definitions
        The codebook.

    Returns
    -------
    DataFrame
        One row per unit, item and distinct text (outer white space off), most cells first: `cells` that R07
        emptied because of it; `nearest`, the Dutch label that is most like it; the `level` that it would have
        been, missing where neither a label is near nor a number says so; `ratio`, how alike text and label
        are (0–1, difflib). The texts are as they stand in the export: notes may be among them.
    """
    found = located(raw, clean.rejected[clean.rejected["rule"] == "R07"], definitions)
    texts = found["text"].str.strip()
    frames = [
        _of_item(some, definitions.items[str(unit), str(item)])
        for (unit, item), some in texts.groupby([found["sheet"], found["item"]], sort=False)
    ]
    if not frames:
        return _typed(pd.DataFrame(columns=list(COLUMNS)))
    return _typed(pd.concat(frames, ignore_index=True))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    words = dict.fromkeys(("unit", "item", "text", "nearest"), "str")
    return frame.astype({**words, "cells": "int64", "level": "Int64", "ratio": "float64"})


def located(raw: RawExport, rejected: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Find the rows and cells of `rejected` in the tables of the export.

    Parameters
    ----------
    raw
        The export; of a long one each line has a row, of a wide one each person of a line.
    rejected
        Rows of the clean table of that name.
    definitions
        The items of each unit.

    Returns
    -------
    DataFrame
        The rows, by unit, with `sheet` as text, the `place` of the row in its table, the `item` of a level
        ("" for all else), and the whole `text` of the cell, which `rejected` holds cut or not at all.
    """
    return pd.concat([_located(raw, rejected, unit, definitions) for unit in UNITS], ignore_index=True)


def _located(raw: RawExport, rejected: pd.DataFrame, unit: str, definitions: Definitions) -> pd.DataFrame:
    found = rejected[rejected["sheet"] == unit].assign(sheet=unit)
    table = raw.tables[unit]
    items = [item.item for item in definitions.unit_items(unit)]
    columns = found["column"].fillna("").astype("str")
    headers = {name: (person, item) for (of, person, item), name in raw.headers.items() if of == unit}
    layout = raw.dataset.layout
    persons = table["persoon"].map(values.read_person) if layout == "wide" and "persoon" in table else None
    first = ~table["row"].duplicated().to_numpy()
    places = pd.Series(np.flatnonzero(first), table["row"].to_numpy("int64")[first])
    place = places.reindex(found["row"].to_numpy("int64")).fillna(0).to_numpy("int64")
    if persons is not None:
        of_person = pd.Series(np.arange(len(table)), [table["row"].to_numpy("int64"), persons.fillna("")])
        of_person = of_person[~of_person.index.duplicated()]
        keys = [
            (row, headers.get(name, ("", ""))[0]) for row, name in zip(found["row"], columns, strict=True)
        ]
        place = np.array(
            [of_person.get(key, there) for key, there in zip(keys, place, strict=True)], dtype="int64"
        )
    if layout == "long":
        filled = {item: table[item].astype("str").str.strip() != "" for item in items}
        of_row = pd.DataFrame(filled).iloc[place]
        item = of_row.idxmax(axis=1).where(of_row.any(axis=1), "").to_numpy() if len(of_row) else np.array([])
        item = np.where(columns.isin(headers), item, "")
    else:
        item = np.array([headers.get(name, ("", name))[1] for name in columns], dtype=object)
        item = np.where(np.isin(item.astype(str), items), item, "")
    names = [one or name for one, name in zip(item, columns, strict=True)]
    text = pd.array(_texts(table, place, names, found["value"]), dtype="str")
    return found.assign(place=place, item=pd.array(item, dtype="str"), text=text)


def _texts(table: pd.DataFrame, place: np.ndarray, names: Sequence[str], told: pd.Series) -> list[str]:
    """Give the text of a cell of each row, or what `rejected` tells of it where that is not its beginning."""
    texts = []
    cells = {name: table[name].astype("str").to_numpy() for name in set(names) if name in table}
    for at, name, value in zip(place, names, told, strict=True):
        text = str(cells[name][at]) if name in cells and len(cells[name]) else ""
        cut = "" if pd.isna(value) else str(value)
        texts.append(text if text.startswith(cut) else cut)
    return texts


def _of_item(texts: pd.Series, item: Item) -> pd.DataFrame:
    counts = texts.value_counts()
    compared = [nearest_label(str(text), item) for text in counts.index[:EXAMINED]]
    compared += [(None, None, 0.0)] * (len(counts) - len(compared))
    frame = pd.DataFrame(compared, columns=["nearest", "level", "ratio"])
    return frame.assign(unit=item.unit, item=item.item, text=counts.index, cells=counts.to_numpy())[
        list(COLUMNS)
    ]


def nearest_label(text: str, item: Item) -> tuple[str | None, int | None, float]:
    """Find the label of an item that a text is most like.

    Parameters
    ----------
    text
        What stands in a level cell; a number before it is taken off.
    item
        The item, with its Dutch labels and their alternatives.

    Returns
    -------
    nearest, level, ratio
        The Dutch label, the level that the text would have been, and how alike the two are (0–1). The level
        is that of a label from 0.6 on, and of one that the text is the beginning of; else a number that
        stands before the text or ends a code (`A3`); else None.
    """
    number, rest = _numbered(text)
    wanted = values.fold(rest)[:COMPARED]
    labels = values.level_labels(item)
    cut = [label for label in labels if len(wanted) > SHORT and label.startswith(wanted)]
    cut = [label for label in cut if labels[label] == number] or cut
    near = cut[:1] if len({labels[label] for label in cut}) == 1 else []
    near = near or get_close_matches(wanted, list(labels), n=2, cutoff=NEAR)
    if cut and not near:  # several labels begin so
        return item.label(labels[cut[0]], "nl"), None, _alike(wanted, cut[0])
    if not near:
        named = item.label(number, "nl") if number else None
        return named, number, _alike(wanted, values.fold(named)) if named else 0.0
    scores = {label: _alike(wanted, label) for label in near}
    best = max(near, key=lambda label: (scores[label], labels[label] == number))
    level = labels[best]
    shown_label = item.label(level, "nl")
    if values.fold(shown_label) != best:
        shown_label = item.alternatives[level - 1]
    return shown_label, level, scores[best]


def _numbered(text: str) -> tuple[int | None, str]:
    """Split a text into the level that a number in it names, and the words after that.

    >>> [_numbered(text) for text in ("3) Soms", "05", "3.5", "2-3", "L004", "3 jaar", "Soms")]
    [(3, 'Soms'), (5, ''), (None, '3.5'), (None, '2-3'), (4, ''), (3, 'jaar'), (None, 'Soms')]
    """
    if found := _NUMBERED.fullmatch(text):
        return (int(found[1]), found[2]) if not text.rstrip().endswith("%") else (None, text)
    code = _CODE.fullmatch(text)
    return (int(code[2]), "") if code and int(code[2]) in LEVELS else (None, text)


@cache
def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def may_be_shown(text: str, ratio: float) -> bool:
    """Say whether a terminal may show a text from a cell: near a known word, or too short for a note."""
    return ratio >= NEAR or len(text) <= SHORT


def doubts(
    raw: RawExport,
    clean: CleanTables,
    definitions: Definitions,
    *,
    lost: pd.DataFrame | None = None,
    today: dt.date | None = None,
) -> tuple[Doubt, ...]:
    """Say what in an export asks for a second look, in the order of `KINDS`.

    Parameters
    ----------
    raw, clean, definitions
        As for `losses`.
    lost
        What `losses` gives, where it is at hand.
    today
        The day from which on dates lie in the future, by default that of the computer.

    Returns
    -------
    tuple of Doubt
        Shares are of the non-blank cells of an item in the rows that are kept (levels, n.v.t. and what R07
        emptied), and of the rows of a sheet, pilot or family; rows of test families (R02) and repeated rows
        (R06) are not lost. A name that is no pilot counts for the pilot that it is most like.
    """
    lost = losses(raw, clean, definitions) if lost is None else lost
    rows = pd.concat([_rows_of(raw, clean, unit) for unit in UNITS], ignore_index=True)
    levels = list(_of_levels(lost, clean, definitions))
    losing = {(doubt.unit, doubt.item) for doubt in levels if doubt.kind == "item_loses"}
    in_losing = [key in losing for key in zip(lost["unit"], lost["item"], strict=True)]
    lines = rows if raw.dataset.layout != "wide" else rows[~rows["row"].duplicated()]
    found = [
        *levels,
        *_codings(lost[np.array(in_losing, dtype=bool)]),
        *_changed_labels(lost),
        *_attributes(raw, clean, rows),
        *_of_rows(raw, clean, lines),
        *_of_pilots(raw, lines),
        *_of_families(lines),
        *_two_births(raw, rows),
        *_falling_numbers(raw, rows),
        *_of_days(raw, clean, today or dt.date.today()),
        *_nameless(raw),
    ]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda doubt: order.index(doubt.kind)))


def doubts_to_json(doubts: Iterable[Doubt]) -> str:
    """Write doubts as JSON text."""
    return json.dumps([asdict(doubt) for doubt in doubts], ensure_ascii=False, indent=1) + "\n"


def doubts_from_json(text: str) -> tuple[Doubt, ...]:
    """Read what `doubts_to_json` wrote."""
    return tuple(
        Doubt(**one | {"text": Text(**one["text"]), "levels": tuple(one["levels"])})
        for one in json.loads(text)
    )


def too_many(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Pick the doubts at which a run should stop unless somebody accepts the losses.

    They are: more than 20 % of the cells of an item, of the rows of a pilot, or of all rows for a name that
    is no pilot of `dataset.yml`; five cells or rows at least.
    """
    limited = ("item_loses", "pilot_loses", "pilot_unknown")
    return tuple(
        doubt for doubt in doubts if doubt.kind in limited and doubt.share > TOO_MANY and doubt.count > FEW
    )


def summary(doubts: Iterable[Doubt], *, parts: int = PARTS) -> tuple[Text, ...]:
    """Put doubts into sentences, one for each kind, each naming at most so many parts."""
    by_kind: dict[str, list[Doubt]] = {}
    for doubt in doubts:
        by_kind.setdefault(doubt.kind, []).append(doubt)
    return tuple(
        Text(*(f"{KINDS[kind](language)}: {_list(found, language, parts)}" for language in LANGUAGES))
        for kind, found in by_kind.items()
    )


def refusal(doubts: Iterable[Doubt]) -> tuple[str, ...]:
    """Say why a run stops at its losses, one line for each kind; nothing when they are within the limits."""
    found = tuple(doubts)
    beyond = too_many(found)
    if not beyond:
        return ()
    lines = [line.en.replace("more than 5%", "more than 20%", 1) for line in summary(beyond)]
    lines += [line.en for line in summary(doubt for doubt in found if doubt.kind in CAUSES)]
    remedy = (
        "So much is lost that the report would be about other data. Mend the export or dataset.yml "
        "(`gezinscoach check` says what is lost), or give --accept-losses if you know why"
    )
    return (*lines, f"{remedy}.")


def _list(found: Sequence[Doubt], language: str, parts: int) -> str:
    """Name the first parts; before a long list, which levels it is about and at how many items."""
    more = len(found) - parts
    named = "; ".join(doubt.text(language) for doubt in found[:parts])
    if more <= 0:
        return named
    alike = Counter(", ".join(map(str, doubt.levels)) for doubt in found if doubt.levels).most_common(3)
    levels = "; ".join(
        Text(f"niveau {some} bij {items} items", f"level {some} at {items} items")(language)
        for some, items in alike
    )
    return f"{levels}: {named}"[0 if levels else 2 :] + Text(f"; en nog {more}", f"; and {more} more")(
        language
    )


def _of_levels(lost: pd.DataFrame, clean: CleanTables, definitions: Definitions) -> Iterator[Doubt]:
    """Look at each item: how much it loses, which levels, other scales, and levels that it never has."""
    kept = pd.concat(
        [table[["unit", "item", "level"]] for table in (clean.observations, clean.excluded_observations)]
    )
    by_level = kept.groupby(["unit", "item"], observed=True)["level"].value_counts().unstack(fill_value=0)
    by_level = by_level.reindex(columns=list(LEVELS), fill_value=0)
    all_kept = kept.groupby(["unit", "item"], observed=True).size()
    of_item = {key: texts for key, texts in lost.groupby(["unit", "item"], sort=False)}
    for key in definitions.items:
        texts = of_item.get(key, lost.iloc[:0])
        count = int(texts["cells"].sum())
        of = count + int(all_kept.get(key, 0))
        levels = by_level.loc[key].to_numpy("int64") if key in by_level.index else np.zeros(5, dtype="int64")
        item = definitions.items[key]
        if count and count > MANY * of and (count > 1 or count == of):
            yield _item_doubt("item_loses", item, definitions, _share(count, of), count=count, of=of)
        yield from _lost_levels(item, texts, levels, definitions)
        yield from _other_scale(item, texts, levels, of, definitions)
        known, gone = int(levels.sum()), set(texts["level"].dropna())
        never = tuple(
            level for level, cells in zip(LEVELS, levels, strict=True) if not cells and level not in gone
        )
        if never and known >= ENOUGH:
            some = ", ".join(map(str, never))
            values_text = Text(f"{some} ({known} waarden)", f"{some} ({known} values)")
            yield _item_doubt("never", item, definitions, values_text, of=known, levels=never)


def _item_doubt(kind: str, item: Item, definitions: Definitions, what: Text, **numbers: Any) -> Doubt:
    text = Text(
        *(
            f"{definitions.word('unit', item.unit, language)} {item.item}: {what(language)}"
            for language in LANGUAGES
        )
    )
    return Doubt(kind, text, unit=item.unit, item=item.item, **numbers)


def _share(count: int, of: int) -> Text:
    percent = f"{100 * count / of:.0f}"
    return Text(f"{count} van de {of} ({percent} %)", f"{count} of {of} ({percent}%)")


def _lost_levels(
    item: Item, texts: pd.DataFrame, kept: np.ndarray, definitions: Definitions
) -> Iterator[Doubt]:
    """Say which levels lose more than the others, when that is no accident (hypergeometric tail)."""
    from scipy.stats import hypergeom  # takes a second, which a kernel that cleans nothing need not wait

    gone = texts.groupby("level")["cells"].sum().reindex(list(LEVELS), fill_value=0).to_numpy("int64")
    there = gone + kept
    if gone.sum() <= 1:
        return
    rates = gone / np.maximum(there, 1)
    ordered = np.argsort(-rates, kind="stable")
    splits = [ordered[:size] for size in range(1, 5)]
    chances = [hypergeom.sf(gone[top].sum() - 1, there.sum(), gone.sum(), there[top].sum()) for top in splits]
    best = int(np.argmin(chances))
    worst = splits[best]
    rate = gone[worst].sum() / max(there[worst].sum(), 1)
    if chances[best] * len(splits) > UNLIKELY or rate <= MANY:
        return
    levels = tuple(sorted(int(place) + 1 for place in worst))
    others = [place for place in range(5) if place + 1 not in levels]
    each = [(level, int(gone[level - 1]), int(there[level - 1])) for level in levels]
    rest = (int(gone[others].sum()), int(there[others].sum()))
    what = Text(
        ", ".join(f"niveau {level} {lost} van de {of}" for level, lost, of in each)
        + f", andere {rest[0]} van de {rest[1]}",
        ", ".join(f"level {level} {lost} of {of}" for level, lost, of in each)
        + f", others {rest[0]} of {rest[1]}",
    )
    count, of = int(gone[worst].sum()), int(there[worst].sum())
    yield _item_doubt("levels_lost", item, definitions, what, count=count, of=of, levels=levels)


def _other_scale(
    item: Item, texts: pd.DataFrame, kept: np.ndarray, of: int, definitions: Definitions
) -> Iterator[Doubt]:
    """Say where whole numbers outside 1 to 5 occur too often for a slip, or 0 stands in the place of 5."""
    numbers = pd.array([_whole(text) for text in texts["text"]], dtype="Int64")
    cells = texts["cells"].groupby(numbers).sum()
    count = int(cells.sum())
    from_0 = 0 in cells.index and kept[4] == 0 and cells.index.max() <= 4 and of >= ENOUGH
    if not from_0 and (count < SLIPS or count <= SOME * of):
        return
    some = ", ".join(f"{int(number)} ({int(many)})" for number, many in cells.items())
    from_0_text = Text(", en nooit 5: een schaal vanaf 0?", ", and never 5: a scale from 0?")
    what = Text(*(some + (from_0_text(language) if from_0 else "") for language in LANGUAGES))
    yield _item_doubt("other_scale", item, definitions, what, count=count, of=of)


def _whole(text: str) -> int | None:
    """Give a whole number outside 1 to 5, as a level of another scale; None of any other text."""
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found and int(found[1]) not in LEVELS else None


def _codings(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Name the codings that the lost texts seem to be in: answer codes, percentages, the same words."""
    coded: dict[str, list[tuple[str, int, int]]] = {}
    for text, cells in lost.groupby("text")["cells"].sum().items():
        kind, number = coding(str(text))
        if kind:
            coded.setdefault(kind, []).append((str(text), number, int(cells)))
    seen: set[str] = set()
    for kind, found in coded.items():
        numbers = {number for _, number, _ in found}
        count = sum(cells for _, _, cells in found)
        if count <= SLIPS or len(numbers) < 2 or (kind != "%" and not numbers <= {0, 1, 2, 3, 4, 5}):
            continue
        seen |= {text for text, _, _ in found}
        found.sort(key=lambda one: one[1])
        names = ", ".join(quoted(text) for text, _, _ in found[:PARTS])
        yield Doubt(
            "coding",
            Text(
                f"antwoordcodes zoals van LimeSurvey of REDCap: {names} ({count} cellen)",
                f"answer codes as of LimeSurvey or REDCap: {names} ({count} cells)",
            )
            if kind.isalpha()
            else Text(f"zo geschreven: {names} ({count} cellen)", f"written so: {names} ({count} cells)"),
            count=count,
        )
    yield from _same_words(lost[~lost["text"].isin(seen)])


def coding(text: str) -> tuple[str, int]:
    """Give the letters (or `%`) and the number of an answer code, ("", 0) of any other text.

    >>> coding("L005"), coding("40%"), coding("02"), coding("Goed")
    (('l', 5), ('%', 40), ('0', 2), ('', 0))
    """
    if code := _CODE.fullmatch(text):
        return code[1].casefold(), int(code[2])
    if text.startswith("0") and text.strip("0") in {"1", "2", "3", "4", "5"}:
        return "0", int(text)
    percent = _PERCENT.fullmatch(text)
    return ("%", int(percent[1])) if percent else ("", 0)


def _same_words(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Name words that stand in the place of levels in three items or more."""
    is_word = [
        _whole(text) is None and not isinstance(values.read_date(text), dt.date) for text in lost["text"]
    ]
    words = lost[(lost["ratio"] < NEAR).to_numpy() & np.array(is_word, dtype=bool)]
    by_text = words.groupby("text").agg(items=("item", "size"), cells=("cells", "sum"))
    same = by_text[(by_text["items"] >= 3) & (by_text["cells"] > SLIPS)].sort_values("cells", ascending=False)
    if same.empty:
        return
    shown_words = [quoted(str(text)) for text in same.index if may_be_shown(str(text), 0)][:PARTS]
    names, count = ", ".join(shown_words), int(same["cells"].sum())
    yield Doubt(
        "coding",
        Text(
            f"dezelfde woorden bij veel items: {names or 'andere tekst'} ({count} cellen)",
            f"the same words at many items: {names or 'other text'} ({count} cells)",
        ),
        count=count,
    )


CHANGES = {
    "entities": Text("HTML-codes zoals `&euml;` of `&#x2F;`", "HTML entities such as `&euml;` or `&#x2F;`"),
    "encoded_twice": Text("letters die twee keer omgezet zijn, zoals `Ã«` voor `ë`",
                          "letters that were encoded twice, such as `Ã«` for `ë`"),
    "unreadable": Text("een vraagteken of vervangteken in plaats van een letter",
                       "a question mark or replacement sign in place of a letter"),
    "signs": Text("met andere leestekens, of een ander teken na het nummer",
                  "with other punctuation, or another sign after the number"),
    "cut": Text("afgekapt", "cut off"),
    "added": Text("met iets erachter", "with something after them"),
    "other": Text("anders geschreven", "written otherwise"),
}  # fmt: skip


def _changed_labels(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Say in which way the texts that are near a label differ from it."""
    near = lost[lost["nearest"].notna() & (lost["text"].str.len() > SHORT)]
    if near.empty:
        return
    changes = [_change(text, label) for text, label in zip(near["text"], near["nearest"], strict=True)]
    near = near.assign(change=changes)
    near = near[(near["ratio"] >= NEAR) | (near["change"] != "other")]
    for change, found in near.groupby("change", sort=False):
        cells, items = int(found["cells"].sum()), len(found[["unit", "item"]].drop_duplicates())
        if cells > SLIPS:
            what = CHANGES[str(change)]
            yield Doubt(
                "labels_changed",
                Text(
                    f"{what.nl} ({cells} cellen van {items} {'item' if items == 1 else 'items'})",
                    f"{what.en} ({cells} cells of {items} {'item' if items == 1 else 'items'})",
                ),
                name=str(change),
                count=cells,
            )


def _change(text: str, label: str) -> str:
    for change, pattern in _CHANGES.items():
        if pattern.search(text):
            return change
    words, known = values.fold(_numbered(text)[1]), values.fold(label)
    if re.findall(r"\w+", words) == re.findall(r"\w+", known):
        return "signs"
    if known.startswith(words):
        return "cut"
    return "added" if words.startswith(known) else "other"


def _rows_of(raw: RawExport, clean: CleanTables, unit: str) -> pd.DataFrame:
    """Give the rows of a sheet: unit, place in its table, row, who, pilot as written, date, kept, lost."""
    table = raw.tables[unit]
    of_unit = clean.rejected[clean.rejected["effect"] == "row_rejected"]
    if raw.dataset.layout != "wide":  # a line of which is rejected once, whatever it holds
        of_unit = of_unit[of_unit["sheet"] == unit]
    rules = pd.Series(of_unit["rule"].astype("str").array, of_unit["row"].to_numpy("int64"))
    rules = rules[~rules.index.duplicated()].reindex(table["row"].to_numpy("int64"))
    person = table["persoon"] if "persoon" in table else pd.Series("", table.index)
    return pd.DataFrame(
        {
            "unit": unit,
            "place": np.arange(len(table)),
            "row": table["row"].to_numpy("int64"),
            "family": values.read_column(table["gezin"], values.read_family).values("str"),
            "person": values.read_column(person, values.read_text).values("str"),
            "pilot": table["pilootproject"].astype("str").str.strip().array,
            "date": values.read_column(
                table["datum"], partial(values.read_date, compact=all_compact(table["datum"].unique()))
            ).values("datetime64[us]"),
            "kept": rules.isna().to_numpy(),
            "lost": rules.isin(LOSING).to_numpy(),
        }
    )


def _attributes(raw: RawExport, clean: CleanTables, rows: pd.DataFrame) -> Iterator[Doubt]:
    emptied = clean.rejected[clean.rejected["rule"] == "R09"]
    for (unit, column), count in emptied.groupby(["sheet", "column"], observed=True).size().items():
        kept = rows.loc[(rows["unit"] == unit) & rows["kept"], "place"]
        filled = int((raw.tables[unit][column].astype("str").iloc[kept].str.strip() != "").sum())
        if count > MANY * filled and count > 1:
            share = _share(int(count), max(filled, int(count)))
            text = Text(f"{column}: {share.nl}", f"{column}: {share.en}")
            yield Doubt(
                "attribute_loses", text, unit=str(unit), name=str(column), count=int(count), of=filled
            )


def _of_rows(raw: RawExport, clean: CleanTables, rows: pd.DataFrame) -> Iterator[Doubt]:
    """Look at the rows of each sheet, and say why most of those that are lost are."""
    rejected = clean.rejected
    gone = rejected[(rejected["effect"] == "row_rejected") & rejected["rule"].isin(LOSING)]
    for unit in UNITS:
        mine = rows[rows["unit"] == unit]
        where = f"{shown(raw.files[unit])} ({unit})"
        count = int(mine["lost"].sum())
        if count > MANY * len(mine):
            share = _share(count, len(mine))
            own = gone[gone["sheet"] == unit]
            own = own if len(own) else gone  # of a wide export a line stands under one unit
            most = own[own["reason_en"] == own["reason_en"].mode()[0]].iloc[0]
            text = Text(
                f"{where}: {share.nl}, meest door {most['reason_nl']}",
                f"{where}: {share.en}, most for {most['reason_en']}",
            )
            yield Doubt("sheet_loses", text, unit=unit, name=raw.files[unit], count=count, of=len(mine))


def nearest_pilot(name: str, pilots: Sequence[str]) -> str:
    """Give the pilot whose name is most like this one, "" when none is.

    >>> nearest_pilot("Oostende", ["Leuven", "Ostende"]), nearest_pilot("Gent", ["Leuven", "Ostende"])
    ('Ostende', '')
    """
    folded = {fold(pilot): pilot for pilot in pilots}
    wanted = fold(name)[:COMPARED]
    return next((folded[near] for near in get_close_matches(wanted, list(folded), n=1, cutoff=NEAR)), "")


def _of_pilots(raw: RawExport, rows: pd.DataFrame) -> Iterator[Doubt]:
    """Look at the rows of each pilot, and at names that are none."""
    pilots = {fold(pilot): pilot for pilot in raw.dataset.pilots}
    written = rows["pilot"].value_counts()
    names = {name: pilots.get(fold(str(name)), "") for name in written.index if str(name)}
    near = {name: nearest_pilot(str(name), raw.dataset.pilots) for name, pilot in names.items() if not pilot}
    meant = rows["pilot"].map(names | near)
    for pilot in raw.dataset.pilots:
        mine = rows[meant == pilot]
        count = int(mine["lost"].sum())
        if count > MANY * len(mine):
            share = _share(count, len(mine))
            text = Text(f"{shown(pilot)}: {share.nl}", f"{shown(pilot)}: {share.en}")
            yield Doubt("pilot_loses", text, name=pilot, count=count, of=len(mine))
    hidden = 0
    for name, pilot in near.items():
        count = int(written[name])
        if not may_be_shown(str(name), float(bool(pilot))):
            hidden += count
            continue
        meaning = (
            Text(f", lijkt op {quoted(pilot)}", f", most like {quoted(pilot)}") if pilot else Text(" ", " ")
        )
        yield Doubt(
            "pilot_unknown",
            Text(
                f"{quoted(str(name))} ({_rows(count).nl}{meaning.nl.rstrip()})",
                f"{quoted(str(name))} ({_rows(count).en}{meaning.en.rstrip()})",
            ),
            name=str(name),
            count=count,
            of=len(rows),
        )
    if hidden:
        text = Text(f"andere tekst ({_rows(hidden).nl})", f"other text ({_rows(hidden).en})")
        yield Doubt("pilot_unknown", text, count=hidden, of=len(rows))


def _rows(count: int) -> Text:
    return Text(f"{count} {'rij' if count == 1 else 'rijen'}", f"{count} {'row' if count == 1 else 'rows'}")


def _of_families(rows: pd.DataFrame) -> Iterator[Doubt]:
    counts = rows[rows["family"].notna()].groupby("family")["lost"].agg(["sum", "size"])
    losing = counts[(counts["sum"] > MANY * counts["size"]) & (counts["sum"] >= SLIPS)]
    if losing.empty:
        return
    worst = losing.loc[losing["sum"].idxmax()]
    most = _share(int(worst["sum"]), int(worst["size"]))
    number = len(losing)
    yield Doubt(
        "families_lose",
        Text(
            f"{number} van de {len(counts)}, het meest {most.nl} rijen",
            f"{number} of {len(counts)}, at most {most.en} rows",
        ),
        count=number,
        of=len(counts),
    )


def _two_births(raw: RawExport, rows: pd.DataFrame) -> Iterator[Doubt]:
    """Count children with two dates of birth; one that was still expected may come on another day."""
    table = raw.tables["kind"]
    if "geboortedatum" not in table:  # as in a long or wide export
        return
    mine = rows[(rows["unit"] == "kind") & rows["kept"]]
    births = values.read_column(table["geboortedatum"], values.read_birth).values("datetime64[us]")
    born = mine.assign(birth=births.take(mine["place"].to_numpy()))
    born = born[born["birth"] <= born["date"]]
    dates = born.groupby(["family", born["person"].str.upper()])["birth"].nunique()
    count = int((dates > 1).sum())
    if count:
        text = Text(f"{count} van de {len(dates)}", f"{count} of {len(dates)}")
        yield Doubt("two_births", text, unit="kind", count=count, of=len(dates))


def _falling_numbers(raw: RawExport, rows: pd.DataFrame) -> Iterator[Doubt]:
    """Compare each kept row with the next date of the same family and person."""
    for unit in UNITS:
        mine = rows[(rows["unit"] == unit) & rows["kept"]]
        number = (
            raw.tables[unit]["registratie_id"].astype("str").iloc[mine["place"]].astype("int64").to_numpy()
        )
        frame = mine.assign(number=number, person=mine["person"].fillna("").str.upper())
        frame = frame.sort_values(["family", "person", "date", "number"], kind="stable")
        before = frame.groupby(["family", "person"])[["date", "number"]].shift()
        later = (before["date"] < frame["date"]).to_numpy()
        falls = int((later & (before["number"] > frame["number"]).to_numpy()).sum())
        of = int(later.sum())
        if falls > SLIPS and falls > MANY * of:
            share = _share(falls, of)
            where = f"{shown(raw.files[unit])} ({unit})"
            text = Text(f"{where}: {share.nl}", f"{where}: {share.en}")
            yield Doubt("ids_fall", text, unit=unit, name=raw.files[unit], count=falls, of=of)


def _of_days(raw: RawExport, clean: CleanTables, today: dt.date) -> Iterator[Doubt]:
    texts = clean.rejected.loc[clean.rejected["column"] == "datum", "value"].dropna()
    swapped = sum(map(_is_month_first, texts))
    if swapped:
        yield Doubt(
            "month_first",
            Text(
                f"{swapped} onleesbare data zouden dan leesbaar zijn. Hier staat de dag altijd eerst: ook "
                "andere data van deze export, zoals 03/04/2023, zijn dan verkeerd gelezen",
                f"{swapped} unreadable dates would then be readable. Here the day is always first: other "
                "dates of this export, such as 03/04/2023, have then been read wrong as well",
            ),
            count=swapped,
        )
    days = clean.registrations["date"]
    later = int((days > pd.Timestamp(today)).sum())
    if later or raw.dataset.exported_on > today:
        exported = raw.dataset.exported_on
        yield Doubt(
            "future",
            Text(
                f"{later} registraties na vandaag, en dataset.yml laat data toe tot {exported}",
                f"{later} registrations after today, and dataset.yml allows dates up to {exported}",
            ),
            count=later,
            of=len(days),
        )
    if len(days) and (days.min().date() - raw.dataset.project_start).days > EARLY:
        start, first = raw.dataset.project_start, days.min().date()
        yield Doubt(
            "early_start",
            Text(
                f"project_start is {start}, de eerste registratie {first}; een oude datum valt zo niet op",
                f"project_start is {start}, the first registration {first}; an old date is not noticed so",
            ),
        )


def _is_month_first(text: str) -> bool:
    """Say whether a date is one only with the month before the day.

    >>> [_is_month_first(text) for text in ("05/13/2023", "13/05/2023", "03/04/2023", "13/13/2023")]
    [True, False, False, False]
    """
    found = _MONTH_FIRST.match(text)
    return found is not None and int(found[1]) <= 12 < int(found[3]) <= 31


def _nameless(raw: RawExport) -> Iterator[Doubt]:
    for unit, count in raw.nameless.items():
        if count:
            of_unit = unit if unit in UNITS else ""  # a long or wide export has one table for all
            file = raw.files[of_unit or UNITS[0]]
            where = f"{shown(file)} ({of_unit})" if of_unit else shown(file)
            text = Text(f"{where}: {count} waarden", f"{where}: {count} values")
            yield Doubt("nameless", text, unit=of_unit, name=file, count=count)
