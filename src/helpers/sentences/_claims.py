"""What is said of the published results: how many statements hold, and what that shows."""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from helpers.claims import SIGNS, unit
from helpers.definitions import LANGUAGES, Definitions, Text
from helpers.definitions.claims import Bounds, Claim, Claims
from helpers.formats import NOTHING, both, count, decimal, p_value, percentage
from helpers.sentences._phrases import AND, Account, fill, listed, named, plural

AGREEMENT = (
    Text(
        "Op deze data klopt {holds} van de {total} gepubliceerde uitspraken",
        "On these data {holds} of the {total} published statements holds",
    ),
    Text(
        "Op deze data kloppen {holds} van de {total} gepubliceerde uitspraken",
        "On these data {holds} of the {total} published statements hold",
    ),
)
DISAGREEMENT = (
    Text("; {n} klopt niet", "; {n} does not hold"),
    Text("; {n} kloppen niet", "; {n} do not hold"),
)
UNTOLD = (Text("; van {n} is het niet te zeggen", "; {n} cannot be told"),) * 2
MADE = (  # on synthetic data, in the same breath
    Text("; dat is zo gemaakt en bewijst niets", "; it was made to, and this proves nothing"),
    Text("; dat is zo gemaakt en bewijst niets", "; they were made to, and this proves nothing"),
)
MADE_SO_FAR = Text(
    "; wat klopt, is zo gemaakt en bewijst niets",
    "; what holds was made to, and this proves nothing",
)
CLAIMS_CAPTION = Text(
    "Eenheid: kwantitatieve uitspraken van het bronrapport, per paragraaf; n = {total}. Een uitspraak klopt "
    "wanneer de waarde op deze data binnen de gepubliceerde grenzen ligt; dat is niet te zeggen wanneer "
    "er geen gezinnen of geen bekende waarden voor zijn.",
    "Unit: quantitative statements of the source report, by section; n = {total}. A statement holds when the "
    "value on these data lies within the published bounds; that cannot be told when there are no families or "
    "no known values for it.",
)
ON_SYNTHETIC = Text(
    "Deze data zijn synthetisch en gemaakt om met de gepubliceerde resultaten overeen te komen. Dat "
    "uitspraken kloppen, zegt dus niets over gezinnen: het toont alleen dat de ijking van deze data en onze "
    "lezing van het rapport met elkaar sporen.",
    "These data are synthetic and were made to agree with the published results. That statements hold says "
    "nothing about families, then: it only shows that the calibration of these data and our reading of the "
    "report agree.",
)
ON_REAL = Text(
    "Een uitspraak die niet klopt, kan aan de data liggen, maar ook aan onze lezing van de woorden van het "
    "rapport of van de index, die niet volledig gepubliceerd is. Een uitspraak die klopt, zegt niet waardoor "
    "iets verschoof: er is geen controlegroep.",
    "A statement that does not hold may be due to the data, but also to our reading of the report's words or "
    "of the index, which is not fully published. A statement that holds does not say why something moved: "
    "there is no control group.",
)
FIRST = {
    True: Text("het grootst van {names}", "the largest of {names}"),
    False: Text("het kleinst van {names}", "the smallest of {names}"),
}
RANK = Text("rang", "rank")
LEVELS_OF = Text("de niveaus {names}", "the levels {names}")


def claims_summary(
    table: pd.DataFrame, *, definitions: Definitions, synthetic: bool | None = None
) -> Account:
    """Tell how many of the published statements hold.

    Parameters
    ----------
    table : section, holds, does_not_hold, unknown.
    definitions : for the titles of the sections.
    synthetic : whether the data are synthetic: then the finding says that agreement was made; decides
        what can be concluded, too. None: unknown, and nothing is said of it.
    """
    n = {verdict: int(table[verdict].sum()) for verdict in SIGNS}
    rows = [_of_section(row, definitions) for row in table.itertuples()]
    start = Text("Liggende balken per paragraaf – {list}.", "Lying bars per section – {list}.")
    conclusion = None if synthetic is None else ON_SYNTHETIC if synthetic else ON_REAL
    return Account(
        _counted(n, synthetic=bool(synthetic)),
        fill(CLAIMS_CAPTION, total=sum(n.values())),
        fill(start, list=listed(rows, mark="; ")),
        conclusion=conclusion,
    )


