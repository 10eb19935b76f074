"""Facts of the internal review: the themes in the notes, and each family that declined by itself."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.case_review import KEYS
from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Themes
from helpers.definitions.languages import labels
from helpers.inference import ALPHA
from helpers.outputs import tells
from helpers.words import Facts, both


@tells("theme_counts")
def theme_counts(table: pd.DataFrame, note_counts: pd.DataFrame, themes: Themes) -> Facts:
    """Facts of `theme_counts`: how often the notes are about each theme, in both groups of families."""
    titles = {theme.id: theme.title for theme in themes.themes}
    told = [
        {
            "title": titles[str(row.theme)],
            "declined": int(row.declined_with_theme),
            "others": int(row.other_with_theme),
        }
        for row in table.itertuples()
    ]
    size = table["difference"].abs().reset_index(drop=True)
    differ = size.notna().any() and size.max() > 0
    return {
        "n": int(table["declined_families"].max()),
        "m": int(table["other_families"].max()),
        "themes": told,
        "largest": told[int(size.idxmax())] if differ else None,
        "stands_out": bool(table["fisher_holm_p"].min() < ALPHA),
        "notes": dict(zip(note_counts["group"], note_counts["notes_per_family"], strict=True)),
    }


def case(
    family: Any, *, families: int, deprivations: pd.DataFrame, items: pd.DataFrame, definitions: Definitions
) -> Facts:
    """Facts of one family that declined: its scores, what made a domain deprived, what came later."""
    fell = [
        {
            "title": definitions.kansarmoede.domain(str(row.domain)).title,
            "unknown_before": row.before == "unknown",
            "items": [_fell(one, definitions) for one in items[items["domain"] == row.domain].itertuples()],
        }
        for row in deprivations.itertuples()
    ]
    later = {"registrations": int(family.later_registrations), "notes": int(family.later_notes)}
    return _scores(family) | {
        "number": int(family.number),
        "families": families,
        "pilot": family.pilot,
        "fell": fell,
        "later": later,
    }


def _scores(family: Any) -> Facts:
    before, after = int(family.baseline_score), int(family.follow_up_score)
    return {"family": family.family, "before": before, "after": after}


def _fell(row: Any, definitions: Definitions) -> Facts:
    """Say from where to where an item fell, and when that was first registered."""
    return {
        "who": _who(row.unit, row.person, definitions),
        "item": definitions.item(row.unit, row.item).title,
        "before": labels("case_words")["unknown"] if pd.isna(row.baseline_level) else int(row.baseline_level),
        "after": int(row.follow_up_level),
        "date": f"{row.date:%Y-%m-%d}",
    }


def _who(unit: str, person: Any, definitions: Definitions) -> Text | str:
    return definitions.vocabulary["unit"][unit] if pd.isna(person) else str(person)


def about(unit: str, person: Any, item: str, definitions: Definitions) -> Facts:
    """Facts of what a note is about: person, or household, and item."""
    return {"who": _who(unit, person, definitions), "item": definitions.item(unit, item).title}


def timeline(table: pd.DataFrame, family: Any, *, marked: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of the timeline of one family.

    The rows `marked` are drawn even when nothing changed, with a bold name.
    """
    changed = table[table["change"].notna()]
    drawn = pd.concat([changed[KEYS], marked[KEYS]], ignore_index=True).drop_duplicates()
    none = definitions.vocabulary["status"]["not_applicable"]
    changes = [
        {
            "date": f"{date:%Y-%m-%d}",
            "moves": [
                about(row.unit, row.person, row.item, definitions)
                | {"level": none if pd.isna(row.level) else int(row.level)}
                for row in rows.itertuples()
            ],
        }
        for date, rows in changed.groupby("date", sort=True)
    ]
    others = len(table[KEYS].drop_duplicates()) - len(drawn)
    return _scores(family) | {"others": others, "changes": changes}


def profile(family: Mapping[str, Any] | pd.Series, definitions: Definitions) -> Text:
    """Say of a family, a row of the clean table, who it is and when it was registered."""
    return both(
        "explore",
        "profile",
        family=family["family"],
        pilot=family["pilot"],
        type=definitions.vocabulary["household_type"][family["household_type"]],
        days=int(family["registrations"]),
        first=f"{family['t0']:%d/%m/%Y}",
        last=f"{family['last_date']:%d/%m/%Y}",
        followed=bool(family["followed"]),
    )
