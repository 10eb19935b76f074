"""What is said of the themes in the coaches' notes; for internal review."""

from typing import Any

import pandas as pd

from helpers.definitions import Text
from helpers.formats import both, decimal, p_value
from helpers.sentences._cases import same
from helpers.sentences._conclusions import ALPHA
from helpers.sentences._phrases import Account, fill, listed, quoted, sentences

NOBODY = Text(
    "Geen enkel opgevolgd gezin ging achteruit in domeinen met een tekort",
    "No followed family declined in deprived domains",
)
THEMES = Text(
    "Grootste verschil: {theme}, bij {a} van {n} gezinnen die achteruitgingen en bij {b} van {m} andere "
    "(Fisher, na Holm: {p})",
    "Largest difference: {theme}, in {a} of {n} families that declined and in {b} of {m} others (Fisher, "
    "after Holm: {p})",
)
NONE_STANDS_OUT = Text(
    "Geen enkel thema springt eruit (Fisher, na Holm: kleinste {p}); het grootst is het verschil bij "
    "{theme}: {a} van {n} gezinnen die achteruitgingen tegenover {b} van {m} andere",
    "No theme stands out (Fisher, after Holm: smallest {p}); the difference is largest for {theme}: {a} of "
    "{n} families that declined against {b} of {m} others",
)
SAME_THEMES = Text(
    "Geen thema komt vaker of minder vaak voor bij gezinnen die achteruitgingen ({n}) dan bij de "
    "andere ({m})",
    "No theme is more or less frequent in families that declined ({n}) than in the others ({m})",
)
THEMES_CAPTION = Text(
    "Eenheid: opgevolgde gezinnen met een score op beide momenten, met minstens één toelichting over het "
    "thema tot en met de opvolgmeting. De lijnen zijn 95 %-betrouwbaarheidsintervallen (Wilson). Een "
    "toelichting kan bij meer thema's horen, en zegt niet dat het daar slechter ging. De woorden waaraan een "
    "thema herkend wordt, staan in themes.yml.",
    "Unit: followed families with a score at both moments, with at least one note about the theme up to and "
    "including the follow-up. The lines are 95% confidence intervals (Wilson). A note can belong to several "
    "themes, and does not say that things got worse there. The words by which a theme is recognised are in "
    "themes.yml.",
)
THEME_DESCRIBED = Text(
    "{theme}: {a} van {n} tegenover {b} van {m} (Fisher {p})",
    "{theme}: {a} of {n} against {b} of {m} (Fisher {p})",
)
WRITTEN = Text(
    "Over een gezin dat achteruitging schreven de coaches gemiddeld {declined} toelichtingen, over een ander "
    "{other}; wie meer schrijft, raakt vanzelf meer thema's aan.",
    "About a family that declined the coaches wrote {declined} notes on average, about another one {other}; "
    "who writes more touches more themes for that reason alone.",
)
TESTED = Text(
    "De kleinste p van de exacte toets van Fisher is {p} ({theme}); aangepast voor het aantal "
    "thema's (Holm) {holm}.",
    "The smallest p of Fisher's exact test is {p} ({theme}); adjusted for the number of themes "
    "(Holm) {holm}.",
)
READ_ON = Text(
    "De coach die het gezin scoort, schrijft ook de toelichting, en een thema is aan losse woorden herkend: "
    "dit zegt waar te lezen, niet waarom een gezin achteruitging.",
    "The coach who scores the family also writes the note, and a theme is recognised by single words: this "
    "says where to read, not why a family declined.",
)


def themes(table: pd.DataFrame, *, counts: pd.DataFrame) -> Account:
    """Tell how often the notes are about each theme, in both groups of families.

    Parameters
    ----------
    table : as from `case_review.theme_counts`.
    counts : as from `case_review.note_counts`.
    """
    if not table["declined_families"].max():
        return Account(NOBODY, THEMES_CAPTION, NOBODY)
    described = listed([_theme(row) for row in table.itertuples()], mark="; ")
    conclusion = sentences(_written(counts), _tested(table), READ_ON)
    return Account(_largest(table), THEMES_CAPTION, described, conclusion=conclusion)


def _largest(table: pd.DataFrame) -> Text:
    """Say for which theme the shares differ most, and whether any stands out among so many tests."""
    n, m = int(table["declined_families"].iloc[0]), int(table["other_families"].iloc[0])
    size = table["difference"].abs()
    if size.isna().all() or size.max() == 0:
        return fill(SAME_THEMES, n=n, m=m)
    row = table.loc[size.idxmax()]
    smallest = table["fisher_holm_p"].min()
    found = smallest < ALPHA
    return fill(
        THEMES if found else NONE_STANDS_OUT,
        p=both(p_value, row["fisher_holm_p"] if found else smallest),
        theme=quoted(same(row["label"])),
        a=int(row["declined_with_theme"]),
        n=n,
        b=int(row["other_with_theme"]),
        m=m,
    )


def _theme(row: Any) -> Text:
    """Give the counts of one theme."""
    return fill(
        THEME_DESCRIBED,
        theme=row.label,
        a=int(row.declined_with_theme),
        n=int(row.declined_families),
        b=int(row.other_with_theme),
        m=int(row.other_families),
        p=both(p_value, row.fisher_exact_p),
    )


def _written(counts: pd.DataFrame) -> Text | None:
    """Compare how much was written about both groups."""
    means = counts.set_index(counts["group"].astype("str"))["notes_per_family"]
    if means.isna().any():
        return None
    return fill(
        WRITTEN,
        declined=both(decimal, means["declined"], digits=1),
        other=both(decimal, means["other"], digits=1),
    )


def _tested(table: pd.DataFrame) -> Text | None:
    """Give the smallest p-value, with its adjusted twin."""
    if table["fisher_exact_p"].isna().all():
        return None
    row = table.loc[table["fisher_exact_p"].idxmin()]
    return fill(
        TESTED,
        p=both(_p, row["fisher_exact_p"]),
        theme=str(row["label"]),
        holm=both(_p, row["fisher_holm_p"]),
    )


def _p(value: Any, language: str) -> str:
    """Write a p-value without its letter."""
    return p_value(value, language).removeprefix("p ").removeprefix("= ")
