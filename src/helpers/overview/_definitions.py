"""The definitions as pages show them: pilots, domains, choices."""

import pandas as pd

from helpers.definitions import Definitions
from helpers.definitions.choices import Choices


def pilots(definitions: Definitions, language: str) -> pd.DataFrame:
    """Say for whom the pilots of the research report work, and with how many (its Figuur 1).

    Returns
    -------
    DataFrame
        pilot, target_group, caseload; texts in the language.
    """
    return pd.DataFrame(
        {
            "pilot": pilot.name,
            "target_group": pilot.target_group(language),
            "caseload": pilot.caseload(language),
        }
        for pilot in definitions.pilots
    )


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
