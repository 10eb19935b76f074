"""Facts → sentences: the templates of `data/reference/texts/`, filled in.

A text is a template of Jinja in each language; the facts it needs are a small dictionary that a function
registered with `helpers.outputs.tells` makes of the finished table and of what else it names. What a template
names and does not get is an error. Facts know no language: numbers go in as numbers, and what has words of
its own as a `Text`.

Parts of a text: `finding` (the title of a figure, or a sentence above a table), `caption`, `alternative`
(what stands for the drawing), `conclusion`, and on the first page `key` with `sure` to unfold.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined, Template

from helpers.definitions import REFERENCE, Definitions, Figure, Text
from helpers.definitions.reading import parse_yaml
from helpers.formats import count, decimal, p_value, percentage, points

TEXTS = REFERENCE / "texts"
BLANKS = re.compile(r"[ \n]+")  # a template may be written over several lines; no-break spaces stay
TENTHS, NEAR = 10, 0.03  # a share that lies this near to one that has a name is called so


@cache
def texts() -> Mapping[str, Any]:
    """Read all texts: those that are shared, and of each output by its name."""
    found: dict[str, Any] = {}
    for path in sorted(TEXTS.glob("*.yml")):
        content = texts_of(path.stem)
        if again := set(found) & set(content):
            raise ValueError(f"{path.name}: {', '.join(sorted(again))} stands in another file too")
        found |= content
    return found


@cache
def texts_of(notebook: str) -> Mapping[str, Any]:
    """Read the texts of one notebook's outputs, by name; `shared` are those of no output."""
    content: Mapping[str, Any] = parse_yaml((TEXTS / f"{notebook}.yml").read_text(encoding="utf-8"))[1]
    return content


def say(name: str, part: str, language: str, *, half: int = 0, **facts: Any) -> str:
    """Fill in one text of an output.

    Parameters
    ----------
    name : str
        Of the output, or of its kind.
    part : str
        `finding`, `caption`.
    language : str
        One of the languages of the texts.
    half : int
        How far a count may lie from what is shown, so that 0 is said as "at most"; 0 for exact counts.
    facts
        What the template names.

    Raises
    ------
    jinja2.UndefinedError
        The template names a fact that is not given.
    """
    return BLANKS.sub(" ", _template(name, part, language, half).render(facts)).strip()


@cache
def _template(name: str, part: str, language: str, half: int) -> Template:
    """Compile one text."""
    return _environment(language, half).from_string(texts()[name][part][language])


def both(name: str, part: str, *, half: int = 0, **facts: Any) -> Text:
    """Fill in one text in each language."""
    return Text(*(say(name, part, language, half=half, **facts) for language in ("nl", "en")))


@dataclass(frozen=True)
class Account:
    """What is said of an output: its finding, its caption, the text that can stand for it, and a conclusion.

    The conclusion is one careful sentence: what can and cannot be concluded.
    """

    finding: Text
    caption: Text
    alternative: Text
    conclusion: Text | None = None


UNSAID = Text("", "")


def account(names: Sequence[str], facts: Mapping[str, Any], *, half: int = 0) -> Account:
    """Say all that is said of an output; what it has no text for is left empty.

    Parameters
    ----------
    names : sequence of str
        Of the output, of its figure, of its kind: each text is the first that one of them has.
    facts : mapping
        What the templates name.
    half : int
        As for `say`.
    """
    said = {}
    for part in ("finding", "caption", "alternative", "conclusion"):
        for name in names:
            if part in texts().get(name, {}):
                said[part] = both(name, part, half=half, **facts)
                break
    conclusion = said.get("conclusion")
    return Account(
        said.get("finding", UNSAID),
        said.get("caption", UNSAID),
        said.get("alternative", said.get("caption", UNSAID)),
        conclusion if conclusion and conclusion.nl else None,
    )


