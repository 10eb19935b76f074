"""Facts → sentences: the templates of `data/reference/texts/`, filled in.

A text is a template of Jinja in each language; the facts it needs are a small dictionary that a function
registered with `helpers.outputs.tells` makes of the finished table and of what else it names. What a template
names and does not get is an error. Facts know no language: numbers go in as numbers, and what has words of
its own as a `Text`.

Parts of a text: `finding` (the title of a figure, or a sentence above a table), `caption`, `alternative`
(what stands for the drawing), `conclusion`; on the first page `key` with `sure` to unfold, and `headline`.
Where the fact `n` (how many it is about) is 0, the part `nobody` stands for all of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    UndefinedError,
)

from helpers.definitions import LANGUAGES, REFERENCE, Text
from helpers.definitions.languages import texts
from helpers.definitions.reading import DefinitionError
from helpers.formats import count, decimal, first_upper, p_value, percentage, points, slug

Facts = dict[str, Any]
BLANKS = re.compile(r"[ \n]+")  # a template may be written over several lines; no-break spaces stay
TENTHS = 10
NEAR, EXACTLY = 0.05, 0.02  # a share that lies this near to one that has a name is called so, or nearly so
SMALL = 0.075  # below it, one in ten is more than a third too many
ROUNDING = 1e-9
MOST_NAMED = 8  # that a sentence lists; of more, how many more there are


def say(name: str, part: str, language: str, *, half: int = 0, **facts: Any) -> str:
    """Fill in one text of an output.

    It is a `part` (`finding`, `caption`) of the text of that name: of the output, or of its kind. A count may
    lie as far as `half` from what is shown, so that 0 is said as "at most". `facts` are what the template
    names; jinja2.UndefinedError where one is not given, with those that are, DefinitionError where the text
    is not there or no template.
    """
    try:
        return BLANKS.sub(" ", _template(name, part, language, half).render(facts)).strip()
    except UndefinedError as fault:
        given = ", ".join(sorted(facts)) or "none"
        message = f"text {name}.{part}.{language}: {fault.message}; facts that are given: {given}"
        raise UndefinedError(message) from None


@cache
def _template(name: str, part: str, language: str, half: int) -> Template:
    made = environment(language, half)
    try:
        return made.from_string(texts()[name][part][language])
    except KeyError:
        fault = "there is no such text; restore it from the repository"
    except TemplateSyntaxError as error:
        fault = f"cannot be filled in: {error.message}"
    raise DefinitionError(REFERENCE, [f"texts, {name}.{part}.{language}: {fault}"])


def ended(text: Text) -> Text:
    """End a sentence that is not ended."""
    return Text.of(lambda code: f"{said}." if (said := text(code)) and said[-1] not in ".!?:" else said)


def both(name: str, part: str, *, half: int = 0, **facts: Any) -> Text:
    """Fill in one text in each language."""
    return Text.of(lambda language: say(name, part, language, half=half, **facts))


@dataclass(frozen=True)
class Account:
    """What is said of an output: its finding, its caption, the text that can stand for it, and a conclusion.

    The conclusion is one careful sentence: what can and cannot be concluded. Key results have a sentence for
    the first page (`key`), what is behind it (`sure`); one is the title of that page (`headline`).
    """

    finding: Text
    caption: Text
    alternative: Text
    conclusion: Text | None = None
    key: Text | None = None
    sure: Text | None = None
    headline: Text | None = None


UNSAID = Text.alike("")
NOBODY = "nobody"
PARTS = ("finding", "caption", "alternative", "conclusion", "key", "sure", "headline", NOBODY)


def account(names: Sequence[str], facts: Mapping[str, Any], *, half: int = 0) -> Account:
    """Say all that is said of an output; what it has no text for is left empty."""
    own = {part: name for part in PARTS for name in reversed(names) if part in texts().get(name, {})}
    if facts.get("n", 1) == 0 and NOBODY in own:
        nobody = both(own[NOBODY], NOBODY, half=half, **facts)
        own_too = {part: nobody for part in ("key", "headline") if part in own}
        return Account(nobody, UNSAID, nobody, **own_too)
    said = {part: both(name, part, half=half, **facts) for part, name in own.items() if part != NOBODY}
    caption = said.get("caption", UNSAID)
    always = {"finding": UNSAID, "caption": caption, "alternative": caption}
    return Account(**{part: text for part, text in (always | said).items() if text or part in always})


@cache
def environment(language: str, half: int) -> Environment:
    """Give the templates their filters, in one language.

    ============== ==================================================================
    said           a count; one of 0 that is rounded is "at most two"
    of             "40 of the 90 families", with the noun that is named or without
    plural, noun   a noun for many, or for so many
    fraction       a share in words, with who: "two thirds of the families", "four in ten families"; in tenths
                   too where the share beside it can only be said in tenths
    verb           the verb that goes with such a share: of "two thirds" and "one in ten" in the singular
    one_or         the first of two words for one, else the second; `one_or("was", "were", 1)`: n of 1
    pct            a share as a percentage; `pct(digits=0)`
    points         a difference of shares in percentage points; `points(signed=True, unit=False)`
    p              a p-value, with its letter
    decimal        a number with decimals; `decimal(3, signed=True)`
    count          a count, a missing one as a dash
    verdict        a verdict in words
    group          a group in words
    listed         several texts with commas and "and"; of many the first ones, and how many more there are
    upper_first    with a capital; lower_first without
    month          a month written as 2022-03 in words
    ============== ==================================================================
    """
    shared = texts()

    def word(key: str, **pieces: Any) -> str:
        return str(shared[key][language]).format(**pieces)

    form = Environment(autoescape=False).compile_expression(LANGUAGES[language].plural)  # noqa: S701

    def noun(kind: str, n: int = 2) -> str:
        return str(shared["nouns"][kind][language][int(form(n=int(n)) or 0)])

    def number(n: int) -> str:
        words = shared["numbers"][language]
        return str(words[n]) if n < len(words) else count(n)

    def said(n: Any) -> str:
        return word("at_most", n=number(half)) if half and int(n) == 0 else count(n)

    def of(n: Any, total: Any, kind: str = "") -> str:
        one = "of_one" if int(total) == 1 else "of_who" if kind else "of"
        return word(one, n=said(n), total=count(total), who=noun(kind, total) if kind else "").strip()

    def part(share: float) -> str:
        near = min(shared["fractions"], key=lambda one: abs(one["share"] - share))
        off = share - near["share"]
        if abs(off) > min(NEAR, abs(round(share * TENTHS) / TENTHS - share) + ROUNDING):
            return ""
        about = "exactly" if abs(off) <= EXACTLY else "over" if off > 0 else "under"
        return word(about, part=near[language])

    def named_part(share: float, beside: float | None = None) -> str:
        near = abs(round(share * TENTHS) / TENTHS - share) < NEAR - ROUNDING
        return "" if beside is not None and not part(beside) and near else part(share)

    def fraction(share: float, who: str = "", beside: float | None = None) -> str:
        tenths, many = round(share * TENTHS), noun(who) if who else ""
        if named := named_part(share, beside):
            return word("part_of", part=named, who=many) if who else named
        if tenths in (0, TENTHS):
            exact = not half and share in (0, 1)
            known = ("none" if exact else "few") if tenths == 0 else "all" if exact else "most"
            return word(known if who else f"{known}_alone", who=many)
        tenth = word("in_ten", n=number(tenths), who=many).strip()
        return word("fewer", part=tenth) if share < SMALL else tenth

    def listed(parts: Iterable[str]) -> str:
        found = [str(text(part)) for part in parts]
        if len(found) > MOST_NAMED + 1:
            found[MOST_NAMED:] = [word("more", n=count(len(found) - MOST_NAMED))]
        return word("and").join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)

    def group(name: str) -> str:
        known = shared["groups"].get(name)
        return str(known[language]) if known else str(name).replace("-", "–")

    def text(value: Any) -> Any:
        return value(language) if isinstance(value, Text) else value

    def written(value: Any) -> Any:
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return count(value) if whole else text(value)

    made = Environment(  # noqa: S701  escaped where HTML is made
        undefined=StrictUndefined, autoescape=False, finalize=written, trim_blocks=True
    )
    made.filters |= {
        "said": said,
        "of": of,
        "noun": lambda n, kind: noun(kind, n),
        "plural": lambda kind: noun(kind),
        "fraction": fraction,
        "verb": lambda share, one, many, beside=None: (
            one if named_part(share, beside) or round(share * TENTHS) == 1 or not (share or half) else many
        ),
        "one_or": lambda n, one, many, of=0: one if 1 in (int(n), int(of)) else many,
        "pct": lambda share, **how: percentage(share, language, **how),
        "points": lambda share, **how: points(share, language, **how),
        "p": lambda value: p_value(value, language),
        "decimal": lambda value, digits=2, **how: decimal(value, language, digits=digits, **how),
        "count": count,
        "group": group,
        "verdict": lambda name: str(shared["certain"][name][language]),
        "listed": listed,
        "upper_first": lambda said: first_upper(text(said)),
        "lower_first": lambda said: text(said)[:1].lower() + text(said)[1:],
        "month": lambda when: f"{LANGUAGES[language].months[int(when[5:]) - 1]} {when[:4]}",
        "text": text,
    }
    made.globals |= vars(made.from_string(shared["macros"][language]).module)
    return made


@cache
def templates(folder: Path, *, escape: bool = True) -> Environment:
    """Give the templates in a folder, of pages or of other files; what goes into a page is escaped."""
    made = Environment(  # noqa: S701
        loader=FileSystemLoader(folder), autoescape=escape, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters["slug"] = slug
    return made


# ---- facts -------------------------------------------------------------------------------------------------


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table by column: counts as whole numbers, None where there is no value."""
    plain = table.astype("object")
    return plain.where(plain.notna(), None).to_dict("records")


def first(table: pd.DataFrame) -> dict[str, Any]:
    """Give the first row of a table, as from `records`; nothing of one without rows."""
    return next(iter(records(table.head(1))), {})


UNITS = {"huishouden": "family", "volwassene": "adult", "kind": "child"}
