"""What is said of each family in the internal review of those that declined."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.sentences._phrases import AND, Account, counted, fill, listed, named, plural, quoted, sentences

KEYS = ["unit", "person", "item"]
HEADING = Text(
    "Gezin {number} van {all}: {family} ({pilot}), van {before} naar {after} domeinen",
    "Family {number} of {all}: {family} ({pilot}), from {before} to {after} domains",
)
SHORT_HEADING = Text(
    "{family}: van {before} naar {after} domeinen met een tekort",
    "{family}: from {before} to {after} deprived domains",
)
NO_ITEM = Text(
    "geen item overschreed de grens; het verschil zit in wat niet van toepassing werd of in wie erbij kwam",
    "no item crossed the level; the difference is in what became not applicable or in who came later",
)
ITEM_FELL = Text(
    "{who} {item} van {before} naar {after} (eerst op {date})",
    "{who} {item} from {before} to {after} (first on {date})",
)
BECAME = Text("Tekort ontstaan. {list}.", "Became deprived. {list}.")
UNKNOWN_BEFORE = Text(" (bij de nulmeting onbekend)", " (unknown at baseline)")
LATER = (
    Text(
        "Na de opvolgmeting volgde nog {what}; die staat hier niet.",
        "After the follow-up came {what}; it is not shown here.",
    ),
    Text(
        "Na de opvolgmeting volgden nog {what}; die staan hier niet.",
        "After the follow-up came {what}; they are not shown here.",
    ),
)
TIMELINE = Text(
    "Items die minstens één keer veranderden of waardoor een domein een tekort kreeg, op elke datum waarop "
    "iets van het gezin geregistreerd is, tot en met de opvolgmeting. Volle kleur: die dag geregistreerd; "
    "bleek: overgenomen van een eerdere dag; wit: nog niet geregistreerd. Zwarte streep en vet cijfer: het "
    "item veranderde, ▲ beter, ▼ slechter, ◆ van of naar niet van toepassing (–). Vette naam: het item "
    "waardoor een domein een tekort kreeg.",
    "Items that changed at least once or by which a domain became deprived, on every date on which anything "
    "of the family was registered, up to and including the follow-up. Full colour: registered that day; "
    "pale: carried forward from an earlier day; white: not registered yet. Black bar and bold figure: the "
    "item changed, ▲ better, ▼ worse, ◆ from or to not applicable (–). Bold name: the item by which a "
    "domain became deprived.",
)
OTHERS = (
    Text("Eén ander item staat alleen in de tabel.", "One other item is in the table only."),
    Text("{n} andere items staan alleen in de tabel.", "{n} other items are in the table only."),
)
CHANGES = Text("Veranderingen. {list}.", "Changes. {list}.")
NO_CHANGES = Text("Geen enkel item veranderde van waarde.", "No item changed its value.")
MOVED = Text("{who} {item} naar {level}", "{who} {item} to {level}")


def case_heading(family: Any, *, families: int) -> Text:
    """Name a family in a heading: its number, code, pilot and scores.

    Parameters
    ----------
    family : a row of `declined_families`.
    families : how many there are.
    """
    return fill(
        HEADING,
        number=int(family.number),
        all=families,
        family=family.family,
        pilot=family.pilot,
        before=int(family.baseline_score),
        after=int(family.follow_up_score),
    )


def case_fell(deprivations: pd.DataFrame, items: pd.DataFrame, *, definitions: Definitions) -> Text:
    """Say which domains became deprived in one family, by which items and when.

    Parameters
    ----------
    deprivations : domain, before: of one family.
    items : unit, person, item, domain, baseline_level, follow_up_level, date: of the same.
    definitions : for titles.
    """
    told = []
    for row in deprivations.itertuples():
        found = items[items["domain"].astype("str") == row.domain]
        pieces = [_fell(one, definitions) for one in found.itertuples()]
        title = definitions.kansarmoede.domain(str(row.domain)).title
        if row.before == "unknown":
            title = fill(Text("{a}{b}", "{a}{b}"), a=title, b=UNKNOWN_BEFORE)
        told.append(named(title, listed(pieces, mark="; ") if pieces else NO_ITEM))
    return fill(BECAME, list=listed(told, mark=". "))


def case_later(family: Any) -> Text | None:
    """Say how many registrations and notes came after the follow-up, no zeros; None when there were none.

    Parameters
    ----------
    family : a row of `declined_families`.
    """
    counts = (int(family.later_registrations), int(family.later_notes))
    if not any(counts):
        return None
    pieces = [counted(n, kind) for n, kind in zip(counts, ("registration", "note"), strict=True) if n]
    return fill(plural(sum(counts), *LATER), what=listed(pieces, last=AND))


def timeline(table: pd.DataFrame, family: Any, *, marked: pd.DataFrame, definitions: Definitions) -> Account:
    """Tell the timeline of one family.

    Parameters
    ----------
    table : unit, person, item, date, level, status, change: all rows of the family.
    family : its row of `declined_families`.
    marked : unit, person, item of the rows that are drawn even when nothing changed, with a bold name.
    definitions : for titles.
    """
    changed = table[table["change"].notna()]
    drawn = pd.concat([changed[KEYS], marked[KEYS]], ignore_index=True).drop_duplicates()
    others = len(table[KEYS].drop_duplicates()) - len(drawn)
    told = [
        named(f"{date:%Y-%m-%d}", listed(_moved(row, definitions) for row in rows.itertuples()))
        for date, rows in changed.groupby("date", sort=True)
    ]
    return Account(
        case_heading_short(family),
        sentences(TIMELINE, fill(plural(others, *OTHERS), n=others) if others else None),
        fill(CHANGES, list=listed(told, mark="; ")) if told else NO_CHANGES,
    )


def case_heading_short(family: Any) -> Text:
    """Name a family in a figure: its code and scores."""
    return fill(
        SHORT_HEADING,
        family=family.family,
        before=int(family.baseline_score),
        after=int(family.follow_up_score),
    )


def about(unit: str, person: Any, item: str, definitions: Definitions) -> Text:
    """Name what a value or note is about: person, or household, and item."""
    who = definitions.vocabulary["unit"][unit] if pd.isna(person) else same(person)
    title = definitions.item(unit, item).title
    return fill(Text("{who} · {item}", "{who} · {item}"), who=who, item=title)


def _who(row: Any, definitions: Definitions) -> Text:
    """Name the person, or the household."""
    return definitions.vocabulary["unit"][row.unit] if pd.isna(row.person) else same(row.person)


def same(words: Any) -> Text:
    """Give words that are the same in both languages."""
    return Text(str(words), str(words))


def _fell(row: Any, definitions: Definitions) -> Text:
    """Say from where to where an item fell, and when that was first registered."""
    unknown = Text("onbekend", "unknown")
    return fill(
        ITEM_FELL,
        who=_who(row, definitions),
        item=quoted(definitions.item(row.unit, row.item).title),
        before=unknown if pd.isna(row.baseline_level) else int(row.baseline_level),
        after=int(row.follow_up_level),
        date=f"{row.date:%Y-%m-%d}",
    )


def _moved(row: Any, definitions: Definitions) -> Text:
    """Say to which level an item changed."""
    none = definitions.vocabulary["status"]["not_applicable"]
    level = none if pd.isna(row.level) else same(row.level)
    item = quoted(definitions.item(row.unit, row.item).title)
    return fill(MOVED, who=_who(row, definitions), item=item, level=level)
