"""Facts of the published results: how many statements hold, and each of them beside what comes out."""

from fractions import Fraction

import pandas as pd

from helpers import words
from helpers.claims import SIGNS, unit
from helpers.cleaning import Study as About
from helpers.definitions import Definitions, Text
from helpers.definitions.claims import Among, Claim, Claims
from helpers.outputs import tells
from helpers.primary import question_of
from helpers.words import Facts
from helpers.words.names import certainty

SHARES = ("share", "difference")


@tells("claims_summary")
def claims_summary(table: pd.DataFrame, claims: pd.DataFrame, published: Claims, about: About) -> Facts:
    """Facts of `claims_summary`: how many statements hold, numbers and wordings apart; what the data are."""
    n = {verdict: int(table[verdict].sum()) for verdict in SIGNS}
    exact = claims["id"].isin([one.id for one in published.claims if one.published.equals is not None])
    holds = claims["verdict"] == "holds"
    kinds = {"numbers": holds[exact], "wordings": holds[~exact]}
    apart = {kind: {"holds": int(of.sum()), "total": len(of)} for kind, of in kinds.items()}
    return {"n": n, "total": sum(n.values()), **apart, "synthetic": about.synthetic}


def statements(
    found: pd.DataFrame, published: Claims, definitions: Definitions, verdicts: pd.DataFrame, language: str
) -> pd.DataFrame:
    """Lay what was published beside what comes out.

    Gives claim, figure (where it stands), wording (in Dutch), published, computed, verdict: all text.
    """
    by_id = found.set_index("id")
    rows = []
    for claim in published.claims:
        row = by_id.loc[claim.id]
        said = worded(claim, row, published, definitions, verdicts)
        first = {
            "claim": claim.claim(language),
            "figure": str(row["place"]),
            "wording": f"‘{claim.wording}’",
        }
        rows.append(first | {part: text(language) for part, text in said.items()})
    return pd.DataFrame(rows, dtype="str")


def worded(
    claim: Claim, row: pd.Series, published: Claims, definitions: Definitions, verdicts: pd.DataFrame
) -> dict[str, Text]:
    """Say what was published of a statement, what comes out, and whether that agrees.

    Gives published, computed, verdict.
    """
    kind, computed, among = unit(claim.measure), row["computed"], claim.published.among
    facts: Facts = {
        "kind": kind,
        "names": _values(among, definitions) if among else [],
        "levels": bool(among and "level" in (among.rows or {})),
        "largest": claim.published.largest is not None,
        "between": not among and published.bounds(claim).between is not None,
        "bounds": [] if among else [_bound(*limit, kind) for limit in published.bounds(claim).limits],
        "computed": None if pd.isna(computed) else float(computed),
        "sure": _certainty(claim, definitions, verdicts),
        "sign": SIGNS[row["verdict"]],
        "word": definitions.vocabulary["claim_verdict"][row["verdict"]],
    }
    return {part: words.both("claim", part, **facts) for part in ("published", "computed", "verdict")}


def _values(among: Among, definitions: Definitions) -> list[Text]:
    names = [(name, str(value)) for name, values in (among.rows or {}).items() for value in values]
    names += [("direction", name) for name in among.columns or ()]
    return [definitions.vocabulary.get(kind, {}).get(name, Text.alike(name)) for kind, name in names]


def _bound(sign: str, bound: Fraction, kind: str) -> Facts:
    """Give a bound with its sign and decimals, as a fraction where a percentage cannot hold it."""
    percent = 100 * bound
    plain = kind not in SHARES or (percent * 10).denominator == 1
    whole = percent.denominator == 1 if kind in SHARES else bound.denominator == 1
    digits = 0 if whole else 2 if kind == "p" else 1
    number = {"value": float(bound), "digits": digits, "fraction": "" if plain else str(bound)}
    return {"sign": "" if sign == "=" else sign, **number}


def _certainty(claim: Claim, definitions: Definitions, verdicts: pd.DataFrame) -> str:
    """Give the verdict on the question that a statement about a test asks; nothing of another."""
    cells = claim.measure.cells
    if cells is None or cells.column != "family_p":
        return ""
    figure = definitions.figures.get(str(cells.rows.get("figure")))
    return certainty(question_of(*figure.items[0]), verdicts) if figure else ""


def disagreements(found: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """List the statements that do not hold or cannot be told, with what they were measured on.

    Gives claim, measure, published, computed, verdict; no row when every statement holds.
    """
    listed = shown.assign(measure=found["measure"].to_numpy())[found["verdict"].to_numpy() != "holds"]
    return listed[["claim", "measure", "published", "computed", "verdict"]].reset_index(drop=True)
