"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/tables.yml`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from helpers import sentences
from helpers.cleaning import CleanTables
from helpers.codebook import Choices, Claim, Claims, Definitions, Interview, Text
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
WORDINGS = Text(
    "Wat de woorden van het rapport hier betekenen", "What the words of the report are taken to mean here"
)
NOT_HOLDING = Text(
    "Uitspraken die niet kloppen, of waarvan het niet te zeggen is",
    "Statements that do not hold or cannot be told",
)
DOMAINS = Text(
    "De zes domeinen en hun lezing in deze studie", "The six domains and how this study reads them"
)

CHOICES = Text(
    "De keuzes en hun opties; de eerste van elke keuze is de standaard",
    "The choices and their options; the first of each choice is the default",
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
    "why": Text("waarom", "why"),
    "claim": Text("uitspraak", "statement"),
    "bounds": Text("grenzen", "bounds"),
    "statements": Text("uitspraken", "statements"),
    "figure": Text("plaats", "place"),
    "wording": Text("woorden van het rapport", "words of the report"),
}
MADE_OF = "made_of"  # attribute of a table that words another one
COUNTS_NOBODY = {  # shown with disclosure control on: definitions, and rows of the export, with their columns
    PILOTS: ("pilot", "organisation", "coaches", "target_group", "caseload", "interviews"),
    SHEETS: ("unit", "file", "rows", "unknown_columns"),
    ACCOUNTING: ("unit", "rows", "kept", "rejected"),
    WORDINGS: ("wording", "bounds", "statements"),
    DOMAINS: ("domain", "criterion", "default", "stricter", "looser"),
    CHOICES: ("dimension", "option", "equivalent", "why"),
}
CLEANING = ("min_household_items", "baseline_window_days", "follow_up_months", "follow_up_rule")


@dataclass(frozen=True, eq=False)
class MadeOf:
    """The table that another one words, by its name, and how to word it again."""

    name: str
    table: pd.DataFrame
    again: Callable[[pd.DataFrame], pd.DataFrame]

    def __deepcopy__(self, memo: object) -> "MadeOf":
        """Stay one: pandas copies the attributes of a table with every step."""
        return self


def counts_nobody(title: Text, table: pd.DataFrame) -> bool:
    """Tell by its title and columns whether a table counts no family or person."""
    return COUNTS_NOBODY.get(title) == tuple(table.columns)


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
        unit, rows, kept, rejected, each counted by itself: in the export, in the registrations and in the
        cleaning log. `clean` stops when rows are not kept + rejected.
    """
    rows = pd.Series({unit: len(table) for unit, table in exported.tables.items()}, name="rows")
    log = cleaned.cleaning_log
    rejected = log.groupby(log["sheet"].astype("str"))["rows"].sum().reindex(rows.index, fill_value=0)
    kept = cleaned.registrations["unit"].astype("str").value_counts().reindex(rows.index, fill_value=0)
    table = pd.DataFrame({"rows": rows, "kept": kept, "rejected": rejected})
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


def claims(
    verdicts: pd.DataFrame, published: Claims, definitions: Definitions, language: str, *, section: str
) -> pd.DataFrame:
    """Lay what was published in a section of the report beside what comes out.

    Parameters
    ----------
    verdicts : DataFrame
        id, computed, verdict, as from `claims.evaluate`.
    published : Claims
        The statements.
    definitions : Definitions
        Words for values and verdicts.
    language : str
        `nl` or `en`.
    section : str
        Id of the section.

    Returns
    -------
    DataFrame
        claim, figure, wording (in Dutch), published, computed, verdict: all text, a row per statement.
    """
    found = verdicts.set_index("id")
    rows = [
        {
            "claim": claim.claim(language),
            "figure": claim.place(language).replace(" ", "\u00a0"),
            "wording": f"‘{claim.wording}’",
            **_verdict(claim, found.loc[claim.id], published, definitions, language),
        }
        for claim in published.claims
        if claim.section == section
    ]
    made = pd.DataFrame(rows, dtype="str")
    again = partial(claims, published=published, definitions=definitions, language=language, section=section)
    made.attrs[MADE_OF] = MadeOf("claims", verdicts, again)
    return made


def disagreements(
    verdicts: pd.DataFrame, published: Claims, definitions: Definitions, language: str
) -> pd.DataFrame:
    """List the statements that do not hold or of which nothing can be told, with what they were measured on.

    Parameters
    ----------
    verdicts, published, definitions, language
        As for `claims`.

    Returns
    -------
    DataFrame
        claim, measure, published, computed, verdict: all text; no row when every statement holds.
    """
    found = verdicts.set_index("id")
    rows = [
        {
            "claim": claim.claim(language),
            "measure": found.loc[claim.id, "measure"],
            **_verdict(claim, found.loc[claim.id], published, definitions, language),
        }
        for claim in published.claims
        if found.loc[claim.id, "verdict"] != "holds"
    ]
    made = pd.DataFrame(rows, dtype="str")
    again = partial(disagreements, published=published, definitions=definitions, language=language)
    made.attrs[MADE_OF] = MadeOf("claims", verdicts, again)
    return made


def _verdict(
    claim: Claim, found: pd.Series, published: Claims, definitions: Definitions, language: str
) -> dict[str, str]:
    """Word what was published, what comes out, and whether that agrees."""
    return {
        "published": sentences.claim_published(claim, published, definitions)(language),
        "computed": sentences.claim_computed(claim, found["computed"])(language),
        "verdict": sentences.claim_verdict(str(found["verdict"]), definitions)(language),
    }


def wordings(published: Claims, language: str) -> pd.DataFrame:
    """Say which bounds the words of the report are taken to mean.

    Returns
    -------
    DataFrame
        wording (in Dutch), bounds, statements: how many use it.
    """
    used = [claim.published.wording for claim in published.claims]
    rows = [
        {
            "wording": "; ".join(f"‘{phrase}’" for phrase in wording.phrases),
            "bounds": sentences.wording_bounds(name, published)(language),
            "statements": used.count(name),
        }
        for name, wording in published.wordings.items()
    ]
    return pd.DataFrame(rows).astype({"wording": "str", "bounds": "str"})


def choices(varied: Choices, language: str) -> pd.DataFrame:
    """List the options of every choice that notebook 05 varies, and whether they ask the same question.

    Returns
    -------
    DataFrame
        dimension, option, equivalent, why; texts in the language, the default option of each choice first.
    """
    rows = [
        (dimension.title(language), option.title(language), option.equivalent, option.why(language))
        for dimension in varied.dimensions
        for option in sorted(dimension.options, key=lambda each: each.id != dimension.default.id)
    ]
    return pd.DataFrame(rows, columns=["dimension", "option", "equivalent", "why"])


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
