"""What was published beside what comes out, all in words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from helpers import sentences
from helpers.definitions import Claim, Claims, Definitions

MADE_OF = "made_of"  # attribute of a table that words another one


@dataclass(frozen=True, eq=False)
class MadeOf:
    """The table that another one words, by its name, and how to word it again."""

    name: str
    table: pd.DataFrame
    again: Callable[[pd.DataFrame], pd.DataFrame]

    def __deepcopy__(self, memo: object) -> "MadeOf":
        """Stay one: pandas copies the attributes of a table with every step."""
        return self


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