@cache
def _environment(language: str, half: int) -> Environment:
    """Give the templates their filters, in one language.

    ============== ==================================================================
    said           a count; one of 0 that is rounded is "at most two"
    of             "40 of the 90 families", with the noun that is named or without
    plural, noun   a noun for many, or for so many
    fraction       a share in words, with who: "two thirds of the families", "four in ten families"
    verb           the verb that goes with such a share: of "two thirds" in the singular, else in the plural
    pct            a share as a percentage; `pct(signed=True)`, `pct(digits=0)`
    points         a difference of shares in percentage points
    p              a p-value, with its letter
    decimal        a number with decimals; `decimal(3, signed=True)`
    count          a count, a missing one as a dash
    verdict        a verdict in words
    group          a group of `public.yml` in words
    listed         several texts with commas and "and"
    upper_first    with a capital
    ============== ==================================================================
    """
    shared = texts()

    def word(key: str, **pieces: Any) -> str:
        return str(shared[key][language]).format(**pieces)

    def noun(kind: str, n: int = 2) -> str:
        return str(shared["nouns"][kind][language][int(n != 1)])

    def number(n: int) -> str:
        words = shared["numbers"][language]
        return str(words[n] if n < len(words) else n)

    def said(n: Any) -> str:
        return word("at_most", n=number(half)) if half and int(n) == 0 else str(int(n))

    def of(n: Any, total: Any, kind: str = "") -> str:
        counted = word("of", n=said(n), total=int(total))
        return f"{counted} {noun(kind, int(total))}" if kind else counted

    def part(share: float) -> str:
        near = min(shared["fractions"], key=lambda one: abs(one["share"] - share))
        is_near = abs(near["share"] - share) <= min(NEAR, abs(round(share * TENTHS) / TENTHS - share))
        return str(near[language]) if is_near else ""

    def fraction(share: float, who: str) -> str:
        tenths, many = round(share * TENTHS), noun(who)
        if part(share):
            return word("part_of", part=part(share), who=many)
        if tenths in (0, TENTHS):
            exact = not half and share in (0, 1)
            return word(("none" if exact else "few") if tenths == 0 else "all" if exact else "most", who=many)
        return word("in_ten", n=number(tenths), who=many)

    def listed(parts: Iterable[str]) -> str:
        found = [str(text(part)) for part in parts]
        return word("and").join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)

    def group(name: str) -> str:
        known = shared["groups"].get(name)
        return str(known[language]) if known else str(name).replace("-", "–")

    def text(value: Any) -> Any:
        return value(language) if isinstance(value, Text) else value

    made = Environment(  # noqa: S701  escaped where HTML is made
        undefined=StrictUndefined, autoescape=False, finalize=text, trim_blocks=True
    )
    made.filters |= {
        "said": said,
        "of": of,
        "noun": lambda n, kind: noun(kind, n),
        "plural": lambda kind: noun(kind),
        "fraction": fraction,
        "verb": lambda share, one, many: one if part(share) else many,
        "pct": lambda share, **how: percentage(share, language, **how),
        "points": lambda share, **how: points(share, language, **how),
        "p": lambda value: p_value(value, language),
        "decimal": lambda value, digits=2, **how: decimal(value, language, digits=digits, **how),
        "count": count,
        "group": group,
        "verdict": lambda name: str(shared["verdicts"][name][language]),
        "listed": listed,
        "upper_first": lambda said: text(said)[:1].upper() + text(said)[1:],
        "text": text,
    }
    macros = made.from_string(shared["macros"][language]).module
    made.globals |= {name: one for name, one in vars(macros).items() if not name.startswith("_")}
    return made


# ---- facts -------------------------------------------------------------------------------------------------


def first(table: pd.DataFrame) -> dict[str, Any]:
    """Give the first row of a table by column: counts as whole numbers, None where there is no value."""
    row = table.head(1).astype("object")
    return {} if row.empty else row.where(row.notna(), None).iloc[0].to_dict()


UNITS = {"huishouden": "family", "volwassene": "adult", "kind": "child"}
OF_ANALYSIS = {"family": "family", "adult": "adult", "child": "child", "followed_family": "family"}
USUAL_SIDE = (1, 3)  # of a figure that names none
LEADING = 3  # items that a title names


def side_of(table: pd.DataFrame, side: tuple[int, int], *, level: str) -> list[dict[str, Any]]:
    """Count who stands on the side that a figure is about.

    Parameters
    ----------
    table : DataFrame
        unit, item, n, and the column `level` with single levels or groups of them (`1-2`).
    side : (first, last)
        Levels of the side.
    level : str
        `level`, or `group` for a table in groups.

    Returns
    -------
    list of dict
        For each item: unit, n, known, share.
    """
    found = []
    for (unit, _), rows in table.groupby(["unit", "item"], sort=False, observed=True):
        ends = rows[level].astype("str").str.split("-")
        known = rows[ends.map(lambda part: part[0].isdigit())]
        within = ends[known.index].map(lambda part: side[0] <= int(part[0]) and int(part[-1]) <= side[1])
        n, whole = int(known.loc[within, "n"].sum()), int(known["n"].sum())
        share = n / whole if whole else float("nan")
        found.append({"unit": str(unit), "n": n, "known": whole, "share": share})
    return found


def of_side(table: pd.DataFrame, figure: Figure, *, level: str, half: int = 0, least: int = 1) -> Text:
    """Say who stands on the side that a figure is about; nothing where fewer than `least` are known."""
    first, last = figure.side or USUAL_SIDE
    side = side_of(table, (first, last), level=level)
    if any(one["known"] < least for one in side):
        return Text("", "")
    name = figure.id if figure.id in texts() else "distribution"
    who = ["family" if figure.unit_of_analysis == "family" else UNITS[one["unit"]] for one in side]
    return both(name, "finding", half=half, side=side, who=who, first=first, last=last)


