"""`gezinscoach sheets`: a sheet per family as one page, each family on a page of its own when printed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.case_review import SIGNS
from helpers.charts.style import on
from helpers.course import LAST
from helpers.definitions import LEVELS, UNITS
from helpers.files import write
from helpers.folders import PRIVATE_FILE, check_page
from helpers.parameters import ParameterError
from helpers.run._pages import css, filled
from helpers.study import Study, as_written
from helpers.words import names, say
from helpers.words.case_review import profile


def write_sheets(clean: Path, out: Path, *, families: Sequence[str] = (), **given: Any) -> int:
    """Write the sheets of the retained families of a study to one file, and say how many.

    With codes, in any case, only of these; ParameterError names those that look like one that is not there.
    Of real families the page lies in a folder whose name ends in -internal; TargetError says where it may not
    lie. `given` are settings of the study: pilots, language.
    """
    study = Study.open(clean, **given)
    check_page(out, personal=not study.about.synthetic)
    retained = study.families[study.families["status"] == "retained"]
    asked = []
    for code in families:
        found, near = as_written(code, retained["family"])
        if not found:
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise ParameterError(f"--family {code}: no family of that code is described in {clean}{hint}")
        asked.append(found)
    chosen = retained[retained["family"].isin(asked)] if asked else retained
    page = _page(study.select(chosen["family"]))
    write(out, page.encode())
    out.chmod(PRIVATE_FILE)
    return len(chosen)


def _page(study: Study) -> str:
    language, palette = study.language, dict(zip(LEVELS, study.definitions.palette.levels, strict=True))
    values, families = study["family_sheets"], study.families.set_index("family", drop=False)
    sheets = [_sheet(study, families.loc[code].to_dict(), rows) for code, rows in values.groupby("family")]
    banner = ("review", "synthetic") if study.about.synthetic else ("full", "review")
    return filled(
        "sheets",
        language=language,
        css=css(),
        colours=palette,
        inks={level: on(colour) for level, colour in palette.items()},
        title=study.about.title_in(language),
        banner=" ".join(say("banner", part, language) for part in banner),
        say=lambda part, **facts: say("sheets", part, language, **facts),
        definitions=study.definitions,
        named=names.item,
        signs=SIGNS,
        sheets=sheets,
    )


def _sheet(study: Study, family: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """Give of one family what its sheet tells.

    By unit its persons and items, and for each of both the first and the last value; how many went which way;
    the score by month, the last one at the end; its notes in order of date.
    """
    levels = rows[["first_level", "last_level"]].astype("object")
    rows = rows.assign(**levels.where(levels.notna(), None), person=rows["person"].fillna(""))
    rows = rows.assign(change=rows["change"].fillna(""), old=rows["last_date"] < family["last_date"])
    later = study.later_scores[study.later_scores["family"] == family["family"]]
    later = later.sort_values("months", key=lambda months: months.replace(LAST, float("inf")))
    notes = study.tables.notes[study.tables.notes["family"] == family["family"]]
    ways = {way: int((rows["change"] == way).sum()) for way in ("improved", "declined")}
    return {
        "code": family["family"],
        "profile": profile(family, study.definitions)(study.language),
        "units": {
            unit: (sorted(of["person"].unique()), list(of["item"].unique()))
            for unit in UNITS
            if len(of := rows[rows["unit"] == unit])
        },
        "values": {(str(row.unit), row.item, row.person): row for row in rows.itertuples()},
        "ways": ways | {"same": len(rows) - sum(ways.values()), "n": len(rows)},
        "scores": later[["months", "baseline_score", "follow_up_score"]].to_dict("records"),
        "notes": notes.sort_values(["date", "unit", "person"], kind="stable").fillna("").to_dict("records"),
    }
