"""What is said of findings under other choices: headlines, specifications, cutoffs, many tests at once."""

import pandas as pd

from helpers.codebook import Definitions, Text
from helpers.formats import both, decimal, percentage
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import nothing_to_tell
from helpers.sentences._phrases import AND, Account, fill, listed, sentences

NO_CONTROL = Text(
    "Waardoor er iets verschoof, zegt dit niet: er is geen controlegroep.",
    "It does not say why anything moved: there is no control group.",
)
HEADLINES_FINDING = Text(
    "Van {total} keer dat een bevinding van een andere keuze afhangt, blijft ze er {holds} overeind; {fails}",
    "Of {total} times that a finding depends on another choice, it holds {holds}; {fails}",
)
HEADLINES_FAIL = Text("niet bij: {list}", "not under: {list}")
HEADLINES_ALL = Text("bij geen enkele keuze valt er een om", "under no choice does one fall")
USUAL_FAILS = Text(
    "Ook bij alle standaardkeuzes blijft niet overeind: {list}.",
    "Not holding by default either: {list}.",
)
HEADLINES_CAPTION = Text(
    "Elke rij wijkt met één keuze af van de standaard; de keuzes staan in multiverse.yml. De getallen zijn "
    "het netto-aandeel (vooruit − achteruit, gedeeld door n), de verandering van het aandeel kansarme "
    "gezinnen, en de laagste rang van de genoemde items. Een bevinding over kansarmoede valt om als het "
    "aandeel niet daalde, de andere als het netto-aandeel niet boven nul ligt of een ander item hoger staat.",
    "Each row departs from the default in one choice; the choices are in multiverse.yml. The numbers are the "
    "net share (improved − declined, over n), the change in the share of poor families, and the lowest rank "
    "of the named items. A finding about poverty falls when the share did not fall, the others when the net "
    "share is not above zero or another item stands higher.",
)
HEADLINES_CONCLUSION = Text(
    "Overeind blijven gaat alleen over het teken, niet over hoe groot of hoe zeker een verschil is. De twee "
    "rijen over wie niet opgevolgd is, zijn uitersten: tussen beide in weten we het niet.",
    "To hold is about the sign only, not about how large or how certain a difference is. The two rows about "
    "those who were not followed are extremes: in between we do not know.",
)
MULTIVERSE_FINDING = Text(
    "Meer gezinnen vooruit dan achteruit in {same_up} van {same} gelijkwaardige specificaties, en in {up} "
    "van alle {total}",
    "More families improved than declined in {same_up} of {same} equivalent specifications, and in {up} of "
    "all {total}",
)
MULTIVERSE_CAPTION = Text(
    "Elke stip is een specificatie: de hele berekening, van de opgeschoonde waarnemingen af, met één optie "
    "van elke keuze. Eenheid: opgevolgde gezinnen; n per specificatie van {low} tot {high}. Het "
    "netto-aandeel loopt bij de gelijkwaardige van {same_from} tot {same_to}, bij alle van {all_from} tot "
    "{all_to}; bij de standaard is het {usual}. Het aandeel kansarme gezinnen daalde in {same_fell} van "
    "{same} gelijkwaardige en {fell} van alle {total} specificaties.",
    "Each dot is a specification: the whole computation, from the clean observations on, with one option of "
    "each choice. Unit: followed families; n per specification from {low} to {high}. The net share runs from "
    "{same_from} to {same_to} among the equivalent ones, from {all_from} to {all_to} among all; by default "
    "it is {usual}. The share of poor families fell in {same_fell} of {same} equivalent and {fell} of all "
    "{total} specifications.",
)
MULTIVERSE_CONCLUSION = Text(
    "Deze aantallen zijn geen kansen: specificaties zijn geen steekproef, gaan over dezelfde gezinnen en "
    "hangen samen. Ze zeggen hoeveel het oordeel aan onze keuzes hangt, niet hoe zeker het is.",
    "These counts are no probabilities: specifications are no sample, are about the same families and are "
    "not independent. They say how much the verdict hangs on our choices, not how certain it is.",
)
OPTIONS_DESCRIBED = Text(
    "Stijgende curve van het netto-aandeel; het middelste netto-aandeel per optie – {list}.",
    "Rising curve of the net share; the middle net share by option – {list}.",
)
NO_SPECIFICATION = Text(
    "In geen enkele specificatie zijn er opgevolgde gezinnen", "No specification has followed families"
)


