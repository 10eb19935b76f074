"""What is said of estimates with their intervals: families on the index, persons on four items."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, p_value
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED, families_caption
from helpers.sentences._names import item_name
from helpers.sentences._phrases import ARROWS, Account, estimate, fill, listed, part_of, sentences
from helpers.sentences._poverty import poverty_change
from helpers.sentences._transition import NO_PAIRS

NET_FINDING = Text(
    "Vooruit min achteruit: {net} van de gezinnen, 95 %-interval {low} tot {high}",
    "Improved less declined: {net} of the families, 95% interval {low} to {high}",
)
NET_READING = Text(
    "Minder domeinen met een tekort: {improved}; evenveel: {unchanged}; meer: {declined}. De ruit is het "
    "netto-aandeel (vooruit − achteruit)/n, de lijn het 95 %-interval (bootstrap van gezinnen, 9 999 "
    "trekkingen). Tekentoets van vooruit tegenover achteruit: exact {p}, mid-p-variant {midp}.",
    "Fewer deprived domains: {improved}; as many: {unchanged}; more: {declined}. The diamond is the net "
    "share (improved − declined)/n, the line its 95% interval (bootstrap of families, 9,999 draws). Sign "
    "test of improved against declined: exact {p}, mid-p variant {midp}.",
)
POOR_FINDING = Text(
    "Kansarm: van {before} naar {after} van {n} gezinnen ({net}); exacte McNemartoets {p}",
    "Poor: from {before} to {after} of {n} families ({net}); exact McNemar test {p}",
)
POOR_READING = Text(
    "De ruit is het verschil in aandeel, de lijn het 95 %-interval (bootstrap van gezinnen, 9 999 "
    "trekkingen).",
    "The diamond is the difference in share, the line its 95% interval (bootstrap of families, 9,999 draws).",
)
SHARES_FINDING = Text(
    "Het interval van het netto-aandeel omvat nul bij {n} van de {total} matrices",
    "The interval of the net share includes zero in {n} of the {total} matrices",
)
SHARES_READING = Text(
    "De ruit is het netto-aandeel (vooruit − achteruit)/n van personen van opgevolgde gezinnen, de lijn "
    "het 95 %-interval; het trekt hele gezinnen, omdat leden van één gezin niet los van elkaar staan "
    "(9 999 trekkingen).",
    "The diamond is the net share (improved − declined)/n of persons of followed families, the line its "
    "95% interval; it draws whole families, as members of one family are not independent (9,999 draws).",
)
SHARES_CONCLUSION = Text(
    "Een interval dat nul omvat, laat open of er meer vooruit dan achteruit gingen; een interval dat nul "
    "niet omvat, zegt niets over de oorzaak, want er is geen controlegroep.",
    "An interval that includes zero leaves open whether more improved than declined; one that does not "
    "says nothing of the cause, as there is no control group.",
)
DESCRIBED = Text(
    "Ruit met interval: {rows}.",
    "Diamond with interval: {rows}.",
)
ROW = Text(
    "{name}: {net}, {low} tot {high}",
    "{name}: {net}, {low} to {high}",
)


def score_net(table: pd.DataFrame, *, left_out: int = 0) -> Account:
    """Tell the net share of families that improved.

    Parameters
    ----------
    table : one row of score_change.
    left_out : followed families left out for an unknown domain.
    """
    row = table.iloc[0]
    total = int(row["n"])
    caption = families_caption(total, left_out)
    if not total:
        return Account(NOBODY_FOLLOWED, caption, caption)
    numbers = estimate(row)
    moved = {name: part_of(int(row[name]), total, "family") for name in ("improved", "unchanged", "declined")}
    reading = fill(
        NET_READING, p=both(p_value, row["sign_exact_p"]), midp=both(p_value, row["sign_midp"]), **moved
    )
    described = fill(DESCRIBED, rows=fill(ROW, name=Text("netto-aandeel", "net share"), **numbers))
    told = conclusions.net(row, "followed_family")
    return Account(fill(NET_FINDING, **numbers), sentences(caption, reading, ARROWS), described, told)


def poverty_line(table: pd.DataFrame, *, left_out: int = 0) -> Account:
    """Tell the change in the share of poor families.

    Parameters
    ----------
    table : one row of poverty_change.
    left_out : followed families left out for an unknown domain.
    """
    row = table.iloc[0]
    caption = families_caption(int(row["n"]), left_out)
    if not row["n"]:
        return Account(NOBODY_FOLLOWED, caption, caption)
    numbers = conclusions.difference(row)
    described = fill(DESCRIBED, rows=fill(ROW, name=Text("verschil", "difference"), **numbers))
    return Account(
        fill(
            POOR_FINDING,
            before=int(row["poor_baseline"]),
            after=int(row["poor_follow_up"]),
            n=int(row["n"]),
            p=both(p_value, row["mcnemar_exact_p"]),
            net=numbers["net"],
        ),
        sentences(caption, poverty_change(table), POOR_READING, ARROWS),
        described,
        conclusions.crossed(row),
    )


def net_shares(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell the net shares of the transition figures.

    Parameters
    ----------
    table : transition_tests.
    definitions : for titles.
    """
    some = table[table["n"] > 0]
    if some.empty:
        return Account(NO_PAIRS, SHARES_READING, NO_PAIRS)
    zero = int(((some["net_low"] <= 0) & (some["net_high"] >= 0)).sum())
    rows = [
        fill(ROW, name=item_name(row, definitions), **estimate(row._asdict())) for row in some.itertuples()
    ]
    return Account(
        fill(SHARES_FINDING, n=zero, total=len(some)),
        sentences(SHARES_READING, ARROWS),
        fill(DESCRIBED, rows=listed(rows, mark="; ")),
        SHARES_CONCLUSION,
    )
