"""What is said of net shares of pilots side by side, beside what chance gives, and at the same case mix."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import PilotComparison
from helpers.formats import both, decimal, p_value, percentage
from helpers.sentences import _pilot_texts as say
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import ALL, nothing_to_tell
from helpers.sentences._phrases import (
    AND,
    Account,
    Piece,
    counted,
    estimate,
    fill,
    listed,
    named,
    plural,
    sentences,
)
from helpers.words.selection import pilot_name as pilot_text

TOLD = 8  # adjusted rows are told one by one; of more only how many stand out


def pilot_outcomes(
    table: pd.DataFrame, *, tests: pd.DataFrame, comparison: PilotComparison, definitions: Definitions
) -> Account:
    """Tell the net shares of the pilots on all subjects.

    Parameters
    ----------
    table : pilot_outcomes.
    tests : pilot_heterogeneity.
    comparison : for alpha.
    definitions : for words.
    """
    if not table["n"].sum():
        return nothing_to_tell(NOBODY_FOLLOWED)
    caption = say.OUTCOMES_CAPTION
    parts = []
    for aspect, rows in table.groupby("aspect", sort=False, observed=True):
        nets = [_net_of(row, definitions) for row in rows[rows["n"] > 0].itertuples()]
        if nets:
            name = definitions.vocabulary["pilot_aspect"][str(aspect)]
            parts.append(named(name, listed(nets)))
    finding = _heterogeneity_finding(tests, comparison)
    told = say.NOT_COMPARED if finding is say.ONE_PILOT else say.OUTCOMES_CONCLUSION
    return Account(finding, caption, fill(say.DIAMONDS, list=listed(parts, mark="; ")), told)


def pilot_limits(
    table: pd.DataFrame,
    *,
    outcomes: pd.DataFrame,
    tests: pd.DataFrame,
    comparison: PilotComparison,
    definitions: Definitions,
) -> Account:
    """Tell which pilots lie outside the limits that chance gives.

    Parameters
    ----------
    table : pilot_limits.
    outcomes : pilot_outcomes.
    tests : pilot_heterogeneity.
    comparison : for the limits and alpha.
    definitions : for the names of pilots.
    """
    if table.empty:
        return nothing_to_tell(say.ONE_PILOT)
    limit = comparison.limits[0]
    ends = table[table["limit"] == limit].set_index("families")
    rows = outcomes[(outcomes["aspect"] == "score") & (outcomes["pilot"] != ALL) & (outcomes["n"] > 0)]
    at = ends.loc[rows["families"].tolist()]
    net = rows["net"].to_numpy()
    outside = (net < at["low"].to_numpy()) | (net > at["high"].to_numpy())
    names = listed([pilot_text(pilot, definitions) for pilot in rows.loc[outside, "pilot"]], last=AND)
    chance = _chance(limit)
    numbers: dict[str, Piece] = {"n": len(rows), "chance": chance, "out": int(outside.sum()), "names": names}
    lie = plural(int(outside.sum()), *say.LIE)
    finding = fill(say.OUTSIDE if outside.any() else say.INSIDE, lie=lie, **numbers)
    expected = both(decimal, len(rows) * (1 - limit), digits=2)
    caption = fill(
        say.LIMITS_CAPTION, chance=chance, n=len(rows), expected=expected,
        net=both(percentage, float(table["net"].iloc[0]), signed=True),
    )  # fmt: skip
    rows = rows.assign(low=at["low"].to_numpy(), high=at["high"].to_numpy())
    described = listed([_point(row, definitions) for row in rows.itertuples()], mark="; ")
    test = tests[(tests["aspect"] == "score") & (tests["statistic"] == "net")].iloc[0]
    p = {"p": both(p_value, test["permutation_p"])}
    small = test["permutation_p"] < comparison.alpha
    told = fill(say.APART if small else say.NOT_APART, **p)
    return Account(finding, caption, fill(say.POINTS, list=described), told)


def pilot_heterogeneity(tests: pd.DataFrame, *, comparison: PilotComparison) -> Text:
    """Conclude from the tests of all subjects.

    Parameters
    ----------
    tests : pilot_heterogeneity.
    comparison : for alpha.
    """
    known = tests.dropna(subset=["permutation_p"])
    if known.empty:
        return say.NO_TESTS
    small = known["permutation_holm_p"] < comparison.alpha
    smallest = known.loc[known["permutation_p"].idxmin()]
    numbers: dict[str, Piece] = {
        "n": len(known),
        "small": int(small.sum()),
        "p": both(p_value, smallest["permutation_p"]),
        "holm": both(p_value, smallest["permutation_holm_p"]),
    }
    return fill(say.TESTS_SMALL if small.any() else say.TESTS, **numbers)


def pilot_case_mix(table: pd.DataFrame, *, comparison: PilotComparison, definitions: Definitions) -> Text:
    """Say what adjustment for case mix gives, and of whom it cannot be said.

    Parameters
    ----------
    table : pilot_case_mix.
    comparison : for the thresholds.
    definitions : for words.
    """
    if not len(table) or not table["families"].sum():
        return say.NO_CASE_MIX
    done = table[table["why_not"].isna()]
    told = [_adjusted(row, definitions) for row in done.itertuples()]
    if len(told) > TOLD:
        small = int((done["strata_p"] < comparison.alpha).sum())
        expected = both(decimal, len(done) * comparison.alpha, digits=1)
        alpha = both(decimal, comparison.alpha)
        told = [fill(say.ADJUSTED_MANY, small=small, alpha=alpha, expected=expected)]
    first = fill(say.ADJUSTED, done=len(done), n=len(table))
    reasons = table["why_not"].astype("str").value_counts()
    why = [
        fill(say.REASON, n=int(reasons[name]), reason=text)
        for name, text in definitions.vocabulary["why_not"].items()
        if name in reasons.index
    ]
    left = fill(say.LEFT_OUT, list=listed(why, mark="; ")) if why else None
    return sentences(first, *told, left)


def pilot_case_mix_rules(comparison: PilotComparison) -> Text:
    """Say from how many families on there is an adjustment, and what it does not take away.

    Parameters
    ----------
    comparison : for the thresholds.
    """
    rules = fill(
        say.RULES, families=counted(comparison.least_families, "followed_family"),
        expected=comparison.least_expected, elsewhere=comparison.least_elsewhere,
    )  # fmt: skip
    return sentences(rules, say.REGRESSION)


def _net_of(row: Any, definitions: Definitions) -> Text:
    """Give the net share of one pilot with its interval."""
    template = say.NET_ALONE if pd.isna(row.net_low) else say.NET
    pilot = pilot_text(str(row.pilot), definitions)
    return fill(template, pilot=pilot, n=int(row.n), **estimate(row._asdict()))


def _point(row: Any, definitions: Definitions) -> Text:
    """Give one point of the funnel with the chance of lying as far out."""
    return fill(
        say.POINT,
        pilot=pilot_text(str(row.pilot), definitions),
        n=counted(row.families, "family"),
        net=both(percentage, row.net, signed=True),
        low=both(percentage, row.low, signed=True),
        high=both(percentage, row.high, signed=True),
        p=both(p_value, row.chance_p),
    )


def _adjusted(row: Any, definitions: Definitions) -> Text:
    """Tell one adjusted row."""
    direction = definitions.vocabulary["pilot_moved"][str(row.way)]
    return fill(
        say.ADJUSTED_ROW,
        pilot=pilot_text(str(row.pilot), definitions),
        strata=definitions.vocabulary["pilot_strata"][str(row.strata)],
        direction=direction,
        n=counted(row.families, "family"),
        observed=int(row.observed),
        expected=both(decimal, row.expected, digits=1),
        excess=both(decimal, row.excess, digits=1, signed=True),
        p=both(p_value, row.strata_p),
    )


def _heterogeneity_finding(tests: pd.DataFrame, comparison: PilotComparison) -> Text:
    """Say on how many subjects the net shares lie further apart than chance gives."""
    net = tests[(tests["statistic"] == "net")].dropna(subset=["permutation_p"])
    if net.empty:
        return say.ONE_PILOT
    small = int((net["permutation_holm_p"] < comparison.alpha).sum())
    p = both(p_value, float(net["permutation_p"].min()))
    subjects = fill(plural(len(net), *say.SUBJECTS), n=len(net))
    return fill(say.SOME_APART if small else say.NONE_APART, small=small, subjects=subjects, p=p)


def _chance(limit: float) -> Text:
    """Write a chance with a decimal only where it needs one."""
    return both(percentage, limit, digits=0 if round(1000 * limit) % 10 == 0 else 1)
