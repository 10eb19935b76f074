"""The three views of an item: its distribution at a moment, its transition matrix, its change.

The numbers, figures and sentences are those of the report; a view asks for one item instead of a figure's.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from helpers import baseline, transitions
from helpers.charts import outputs
from helpers.definitions import Definitions, Figure, Text
from helpers.explore._selection import ALL, CHANGE, PERSONS, Selection, choose
from helpers.show import Output
from helpers.states import WITHIN_FAMILY
from helpers.study import Study
from helpers.words import Account, both
from helpers.words import account as account_of
from helpers.words import baseline as levels
from helpers.words import transitions as told

DISTRIBUTION, TRANSITION = "figure_04", "figure_18"  # figures of the report with the same columns
KINDS = {"huishouden": "family", "volwassene": "adult", "kind": "child"}
FOLLOW_UP = "follow_up"


def distribution(data: Study, selection: Selection) -> pd.DataFrame:
    """Count how many stand at each level of the item, as Figures 4–14 do.

    Parameters
    ----------
    data : Study
        As from `open_study`.
    selection : Selection
        At follow-up, of the followed families; at baseline (and for a change), of all retained ones.

    Returns
    -------
    DataFrame
        unit, item, level, label, n, share, ci_low, ci_high: seven rows.
    """
    chosen = choose(data, selection)
    families, persons, states = chosen.families, chosen.persons, chosen.states
    if selection.moment == FOLLOW_UP:  # as the baseline of the followed families, all of their persons there
        families = families[families["followed"]]
        persons = persons[persons["family"].isin(families["family"])].assign(at_baseline=True)
        states = states[states["moment"] == FOLLOW_UP]
        states = states.assign(moment=states["moment"].cat.codes * 0)
        states["moment"] = pd.Categorical.from_codes(states["moment"], dtype=data.states["moment"].dtype)
    figure = distribution_figure(data.definitions, selection)
    counts = baseline.level_counts(states, families, persons, figure, _within(selection))
    return baseline.distribution(counts, figure, data.definitions, data.language)


def matrix(data: Study, selection: Selection) -> pd.DataFrame:
    """Count who went from which level to which, as Figures 18–21 do.

    Returns
    -------
    DataFrame
        unit, item, baseline_level, follow_up_level, persons, row_share: all 25 rows.
    """
    counts = choose(data, selection).counts["level_moves"]
    return transitions.matrix(counts, transition_figure(data.definitions, selection))


def change(data: Study, selection: Selection) -> pd.DataFrame:
    """Give the item's row of `item_change`; its adjusted p-value is still about all items.

    Returns
    -------
    DataFrame
        The columns of `item_change`, one row.
    """
    table = item_changes(data, selection.pilots, selection.household_type)
    own = (table["unit"].astype(str) == selection.unit) & (table["item"] == selection.item)
    return table[own].reset_index(drop=True)


def tests(data: Study, selection: Selection) -> pd.DataFrame:
    """Give the item's row of tests, as `transition_tests` has for the figures of the report.

    Returns
    -------
    DataFrame
        The columns of `transition_tests` but the figure, one row.
    """
    return _tests(data, selection).drop(columns="figure")


@lru_cache(maxsize=64)
def item_changes(data: Study, pilots: tuple[str, ...], household_type: str) -> pd.DataFrame:
    """Test the change of all items once for each choice of families."""
    unit, item = next(iter(data.definitions.items))
    return choose(data, Selection(unit, item, pilots, household_type))["item_change"]


def distribution_figure(definitions: Definitions, selection: Selection) -> Figure:
    """Describe the figure of one item as `outputs/` describes those of the report."""
    kind = "family" if selection.families_counted else KINDS[selection.unit]
    members = kind == "family" and selection.unit != "huishouden"
    return replace(
        definitions.figures[DISTRIBUTION],
        title=definitions.item(*selection.key).title,
        unit_of_analysis=kind,
        items=(selection.key,),
        reading=both("explore_readings", "members" if members else kind),
    )


def transition_figure(definitions: Definitions, selection: Selection) -> Figure:
    """Describe the figure of one item's transition as `outputs/` describes those of the report."""
    title = definitions.item(*selection.key).title
    return replace(
        definitions.figures[TRANSITION], title=title, items=(selection.key,), reading=both("explore", "moved")
    )


