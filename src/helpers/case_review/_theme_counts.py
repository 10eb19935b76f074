"""Notes tagged with themes, and families counted by theme: those that declined against the others."""

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.case_review._falls import within
from helpers.case_review._lexicon import Lexicon
from helpers.definitions.themes import Themes
from helpers.inference import groups

GROUPS = ("declined", "other")
MARK = "; "


def tag_notes(notes: pd.DataFrame, until: pd.Series, lexicon: Lexicon) -> pd.DataFrame:
    """Tag the notes of followed families up to the last day that counts.

    Parameters
    ----------
    notes : DataFrame
        family, person, unit, item, date, text.
    until : Series
        Last day that counts, by followed family.
    lexicon : Lexicon
        Looks for the themes.

    Returns
    -------
    DataFrame
        The same columns, themes (ids, `; ` between; empty without) and words (those that made the tags);
        by family and date.
    """
    kept = notes[within(notes, until)].sort_values(["family", "date"], kind="stable", ignore_index=True)
    tagged = [(text, lexicon.tags(text)) for text in kept["text"]]
    themes = [MARK.join(tag.theme for tag in tags) for _, tags in tagged]
    words = [MARK.join(word for tag in tags for word in tag.words(text)) for text, tags in tagged]
    found = {"themes": themes, "words": words}
    series = {name: pd.Series(values, kept.index, dtype="str") for name, values in found.items()}
    return tables.conform("tagged_notes", kept.assign(**series))


def theme_counts(
    notes: pd.DataFrame, compared: pd.DataFrame, themes: Themes, *, language: str
) -> pd.DataFrame:
    """Count the families with at least one note about a theme: those that declined and the others.

    Parameters
    ----------
    notes : DataFrame
        As from `tag_notes`.
    compared : DataFrame
        family, baseline_score, follow_up_score: the families to count.
    themes : Themes
        Their order and titles.
    language : str
        Of the titles.

    Returns
    -------
    DataFrame
        theme, label, then declined_families, declined_with_theme, declined_share with its 95 % Wilson
        interval, the same for the others, difference of the shares, fisher_exact_p, fisher_holm_p (Holm, over
        the themes). Every theme has its row.
    """
    having = _families_by_theme(notes)
    table = pd.DataFrame({"theme": themes.ids, "label": [theme.title(language) for theme in themes.themes]})
    for group, families in _groups(compared).items():
        counted = [len(having.get(theme, set()) & families) for theme in themes.ids]
        low, high = inference.wilson(counted, len(families))
        table[f"{group}_families"] = len(families)
        table[f"{group}_with_theme"] = counted
        table[f"{group}_share"] = np.divide(counted, len(families)) if families else np.nan
        table = table.assign(**{f"{group}_low": low, f"{group}_high": high})
    table["difference"] = table["declined_share"] - table["other_share"]
    counts = [f"{group}_{name}" for group in GROUPS for name in ("with_theme", "families")]
    table["fisher_exact_p"] = [groups.fisher_exact(*row) for row in table[counts].to_numpy()]
    table["fisher_holm_p"] = inference.holm(table["fisher_exact_p"])
    return tables.conform("theme_counts", table)


def note_counts(notes: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count how much was written about the families that declined and about the others.

    Parameters
    ----------
    notes, compared
        As for `theme_counts`.

    Returns
    -------
    DataFrame
        group (declined, other), families, families_with_notes, notes, notes_per_family (mean),
        median_notes; families without a note count as 0.
    """
    rows = []
    for group, families in _groups(compared).items():
        counts = notes["family"].value_counts().reindex(sorted(families), fill_value=0)
        rows.append(
            {
                "group": group,
                "families": len(families),
                "families_with_notes": int((counts > 0).sum()),
                "notes": int(counts.sum()),
                "notes_per_family": counts.mean() if families else np.nan,
                "median_notes": counts.median() if families else np.nan,
            }
        )
    return tables.conform("note_counts", pd.DataFrame(rows))


def _groups(compared: pd.DataFrame) -> dict[str, set[str]]:
    """Codes of the families that declined, and of the others."""
    worse = compared["follow_up_score"] > compared["baseline_score"]
    return {"declined": set(compared.loc[worse, "family"]), "other": set(compared.loc[~worse, "family"])}


def _families_by_theme(notes: pd.DataFrame) -> dict[str, set[str]]:
    """Codes of the families with a note about each theme."""
    tagged = notes[["family", "themes"]].dropna()
    one_each = tagged.assign(themes=tagged["themes"].str.split(MARK)).explode("themes")
    return {str(theme): set(families) for theme, families in one_each.groupby("themes")["family"]}
