"""How well the scales measure: whether their items hang together, and what a change of one family means."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning.windows import numbered
from helpers.course import OF_ALL
from helpers.definitions import LEVELS, UNITS
from helpers.inference import Z
from helpers.kansarmoede import DOMAINS
from helpers.multiverse import Worlds
from helpers.outputs import counts, derives, family_table
from helpers.primary import COACH

INDEX = "index"
SCALES = (*UNITS, INDEX)
REPEATED_DAYS = 30  # a value registered again so soon is taken for the same state, measured twice
PRODUCTS = ["n", "x", "xx", "xy"]


@family_table("scale_values")
def scale_values(start_states: pd.DataFrame, domain_status: pd.DataFrame) -> pd.DataFrame:
    """Give what the scales are made of at the start of each family.

    Gives family, person (empty: the family itself), scale, item, value: the level (1–5) of whoever was there
    at the start; in the index 1 for a domain on which the family falls short and 0 for another, as in its
    score.
    """
    start = start_states[start_states["level"].notna()]
    of = domain_status[domain_status["moment"] == "baseline"]
    levels = start[["family", "person", "unit", "item", "level"]].set_axis(
        ["family", "person", "scale", "item", "value"], axis=1
    )
    domains = of[["family"]].assign(
        person=pd.NA, scale=INDEX, item=of["domain"], value=of["status"] == "deprived"
    )
    parts = [part.astype({"scale": "str", "item": "str", "value": "int64"}) for part in (levels, domains)]
    return pd.concat(parts).assign(person=lambda rows: rows["person"].astype("str").fillna(""))


@counts("item_products")
def item_products(scale_values: pd.DataFrame) -> pd.DataFrame:
    """Add up values and products of each two items of a scale, over those of whom both are known.

    By scale, item and other: n, x (sum of the values of `item`), xx (of their squares), xy.
    """
    found = {}
    for scale, rows in scale_values.groupby("scale"):
        who, persons = pd.factorize(numbered(rows, ["family", "person"]))
        item, items = pd.factorize(rows["item"], sort=True)
        known, values = np.zeros((2, len(persons), len(items)))  # whole numbers, which multiply faster so
        known[who, item], values[who, item] = 1, rows["value"]
        sums = (known.T @ known, values.T @ known, (values**2).T @ known, values.T @ values)
        cells = pd.MultiIndex.from_product([items, items], names=["item", "other"])
        of_scale = {name: part.ravel().astype(np.int64) for name, part in zip(PRODUCTS, sums, strict=True)}
        found[scale] = pd.DataFrame(of_scale, index=cells)
    if not found:
        nothing = pd.MultiIndex.from_arrays([[]] * 3, names=["scale", "item", "other"])
        return pd.DataFrame(columns=PRODUCTS, index=nothing, dtype="int64")
    products = pd.concat(found, names=["scale"])
    return products[products["n"] > 0]


@counts("scale_sizes")
def scale_sizes(scale_values: pd.DataFrame) -> pd.DataFrame:
    """Count who is measured on each scale: by scale, persons (or families, of themselves) and families."""
    one = scale_values[["scale", "family", "person"]].drop_duplicates()
    return pd.DataFrame(
        {
            "measured": one.groupby("scale").size(),
            "families": one.drop_duplicates(["scale", "family"]).groupby("scale").size(),
        }
    )


@counts("repeated_values")
def repeated_values(worlds: Worlds, families: pd.DataFrame) -> pd.DataFrame:
    """Count values registered again within thirty days, of one item and one person or family.

    By scale and difference (in levels, without its sign): values.
    """
    described = families.loc[families["status"] == "retained", "family"]
    cell, level, date = worlds.cells.known(described)
    last = np.append((cell[1:] != cell[:-1]) | (date[1:] != date[:-1]), True)[: len(cell)]
    cell, level, date = cell[last], level[last], date[last]  # the last of a day is what the day says
    soon = date[1:] - date[:-1] <= np.timedelta64(REPEATED_DAYS, "D")
    again = (cell[1:] == cell[:-1]) & soon
    units = pd.Series([unit for unit, _ in worlds.cells.items], dtype="str")
    scale = units.take(cell[1:][again] % len(units)).array
    rows = pd.DataFrame({"scale": scale, "difference": np.abs(np.diff(level))[again]})
    return rows.groupby(["scale", "difference"]).size().to_frame("values")


@family_table("family_values")
def family_values(scale_values: pd.DataFrame) -> pd.DataFrame:
    """Give the level of each family on each scale: family, scale, value, the mean of all that is known."""
    return scale_values.groupby(["family", "scale"])["value"].mean().reset_index()


@derives("measurement")
def measurement(
    item_products: pd.DataFrame,
    scale_sizes: pd.DataFrame,
    repeated_values: pd.DataFrame,
    items_distribution: pd.DataFrame,
    domain_numbers: pd.DataFrame,
    family_values: pd.DataFrame,
    family_coaches: pd.DataFrame,
) -> pd.DataFrame:
    """Tell how well each unit's items, and the index, measure.

    Gives scale (household, adult, child, index), items, n (persons, or families), families; alpha with
    alpha_low and alpha_high, omega; smallest_change that one person or family must show (in levels of the
    mean, of the index in domains); repeated (values registered again within thirty days), differing (share of
    these); floor and ceiling (share at the worst and the best end: of values, in the index of families);
    coaches, coach_share (share of the variance of families that lies between coaches).
    """
    rows = []
    for scale in SCALES:
        found = reliability(_products(item_products, scale))
        sizes = scale_sizes.reindex([scale], fill_value=0).iloc[0]
        low, high = alpha_interval(found.alpha, int(sizes["families"]), found.items)
        spread = found.variance_of_mean * (found.items**2 if scale == INDEX else 1)
        repeats = repeated_values[repeated_values.index.get_level_values("scale") == scale].droplevel("scale")
        twice = int(repeats["values"].sum())
        differing = int(repeats["values"].drop(0, errors="ignore").sum())
        of_coach = (
            family_values[family_values["scale"] == scale]
            .merge(family_coaches, on="family")
            .dropna(subset="coach")
        )
        coach = of_coach.groupby(COACH).ngroup().to_numpy("int64")
        rows.append(
            {
                "scale": scale,
                "items": found.items,
                "n": sizes["measured"],
                "families": sizes["families"],
                "alpha": found.alpha,
                "alpha_low": low,
                "alpha_high": high,
                "omega": found.omega,
                "smallest_change": smallest_change(spread, found.alpha),
                "repeated": twice,
                "differing": differing / twice if twice else np.nan,
                "coaches": len(np.unique(coach)),
                "coach_share": intraclass(of_coach["value"].to_numpy("float64"), coach),
            }
            | _ends(scale, items_distribution, domain_numbers)
        )
    return pd.DataFrame(rows)


def _products(item_products: pd.DataFrame, scale: str) -> "Products":
    of = item_products[item_products.index.get_level_values("scale") == scale].droplevel("scale")
    items = of.index.get_level_values("item").unique()
    squares = [
        of[name].unstack("other").reindex(index=items, columns=items).fillna(0).to_numpy("float64")
        for name in PRODUCTS
    ]
    return Products(*squares)


def _ends(scale: str, items_distribution: pd.DataFrame, domain_numbers: pd.DataFrame) -> dict[str, float]:
    """Share at the worst and at the best end at the start: of known levels, in the index of families."""
    if scale == INDEX:
        table = domain_numbers.assign(end=domain_numbers["number"].map({DOMAINS: "floor", 0: "ceiling"}))
        n = "families"
    else:
        table = items_distribution[items_distribution["unit"] == scale].astype({"level": "str"})
        table = table[table["level"].isin([str(level) for level in LEVELS])]
        table["end"] = table["level"].map({str(LEVELS[0]): "floor", str(LEVELS[-1]): "ceiling"})
        n = "n"
    start = table[table["moment"] == OF_ALL]
    total, ends = int(start[n].sum()), start.groupby("end")[n].sum()
    return {end: int(ends[end]) / total if total else np.nan for end in ("floor", "ceiling")}


FEWEST = 10  # of whom both items of a pair are known


@dataclass(frozen=True)
class Products:
    """Sums over those of whom both items of a pair are known; each attribute is items × items.

    `n` is how many; `x`, `xx` and `xy` are sums of the values of the item of the row, of their squares, of
    products.
    """

    n: NDArray[np.float64]
    x: NDArray[np.float64]
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Of a scale: its items that can be compared, alpha, omega, and the variance of their mean."""

    items: int
    alpha: float = nan
    omega: float = nan
    variance_of_mean: float = nan


