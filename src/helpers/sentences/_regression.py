"""What is said of high scores that fell, and of whether that also shows backward in time."""

import pandas as pd

from helpers.definitions import Text
from helpers.formats import both, decimal
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import nothing_to_tell
from helpers.sentences._phrases import Account, counted, fill, listed, sentences

REGRESSION_FINDING = Text(
    "Hoge scores veranderden vooruit gelezen gemiddeld {forward} ten opzichte van lage, terug gelezen "
    "{backward}: {mirrored}",
    "High scores changed by {forward} on average against low ones read forward, by {backward} read "
    "backward: {mirrored}",
)
WHOLLY = Text("terug is het verschil minstens even groot", "backward the difference is at least as large")
PARTLY = Text(
    "terug wijst het verschil dezelfde kant op, maar is het kleiner",
    "backward the difference points the same way, but is smaller",
)
NOT_MIRRORED = Text(
    "terug is dat verschil er niet, wat op zich niet bewijst dat er iets veranderde",
    "backward that difference is not there, which by itself is no proof that anything changed",
)
NO_PATTERN = Text(
    "vooruit gelezen daalden hoge scores niet meer dan lage",
    "read forward, high scores fell no more than low",
)
REGRESSION_CAPTION = Text(
    "Eenheid: opgevolgde gezinnen; n = {n}. Links naar de score op de nulmeting, met de gemiddelde "
    "verandering tot de opvolgmeting; rechts naar de score op de opvolgmeting, met de verandering terug tot "
    "de nulmeting. Onder nul is minder domeinen met een tekort. Hoog is boven het gemiddelde van dat moment "
    "({mean_before} en {mean_after}), laag is de rest.",
    "Unit: followed families; n = {n}. Left by score at baseline, with the mean change to the follow-up; "
    "right by score at follow-up, with the change back to baseline. Below zero is fewer deprived domains. "
    "High is above the mean of that moment ({mean_before} and {mean_after}), low is the rest.",
)
REGRESSION_CONCLUSION = Text(
    "Wie op één moment hoog scoort, scoort op een ander moment gemiddeld lager, ook als er niets veranderde: "
    "op een hoge score uitkiezen geeft op zich al vooruitgang. Wat ook terug in de tijd te zien is, vraagt "
    "geen verandering als verklaring.",
    "Anyone who scores high at one moment scores lower on average at another, also when nothing changed: "
    "choosing by a high score alone gives improvement. What shows backward in time too needs no change to "
    "explain it.",
)
HIGH_FELL = Text(
    "Dat hoge scores daalden, is op zich dus geen teken van vooruitgang.",
    "That high scores fell is in itself no sign of improvement, then.",
)
ALL_FAMILIES = Text(
    "Ook de vooruitgang van alle gezinnen samen kan zo ontstaan, want ze werden begeleid toen het slecht "
    "ging; dat toont deze figuur niet.",
    "The improvement of all families together can arise this way too, as they were coached when things went "
    "badly; this figure does not show that.",
)
FEW_SCORES = Text(
    "Er zijn te weinig verschillende scores om hoge met lage te vergelijken",
    "There are too few different scores to compare high with low ones",
)


def regression_to_mean(table: pd.DataFrame) -> Account:
    """Tell whether the fall of high scores also shows backward in time.

    Parameters
    ----------
    table : direction, score, families, mean_change.
    """
    sides = {name: rows[rows["families"] > 0] for name, rows in table.groupby("direction")}
    if len(sides.get("forward", ())) == 0:
        return nothing_to_tell(NOBODY_FOLLOWED)
    means = {name: _weighted(rows, "score") for name, rows in sides.items()}
    changes = {name: _of_high_and_low(rows, means[name]) for name, rows in sides.items()}
    gaps = {name: high - low for name, (high, low) in changes.items()}
    fell = HIGH_FELL if changes["forward"][0] < 0 else None
    described = [
        fill(
            Text("{way}, score {score}: {change} ({n})", "{way}, score {score}: {change} ({n})"),
            way=Text("vooruit", "forward") if row.direction == "forward" else Text("terug", "backward"),
            score=int(row.score),
            change=both(decimal, row.mean_change, signed=True),
            n=counted(int(row.families), "family"),
        )
        for row in pd.concat([sides["forward"], sides["backward"]]).itertuples()
    ]
    caption = fill(
        REGRESSION_CAPTION,
        n=int(sides["forward"]["families"].sum()),
        mean_before=both(decimal, means["forward"]),
        mean_after=both(decimal, means["backward"]),
    )
    start = Text("Staven per score – {list}.", "Bars by score – {list}.")
    described_text = fill(start, list=listed(described, mark="; "))
    conclusion = sentences(REGRESSION_CONCLUSION, fell, ALL_FAMILIES)
    return Account(_mirrored(**gaps), caption, described_text, conclusion)


def _weighted(rows: pd.DataFrame, column: str) -> float:
    """The mean over families."""
    return float((rows[column] * rows["families"]).sum() / rows["families"].sum())


def _of_high_and_low(rows: pd.DataFrame, mean: float) -> tuple[float, float]:
    """Mean change of families above the mean score, and of the others; missing without any."""
    return tuple(  # type: ignore[return-value]
        _weighted(some, "mean_change") if len(some) else float("nan")
        for some in (rows[rows["score"] > mean], rows[rows["score"] <= mean])
    )


def _mirrored(forward: float, backward: float) -> Text:
    """Say whether the pattern also shows backward in time."""
    if pd.isna(forward) or pd.isna(backward):
        return FEW_SCORES
    if forward >= 0:
        words = NO_PATTERN
    elif backward >= 0:
        words = NOT_MIRRORED
    elif backward <= forward:
        words = WHOLLY
    else:
        words = PARTLY
    numbers = {
        "forward": both(decimal, forward, signed=True),
        "backward": both(decimal, backward, signed=True),
    }
    return fill(REGRESSION_FINDING, mirrored=words, **numbers)
