"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/tables.yml`.
"""

from typing import Any

import pandas as pd

from helpers.cleaning import CleanTables
from helpers.codebook import Definitions, Interview, Text
from helpers.export import RawExport

PILOTS = Text(
    "De pilootprojecten en de gesprekken van het onderzoek", "The pilots and the interviews of the study"
)
SHEETS = Text("Wat er in de export staat", "What the export holds")
ACCOUNTING = Text("Verantwoording van iedere rij", "Every row accounted for")
KNOWN_STATES = Text(
    "Toestanden van de weerhouden gezinnen (items × personen, ook wie later kwam), per moment",
    "States of the retained families (items × persons, later ones too), per moment",
)
DOMAINS = Text(
    "De zes domeinen en hun lezing in deze studie", "The six domains and how this study reads them"
)

LABELS = {
    "organisation": Text("organisatie", "organisation"),
    "coaches": Text("coaches", "coaches"),
    "target_group": Text("doelgroep", "target group"),
    "caseload": Text("caseload", "caseload"),
    "interviews": Text("gesprekken", "interviews"),
    "file": Text("bestand", "file"),
    "rows": Text("rijen", "rows"),
    "kept": Text("behouden", "kept"),
    "rejected": Text("verworpen", "rejected"),
    "unknown_columns": Text("niet herkende kolommen", "columns not recognised"),
    "observed": Text("bekend niveau", "known level"),
    "not_applicable": Text("niet van toepassing", "not applicable"),
    "missing": Text("ontbreekt", "missing"),
    "fresh": Text("vers", "fresh"),
    "criterion": Text("officieel criterium", "official criterion"),
    "default": Text("hier een tekort wanneer", "deprived here when"),
    "stricter": Text("strenger", "stricter"),
    "looser": Text("ruimer", "looser"),
}
CLEANING = ("min_household_items", "baseline_window_days", "follow_up_months", "follow_up_rule")


def cleaning_parameters(settings: Any) -> dict[str, int | str]:
    """Give the parameters that decide what the clean tables hold, to be kept beside them."""
    return {name: getattr(settings, name) for name in CLEANING}


def pilots(definitions: Definitions, language: str) -> pd.DataFrame:
    """Describe the pilots of the research report (its Figuur 1 and Tabel 1).

    Returns
    -------
    DataFrame
        pilot, organisation, coaches, target_group, caseload, interviews; texts in the language.
    """
    return pd.DataFrame(
        {
            "pilot": pilot.name,
            "organisation": pilot.organisation(language),
            "coaches": pilot.coaches_note(language),
            "target_group": pilot.target_group(language),
            "caseload": pilot.caseload(language),
            "interviews": _interviews(pilot.interviews, language),
        }
        for pilot in definitions.pilots
    )


def sheets(exported: RawExport, language: str) -> pd.DataFrame:
    """Say per sheet of an export how many rows it has and which of its columns are not recognised.

    Returns
    -------
    DataFrame
        unit, file, rows, unknown_columns.
    """
    nothing = Text("geen", "none")(language)
    return pd.DataFrame(
        {
            "unit": unit,
            "file": exported.files[unit],
            "rows": len(table),
            "unknown_columns": ", ".join(exported.unknown_columns[unit]) or nothing,
        }
        for unit, table in exported.tables.items()
    )


def accounting(exported: RawExport, cleaned: CleanTables) -> pd.DataFrame:
    """Account for every row of the export.

    Returns
    -------
    DataFrame
        unit, rows, kept, rejected; per unit rows = kept + rejected.
    """
    rows = pd.Series({unit: len(table) for unit, table in exported.tables.items()}, name="rows")
    log = cleaned.cleaning_log
    rejected = log.groupby(log["sheet"].astype("str"))["rows"].sum().reindex(rows.index, fill_value=0)
    table = pd.DataFrame({"rows": rows, "kept": rows - rejected, "rejected": rejected})
    return table.rename_axis("unit").reset_index()


def known_states(states: pd.DataFrame) -> pd.DataFrame:
    """Count the states of each unit at each moment.

    Returns
    -------
    DataFrame
        unit, moment, observed, not_applicable, missing, and fresh: how many were registered again after
        the baseline window, empty at baseline. Persons who came later count too: at baseline they are
        missing.
    """
    by = [states["unit"], states["moment"]]
    counts = states["status"].groupby(by, observed=False).value_counts().unstack(fill_value=0)
    counts.columns = counts.columns.astype("str")
    counts["fresh"] = states["fresh"].groupby(by, observed=False).sum()
    counted = counts.astype("Int64").reset_index()
    return counted.assign(fresh=counted["fresh"].mask(counted["moment"] == "baseline"))


def domains(definitions: Definitions, language: str) -> pd.DataFrame:
    """Lay our reading of each domain beside its official criterion.

    Returns
    -------
    DataFrame
        domain, criterion, default, stricter, looser; texts in the language.
    """
    return pd.DataFrame(
        {
            "domain": domain.id,
            "criterion": domain.criterion(language),
            "default": domain.default.text(language),
            "stricter": domain.stricter.text(language),
            "looser": domain.looser.text(language),
        }
        for domain in definitions.kansarmoede.domains
    )


def _interviews(interviews: tuple[Interview, ...], language: str) -> str:
    """List with whom the researchers spoke, and when."""
    groups = {
        "coordinators": Text("coördinatie", "coordination"),
        "coaches": Text("coaches", "coaches"),
        "families": Text("gezinnen", "families"),
    }
    return "; ".join(
        f"{groups[one.group](language)} {one.date:%d/%m/%Y}" + (f" ({one.people})" if one.people else "")
        for one in interviews
    )
