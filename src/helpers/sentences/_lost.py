"""What is said of families that were not followed."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, decimal, percentage
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import item_name, nothing_to_tell
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
    "Niet opgevolgd is niet afgehaakt: ook wie te laat begon om de opvolgmeting te halen, hoort erbij. Met "
    "zoveel vergelijkingen wijkt er door toeval altijd iets af. Waar de groepen verschillen, geldt wat bij "
    "de opgevolgden gevonden is niet vanzelf voor de anderen.",
    "Not followed is not dropped out: those who started too late to reach the follow-up are among them. With "
    "so many comparisons something always differs by chance. Where the groups differ, what was found among "
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


def attrition(table: pd.DataFrame, *, notable: float, definitions: Definitions) -> Account:
    """Tell on how many items followed and not followed families differed at baseline.

    Parameters
    ----------
    table : unit, item, n_followed, n_lost, standardised_difference; the score in the last row.
    notable : from this difference on, either way, an item is named.
    definitions : for titles.
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
        ATTRITION_CONCLUSION,
    )  # fmt: skip


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
    return fill(BOUNDS, families=counted(observed, "followed_family"), lost=lost, **values)
