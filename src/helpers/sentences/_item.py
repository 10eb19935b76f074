"""What is said of the change of all items."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, percentage
from helpers.sentences import _conclusion_texts as texts
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._names import item_name
from helpers.sentences._phrases import AND, ARROWS, Account, fill, listed, plural, sentences, way_words
from helpers.sentences._transition import NO_PAIRS, UNCHANGED

MOST_AND_LEAST = Text(
    "Hoogste netto-aandeel: {most}; laagste: {least}",
    "Highest net share: {most}; lowest: {least}",
)
MOST = Text(
    "Hoogste netto-aandeel: {most}; bij geen enkel item ging het per saldo achteruit",
    "Highest net share: {most}; no item declined on balance",
)
LEAST = Text(
    "Laagste netto-aandeel: {least}; bij geen enkel item ging het per saldo vooruit",
    "Lowest net share: {least}; no item improved on balance",
)
LEVEL = Text(
    "Bij geen enkel item ging het per saldo vooruit of achteruit",
    "No item improved or declined on balance",
)
ITEMS_READING = Text(
    "Rechts van nul wie vooruitging, links wie achteruitging, als aandeel van de paren van het item, met "
    "de aantallen rechts (▼ achteruit, = gelijk, ▲ vooruit). De ruit is het netto-aandeel: (vooruit − "
    "achteruit)/n, met zijn 95 %-interval over gezinnen.",
    "Right of zero those who improved, left those who declined, as a share of the pairs of the item, "
    "with the counts at the right (▼ declined, = unchanged, ▲ improved). The diamond is the net share: "
    "(improved − declined)/n, with its 95% interval over families.",
)
IMPROVING_FAMILIES = Text(
    "opgevolgde gezinnen met minder domeinen met een tekort",
    "followed families with fewer deprived domains",
)
ITEMS_CAPTION = Text(
    "Eenheid: personen van {of}, en bij items van het huishouden de gezinnen zelf, met een bekend niveau "
    "op beide momenten; n per item van {low} tot {high}.",
    "Unit: persons of {of}, and for household items the families themselves, with a known level at both "
    "moments; n per item from {low} to {high}.",
)
ITEMS_DESCRIBED = Text(
    "Balken links en rechts van nul, per item – {list}.",
    "Bars left and right of zero, per item – {list}.",
)
ITEM_DESCRIBED = Text(
    "{name}: {n_up} {up}, {n_down} {down}, {n_same} {same}",
    "{name}: {n_up} {up}, {n_down} {down}, {n_same} {same}",
)
OWN_WORDS = Text(
    "Bij {name} is rechts {up} en links {down}, in blauw.",
    "For {name} right is {up} and left {down}, in blue.",
)
FRESHNESS = Text(
    "Van alle paren die gelijk bleven ({total}) is de waarde bij {fresh} na de nulmeting opnieuw "
    "geregistreerd; bij {carried} is ze overgenomen.",
    "Of all unchanged pairs ({total}) the value was registered again after baseline in {fresh}; in "
    "{carried} it was carried forward.",
)


def item_change(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    improvers: bool = False,
    verdicts: pd.DataFrame | None = None,
) -> Account:
    """Tell which items moved most and least.

    Parameters
    ----------
    table : unit, item, n, improved, unchanged_fresh, unchanged_carried, declined, net; by falling net share.
    definitions : for titles.
    improvers : whether the table is about the families whose score improved.
    verdicts : verdicts, for how sure each change is.
    """
    some = table[table["n"] > 0]
    told = None
    if not some.empty:
        told = texts.IMPROVERS if improvers else conclusions.items(table, definitions, verdicts)
    return Account(
        _most_and_least(some, definitions),
        _caption(table, definitions, improvers),
        _described(table, definitions),
        told,
    )


def _most_and_least(some: pd.DataFrame, definitions: Definitions) -> Text:
    """Say which two items improved most on balance, and which declined most; one that stood still is none."""
    if some.empty:
        return NO_PAIRS
    moved = some if len(some) < 3 else some[some["net"] != 0]
    named = [
        fill(
            Text("{name} {net}", "{name} {net}"),
            name=item_name(row, definitions),
            net=both(percentage, row.net, signed=True),
        )
        for row in moved.itertuples()
    ]
    if len(some) < 3:
        return fill(Text("Netto verandering: {items}", "Net change: {items}"), items=listed(named, last=AND))
    up = int((moved["net"] > 0).sum())
    most, least = listed(named[: min(up, 2)], last=AND), named[-1] if named else LEVEL
    if up == len(named):
        return fill(MOST, most=most) if named else LEVEL
    return fill(MOST_AND_LEAST, most=most, least=least) if up else fill(LEAST, least=least)


def _caption(table: pd.DataFrame, definitions: Definitions, improvers: bool) -> Text:
    """Say what a pair is, of whom, and how to read the bars."""
    of = IMPROVING_FAMILIES if improvers else Text("opgevolgde gezinnen", "followed families")
    unit = fill(ITEMS_CAPTION, of=of, low=int(table["n"].min()), high=int(table["n"].max()))
    without = _without_pairs(int((table["n"] == 0).sum()))
    same = table[["unchanged_fresh", "unchanged_carried"]].to_numpy().sum()
    again = UNCHANGED if same else None
    return sentences(unit, without, ITEMS_READING, ARROWS, *_own_words(table, definitions), again)


def _own_words(table: pd.DataFrame, definitions: Definitions) -> list[Text]:
    """Say of which items left and right have words of their own."""
    rows = [(row, definitions.moves(str(row.unit), row.item)) for row in table.itertuples()]
    return [
        fill(OWN_WORDS, name=item_name(row, definitions), **way_words(moves)) for row, moves in rows if moves
    ]


def _without_pairs(n: int) -> Text | None:
    """Say how many items nobody has at both moments."""
    if not n:
        return None
    return fill(
        plural(
            n,
            Text("{n} item heeft geen paren.", "{n} item has no pairs."),
            Text("{n} items hebben geen paren.", "{n} items have no pairs."),
        ),
        n=n,
    )


def _described(table: pd.DataFrame, definitions: Definitions) -> Text:
    """List every item with its counts."""
    rows = [
        fill(
            ITEM_DESCRIBED,
            name=item_name(row, definitions),
            n_up=int(row.improved),
            n_down=int(row.declined),
            n_same=int(row.unchanged_fresh + row.unchanged_carried),
            **way_words(definitions.moves(str(row.unit), row.item)),
        )
        for row in table.itertuples()
    ]
    return fill(ITEMS_DESCRIBED, list=listed(rows, mark="; "))


def freshness(table: pd.DataFrame) -> Text:
    """Say how many of the unchanged values were registered again.

    Parameters
    ----------
    table : unchanged_fresh, unchanged_carried.
    """
    fresh, carried = int(table["unchanged_fresh"].sum()), int(table["unchanged_carried"].sum())
    return fill(FRESHNESS, total=fresh + carried, fresh=fresh, carried=carried)
