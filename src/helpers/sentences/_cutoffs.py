"""What is said of other cutoffs, and of many tests at once."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Choices
from helpers.formats import both, decimal, p_value
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._multiverse import NO_CONTROL
from helpers.sentences._names import item_name, nothing_to_tell
from helpers.sentences._phrases import AND, NOTHING, Account, counted, fill, listed, named, plural, sentences

CUTOFFS_FINDING = Text("Kansarm, van {n}: {list}", "Poor, of {n}: {list}")
DOMAINS = (Text("{k} domein", "{k} domain"), Text("{k} domeinen", "{k} domains"))
OF_CUTOFF = Text("vanaf {from_k} {before} → {after}", "from {from_k} {before} → {after}")
TEST_OF_CUTOFF = Text(
    "Vanaf {from_k}: {out} uit en {into} in kansarmoede, gezinstoets {p}; het aandeel kansarme "
    "gezinnen veranderde met {difference} procentpunt ({interval}).",
    "From {from_k}: {out} out of and {into} into poverty, family test {p}; the share of poor "
    "families changed by {difference} percentage points ({interval}).",
)
CUTOFFS_CONCLUSION = Text(
    "Een andere grens is een andere betekenis van kansarm, geen tweede bevestiging: het zijn dezelfde "
    "gezinnen en dezelfde scores. Hoeveel gezinnen vooruit of achteruit gingen, hangt niet van de grens af.",
    "Another cutoff is another meaning of poor, not a second confirmation: these are the same families and "
    "the same scores. How many families improved or declined does not depend on the cutoff.",
)
ITEM_TESTS = Text(
    "Van {total} waarvan beide niveaus bekend zijn, {stand} zonder correctie (p < {level}), {holm} volgens "
    "Holm en {bh} volgens Benjamini-Hochberg. Ging elk item even vaak vooruit als achteruit, en stond elke "
    "persoon los van de anderen, dan vielen er zonder correctie gemiddeld hoogstens {expected} op. {named}De "
    "toets telt leden van één gezin als los van elkaar, waardoor p te klein kan zijn.",
    "Of {total} with both levels known {stand} unadjusted (p < {level}), {holm} by Holm and {bh} by "
    "Benjamini–Hochberg. If every item improved as often as it declined and persons were independent, at "
    "most {expected} would stand out unadjusted, on average. {named}The test takes members of one family as "
    "independent, so p can be too small.",
)
STAND = (Text("valt er {n} op", "{n} stands out"), Text("vallen er {n} op", "{n} stand out"))
NAMED = Text("Volgens Holm: {list}. ", "By Holm: {list}. ")
NOBODY_TESTED = Text(
    "Van geen enkel item zijn beide niveaus bekend: er is niets te toetsen.",
    "No item has both levels known: there is nothing to test.",
)


def cutoffs(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell how many families are poor at each cutoff, at both moments.

    Parameters
    ----------
    table : poverty_cutoff, n, the columns of poverty_change and of the classes.
    definitions : for the titles of the classes.
    """
    n = int(table["n"].iloc[0])
    if not n:
        return nothing_to_tell(NOBODY_FOLLOWED)
    rows = table.to_dict("records")
    pieces = [
        fill(OF_CUTOFF, from_k=_from(row), before=row["poor_baseline"], after=row["poor_follow_up"])
        for row in rows
    ]
    caption = sentences(*(_tested(row) for row in rows))
    described = [_classes(row, definitions) for row in rows]
    return Account(
        fill(CUTOFFS_FINDING, n=counted(n, "followed_family"), list=listed(pieces, mark="; ")),
        caption,
        sentences(*described),
        sentences(CUTOFFS_CONCLUSION, NO_CONTROL),
    )


def _from(row: dict[str, object]) -> Text:
    """Write from how many domains a family is poor."""
    k = int(row["poverty_cutoff"])  # type: ignore[call-overload]
    return fill(plural(k, *DOMAINS), k=k)


def _tested(row: dict[str, object]) -> Text:
    """Tell the movement at one cutoff with its test and interval."""
    shares = {
        name.removeprefix("difference_"): both(decimal, 100 * row[name], digits=1, signed=True)  # type: ignore[operator]
        for name in ("difference", "difference_low", "difference_high")
    }
    return fill(
        TEST_OF_CUTOFF,
        from_k=_from(row),
        out=int(row["out_of_poverty"]),  # type: ignore[call-overload]
        into=int(row["into_poverty"]),  # type: ignore[call-overload]
        p=both(p_value, conclusions.family_p(row)),
        difference=shares["difference"],
        interval=conclusions.interval(shares, float(row["difference_low"])),  # type: ignore[arg-type]
    )


def _classes(row: dict[str, object], definitions: Definitions) -> Text:
    """List the change classes at one cutoff."""
    pieces = [
        named(each.title, int(row[each.id]))  # type: ignore[call-overload]
        for each in definitions.kansarmoede.classes
    ]
    start = Text("Vanaf {from_k} – {list}.", "From {from_k} – {list}.")
    return fill(start, from_k=_from(row), list=listed(pieces, mark="; "))


def item_tests(table: pd.DataFrame, *, choices: Choices, definitions: Definitions) -> Text:
    """Tell how many items stand out, before and after adjustment, and how many would by chance.

    Parameters
    ----------
    table : unit, item, n, net, sign_exact_p, sign_holm_p, sign_bh_p.
    choices : for the level of the tests.
    definitions : for titles.
    """
    some = table[table["n"] > 0]
    if some.empty:
        return NOBODY_TESTED
    level = choices.test_level
    plain, holm, bh = (
        int((some[name] < level).sum()) for name in ("sign_exact_p", "sign_holm_p", "sign_bh_p")
    )
    stand_out = some[some["sign_holm_p"] < level]
    stood = [item_name(row, definitions) for row in stand_out.itertuples()]
    return fill(
        ITEM_TESTS,
        total=counted(len(some), "item"),
        stand=fill(plural(plain, *STAND), n=plain),
        level=both(decimal, level),
        holm=holm,
        bh=bh,
        expected=both(decimal, level * len(some)),
        named=fill(NAMED, list=listed(stood, last=AND)) if stood else NOTHING,
    )
