"""What is said of families that were not followed."""

from collections.abc import Mapping

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, decimal, percentage
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import ALL, item_name, nothing_to_tell
from helpers.sentences._phrases import NOTHING, Account, counted, fill, listed, plural, sentences

SCORE = Text("de kansarmoedescore", "the kansarmoede score")
ATTRITION_FINDING = Text(
    "Bij {n} van de {total} vergelijkingen verschillen opgevolgde en niet-opgevolgde gezinnen minstens "
    "{notable} standaardafwijking; het meest bij {most} ({difference}; n = {n_followed} en {n_lost})",
    "In {n} of the {total} comparisons followed and not followed families differ by at least {notable} "
    "standard deviations; most in {most} ({difference}; n = {n_followed} and {n_lost})",
)
ATTRITION_CAPTION = Text(
    "De nulmeting van {followed} tegenover {lost} (weerhouden, niet opgevolgd): het verschil van de "
    "gemiddelde niveaus in standaardafwijkingen. Rechts van nul stonden de opgevolgden hoger; een "
    "hoger niveau is beter, een hogere score is slechter. De stippellijnen staan op {notable} aan beide "
    "kanten; wat erbuiten valt, heeft een naam.",
    "The baseline of {followed} against {lost} (retained, not followed): the difference of the mean levels "
    "in standard deviations. Right of zero the followed stood higher; a higher level is "
    "better, a higher score is worse. The broken lines are at {notable} to either side; what lies outside "
    "has a name.",
)
ATTRITION_CONCLUSION = Text(
    "Niet opgevolgd is niet afgehaakt: ook wie te laat begon om de opvolgmeting te halen, hoort erbij. "
    "Waar de groepen verschillen, geldt wat bij de opgevolgden gevonden is niet vanzelf voor de anderen.",
    "Not followed is not dropped out: those who started too late to reach the follow-up are among them. "
    "Where the groups differ, what was found among "
    "the followed does not hold for the others as a matter of course.",
)
SCORE_DIFFERS = Text(
    "De opgevolgde gezinnen begonnen met een {kind} kansarmoedescore: gemiddeld {mean_followed} tegenover "
    "{mean_lost} domeinen met een tekort{difference}.",
    "The followed families started with {kind} kansarmoede score: {mean_followed} against {mean_lost} "
    "deprived domains on average{difference}.",
)
HIGHER = Text("hogere, dus slechtere", "a higher, so worse,")
LOWER = Text("lagere, dus betere", "a lower, so better,")
SAME_SCORE = Text("even hoge", "an equal")
BY_CHANCE = Text(
    "Bepaalde het toeval wie opgevolgd werd, dan waren het er gemiddeld {expected} (95 % van de keren {low} "
    "tot {high}); zo gezien is {observed} {side}.",
    "If chance decided who was followed, it would be {expected} on average (95% of the time {low} to "
    "{high}); so seen {observed} is {side}.",
)
SIDES = {
    "within": Text("niet meer dan het toeval al geeft", "no more than chance gives"),
    "above": Text("meer dan het toeval geeft", "more than chance gives"),
    "below": Text("minder dan het toeval geeft", "fewer than chance gives"),
}
STATUS = Text(
    "Van de weerhouden gezinnen zijn er {followed} opgevolgd, begonnen er {too_late} te laat en gingen er "
    "{lost} verloren hoewel ze op tijd begonnen.",
    "Of the retained families {followed} were followed, {too_late} began too late and {lost} were lost "
    "though they began in time.",
)
LOST_BOUNDS = Text(
    "Van hen begonnen er {late} te laat om gevolgd te kunnen worden. Met alleen {lost} die op tijd begonnen, "
    "liggen de uitersten op {worst_lost} en {best_lost}.",
    "Of these {late} began too late to be followed. With only {lost} that began in time the extremes are "
    "{worst_lost} and {best_lost}.",
)
TIPPING = Text(
    "Het geheel wordt pas nul als het netto-aandeel van de verloren gezinnen {tipping_point} was.",
    "The whole only comes to zero if the net share of the lost families was {tipping_point}.",
)
NO_TIPPING = Text(
    "Wat de verloren gezinnen ook deden, het geheel wordt niet nul.",
    "Whatever the lost families did, the whole does not come to zero.",
)
WEIGHTED = Text(
    "Tellen opgevolgde gezinnen zwaarder naarmate gezinnen als zij minder vaak opgevolgd zijn, dan is het "
    "netto-aandeel {weighted}.",
    "If followed families count more the less often families like them were followed, the net share is "
    "{weighted}.",
)
NO_GROUPS = Text("Er zijn geen twee groepen om te vergelijken", "There are no two groups to compare")
BOUNDS = Text(
    "Van {families} is het netto-aandeel {observed}. Was {lost} vooruitgegaan, dan was het {best}; was "
    "{lost} achteruitgegaan, dan {worst}. De gegevens zeggen niet waar het tussen die uitersten ligt.",
    "Of {families} the net share is {observed}. Had {lost} improved, it would be {best}; had {lost} "
    "declined, {worst}. The data do not say where between these extremes it lies.",
)
LOST = (
    Text("het ene niet opgevolgde gezin", "the one family that was not followed"),
    Text("elk van de {n} niet opgevolgde gezinnen", "each of the {n} families that were not followed"),
)
NO_LOST = Text(
    "Alle weerhouden gezinnen zijn opgevolgd: er zijn geen grenzen te geven.",
    "All retained families are followed: there are no bounds to give.",
)