def reliability(products: Products) -> Reliability:
    """Tell how far the items of a scale measure one thing.

    Cronbach's alpha of the covariances, each over those of whom both items are known (1951,
    doi:10.1007/BF02310555; of items of 0 and 1 it is KR-20). McDonald's omega of one factor by principal axes
    of the correlations (1999, Test Theory, chapter 6). Items that do not vary are left out, and so is the
    item with most pairs known of fewer than ten, until there is no such pair.

    NaN with fewer than two items; omega needs three, and is NaN where an item's communality passes 1
    (Heywood) or the axes do not settle.
    """
    n = products.n
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (products.xy - products.x * products.x.T / n) / (n - 1)
        variance = (products.xx - products.x**2 / n) / (n - 1)
        correlation = covariance / np.sqrt(variance * variance.T)
    kept = np.flatnonzero(np.diag(variance) > 0)
    missing = (n < FEWEST) | ~np.isfinite(correlation)
    while len(kept) and (lacks := missing[np.ix_(kept, kept)].sum(axis=1)).any():
        kept = np.delete(kept, np.flatnonzero(lacks == lacks.max())[-1])
    k = len(kept)
    if k < 2:
        return Reliability(k)
    own = covariance[np.ix_(kept, kept)]
    alpha = k / (k - 1) * (1 - np.trace(own) / own.sum()) if own.sum() > 0 else nan
    return Reliability(k, float(alpha), _omega(correlation[np.ix_(kept, kept)]), float(own.sum() / k**2))


