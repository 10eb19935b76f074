"""What is said of findings under other choices: headlines and specifications."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, decimal, p_value, percentage, points
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._names import nothing_to_tell
from helpers.sentences._phrases import AND, NOTHING, Account, fill, listed, named, plural, sentences

NO_CONTROL = Text(
    "Waardoor er iets verschoof, zegt dit niet: er is geen controlegroep.",
    "It does not say why anything moved: there is no control group.",
)
HEADLINES_FINDING = Text(
    "Bij {total} voor een bevinding blijft het teken {holds} keer hetzelfde; {fails}",
    "Under {total} for a finding its sign stays the same {holds} times; {fails}",
)
OTHER_CHOICES = (
    Text("{n} andere keuze", "{n} other choice"),
    Text("{n} andere keuzes", "{n} other choices"),
)
HEADLINES_FAIL = Text("niet bij: {list}", "not under: {list}")
HEADLINES_ALL = Text("bij geen enkele keuze is het anders", "under no choice is it different")
USUAL_NONE = Text(
    "Bij de standaardkeuzes heeft geen enkele bevinding het teken dat ze noemt",
    "Under the default choices no finding has the sign that it names",
)
USUAL_FAILS = Text(
    "Al een ander teken bij alle standaardkeuzes, en daarom niet meegeteld: {list}.",
    "Another sign under all default choices already, and so not counted: {list}.",
)
HEADLINES_CAPTION = Text(
    "Elke rij wijkt met één keuze af van de standaard; de keuzes staan in multiverse.yml. De getallen zijn "
    "het netto-aandeel (vooruit − achteruit, gedeeld door n), de verandering van het aandeel kansarme "
    "gezinnen in procentpunt (pp), en de laagste rang van de genoemde items. Er wordt alleen naar het teken "
    "gekeken. Een ander teken (✗) is: het aandeel kansarme gezinnen daalde niet, het netto-aandeel ligt niet "
    "boven nul, of, waar het om een rang gaat, een ander item staat hoger. De twee rijen over wie niet "
    "opgevolgd is, zijn niet meegeteld: hun teken ligt grotendeels vast door hoe ze gemaakt zijn.",
    "Each row departs from the default in one choice; the choices are in multiverse.yml. The numbers are the "
    "net share (improved − declined, over n), the change in the share of poor families in percentage points "
    "(pp), and the lowest rank of the named items. Only the sign is looked at. Another sign (✗) is: the "
    "share of poor families did not fall, the net share is not above zero, or, where it is about a rank, "
    "another item stands higher. The two rows about those who were not followed are not counted: their sign "
    "is largely fixed by how they are made.",
)
ALL_FRESH = Text(
    "Ook de rij van gezinnen met nieuwe registraties telt niet mee: dat zijn ze allemaal.",
    "The row of families with new registrations is not counted either: that is all of them.",
)
HEADLINES_CONCLUSION = Text(
    "Het gaat hier alleen over het teken, niet over hoe groot of hoe zeker een verschil is: een teken dat "
    "blijft, kan nog altijd onbeslist zijn (zie de toetsen op pagina 03). De twee rijen over wie "
    "niet opgevolgd is, zijn uitersten: tussen beide in weten we het niet.",
    "This is about the sign only, not about how large or how certain a difference is: a sign that stays can "
    "still be undecided (see the tests on page 03). The two rows about those who were not followed are "
    "extremes: in between we do not know.",
)
MULTIVERSE_FINDING = Text(
    "Het middelste netto-aandeel van {n} gelijkwaardige specificaties is {median}, {range}{p}",
    "The middle net share of {n} equivalent specifications is {median}, {range}{p}",
)
RANGE = Text("van {low} tot {high}", "from {low} to {high}")
SAME_EVERYWHERE = Text("en overal hetzelfde", "and the same everywhere")
CURVE = Text(
    "; als gezinnen willekeurig omgekeerd worden, ligt het minstens zo ver van nul met {p}",
    "; when families are turned at random it lies at least as far from zero with {p}",
)
DISTINCT = Text(
    "Van deze specificaties hebben er {distinct} een eigen uitkomst (gezinnen, vooruit, achteruit).",
    "Of these specifications {distinct} have a result of their own (families, improved, declined).",
)
MULTIVERSE_CAPTION = Text(
    "Elke stip is een specificatie: de hele berekening, van de opgeschoonde waarnemingen af, met één optie "
    "van elke keuze. Gelijkwaardig is een specificatie die dezelfde vraag stelt als de standaard en ze "
    "anders beantwoordt; de andere stellen een andere vraag of zijn een uiterste. Eenheid: opgevolgde "
    "gezinnen; n per specificatie van {low} tot {high}. Het netto-aandeel loopt bij de gelijkwaardige van "
    "{same_from} tot {same_to}, bij alle van {all_from} tot {all_to}.",
    "Each dot is a specification: the whole computation, from the clean observations on, with one option of "
    "each choice. Equivalent is a specification that asks the same question as the default and answers it "
    "otherwise; the others ask another question or are an extreme. Unit: followed families; n per "
    "specification from {low} to {high}. The net share runs from {same_from} to {same_to} among the "
    "equivalent ones, from {all_from} to {all_to} among all.",
)
MULTIVERSE_DEFAULT = Text(
    "De standaard ({usual}) ligt hoger dan {below} van de {same} gelijkwaardige; het middelste is {median}.",
    "The default ({usual}) is higher than {below} of the {same} equivalent ones; their median is {median}.",
)
MULTIVERSE_CONCLUSION = Text(
    "Deze aantallen zijn geen kansen: specificaties zijn geen steekproef, gaan over dezelfde gezinnen en "
    "hangen samen. Ze zeggen hoeveel het oordeel aan onze keuzes hangt, niet hoe zeker het is.",
    "These counts are no probabilities: specifications are no sample, are about the same families and are "
    "not independent. They say how much the verdict hangs on our choices, not how certain it is.",
)
OPTIONS_DESCRIBED = Text(
    "Stijgende curve van het netto-aandeel; het middelste netto-aandeel per optie – {list}.",
    "Rising curve of the net share; the middle net share by option – {list}.",
)
NO_SPECIFICATION = Text(
    "In geen enkele specificatie zijn er opgevolgde gezinnen", "No specification has followed families"
)


def headlines(table: pd.DataFrame, *, definitions: Definitions) -> Account:
    """Tell which headlines keep their sign under which choices.

    Parameters
    ----------
    table : dimension, option, headline, n, value, standing.
    definitions : for words, those of the choices among them.
    """
    told = table[table["standing"].isin(["holds", "does_not_hold"])]
    usual = told[told["dimension"] == "default"]
    everyone = _fresh_is_everyone(table)
    described = [
        _row(str(dimension), str(option), rows, definitions)
        for (dimension, option), rows in table.groupby(["dimension", "option"], sort=False)
    ]
    start = Text("Raster van keuzes en bevindingen – {list}.", "Grid of choices and findings – {list}.")
    return Account(
        _stays(told, usual, everyone, definitions),
        sentences(HEADLINES_CAPTION, ALL_FRESH if everyone else None, _usual(usual, definitions)),
        fill(start, list=listed(described, mark="; ")),
        sentences(HEADLINES_CONCLUSION, NO_CONTROL) if len(told) else None,
    )


def _fresh_is_everyone(table: pd.DataFrame) -> bool:
    """Whether all families are fresh: each headline is about as many as by default."""
    of = {name: table[table["dimension"] == name].set_index("headline")["n"] for name in ("default", "fresh")}
    return bool(len(of["fresh"]) and of["default"].sum() and of["fresh"].equals(of["default"]))


def _stays(told: pd.DataFrame, usual: pd.DataFrame, everyone: bool, definitions: Definitions) -> Text:
    """Say how often the sign of a finding stays; only of those that have it by default.

    The bounds of attrition are not counted, nor are the fresh families when they are all families.
    """
    if told.empty:
        return NOBODY_FOLLOWED
    signs = usual.loc[usual["standing"] == "holds", "headline"]
    if signs.empty:
        return USUAL_NONE
    left_out = ["default", "attrition", *(["fresh"] if everyone else [])]
    others = told[told["headline"].isin(signs) & ~told["dimension"].isin(left_out)]
    fails = others[others["standing"] == "does_not_hold"]
    total, holds = len(others), len(others) - len(fails)
    counted = fill(plural(total, *OTHER_CHOICES), n=total)
    return fill(HEADLINES_FINDING, total=counted, holds=holds, fails=_failing(fails, definitions))


def _usual(usual: pd.DataFrame, definitions: Definitions) -> Text | None:
    """Say which headlines have another sign by default already."""
    fails = usual[usual["standing"] == "does_not_hold"]
    if fails.empty:
        return None
    titles = [definitions.vocabulary["headline_short"][name] for name in fails["headline"]]
    return fill(USUAL_FAILS, list=listed(titles, last=AND))


def _failing(fails: pd.DataFrame, definitions: Definitions) -> Text:
    """Name the choices under which the sign does not stay: all of at most five, else four of them."""
    choices = list(dict.fromkeys(zip(fails["dimension"], fails["option"], strict=True)))
    if not choices:
        return HEADLINES_ALL
    shown = choices if len(choices) <= 5 else choices[:4]
    titles = [definitions.vocabulary[dimension][option] for dimension, option in shown]
    if len(choices) > len(shown):
        titles.append(fill(Text("nog {n} andere", "{n} others"), n=len(choices) - len(shown)))
    return fill(HEADLINES_FAIL, list=listed(titles, last=AND))


def _row(dimension: str, option: str, rows: pd.DataFrame, definitions: Definitions) -> Text:
    """Tell one choice."""
    cells = [
        fill(
            Text("{headline} {standing}{value}", "{headline} {standing}{value}"),
            headline=definitions.vocabulary["headline_short"][row.headline],
            standing=definitions.vocabulary["standing"][str(row.standing)],
            value=_value(row.value, definitions.vocabulary["headline_kind"][row.headline].en),
        )
        for row in rows.itertuples()
        if row.standing != "not_applicable"
    ]
    return named(definitions.vocabulary[dimension][option], listed(cells))


def _value(value: float, kind: str) -> Text:
    """Write the value between brackets, where there is one: a rank, percentage points, or a net share."""
    if pd.isna(value):
        return NOTHING
    if kind == "items":
        written = both(decimal, value, digits=0)
    else:
        written = both(points if kind == "headcount" else percentage, value, signed=True)
    return Text(f" ({written.nl})", f" ({written.en})")


def multiverse(
    table: pd.DataFrame, *, definitions: Definitions | None = None, curve: pd.DataFrame | None = None
) -> Account:
    """Tell in how many specifications the findings hold, and how far the net share ranges.

    Parameters
    ----------
    table : the choices, default, equivalent, families, H_baseline, H_follow_up, net: a row per specification.
    definitions : for the words of the choices; without them the options are not described.
    curve : specification_curve, for the test of the middle net share.
    """
    some = table[table["net"].notna()]
    if some.empty:
        return nothing_to_tell(NO_SPECIFICATION)
    same = some[some["equivalent"]]
    test = None if curve is None else curve.iloc[0]
    tested = test is not None and not pd.isna(test["p"])
    finding = fill(
        MULTIVERSE_FINDING,
        n=len(same),
        median=both(percentage, same["net"].median(), signed=True),
        range=range_of(same["net"].min(), same["net"].max()),
        p=fill(CURVE, p=both(p_value, test["p"])) if test is not None and tested else NOTHING,
    )
    distinct = fill(DISTINCT, distinct=int(test["distinct"])) if test is not None else None
    return Account(
        finding,
        sentences(_ranges(some, same), distinct, _default_among(some, same)),
        _options(some, definitions) if definitions else finding,
        sentences(MULTIVERSE_CONCLUSION, NO_CONTROL),
    )


def range_of(low: float, high: float) -> Text:
    """Say between what net shares lie, or that they are all one."""
    ends = [both(percentage, end, signed=True) for end in (low, high)]
    return SAME_EVERYWHERE if ends[0] == ends[1] else fill(RANGE, low=ends[0], high=ends[1])


def _ranges(some: pd.DataFrame, same: pd.DataFrame) -> Text:
    """Say how far the net share and n range."""
    ranges = {
        f"{name}_{end}": both(percentage, value, signed=True)
        for name, rows in (("same", same), ("all", some))
        for end, value in (("from", rows["net"].min()), ("to", rows["net"].max()))
    }
    low, high = int(some["families"].min()), int(some["families"].max())
    return fill(MULTIVERSE_CAPTION, low=low, high=high, **ranges)


def _default_among(some: pd.DataFrame, same: pd.DataFrame) -> Text | None:
    """Say where the default lies among the equivalent specifications; nothing when it has no net share."""
    usual = some.loc[some["default"], "net"]
    if usual.empty or same.empty:
        return None
    return fill(
        MULTIVERSE_DEFAULT,
        usual=both(percentage, usual.iloc[0], signed=True),
        below=int((same["net"] < usual.iloc[0]).sum()),
        same=len(same),
        median=both(percentage, same["net"].median(), signed=True),
    )


def _options(some: pd.DataFrame, definitions: Definitions) -> Text:
    """Give the middle net share of the specifications with each option."""
    names = [name for name in some.columns[:6] if name in definitions.vocabulary]
    pieces = [
        fill(
            Text("{option} {net}", "{option} {net}"),
            option=definitions.vocabulary[name][str(option)],
            net=both(percentage, net, signed=True),
        )
        for name in names
        for option, net in some.groupby(name, sort=False)["net"].median().items()
    ]
    return fill(OPTIONS_DESCRIBED, list=listed(pieces, mark="; "))
