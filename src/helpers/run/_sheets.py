"""`gezinscoach sheets`: a sheet per family as one page, each family on a page of its own when printed."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.case_review import SIGNS, sheet
from helpers.charts.style import on
from helpers.course import LAST
from helpers.definitions import LEVELS, Definitions
from helpers.definitions.languages import texts
from helpers.files import write
from helpers.folders import INTERNAL, PRIVATE_FILE, RunError, TargetError, is_internal
from helpers.run._pages import css, filled
from helpers.study import Study
from helpers.words import names, say
from helpers.words.case_review import profile


def write_sheets(clean: Path, out: Path, *, families: Sequence[str] = (), **given: Any) -> int:
    """Write the sheets of the retained families of a study to one file, and say how many.

    With codes, in any case, only of these; RunError names those that look like one that is not there. Of real
    families the page lies in a folder whose name ends in -internal (TargetError). `given` are settings of the
    study: pilots, language.
    """
    study = Study.open(clean, **given)
    if not (study.about.synthetic or is_internal(out.parent)):
        raise TargetError(
            f"--out {out}: these are sheets of single families; give a file in a folder of the name "
            f"…{INTERNAL}"
        )
    retained = study.families[study.families["status"] == "retained"]
    asked = [code.strip().upper() for code in families]
    for code in asked:
        if code not in set(retained["family"]):
            near = get_close_matches(code, sorted(retained["family"]), n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise RunError(f"{code}: no family of that code is described in {clean}{hint}")
    chosen = retained[retained["family"].isin(asked)] if asked else retained
    page = _page(study.select(chosen["family"]))
    out.parent.mkdir(parents=True, exist_ok=True)
    write(out, page.encode())
    out.chmod(PRIVATE_FILE)
    return len(chosen)


def _page(study: Study) -> str:
    language, palette = study.language, dict(zip(LEVELS, study.definitions.palette.levels, strict=True))
    values, notes = study["family_sheets"], study.tables.notes
    families = study.families.set_index("family", drop=False)
    lacking = study.later_scores
    sheets = [
        _worded(
            sheet(family.to_dict(), rows, notes[notes["family"] == code]),
            lacking[lacking["family"] == code].set_index("months"),
            study.definitions,
            language,
        )
        for code, rows in values.groupby("family")
        for family in [families.loc[code]]
    ]
    banner = ("review", "synthetic") if study.about.synthetic else ("full", "review")
    return filled(
        "sheets",
        language=language,
        css=css(),
        colours=palette,
        inks={level: on(colour) for level, colour in palette.items()},
        title=study.about.title,
        banner=" ".join(say("banner", part, language) for part in banner),
        words={name: text[language] for name, text in texts()["sheets"].items()},
        about=say("sheets", "about", language, n=len(sheets)),
        sheets=sheets,
    )


def _worded(
    found: Mapping[str, Any], lacking: pd.DataFrame, definitions: Definitions, language: str
) -> dict[str, Any]:
    def item(unit: str, name: str) -> str:
        return definitions.items[unit, name].title(language)

    def cell(unit: str, name: str, one: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if one is None:
            return None
        text, first = (
            str(level) if level else say("sheets", "not_applicable", language)
            for level in (one["level"], one["first"])
        )
        return {
            "level": one["level"],
            "text": f"{first} → {text}{SIGNS[one['change']]}" if one["change"] else text,
            "label": definitions.items[unit, name].label(one["level"], language) if one["level"] else text,
            "when": f"{one['date']:%d/%m/%Y}" if one["old"] else "",
        }

    units, family = found["units"], found["family"]
    changes = [one["change"] for unit in units for _, cells in unit["items"] for one in cells if one]
    same = len(changes) - changes.count("improved") - changes.count("declined")
    counted = {way: changes.count(way) for way in ("improved", "declined")} | {
        "same": same,
        "n": len(changes),
    }
    scores = [(int(months), int(row["follow_up_score"])) for months, row in lacking.sort_index().iterrows()]
    course = (
        [f"{say('sheets', 'at_start', language)} {int(lacking['baseline_score'].iloc[0])}"] if scores else []
    )
    course += [f"{say('sheets', 'months', language, n=months)} {n}" for months, n in scores if months != LAST]
    course += [f"{say('sheets', 'last', language)} {n}" for months, n in scores if months == LAST]
    return {
        "code": family["family"],
        "profile": f"{profile(family, definitions)(language)}.",
        "changed": say("sheets", "changed", language, **counted),
        "course": ", ".join(course) or "–",
        "units": [
            {
                "title": definitions.vocabulary["unit"][unit["unit"]](language).capitalize(),
                "persons": unit["persons"],
                "items": [
                    (item(unit["unit"], name), [cell(unit["unit"], name, one) for one in cells])
                    for name, cells in unit["items"]
                ],
            }
            for unit in units
        ],
        "notes": [
            {
                "when": f"{note['date']:%d/%m/%Y}",
                "about": " ".join(
                    [str(names.item(note["unit"], note["item"])(language))]
                    + ([f"({note['person']})"] if pd.notna(note["person"]) else [])
                ),
                "text": note["text"],
            }
            for note in found["notes"]
        ],
    }