def attrition(
    table: pd.DataFrame,
    *,
    notable: float,
    definitions: Definitions,
    chance: pd.DataFrame | None = None,
    status: pd.DataFrame | None = None,
) -> Account:
    """Tell on how many items followed and not followed families differed at baseline.

    Parameters
    ----------
    table : unit, item, n_followed, n_lost, standardised_difference; the score in the last row.
    notable : from this difference on, either way, an item is named.
    definitions : for titles.
    chance : attrition_chance, for how many differences chance gives.
    status : follow_up_status, for who began too late.
    """
    some = table[table["standardised_difference"].notna()]
    if some.empty:
        return nothing_to_tell(NO_GROUPS)
    size = some["standardised_difference"].abs()
    most, score = next(some.loc[[size.idxmax()]].itertuples()), table.iloc[-1]
    rows = some.loc[size >= notable].sort_values("standardised_difference", ascending=False)
    described = [_difference(row, definitions) for row in rows.itertuples()]
    limit = both(decimal, notable, digits=1)
    return Account(
        fill(
            ATTRITION_FINDING, n=len(rows), total=len(some), notable=limit, most=_name(most, definitions),
            difference=both(decimal, most.standardised_difference, signed=True),
            n_followed=int(most.n_followed), n_lost=int(most.n_lost),
        ),
        sentences(fill(
            ATTRITION_CAPTION, followed=counted(int(score["n_followed"]), "followed_family"),
            lost=counted(int(score["n_lost"]), "family"), notable=limit,
        ), _score_differs(score)),
        fill(Text("Buiten de lijnen – {list}.", "Outside the lines – {list}."),
             list=listed(described, mark="; ") if described else Text("niets", "nothing")),
        sentences(_by_chance(chance), _status(status), ATTRITION_CONCLUSION),
    )  # fmt: skip


def _by_chance(chance: pd.DataFrame | None) -> Text | None:
    """Set the number of differences beside what chance gives."""
    if chance is None or pd.isna(chance.iloc[0]["expected"]):
        return None
    row = chance.iloc[0]
    observed, low, high = int(row["observed"]), float(row["low"]), float(row["high"])
    side = "below" if observed < low else "above" if observed > high else "within"
    numbers = {name: both(decimal, row[name], digits=0) for name in ("expected", "low", "high")}
    return fill(BY_CHANCE, observed=observed, side=SIDES[side], **numbers)


def _status(status: pd.DataFrame | None) -> Text | None:
    """Say how many were followed, began too late, and were lost."""
    if status is None:
        return None
    of_all = status[status["pilot"] == ALL]
    numbers = dict(zip(of_all["status"].astype("str"), of_all["families"].astype("int64"), strict=True))
    return fill(STATUS, **numbers)


def _score_differs(score: pd.Series) -> Text | None:
    """Say with which score the followed families started against the others; nothing without two means."""
    followed, lost = float(score["mean_followed"]), float(score["mean_lost"])
    if pd.isna(followed) or pd.isna(lost):
        return None
    value = score["standardised_difference"]
    written = both(decimal, value, signed=True)
    unit = Text(" ({value} standaardafwijking)", " ({value} standard deviations)")
    return fill(
        SCORE_DIFFERS,
        kind=SAME_SCORE if followed == lost else HIGHER if followed > lost else LOWER,
        mean_followed=both(decimal, followed),
        mean_lost=both(decimal, lost),
        difference=NOTHING if pd.isna(value) else fill(unit, value=written),
    )


def _name(row: object, definitions: Definitions) -> Text:
    """Name an item, or the score."""
    if (str(row.unit), row.item) not in definitions.items:  # type: ignore[attr-defined]
        return SCORE
    return item_name(row, definitions)


def _difference(row: object, definitions: Definitions) -> Text:
    """Tell one difference."""
    value = both(decimal, row.standardised_difference, signed=True)  # type: ignore[attr-defined]
    return fill(Text("{name} {value}", "{name} {value}"), name=_name(row, definitions), value=value)


def attrition_bounds(table: pd.DataFrame) -> Text:
    """Tell the net share and its bounds.

    Parameters
    ----------
    table : measure, case, families, value.
    """
    rows = table.set_index(table["case"].astype(str))
    observed, most = int(rows.loc["observed", "families"]), int(rows.loc["best", "families"])
    if observed == 0:
        return Text(NOBODY_FOLLOWED.nl + ".", NOBODY_FOLLOWED.en + ".")
    if most == observed:
        return NO_LOST
    values = {name: both(percentage, rows.loc[name, "value"], signed=True) for name in rows.index}
    lost = fill(plural(most - observed, *LOST), n=most - observed)
    told = fill(
        BOUNDS,
        families=counted(observed, "followed_family"),
        lost=lost,
        **{name: values[name] for name in ("observed", "best", "worst")},
    )
    return sentences(told, *_of_lost(rows, most - observed, values))


def _of_lost(rows: pd.DataFrame, unseen: int, values: Mapping[str, Text]) -> list[Text]:
    """Tell what only those who began in time could have done, and when it would come to nothing."""
    lost, tipping = rows.loc["tipping_point", ["families", "value"]]
    if pd.isna(lost) or not lost:
        return []
    ends = {name: values[name] for name in ("best_lost", "worst_lost")}
    said = [fill(LOST_BOUNDS, late=unseen - int(lost), lost=counted(int(lost), "family"), **ends)]
    if not pd.isna(tipping):
        beyond = abs(tipping) > 1
        said.append(NO_TIPPING if beyond else fill(TIPPING, tipping_point=values["tipping_point"]))
    if not pd.isna(rows.loc["weighted", "value"]):
        said.append(fill(WEIGHTED, weighted=values["weighted"]))
    return said
