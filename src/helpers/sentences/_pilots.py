"""What is said of pilots side by side: never a ranking, and of a difference only with what chance gives."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.sentences import _pilot_texts as say
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import ALL, UNKNOWN, nothing_to_tell
from helpers.sentences._phrases import (
    NOTHING,
    STACKED_BARS,
    Account,
    count_and_share,
    counted,
    ended,
    fill,
    listed,
    named,
    part_of,
    sentences,
    share_text,
)
from helpers.words.selection import pilot_name as pilot_text

NAMED = 6  # with more pilots a headline does not name them all
POOR = ("poor", "severe")


def pilot_registration(table: pd.DataFrame, *, definitions: Definitions) -> Text:
    """Say how completely the pilots register, and how often they look again.

    Parameters
    ----------
    table : pilot_registration.
    definitions : for the names of pilots.
    """
    every, pilots = table.iloc[0], table.iloc[1:]
    if not every["retained"]:
        return say.NO_FAMILIES
    known = fill(
        say.KNOWN, share=share_text(every["known_share"]), range=_range(pilots, "known_share", definitions)
    )
    if not every["pairs"]:
        return known
    share = share_text(every["looked_again_share"])
    again = fill(say.LOOKED_AGAIN, share=share, range=_range(pilots, "looked_again_share", definitions))
    return sentences(known, again, say.LOOKED_AGAIN_WHY if len(pilots) > 1 else None)


def pilot_profile(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell with which families the pilots work.

    Parameters
    ----------
    table : pilot_profile.
    definitions : for words.
    """
    families = table[table["feature"] == "household_type"].groupby("pilot", sort=False)["n"].sum()
    if not families[ALL]:
        return nothing_to_tell(say.NO_RETAINED)
    poor = _poor(table)
    unknown = table[(table["value"] == UNKNOWN) & (table["pilot"] == ALL)]["n"].sum()
    caption = fill(say.PROFILE_CAPTION, n=counted(families[ALL], "family"), unknown=int(unknown))
    pilots = poor[(poor.index != ALL) & (poor["n"] > 0)]
    described = listed(
        [_profile_of(str(pilot), rows, definitions) for pilot, rows in table.groupby("pilot", sort=False)],
        mark="; ",
    )
    finding = fill(say.PROFILE_ONE, part=part_of(poor.loc[ALL, "poor"], poor.loc[ALL, "n"], "family"))
    if len(pilots) > 1:
        finding = fill(say.PROFILE, range=_range(pilots.reset_index(), "share", definitions, n="n"))
    told = say.PROFILE_CONCLUSION if len(pilots) > 1 else None
    return Account(finding, caption, fill(STACKED_BARS, list=described), told)


def pilot_transitions(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell who moved in each pilot.

    Parameters
    ----------
    table : pilot_transitions.
    definitions : for the classes and the names of pilots.
    """
    directions = {change.id: change.direction for change in definitions.kansarmoede.classes}
    ways = table["class"].astype(str).map(directions)
    counts = table.assign(way=ways).pivot_table(
        index="pilot", columns="way", values="families", aggfunc="sum", sort=False, observed=True
    )
    n = counts.sum(axis=1)
    if not n[ALL]:
        return Account(NOBODY_FOLLOWED, say.TRANSITIONS_CAPTION, ended(NOBODY_FOLLOWED))
    moved = [
        fill(say.MOVED, pilot=pilot_text(str(pilot), definitions), up=int(row["improved"]),
             down=int(row["declined"]), n=int(n[pilot]))
        for pilot, row in counts.iterrows()
    ]  # fmt: skip
    every = fill(
        say.MOVED_ALL, up=int(counts.loc[ALL, "improved"]), down=int(counts.loc[ALL, "declined"]),
        n=counted(n[ALL], "followed_family"),
    )  # fmt: skip
    short = len(counts) - 1 <= NAMED
    finding = fill(say.TRANSITIONS, list=listed(moved[1:], mark="; ")) if short else every
    return Account(
        finding,
        say.TRANSITIONS_CAPTION,
        fill(STACKED_BARS, list=listed(_all_classes(table, definitions), mark="; ")),
        say.TRANSITIONS_CONCLUSION,
    )


def _all_classes(table: pd.DataFrame, definitions: Definitions) -> list[Text]:
    """Give every class that has families, pilot by pilot."""
    titles = {change.id: change.title for change in definitions.kansarmoede.classes}
    said = []
    for pilot, rows in table.groupby("pilot", sort=False):
        some = rows[rows["families"] > 0]
        classes = [
            fill(say.VALUE, value=titles[str(row["class"])], n=int(row["families"]))
            for _, row in some.iterrows()
        ]
        name = fill(say.NAME_AND_N, pilot=pilot_text(str(pilot), definitions), n=int(rows["families"].sum()))
        said.append(named(name, listed(classes)) if classes else name)
    return said


def _poor(table: pd.DataFrame) -> pd.DataFrame:
    """Count by pilot who is poor, severely or not, of whom a score is known: poor, n, share."""
    rows = table[table["feature"] == "score_range"]
    n = rows.groupby("pilot", sort=False)["n"].sum()
    poor = rows[rows["value"].isin(POOR)].groupby("pilot", sort=False)["n"].sum()
    found = pd.DataFrame({"poor": poor, "n": n})
    return found.assign(share=found["poor"].astype("float64") / found["n"].astype("float64").where(n > 0))


def _range(rows: pd.DataFrame, name: str, definitions: Definitions, *, n: str | None = None) -> Text:
    """Say from where to where a share runs over the pilots; nothing with fewer than two."""
    some = rows[rows[name].notna()]
    if len(some) < 2:
        return NOTHING
    ends = [some.loc[some[name].astype("float64").idxmin()], some.loc[some[name].astype("float64").idxmax()]]
    said = [
        fill(
            say.END, share=share_text(float(end[name])), pilot=pilot_text(str(end["pilot"]), definitions),
            n=fill(say.OF, n=int(end[n])) if n else NOTHING,
        )
        for end in ends
    ]  # fmt: skip
    return fill(say.RANGE, low=said[0], high=said[1])


def _profile_of(pilot: str, rows: pd.DataFrame, definitions: Definitions) -> Text:
    """Describe one pilot: every value of every feature."""
    parts = []
    for feature, values in rows.groupby("feature", sort=False, observed=True):
        words = definitions.vocabulary.get(str(feature), {})
        counts = [
            fill(say.VALUE, value=words.get(row.value, Text(row.value, row.value)),
                 n=count_and_share(row.n, row.share))
            for row in values.itertuples()
        ]  # fmt: skip
        name = definitions.vocabulary["pilot_feature"][str(feature)]
        parts.append(named(name, listed(counts)))
    return named(pilot_text(pilot, definitions), listed(parts, mark=" – "))