def _counted(n: Mapping[str, int], *, synthetic: bool) -> Text:
    """Count the statements of each verdict; on synthetic data, say that those that hold were made to."""
    pieces = [fill(plural(n["holds"], *AGREEMENT), holds=n["holds"], total=sum(n.values()))]
    for verdict, texts in (("does_not_hold", DISAGREEMENT), ("unknown", UNTOLD)):
        if n[verdict]:
            pieces.append(fill(plural(n[verdict], *texts), n=n[verdict]))
    if synthetic and n["holds"]:
        pieces.append(plural(n["holds"], *MADE) if len(pieces) == 1 else MADE_SO_FAR)
    return listed(pieces, mark="")


def _of_section(row: object, definitions: Definitions) -> Text:
    """List the counts of one section."""
    name = str(row.section)  # type: ignore[attr-defined]
    title = definitions.vocabulary.get("claim_section", {}).get(name, Text(name, name))
    words = definitions.vocabulary["claim_verdict"]
    counts = [named(words[verdict], int(n)) for verdict in SIGNS if (n := getattr(row, verdict))]
    return fill(Text("{title} ({list})", "{title} ({list})"), title=title, list=listed(counts))


def claim_published(claim: Claim, claims: Claims, definitions: Definitions) -> Text:
    """Write what was published of a statement, in the way of its unit.

    Parameters
    ----------
    claim : the statement.
    claims : gives the bounds of its wording.
    definitions : words for values.
    """
    among = claim.published.among
    if among is None:
        return Text(*(_bounds(claims.bounds(claim), unit(claim.measure), lang) for lang in LANGUAGES))
    names = [
        definitions.vocabulary.get(name, {}).get(str(value), Text(str(value), str(value)))
        for name, values in (among.rows or {}).items()
        for value in values
    ]
    names += [definitions.vocabulary["direction"].get(name, Text(name, name)) for name in among.columns or ()]
    said = listed(names, last=AND)
    if "level" in (among.rows or {}):
        said = fill(LEVELS_OF, names=said)
    return fill(FIRST[claim.published.largest is not None], names=said)


def wording_bounds(name: str, claims: Claims) -> Text:
    """Write the bounds that a wording stands for, in the unit of the first statement that uses it.

    Parameters
    ----------
    name : of the wording.
    claims : the wordings and the statements.
    """
    users = [claim for claim in claims.claims if claim.published.wording == name]
    kind = unit(users[0].measure) if users else "number"
    return Text(*(_bounds(claims.wordings[name].bounds, kind, language) for language in LANGUAGES))


def claim_computed(claim: Claim, computed: float) -> Text:
    """Write the value of a statement's measure in the way of its unit; missing is a dash.

    Parameters
    ----------
    claim : the statement.
    computed : a number, or missing.
    """
    return both(_number, computed, unit(claim.measure))


def claim_verdict(verdict: str, definitions: Definitions) -> Text:
    """Write a verdict with its sign."""
    word = definitions.vocabulary["claim_verdict"][verdict]
    return fill(Text("{sign}\u00a0{word}", "{sign}\u00a0{word}"), sign=SIGNS[verdict], word=word)


def _bounds(bounds: Bounds, kind: str, language: str) -> str:
    """Write bounds: `90`, `28–38 %`, `> 1/3`, `> 0 % en ≤ 5 %`."""
    if bounds.between:
        low, high = (_bound(bound, kind, language) for bound in bounds.between)
        return f"{low} {Text('tot', 'to')(language)} {high}"
    pieces = [
        f"{sign}\u00a0{_bound(bound, kind, language)}".removeprefix("=\u00a0")
        for sign, bound in bounds.limits
    ]
    return (f"{RANK(language)} " if kind == "rank" else "") + AND(language).join(pieces)


def _bound(bound: Fraction, kind: str, language: str) -> str:
    """Write one bound: a share in per cent, or as the fraction that it is."""
    if kind in ("share", "difference"):
        percent = 100 * bound
        if percent * 10 == int(percent * 10):
            return percentage(float(bound), language, digits=0 if percent == int(percent) else 1)
        return str(bound)
    if bound == int(bound):
        return str(int(bound))
    return decimal(float(bound), language, digits=2 if kind == "p" else 1)


def _number(value: float, kind: str, language: str) -> str:
    """Write a number in the way of its kind."""
    if pd.isna(value):
        return NOTHING
    if kind in ("share", "difference"):
        return percentage(value, language, signed=kind == "difference")
    if kind == "p":
        return p_value(value, language)
    written = count(value) if float(value).is_integer() else decimal(value, language)
    return f"{RANK(language)} {written}" if kind == "rank" else written
