"""What is said of estimates with their intervals: families on the index, persons on four items."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, p_value
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED, families_caption
from helpers.sentences._names import item_name
from helpers.sentences._phrases import ARROWS, Account, counted, fill, listed, part_of, sentences
from helpers.sentences._poverty import poverty_change
from helpers.sentences._transition import NO_PAIRS

NET_FINDING = Text(
    "Vooruit min achteruit: {net} van de gezinnen, {interval}",
    "Improved less declined: {net} of the families, {interval}",
)
NET_READING = Text(
    "Minder domeinen met een tekort: {improved}; evenveel: {unchanged}; meer: {declined}. De ruit is het "
    "netto-aandeel (vooruit − achteruit)/n, de lijn het 95 %-interval over gezinnen. Gezinstoets van "
    "vooruit tegenover achteruit: {p}.",
    "Fewer deprived domains: {improved}; as many: {unchanged}; more: {declined}. The diamond is the net "
    "share (improved − declined)/n, the line its 95% interval over families. Family test of improved "
    "against declined: {p}.",
)
POOR_FINDING = Text(
    "Kansarm: van {before} naar {after} van {n} ({net}); gezinstoets {p}",
    "Poor: from {before} to {after} of {n} ({net}); family test {p}",
)
POOR_READING = Text(
    "De ruit is het verschil in aandeel, de lijn het 95 %-interval over gezinnen.",
    "The diamond is the difference in share, the line its 95% interval over families.",
)
SHARES_FINDING = Text(
    "Het interval van het netto-aandeel omvat nul bij {n} van de {total} matrices",
    "The interval of the net share includes zero in {n} of the {total} matrices",
)
SHARES_READING = Text(
    "De ruit is het netto-aandeel (vooruit − achteruit)/n van personen van opgevolgde gezinnen, de lijn "
    "het 95 %-interval over gezinnen: leden van één gezin staan niet los van elkaar.",
    "The diamond is the net share (improved − declined)/n of persons of followed families, the line its "
    "95% interval over families: members of one family are not independent.",
)
SHARES_NONE = Text(
    "Het netto-aandeel van de {total} matrices is van één gezin en heeft geen interval",
    "The net share of the {total} matrices is of one family and has no interval",
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
    "{name}: {net}, {interval}",
    "{name}: {net}, {interval}",
)


def score_net(table: pd.DataFrame, *, left_out: int = 0, verdicts: pd.DataFrame | None = None) -> Account:
    """Tell the net share of families that improved.

    Parameters
    ----------
    table : one row of score_change.
    left_out : followed families left out for an unknown domain.
    verdicts : verdicts, for how sure it is.
    """
    row = table.iloc[0]
    total = int(row["n"])
    caption = families_caption(total, left_out)
    if not total:
        return Account(NOBODY_FOLLOWED, caption, caption)
    numbers = conclusions.tested(row)
    moved = {name: part_of(int(row[name]), total, "family") for name in ("improved", "unchanged", "declined")}
    reading = fill(NET_READING, p=numbers["p"], **moved)
    described = fill(DESCRIBED, rows=fill(ROW, name=Text("netto-aandeel", "net share"), **numbers))
    told = conclusions.net(row, "followed_family", question="score", verdicts=verdicts)
    return Account(fill(NET_FINDING, **numbers), sentences(caption, reading, ARROWS), described, told)


def poverty_line(table: pd.DataFrame, *, left_out: int = 0, verdicts: pd.DataFrame | None = None) -> Account:
    """Tell the change in the share of poor families.

    Parameters
    ----------
    table : one row of poverty_change.
    left_out : followed families left out for an unknown domain.
    verdicts : verdicts, for how sure it is.
    """
    row = table.iloc[0]
    caption = families_caption(int(row["n"]), left_out)
    if not row["n"]:
        return Account(NOBODY_FOLLOWED, caption, caption)
    numbers = conclusions.difference(row)
    numbers["interval"] = conclusions.interval(numbers, row["difference_low"])
    described = fill(DESCRIBED, rows=fill(ROW, name=Text("verschil", "difference"), **numbers))
    return Account(
        fill(
            POOR_FINDING,
            before=int(row["poor_baseline"]),
            after=int(row["poor_follow_up"]),
            n=counted(int(row["n"]), "family"),
            p=both(p_value, conclusions.family_p(row)),
            net=numbers["net"],
        ),
        sentences(caption, poverty_change(table), POOR_READING, ARROWS),
        described,
        conclusions.crossed(row, verdicts),
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
    known = some[some["net_low"].notna()]
    around = (known["net_low"] <= 0) & (known["net_high"] >= 0)  # an end at 0 is decided by the test
    zero = int((around & ~(known["family_p"] <= conclusions.ALPHA)).sum())
    rows = [
        fill(ROW, name=item_name(row, definitions), **conclusions.tested(row._asdict()))
        for row in some.itertuples()
    ]
    finding = fill(SHARES_FINDING, n=zero, total=len(known))
    return Account(
        fill(SHARES_NONE, total=len(some)) if known.empty else finding,
        sentences(SHARES_READING, ARROWS),
        fill(DESCRIBED, rows=listed(rows, mark="; ")),
        SHARES_CONCLUSION,
    )
