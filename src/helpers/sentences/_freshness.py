"""What is said of values that nobody looked at again, and of families that were looked at again."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Choices
from helpers.formats import both, percentage
from helpers.sentences._names import ALL, NO_PAIRS, item_name, nothing_to_tell
from helpers.sentences._phrases import (
    NOTHING,
    STACKED_BARS,
    Account,
    counted,
    fill,
    listed,
    plural,
    sentences,
    share_text,
)
from helpers.words.selection import pilot_name as pilot_text

FRESHNESS_FINDING = Text(
    "Van {pairs} is {changed} veranderd, {confirmed} bevestigd en {carried} overgenomen",
    "Of {pairs} {changed} changed, {confirmed} were confirmed and {carried} carried forward",
)
PAIRS = (Text("{n} paar", "{n} pair"), Text("{n} paren", "{n} pairs"))
FRESHNESS_CAPTION = Text(
    "Een paar is een persoon (bij items van het huishouden een gezin) met een bekend niveau op beide "
    "momenten. Bevestigd: hetzelfde niveau, na het venster van de nulmeting opnieuw geregistreerd. "
    "Overgenomen: hetzelfde niveau, omdat er niets meer over geregistreerd is. De items zijn gesorteerd van "
    "vaakst naar minst vaak overgenomen.{pilots}",
    "A pair is a person (for household items a family) with a known level at both moments. Confirmed: the "
    "same level, registered again after the baseline window. Carried forward: the same level, because "
    "nothing was registered about it again. Items are sorted from most to least often carried "
    "forward.{pilots}",
)
FRESHNESS_PILOTS = Text(
    " Per pilootproject loopt het aandeel overgenomen van {low} ({lowest}) tot {high} ({highest}).",
    " By pilot project the share carried forward runs from {low} ({lowest}) to {high} ({highest}).",
)
FRESHNESS_CONCLUSION = Text(
    "Een overgenomen waarde is geen waarneming dat er niets veranderde. Hoe meer er overgenomen is, hoe "
    "minder ‘gelijk gebleven’ zegt. Waar een export telkens volledige rijen heeft, lijkt alles bevestigd en "
    "zegt dat onderscheid weinig.",
    "A value that is carried forward is no observation that nothing changed. The more there is of it, the "
    "less ‘unchanged’ says. Where an export has full rows each time, everything seems confirmed and the "
    "distinction says little.",
)
FRESH = Text(
    "Met minstens {least} van om het even welk item, na het venster van de nulmeting en tot de opvolgmeting: "
    "{fresh} van {total}. {improved} {went} vooruit, {declined} achteruit (netto {net}); {out} {left} uit "
    "kansarmoede.",
    "With at least {least} of any item at all, after the baseline window and up to the follow-up: {fresh} of "
    "{total}. {improved} improved and {declined} declined (net {net}); {out} moved out of poverty.",
)
OTHER_ITEMS = Text(
    "Zo’n registratie zegt niets over de andere items van het gezin: die kunnen overgenomen zijn.",
    "Such a registration says nothing about the other items of the family: those can be carried forward.",
)
WENT = (Text("ging", "went"), Text("gingen", "went"))
LEFT = (Text("kwam", "moved"), Text("kwamen", "moved"))
SAME_FAMILIES = Text(
    "Dat zijn ze allemaal: deze cijfers zijn die van alle gezinnen, geen tweede bevestiging.",
    "That is all of them: these numbers are those of all families, not a second confirmation.",
)
NO_FRESH = Text(
    "Geen enkel opgevolgd gezin heeft na het venster van de nulmeting en tot de opvolgmeting minstens "
    "{least}.",
    "No followed family has at least {least} after the baseline window and up to the follow-up.",
)


def freshness_by_item(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell which share of the follow-up values was looked at again.

    Parameters
    ----------
    table : pilot (`all` and each), unit, item, n, changed, confirmed, carried.
    definitions : for titles.
    """
    totals = table.groupby("pilot", sort=False)[["n", "changed", "confirmed", "carried"]].sum()
    every = totals.loc[ALL]
    if not every["n"]:
        return nothing_to_tell(NO_PAIRS)
    shares = {name: share_text(every[name] / every["n"]) for name in ("changed", "confirmed", "carried")}
    rows = table[(table["pilot"] == ALL) & (table["n"] > 0)]
    described = [
        fill(
            Text("{name}: {share} overgenomen", "{name}: {share} carried forward"),
            name=item_name(row, definitions),
            share=share_text(row.carried / row.n),
        )
        for row in rows.itertuples()
    ]
    return Account(
        fill(FRESHNESS_FINDING, pairs=fill(plural(int(every["n"]), *PAIRS), n=int(every["n"])), **shares),
        fill(FRESHNESS_CAPTION, pilots=_pilots(totals.drop(index=ALL), definitions)),
        fill(STACKED_BARS, list=listed(described, mark="; ")),
        FRESHNESS_CONCLUSION,
    )


def _pilots(totals: pd.DataFrame, definitions: Definitions) -> Text:
    """Say in which pilots most and least was carried forward; nothing with fewer than two that have pairs."""
    carried = (totals["carried"] / totals["n"].where(totals["n"] > 0)).dropna().astype("float64")
    if len(carried) < 2:
        return NOTHING
    lowest, highest = str(carried.idxmin()), str(carried.idxmax())
    return fill(
        FRESHNESS_PILOTS,
        low=share_text(float(carried.min())),
        high=share_text(float(carried.max())),
        lowest=pilot_text(lowest, definitions),
        highest=pilot_text(highest, definitions),
    )


def headline_fresh(table: pd.DataFrame, bounds: pd.DataFrame, *, choices: Choices) -> Text:
    """Tell what moved among the families with enough new registrations.

    Parameters
    ----------
    table : measure, families, value.
    bounds : attrition_bounds, for how many families are compared in all.
    choices : for the registrations that make a family fresh.
    """
    families = int(bounds.set_index("case").loc["observed", "families"])
    fresh, value = int(table["families"].iloc[0]), dict(zip(table["measure"], table["value"], strict=True))
    least = counted(choices.fresh_registrations, "registration")
    if not fresh:
        return fill(NO_FRESH, least=least)
    said = fill(
        FRESH,
        least=least,
        fresh=fresh,
        total=counted(families, "followed_family"),
        improved=int(value["improved"]),
        went=plural(int(value["improved"]), *WENT),
        declined=int(value["declined"]),
        net=both(percentage, value["net"], signed=True),
        out=int(value["out_of_poverty"]),
        left=plural(int(value["out_of_poverty"]), *LEFT),
    )
    return sentences(said, SAME_FAMILIES if fresh == families else None, OTHER_ITEMS)
