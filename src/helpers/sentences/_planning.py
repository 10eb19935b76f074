"""What is said of planning a next wave: how many families, and what no number of families can answer."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Planning
from helpers.formats import both, decimal, percentage, points
from helpers.sentences._phrases import AND, Account, fill, listed, sentences, share_text

NOTHING_TO_DRAW_FROM = Text(
    "Er zijn geen opgevolgde gezinnen om studies uit te trekken",
    "There are no followed families to draw studies from",
)
FINDING = Text(
    "Is het verschil in werkelijkheid {net}, dan vindt een studie het met {target} kans bij ongeveer zoveel "
    "opgevolgde gezinnen per groep: {list}",
    "If the difference is really {net}, a study finds it with a chance of {target} at about this many "
    "followed families per group: {list}",
)
SMALLEST = Text("; is het {net}: {list}", "; if it is {net}: {list}")
CAPTION = Text(
    "Eenheid: opgevolgde gezinnen, in elk van twee groepen; {studies} gesimuleerde studies per punt, "
    "getrokken uit n = {n} opgevolgde gezinnen. Een lijn toont het aandeel van die studies waarin de t-toets "
    "op het verschil van de netto-aandelen, met hele gezinnen als eenheid, p < {alpha} geeft; het streepje "
    "door een punt is het 95 %-interval van het simuleren zelf, niet de onzekerheid die n gezinnen laten.",
    "Unit: followed families, in each of two groups; {studies} simulated studies per point, drawn from n = "
    "{n} followed families. A line shows the share of those studies in which the t-test of the difference of "
    "the net shares, with whole families as units, gives p < {alpha}; the dash through a point is the 95% "
    "interval of simulating itself, not the uncertainty that n families leave.",
)
SIZE = Text(
    "Waar er geen verschil is, geeft de toets in {low} tot {high} van de studies toch p < {alpha}; dat hoort "
    "ongeveer {level} te zijn.",
    "Where there is no difference, the test gives p < {alpha} in {low} to {high} of the studies all the same;"
    " that should be about {level}.",
)
ASSUMED = Text(
    "Verondersteld is dat de volgende gezinnen even groot zijn, even vaak en even eensgezind bewegen als de "
    "gezinnen van deze data, en dat er zonder coaching per saldo niets beweegt.",
    "It is assumed that the next families are as large, move as often and move together as much as the "
    "families of these data, and that without coaching nothing moves on balance.",
)
FROM_ONE = Text(
    "Al deze studies zijn uit één gezin getrokken: hoe andere gezinnen bewegen, is daaruit niet af te "
    "leiden, en dus ook niet hoeveel er nodig zijn.",
    "All these studies are drawn from one family: how other families move cannot be told from it, and so "
    "neither can how many it takes.",
)
CONCLUSION = Text(
    "Dit zegt hoeveel gezinnen een vergelijking vraagt, niet dat coaching iets teweegbrengt. Zonder "
    "vergelijkingsgroep zegt geen enkel aantal gezinnen of coaching iets teweegbrengt. Vindt een kleinere "
    "studie niets, dan is dat geen bewijs dat er geen verschil is.",
    "This says how many families a comparison takes, not that coaching brings anything about. Without a "
    "comparison group no number of families can tell whether coaching brings anything about. If a smaller "
    "study finds nothing, that is no proof that there is no difference.",
)
DESCRIBED = Text(
    "Lijnen van de kans om het verschil te vinden, naar het aantal gezinnen per groep – {list}.",
    "Lines of the chance of finding the difference, by the number of families per group – {list}.",
)
LINE = Text(
    "{outcome}, {net}: van {first} bij {few} tot {last} bij {many}",
    "{outcome}, {net}: from {first} at {few} to {last} at {many}",
)
NO_LINE = Text("{outcome}, {net}: niet te simuleren", "{outcome}, {net}: cannot be simulated")
REGISTER = Text(
    "Van de gezinnen die op tijd geregistreerd waren, werd in deze data {share} opgevolgd. "
    "Om {net} te kunnen vinden, vraagt dat per groep ongeveer zoveel geregistreerde gezinnen: {list}.",
    "Of the families registered in time {share} were followed in these data. To be able to find {net}, "
    "that takes about this many registered families per group: {list}.",
)
IN_ALL = Text(
    "Met {most} geregistreerde gezinnen per groep ({low} tot {high}, zo onzeker is dat aandeel) heeft elke "
    "vraag op zich minstens {target} kans; dat alle verschillen gevonden worden is minder waarschijnlijk.",
    "With {most} registered families per group ({low} to {high}, so uncertain is that share) each "
    "question has a chance of at least {target} by itself; finding all of them is less likely.",
)
SPONTANEOUS = Text(
    "Gaan gezinnen ook zonder coach per saldo vooruit, dan is het verschil kleiner dan het netto-aandeel dat "
    "hier te zien is.",
    "If families improve on balance without a coach too, the difference is smaller than the net share seen "
    "here.",
)
CLUSTERED = Text(
    "Leden van één gezin tellen niet als losse personen: de variantie van het netto-aandeel is {list} die van"
    " evenveel personen die los van elkaar bewegen. Tel dus gezinnen, geen personen.",
    "Members of one family do not count as separate persons: the variance of the net share is {list} that of "
    "as many persons who move independently. So count families, not persons.",
)
TIMES = Text("bij {outcome} {effect} keer", "for {outcome} {effect} times")
INFEASIBLE = Text(
    "Niet te simuleren: {net} bij {outcome}. Zoals de gezinnen hier bewogen, is dat netto-aandeel hoogstens "
    "{largest}, ook als elk gezin dat bewoog de goede kant op gaat.",
    "Cannot be simulated: {net} for {outcome}. As the families moved here, that net share is {largest} at "
    "most, even if every family that moved improves.",
)
ANSWERS = {
    "found": Text("{n}", "{n}"),
    "at_most": Text("hoogstens {n}", "at most {n}"),
    "above": Text("meer dan {largest}", "more than {largest}"),
    "infeasible": Text("niet te simuleren", "cannot be simulated"),
    "no_pairs": Text("geen paren", "no pairs"),
}
NO_DIFFERENCE = Text("geen verschil", "no difference")
NAMED = Text("{answer} ({outcome})", "{answer} ({outcome})")


def power(table: pd.DataFrame, *, needed: pd.DataFrame, plan: Planning, definitions: Definitions) -> Account:
    """Tell how many families it takes to find a difference.

    Parameters
    ----------
    table : outcome, net, families_per_group, power.
    needed : outcome, net, families_observed, answer, families_needed: the headline's net share is told.
    plan : for what was simulated.
    definitions : for the titles of the outcomes.
    """
    alpha, level = both(decimal, plan.alpha), both(percentage, plan.alpha, digits=0)
    drawn_from = int(needed["families_observed"].max())
    caption = fill(CAPTION, studies=plan.simulations, n=drawn_from, alpha=alpha)
    return Account(
        _finding(table, needed, plan, definitions),
        sentences(caption, _size(table, alpha, level), ASSUMED),
        _described(table, definitions),
        sentences(FROM_ONE if drawn_from == 1 else None, CONCLUSION),
    )


def planning(needed: pd.DataFrame, *, plan: Planning, definitions: Definitions) -> Text:
    """Tell how many families to register, what families cost against persons, and what cannot be simulated.

    Parameters
    ----------
    needed : outcome, net, largest_net, design_effect, answer, families_needed, followed_share,
        registered_needed.
    plan : for the net share of the headline, and which outcomes are about persons.
    definitions : for the titles of the outcomes.
    """
    some = needed[needed["answer"] != "no_pairs"]
    if some.empty:
        return fill(Text("{said}.", "{said}."), said=NOTHING_TO_DRAW_FROM)
    return sentences(
        FROM_ONE if some["families_observed"].max() == 1 else None,
        *_register(some, plan, definitions),
        _clustered(some, plan, definitions),
        *_infeasible(some, definitions),
    )


def _outcome(row: object, definitions: Definitions) -> Text:
    """Give the title of an outcome."""
    return definitions.vocabulary["planning_outcome"][str(row.outcome)]  # type: ignore[attr-defined]


def _finding(table: pd.DataFrame, needed: pd.DataFrame, plan: Planning, definitions: Definitions) -> Text:
    """Say how many families the difference of the headline takes, outcome by outcome."""
    if table["power"].isna().all():
        return NOTHING_TO_DRAW_FROM
    rows = needed[needed["net"] == plan.headline]
    net, target = both(points, plan.headline), both(percentage, plan.target_power, digits=0)
    answers = _answers(rows, "families_needed", plan, definitions)
    found = fill(FINDING, net=net, target=target, list=answers)
    smallest = min(plan.net_shares)
    if smallest == plan.headline:
        return found
    more = _numbers(needed[needed["net"] == smallest], "families_needed", plan)
    tail = fill(SMALLEST, net=both(points, smallest), list=listed(more, last=AND))
    return fill(Text("{found}{tail}", "{found}{tail}"), found=found, tail=tail)


def _answers(rows: pd.DataFrame, name: str, plan: Planning, definitions: Definitions) -> Text:
    """List the answers with what they are about."""
    numbers = _numbers(rows, name, plan)
    pieces = [
        fill(NAMED, answer=number, outcome=_outcome(row, definitions))
        for number, row in zip(numbers, rows.itertuples(), strict=True)
    ]
    return listed(pieces, last=AND)


def _numbers(rows: pd.DataFrame, name: str, plan: Planning) -> list[Text]:
    """Give the answers: a number, or why there is none."""
    largest = plan.families_per_group[-1]
    return [
        fill(ANSWERS[str(answer)], n=0 if pd.isna(n) else int(n), largest=largest)
        for answer, n in zip(rows["answer"], rows[name], strict=True)
    ]


def _size(table: pd.DataFrame, alpha: Text, level: Text) -> Text | None:
    """Say how often the test finds a difference that is not there."""
    found = table.loc[table["net"] == 0, "power"].dropna()
    if found.empty:
        return None
    low, high = share_text(found.min()), share_text(found.max())
    return fill(SIZE, low=low, high=high, alpha=alpha, level=level)


def _described(table: pd.DataFrame, definitions: Definitions) -> Text:
    """Give where each line begins and ends."""
    pieces = []
    for _, line in table.groupby(["outcome", "net"], observed=True):
        first, last = (next(line.iloc[[i]].itertuples()) for i in (0, -1))
        net = both(points, first.net) if first.net else NO_DIFFERENCE
        said = {"outcome": _outcome(first, definitions), "net": net}
        if pd.isna(first.power):
            pieces.append(fill(NO_LINE, **said))
            continue
        ends = {"first": share_text(first.power), "last": share_text(last.power)}
        numbers = {"few": int(first.families_per_group), "many": int(last.families_per_group)}
        pieces.append(fill(LINE, **said, **ends, **numbers))
    return fill(DESCRIBED, list=listed(pieces, mark="; "))


def _register(some: pd.DataFrame, plan: Planning, definitions: Definitions) -> list[Text]:
    """Say how many families to register for the difference of the headline, and for all outcomes together."""
    rows = some[(some["net"] == plan.headline) & some["registered_needed"].notna()]
    if rows.empty:
        return []
    share = share_text(rows["followed_share"].iloc[0])
    answers = _answers(rows, "registered_needed", plan, definitions)
    said = [fill(REGISTER, share=share, net=both(points, plan.headline), list=answers)]
    if len(rows) == len(plan.outcomes) > 1:
        most = rows.loc[rows["registered_needed"].astype("float64").idxmax()]
        ends = {name: int(most[f"registered_{name}"]) for name in ("low", "high")}
        target = both(percentage, plan.target_power, digits=0)
        said.append(fill(IN_ALL, most=int(most["registered_needed"]), target=target, **ends))
    return [*said, SPONTANEOUS]


def _clustered(some: pd.DataFrame, plan: Planning, definitions: Definitions) -> Text | None:
    """Say what it costs that members of a family move together, for the outcomes about persons."""
    persons = [outcome.id for outcome in plan.outcomes if outcome.item]
    rows = some[some["outcome"].isin(persons) & some["design_effect"].notna()].drop_duplicates("outcome")
    if rows.empty:
        return None
    pieces = [
        fill(TIMES, outcome=_outcome(row, definitions), effect=both(decimal, row.design_effect))
        for row in rows.itertuples()
    ]
    return fill(CLUSTERED, list=listed(pieces, last=AND))


def _infeasible(some: pd.DataFrame, definitions: Definitions) -> list[Text]:
    """Say which differences the observed movement does not allow."""
    return [
        fill(
            INFEASIBLE,
            net=both(points, row.net),
            outcome=_outcome(row, definitions),
            largest=share_text(row.largest_net),
        )
        for row in some[some["answer"] == "infeasible"].itertuples()
    ]
