"""What is said of families that were not followed."""

import pandas as pd

from helpers.codebook import Definitions, Text
from helpers.formats import both, decimal, percentage
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import item_name, nothing_to_tell
from helpers.sentences._phrases import Account, counted, fill, listed

SCORE = Text("de kansarmoedescore", "the kansarmoede score")
ATTRITION_FINDING = Text(
    "Op {n} van {total} vergelijkingen verschillen opgevolgde en niet-opgevolgde gezinnen minstens "
    "{notable}; het meest op {most} ({difference})",
    "On {n} of {total} comparisons followed and not followed families differ by at least {notable}; most on "
    "{most} ({difference})",
)
ATTRITION_CAPTION = Text(
    "De nulmeting van {followed} tegenover {lost} die weerhouden maar niet opgevolgd zijn: het verschil van "
    "de gemiddelde niveaus in eenheden van hun spreiding. Rechts van nul stonden de opgevolgden hoger; een "
    "hoger niveau is beter, een hogere score is slechter. De stippellijnen staan op {notable} aan beide "
    "kanten; wat erbuiten valt, heeft een naam.",
    "The baseline of {followed} against {lost} that are retained but not followed: the difference of the "
    "mean levels in units of their spread. Right of zero the followed stood higher; a higher level is "
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
NO_GROUPS = Text("Er zijn geen twee groepen om te vergelijken", "There are no two groups to compare")
BOUNDS = Text(
    "Van {families} is het netto-aandeel {observed}. Was elk van de {lost} niet opgevolgde gezinnen vooruit "
    "gegaan, dan was het {best}; elk achteruit, dan {worst}. De gegevens zeggen niet waar het tussen die "
    "uitersten ligt.",
    "Of {families} the net share is {observed}. Had each of the {lost} families that were not followed "
    "improved, it would be {best}; had each declined, {worst}. The data do not say where between these "
    "extremes it lies.",
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
        ),
        fill(
            ATTRITION_CAPTION, followed=counted(int(score["n_followed"]), "followed_family"),
            lost=counted(int(score["n_lost"]), "family"), notable=limit,
        ),
        fill(Text("Buiten de lijnen – {list}.", "Outside the lines – {list}."),
             list=listed(described, mark="; ") if described else Text("niets", "nothing")),
        ATTRITION_CONCLUSION,
    )  # fmt: skip


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
    return fill(BOUNDS, families=counted(observed, "followed_family"), lost=most - observed, **values)
