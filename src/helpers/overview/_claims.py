"""What was published beside what comes out, all in words."""

import pandas as pd

from helpers import sentences
from helpers.definitions import Definitions, Text
from helpers.definitions.claims import Claim, Claims
from helpers.primary import question_of


def claims(
    verdicts: pd.DataFrame,
    published: Claims,
    definitions: Definitions,
    language: str,
    *,
    section: str,
    certain: pd.DataFrame | None = None,
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
    certain : DataFrame, optional
        question, verdict, as from `primary.verdicts`: the word that stands beside a test.

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
            **_verdict(claim, found.loc[claim.id], published, definitions, language, certain),
        }
        for claim in published.claims
        if claim.section == section
    ]
    return pd.DataFrame(rows, dtype="str")


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
    return pd.DataFrame(rows, dtype="str")


def _verdict(
    claim: Claim,
    found: pd.Series,
    published: Claims,
    definitions: Definitions,
    language: str,
    certain: pd.DataFrame | None = None,
) -> dict[str, str]:
    """Word what was published, what comes out, and whether that agrees."""
    computed = sentences.claim_computed(claim, found["computed"])(language)
    word = _certainty(claim, definitions, certain)
    return {
        "published": sentences.claim_published(claim, published, definitions)(language),
        "computed": f"{computed}: {word(language)}" if word else computed,
        "verdict": sentences.claim_verdict(str(found["verdict"]), definitions)(language),
    }


def _certainty(claim: Claim, definitions: Definitions, certain: pd.DataFrame | None) -> Text | None:
    """Give the verdict on the question that a statement about a test asks."""
    cells = claim.measure.cells
    if certain is None or cells is None or cells.column != "family_p":
        return None
    figure = definitions.figures.get(str(cells.rows.get("figure")))
    if figure is None:
        return None
    found = certain.loc[certain["question"] == question_of(*figure.items[0]), "verdict"]
    return definitions.vocabulary["verdict"][str(found.iloc[0])] if len(found) else None