def headlines(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell which headlines survive which choices.

    Parameters
    ----------
    table : dimension, option, headline, n, value, standing.
    definitions : for words, those of the choices among them.
    """
    told = table[table["standing"].isin(["holds", "does_not_hold"])]
    usual, others = told[told["dimension"] == "default"], told[told["dimension"] != "default"]
    fails = others[others["standing"] == "does_not_hold"]
    finding = fill(
        HEADLINES_FINDING,
        total=len(others),
        holds=len(others) - len(fails),
        fails=_failing(fails, definitions),
    )
    described = [
        _row(str(dimension), str(option), rows, definitions)
        for (dimension, option), rows in table.groupby(["dimension", "option"], sort=False)
    ]
    start = Text("Raster van keuzes en bevindingen – {list}.", "Grid of choices and findings – {list}.")
    return Account(
        finding if len(told) else NOBODY_FOLLOWED,
        sentences(HEADLINES_CAPTION, _usual(usual, definitions)),
        fill(start, list=listed(described, mark="; ")),
        sentences(HEADLINES_CONCLUSION, NO_CONTROL) if len(told) else None,
    )


def _usual(usual: pd.DataFrame, definitions: Definitions) -> Text | None:
    """Say which headlines do not even hold by default."""
    fails = usual[usual["standing"] == "does_not_hold"]
    if fails.empty:
        return None
    named = [definitions.vocabulary["headline_short"][name] for name in fails["headline"]]
    return fill(USUAL_FAILS, list=listed(named, last=AND))


def _failing(fails: pd.DataFrame, definitions: Definitions) -> Text:
    """Name the choices under which a headline does not hold, at most four of them."""
    choices = list(dict.fromkeys(zip(fails["dimension"], fails["option"], strict=True)))
    if not choices:
        return HEADLINES_ALL
    named = [definitions.vocabulary[dimension][option] for dimension, option in choices[:4]]
    if len(choices) > 4:
        named.append(fill(Text("nog {n} andere", "{n} others"), n=len(choices) - 4))
    return fill(HEADLINES_FAIL, list=listed(named, last=AND))


def _row(dimension: str, option: str, rows: pd.DataFrame, definitions: Definitions) -> Text:
    """Tell one choice."""
    cells = [
        fill(
            Text("{headline} {standing}{value}", "{headline} {standing}{value}"),
            headline=definitions.vocabulary["headline_short"][row.headline],
            standing=definitions.vocabulary["standing"][str(row.standing)],
            value=_value(row.value),
        )
        for row in rows.itertuples()
        if row.standing != "not_applicable"
    ]
    return fill(
        Text("{choice}: {list}", "{choice}: {list}"),
        choice=definitions.vocabulary[dimension][option],
        list=listed(cells),
    )


def _value(value: float) -> Text:
    """Write the value between brackets, where there is one."""
    if pd.isna(value):
        return Text("", "")
    written = both(percentage, value, signed=True) if abs(value) <= 1 else both(decimal, value, digits=0)
    return Text(f" ({written.nl})", f" ({written.en})")


def multiverse(table: pd.DataFrame, *, definitions: Definitions | None = None) -> Account:
    """Tell in how many specifications the findings hold, and how far the net share ranges.

    Parameters
    ----------
    table : the choices, default, equivalent, families, H_baseline, H_follow_up, net: a row per specification.
    definitions : for the words of the choices; without them the options are not described.
    """
    some = table[table["net"].notna()]
    if some.empty:
        return nothing_to_tell(NO_SPECIFICATION)
    same = some[some["equivalent"]]
    counts = {
        "same": len(same),
        "total": len(some),
        "same_up": int((same["net"] > 0).sum()),
        "up": int((some["net"] > 0).sum()),
        "same_fell": int((same["H_follow_up"] < same["H_baseline"]).sum()),
        "fell": int((some["H_follow_up"] < some["H_baseline"]).sum()),
    }
    ranges = {
        f"{name}_{end}": both(percentage, value, signed=True)
        for name, rows in (("same", same), ("all", some))
        for end, value in (("from", rows["net"].min()), ("to", rows["net"].max()))
    }
    usual = table.loc[table["default"], "net"]
    caption = fill(
        MULTIVERSE_CAPTION,
        low=int(some["families"].min()),
        high=int(some["families"].max()),
        usual=both(percentage, usual.iloc[0] if len(usual) else float("nan"), signed=True),
        **counts,
        **ranges,
    )
    finding = fill(MULTIVERSE_FINDING, **counts)
    described = _options(some, definitions) if definitions else finding
    return Account(finding, caption, described, sentences(MULTIVERSE_CONCLUSION, NO_CONTROL))


def _options(some: pd.DataFrame, definitions: Definitions) -> Text:
    """Give the middle net share of the specifications with each option."""
    names = [name for name in some.columns[:6] if name in definitions.vocabulary]
    pieces = [
        fill(
            Text("{option} {net}", "{option} {net}"),
            option=definitions.vocabulary[name][str(option)],
            net=both(percentage, net, signed=True),
        )
        for name in names
        for option, net in some.groupby(name, sort=False)["net"].median().items()
    ]
    return fill(OPTIONS_DESCRIBED, list=listed(pieces, mark="; "))