def of_profile(table: pd.DataFrame, **_: Any) -> dict[str, Any]:
    """Facts of `figure_02_groups`: the largest group of children per family, and the single parents."""
    rows = table[table["group"] != "unknown"]
    known = rows.groupby(rows["characteristic"].astype("str"))["n"].sum()
    children = rows[rows["characteristic"].astype("str") == "children"]
    single = rows[rows["group"] == "alleenstaande ouder"]
    most = children.loc[[children["n"].astype("int64").idxmax()]] if len(children) else children
    return {
        name: {"n": int(one["n"].iloc[0]), "known": int(known[kind]), "group": str(one["group"].iloc[0])}
        if len(one)
        else None
        for name, kind, one in (("children", "children", most), ("single", "household_type", single))
    }


def of_education(table: pd.DataFrame, **_: Any) -> dict[str, Any]:
    """Facts of `figure_03_groups`."""
    n = table.set_index("group")["n"].astype("int64")
    return {
        "low": {"n": n["at_most_lower_secondary"], "known": n.sum() - n["unknown"]},
        "unknown": n["unknown"],
    }


def of_score(table: pd.DataFrame, *, difference: int = 0, **_: Any) -> dict[str, Any]:
    """Facts of `figure_17_moves`."""
    n = table.set_index(table["class"].astype("str"))["families"].astype("int64")
    close = abs(n["improved"] - n["declined"]) < difference
    return {"n": dict(n), "total": n.sum(), "close": bool(close)}


def of_poverty(table: pd.DataFrame, *, difference: int = 0, **_: Any) -> dict[str, Any]:
    """Facts of `poverty_moves`."""
    row = table.set_index(table["outcome"].astype("str")).loc["poverty"].drop("outcome").astype("int64")
    close = abs(row["out"] - row["in"]) < difference
    before, after = row["both"] + row["out"], row["both"] + row["in"]
    return {"before": before, "after": after, "total": row.sum(), "close": bool(close)}


def of_items(
    table: pd.DataFrame, *, definitions: Definitions, language: str, difference: int = 0, **_: Any
) -> dict[str, Any]:
    """Facts of `item_moves`: the items that led, of those that differ enough."""
    up = table["improved"].astype("int64") - table["declined"].astype("int64")
    leading = table[(up >= max(difference, 1)) & table["net"].notna()]
    leading = leading.sort_values("net", ascending=False, kind="stable").head(LEADING)
    return {"leading": [_item(row.unit, row.item, definitions, language) for row in leading.itertuples()]}


def of_item(
    table: pd.DataFrame, *, definitions: Definitions, language: str, difference: int = 0, **_: Any
) -> dict[str, Any]:
    """Facts of one row of `item_moves`."""
    row = table.iloc[0]
    n = {name: int(row[name]) for name in ("improved", "unchanged", "declined", "unknown")}
    return {
        "n": n,
        "total": sum(n.values()) - n["unknown"],
        "noun": UNITS[str(row["unit"])],
        "title": _item(row["unit"], row["item"], definitions, language),
        "close": abs(n["improved"] - n["declined"]) < difference,
    }


def of_verdicts(table: pd.DataFrame, *, definitions: Definitions, language: str, **_: Any) -> dict[str, Any]:
    """Facts of `verdict_words`: the questions that clearly went up."""
    rows = table[(table["verdict"] == "clear") & (table["outcome"] == "improved")]
    return {"clear": [question(name, definitions, language) for name in rows["question"].astype("str")]}


FACTS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "figure_02_groups": of_profile,
    "figure_03_groups": of_education,
    "figure_17_moves": of_score,
    "poverty_moves": of_poverty,
    "item_moves": of_items,
    "item_moves_one": of_item,
    "verdict_words": of_verdicts,
}


def question(name: str, definitions: Definitions, language: str) -> str:
    """Put a question of the verdicts into words."""
    unit, dot, item = name.partition(".")
    if dot:
        return _item(unit, item, definitions, language)
    return definitions.word("question", name, language)


def _item(unit: object, item: object, definitions: Definitions, language: str) -> str:
    """Name an item with its unit."""
    title = definitions.item(str(unit), str(item)).title(language)
    unit_word = definitions.word("unit", str(unit), language)
    return title if str(unit) == "huishouden" else f"{title} ({unit_word})"


def sides(units: Sequence[str], language: str) -> list[str]:
    """Name who is counted, in the plural."""
    return [str(texts()["nouns"][unit][language][1]) for unit in units]
