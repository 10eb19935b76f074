"""Facts of the official index in Flanders, which stands beside the families of this study for orientation."""

from typing import Any

import pandas as pd

from helpers.outputs import tells


@tells("kansarmoede_vlaanderen")
def kansarmoede_vlaanderen(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `kansarmoede_vlaanderen`: the share of children born poor in each year, and in the last."""
    years = table["year"].astype("int64")
    series = list(zip(years, table["percentage"].astype("float64") / 100, strict=True))
    year, share = max(series)
    return {"year": year, "share": share, "series": series}
