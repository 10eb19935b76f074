"""Small `states` and `families` frames for tests, written as the levels at both moments; studies of them."""

import itertools

import numpy as np
import pandas as pd
from scipy.stats import t

from helpers import tables
from helpers.cleaning import CleanTables
from small_study import open_study

MOMENT = pd.CategoricalDtype(["baseline", "follow_up"], ordered=True)
UNIT = pd.CategoricalDtype(["huishouden", "volwassene", "kind"], ordered=True)
STATUS = pd.CategoricalDtype(["observed", "not_applicable", "missing"], ordered=True)
TEXT = pd.StringDtype(na_value=float("nan"))
NVT = "n.v.t."  # not applicable; None is missing
NOT_FOLLOWED = "not followed"  # in place of the level at follow-up: no row for that moment


def states(*rows):
    """(family, person or None, unit, item, level at baseline, level at follow-up[, fresh]) -> states."""
    cells = []
    for family, person, unit, item, before, after, *fresh in rows:
        cells.append((family, person, unit, item, "baseline", before, False))
        if after != NOT_FOLLOWED:
            cells.append((family, person, unit, item, "follow_up", after, bool(fresh and fresh[0])))
    frame = pd.DataFrame(cells, columns=["family", "person", "unit", "item", "moment", "level", "fresh"])
    levels = [level if level != NVT else None for level in frame["level"]]
    statuses = [
        "not_applicable" if x == NVT else "missing" if pd.isna(x) else "observed" for x in frame["level"]
    ]
    frame = frame.assign(
        level=pd.array(levels, dtype="Int64"), status=statuses, date=pd.Timestamp("2023-01-01")
    )
    types = {"family": TEXT, "person": TEXT, "item": TEXT, "unit": UNIT, "moment": MOMENT, "status": STATUS}
    columns = ["family", "person", "unit", "item", "moment", "level", "status", "date", "fresh"]
    return frame.astype(types | {"fresh": bool})[columns]


def families(**pilots):
    """Followed families by pilot: families(Leuven="AB", Bilzen="C")."""
    rows = [(family, pilot, True) for pilot, codes in pilots.items() for family in codes]
    frame = pd.DataFrame(rows, columns=["family", "pilot", "followed"])
    return frame.astype({"family": TEXT, "pilot": TEXT, "followed": bool})


def study_of(states, families=None, **given):
    """A study of these states; their families are of Leuven, and followed when they have a follow-up.

    `families` may say otherwise: family, pilot, followed, and status, retained where it is left out. The rest
    is as for `open_study`.
    """
    if families is None:
        followed = (states["moment"] == "follow_up").groupby(states["family"]).any()
        families = followed.rename("followed").reset_index().assign(pilot="Leuven")
    whole = {
        "coach": None,
        "organisation": None,
        "group": None,
        "household_type": "onbekend",
        "t0": pd.Timestamp("2022-03-01"),
        "last_date": pd.Timestamp("2023-03-01"),
        "registrations": 2,
        "adults": 0,
        "children": 0,
        "status": "retained",
    }
    families = pd.DataFrame(whole, index=families.index).assign(**families)
    families["rule"] = np.where(families["status"] == "excluded", "F02", None)
    persons = states.dropna(subset="person").drop_duplicates(["family", "unit", "person"])
    persons = persons[["family", "person", "unit"]].assign(
        education=None, age_years=None, expected=False, at_baseline=True
    )
    made = {"families": tables.conform("families", families), "persons": tables.conform("persons", persons)}
    others = {name: tables.empty(name) for name in CleanTables.__dataclass_fields__ if name not in made}
    return open_study(CleanTables(**made, **others), states, **given)


def moved(*families):
    """(net, pairs) of each family -> low, high, p: by leaving out one at a time, and by all turns.

    Two families of mean size are added, one up and one down; the interval of the net share is a t interval.
    With p above 0.05 it holds 0, else it ends there.
    """
    net, pairs = np.array(families, dtype=float).T
    size, far = pairs.mean(), max(abs(net / pairs)) or 1
    more_net, more_pairs = np.append(net, [far * size, -far * size]), np.append(pairs, [size, size])
    share, count = more_net.sum() / more_pairs.sum(), len(more_net)
    left_out = [np.delete(more_net, i).sum() / np.delete(more_pairs, i).sum() for i in range(count)]
    spread = np.sqrt((count - 1) / count * sum((one - share) ** 2 for one in left_out))
    half = spread * t.ppf(0.975, max(1, pairs.sum() ** 2 / (pairs**2).sum() - 1))
    low, high = max(-1, share - half), min(1, share + half)
    turns = [abs(sum(turn)) for turn in itertools.product(*((x, -x) for x in net[net != 0]))]
    p = sum(turn >= abs(net.sum()) for turn in turns) / len(turns)
    if p > 0.05:
        return min(low, 0), max(high, 0), p
    return (max(low, 0), high, p) if net.sum() > 0 else (low, min(high, 0), p)
