"""Small `states` and `families` frames for tests, written as the levels at both moments."""

import pandas as pd

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