def _omega(correlation: NDArray[np.float64]) -> float:
    """McDonald's omega of one factor; the communalities begin at the largest correlations."""
    if len(correlation) < 3:
        return nan
    reduced = correlation.copy()
    common = np.abs(correlation - np.eye(len(correlation))).max(axis=1)
    for _ in range(10_000):
        np.fill_diagonal(reduced, common)
        values, vectors = np.linalg.eigh(reduced)
        before, common = common, values[-1] * vectors[:, -1] ** 2
        if values[-1] <= 0 or common.max() > 1:
            return nan
        if np.abs(common - before).max() < 1e-10:
            loadings = np.sqrt(values[-1]) * vectors[:, -1]
            shared = loadings.sum() ** 2
            return float(shared / (shared + (1 - common).sum()))
    return nan


def alpha_interval(alpha: float, families: int, items: int) -> tuple[float, float]:
    """95 % interval of alpha, with families as the number that were measured (Feldt 1965).

    (1 − α̂)/(1 − α) has an F distribution of (families − 1)(items − 1) and families − 1 degrees of freedom
    (doi:10.1007/BF02289499). Members of a family count once, so that the interval is rather too wide.
    """
    if families < 2 or items < 2 or not np.isfinite(alpha):
        return nan, nan
    from scipy.stats import f

    of = (families - 1, (families - 1) * (items - 1))
    low, high = 1 - (1 - alpha) * f.ppf([0.975, 0.025], *of)
    return float(low), float(high)


def smallest_change(variance: float, alpha: float) -> float:
    """How far two measurements of one family must differ to pass what chance alone gives in 95 of 100.

    1.96 √2 times the standard error of measurement, SD √(1 − alpha); in the units of the scale.
    """
    return Z * sqrt(2 * variance * (1 - alpha)) if alpha <= 1 and variance >= 0 else nan


def intraclass(values: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Share of the variance that lies between groups, by one-way analysis of variance (Donner 1986).

    (B − W)/(B + (n₀ − 1)W) of the mean squares between and within groups (doi:10.2307/1403259); below 0
    counts as 0. NaN with fewer than two groups, or without a group of two.
    """
    number, sizes = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    total, count = len(values), len(sizes)
    if count < 2 or count == total:
        return nan
    means = np.bincount(number, weights=values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (count - 1)
    within = float(((values - means[number]) ** 2).sum()) / (total - count)
    size = (total - float(sizes @ sizes) / total) / (count - 1)
    spread = between + (size - 1) * within
    return max(0.0, (between - within) / spread) if spread > 0 else nan