def show_distribution(output: Output, data: Study, selection: Selection) -> None:
    """Show the distribution, and write it where the output has a folder."""
    table = distribution(data, selection)
    figure = distribution_figure(data.definitions, selection)
    facts = levels.distribution(table, figure, data.definitions, _within(selection))
    account = account_of(("levels",), facts)
    name = f"distribution_{selection.name}_{selection.moment}"
    if selection.families_counted and selection.unit != "huishouden":
        name += f"_{selection.count}"
    title = title_of(data, selection)
    _figure(output, data, name, table, "levels", account, title=title, figure=figure)


def show_matrix(output: Output, data: Study, selection: Selection) -> None:
    """Show the transition matrix with its bands and tests, and write it where the output has a folder."""
    counts = choose(data, selection).counts
    table = matrix(data, selection)
    figure = transition_figure(data.definitions, selection)
    account = account_of(["transition"], told.transition(table, figure, counts["level_moves"], None))
    name, title = f"transition_{selection.name}", title_of(data, replace(selection, moment=CHANGE))
    _figure(output, data, name, table, "transition", account, title=title)
    output.table(
        f"tests_{selection.name}", tests(data, selection), caption=both("explore", "tests", title=title)
    )


def show_change(output: Output, data: Study, selection: Selection) -> None:
    """Show the change of the item with its interval, and write it where the output has a folder."""
    table = change(data, selection)
    account = account_of(["item_change"], told.item_change(table, None, data.definitions))
    name, title = f"change_{selection.name}", title_of(data, replace(selection, moment=CHANGE))
    _figure(output, data, name, table, "item_change", account, title=title)


def title_of(data: Study, selection: Selection) -> Text:
    """Name the item, whom it is about, the moment and the families."""
    definitions = data.definitions
    families: list[Text | str] = [*selection.pilots] or [both("explore", "all_pilots")]
    if selection.household_type != ALL:
        families.append(definitions.vocabulary["household_type"][selection.household_type])
    moment = definitions.vocabulary["moment"].get(selection.moment, both("explore", "of_change"))
    return both(
        "explore",
        "title",
        item=definitions.item(*selection.key).title,
        who=definitions.vocabulary["unit"][selection.unit],
        moment=moment,
        families=families,
    )


def _within(selection: Selection) -> str:
    """Which member's level stands for the family; of no weight where persons are counted."""
    return selection.count if selection.count in WITHIN_FAMILY else "worst"


def _tests(data: Study, selection: Selection) -> pd.DataFrame:
    """The row of `transition_tests` of the item, under the number of the figure that it borrows."""
    return _tests_of(data, replace(selection, moment=CHANGE, count=PERSONS))


@lru_cache(maxsize=64)
def _tests_of(data: Study, selection: Selection) -> pd.DataFrame:
    """Test a transition once, whatever else is chosen."""
    figure = transition_figure(data.definitions, selection)
    only = replace(data.definitions, outputs=replace(data.definitions.outputs, figures={figure.id: figure}))
    chosen = choose(data, selection)
    counts, moves = chosen.counts, chosen.moves
    seed = data.settings["seed"]
    return transitions.transition_tests(counts["level_moves"], counts["item_nets"], moves, only, seed)


def _figure(
    output: Output,
    data: Study,
    name: str,
    table: pd.DataFrame,
    kind: str,
    account: Account,
    *,
    title: Text,
    **context: Any,
) -> None:
    """Show a figure in the way of the report, with its finding above it."""
    output.figure(
        name,
        table,
        outputs.drawing(kind, table, definitions=data.definitions, language=data.language, **context),
        title=title,
        caption=account.caption,
        finding=account.finding,
        conclusion=account.conclusion,
        alt=both("explore", "for_its_picture", finding=account.finding, rest=account.alternative),
    )
