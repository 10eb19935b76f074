"""What is said of estimates with their intervals: families on the index, persons on four items."""

import pandas as pd

from helpers.definitions import Text
from helpers.formats import both, p_value
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED, families_caption
from helpers.sentences._phrases import ARROWS, Account, counted, fill, part_of, sentences
from helpers.sentences._poverty import poverty_change

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
