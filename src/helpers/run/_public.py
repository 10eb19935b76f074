"""The public edition in a run: finished tables before the first kernel, and one edition per dataset."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import overview, protect
from helpers.cleaning import study_to_json
from helpers.definitions import LANGUAGES
from helpers.files import csv_text
from helpers.folders import PRIVATE_FILE, PUBLISHED, RunError, make_folder
from helpers.protect import Edition
from helpers.study import EDITION_FILE, Study

OF_STUDY = (
    *("within_family", "poverty_cutoff", "severe_cutoff", "unknown_domain", "seed"),
    *("pilots", "started_from", "started_until"),
)


def groups_of(study: Study, edition: Edition) -> list[tuple[str, ...]]:
    """Divide the pilots of a study into groups that get a report; none where their families are too few."""
    followed = study.families.loc[study.families["followed"].fillna(False), "pilot"].value_counts()
    return protect.groups_of({pilot: int(followed.get(pilot, 0)) for pilot in study.pilots}, edition)


def write_tables(
    study: Study, edition: Edition, folders: Mapping[Path, tuple[str, ...]], groups: Sequence[tuple[str, ...]]
) -> None:
    """Write the finished public tables into the folder of each report, with what says how they were made.

    Each folder comes with the pilots that its report is about, none for that of all; no kernel is given the
    study itself.
    """
    found = study.published_in_groups(edition, groups)
    assert study.export is not None
    warnings = {
        language: overview.warnings(
            study.export, study.doubts, study.definitions, language, exact=False
        ).to_dict("list")
        for language in LANGUAGES
    }
    for folder, pilots in folders.items():
        tables, own = found[pilots]
        make_folder(folder / "tables", private=False)
        for name, table in tables.items():
            (folder / "tables" / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="\n")
        content = {
            "study": json.loads(study_to_json(study.about)),
            "edition": asdict(own),
            "tables": list(tables),
            "warnings": {} if pilots else warnings,
        }
        (folder / EDITION_FILE).write_text(json.dumps(content, default=_plain), encoding="utf-8")


def _plain(value: object) -> object:
    """Write what JSON does not know: a missing value, a number of numpy."""
    return None if pd.isna(value) else int(str(value))  # type: ignore[call-overload]


def edition_of(
    study: Study, edition: Edition, parameters: Mapping[str, Any], groups: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """Describe an edition so that another one of the same data is known from it.

    `data` is a SHA-256 of all, `families` has a digest of the data of each, sorted.
    """
    shown = {name: parameters[name] for name in (*OF_STUDY, *study.about.parameters)}
    families, rows = study.tables.families.set_index("family"), study.tables.observations
    own = pd.util.hash_pandas_object(families.astype("str"), index=True)
    levels = pd.util.hash_pandas_object(rows.astype("str"), index=False).groupby(rows["family"]).sum()
    together = pd.concat([own, levels.reindex(own.index, fill_value=0)], axis=1).astype("uint64")
    digests = sorted(hashlib.sha256(f"{a}-{b}".encode()).hexdigest()[:16] for a, b in together.to_numpy())
    return {
        "parameters": {name: list(one) if isinstance(one, tuple) else one for name, one in shown.items()},
        "min_cell": edition.min_cell,
        "min_group": edition.min_group,
        "groups": [list(group) for group in groups],
        "data": hashlib.sha256("".join(digests).encode()).hexdigest(),
        "families": digests,
    }


def check_edition(folder: Path, found: Mapping[str, Any], *, replace: bool) -> bool:
    """Refuse a second public edition of a dataset: beside the first it would give counts away.

    The first is noted in the folder, `data/clean/<dataset>`. Where it was never sent, it may be replaced;
    whether it is, is given. The error names what differs.
    """
    try:
        before = json.loads((folder / PUBLISHED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    differs = [
        f"{name} was {before['parameters'].get(name)!r}, now {value!r}"
        for name, value in found["parameters"].items()
        if before["parameters"].get(name) != value
    ]
    least = found["min_group"]
    differs += [
        f"{name} was {before.get(name)}, now {found[name]}"
        for name in ("min_cell", "min_group", "groups")
        if before.get(name, []) != found[name]
    ]
    old, new = set(before["families"]), set(found["families"])
    changed = max(len(new - old), len(old - new))
    if changed and changed < least:
        differs.append(f"{changed} families were added, removed or changed; at least {least} are needed")
    if differs and not replace:
        raise RunError(
            "a public edition of these data exists already, and a second one beside it would give counts "
            "away:\n  "
            + "\n  ".join(differs)
            + "\nMake the same edition again, use --internal for other settings, or --replace-public if the "
            "first was never sent."
        )
    return bool(differs)


def write_edition(folder: Path, found: Mapping[str, Any]) -> None:
    """Note which public edition was made; for the owner of the data alone."""
    make_folder(folder, private=True)
    path = folder / PUBLISHED
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    path.chmod(PRIVATE_FILE)
