"""Notes tagged with themes: which words of a text make which tag; families counted by theme.

Texts and patterns are compared in lower case, without accents, word by word; a hyphen counts as a space. The
rules are those at the head of `data/reference/themes.yml`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.cleaning.windows import within
from helpers.definitions.choices import Negation, Themes
from helpers.inference import groups

TOKEN = re.compile(r"[a-z0-9']+|[^\sa-z0-9'-]|\n")
APOSTROPHES = str.maketrans("’‘`", "'''")
CLAUSE_ENDS = frozenset(".,;:!?()\n–—/…•|")
BREAK = "|"  # stands for every end of a clause
GAP = ".."
GROUPS = ("declined", "other")
MARK = "; "


@dataclass(frozen=True)
class Tag:
    """A theme that a text is about, with the places (start, end) of the words that say so."""

    theme: str
    places: tuple[tuple[int, int], ...]

    def words(self, text: str) -> tuple[str, ...]:
        """Give the words as they stand in the text."""
        return tuple(text[start:end] for start, end in self.places)


class Lexicon:
    """The themes, ready to be looked for.

    >>> from helpers.definitions import load
    >>> from helpers.definitions.choices import Themes
    >>> text = "Op de wachtlijsten van het CGG; geen geweld meer."
    >>> [(tag.theme, tag.words(text)) for tag in Lexicon(load(Themes)).tags(text)]
    [('waiting_for_help', ('wachtlijsten',))]
    """

    def __init__(self, themes: Themes) -> None:
        self.themes = themes

    @cached_property
    def _patterns(self) -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
        """Terms and exclusions of each theme as one regular expression each."""
        return {
            theme.id: (
                _union(theme.terms, self.themes.gap),
                _union(theme.exclusions, self.themes.gap) if theme.exclusions else None,
            )
            for theme in self.themes.themes
        }

    def tags(self, text: str) -> tuple[Tag, ...]:
        """Tag a text.

        The themes of the text in their order, each with the places of its words; none: empty.
        """
        clauses = Clauses(text)
        found = []
        for name, (terms, exclusions) in self._patterns.items():
            excluded = [match.span() for match in exclusions.finditer(clauses.line)] if exclusions else []
            spans = [
                match.span()
                for match in terms.finditer(clauses.line)
                if not any(match.start() < end and start < match.end() for start, end in excluded)
                and not _negated(clauses.words_before(match.start()), self.themes.negation)
            ]
            if spans:
                found.append(Tag(name, tuple(clauses.place(*span) for span in spans)))
        return tuple(found)


class Clauses:
    """A text as one line of plain words with `|` between clauses, and the way back to the text."""

    def __init__(self, text: str) -> None:
        bare, origins = _plain(text)
        self._starts: list[int] = []  # of each word in the line
        self._places: list[tuple[int, int]] = []  # of each word in the text
        words: list[str] = []
        at = 0
        for token in TOKEN.finditer(bare):
            word = token.group()
            if not word[0].isalnum() and word[0] != "'":
                if word not in CLAUSE_ENDS or (words and words[-1] == BREAK):
                    continue
                word = BREAK
            words.append(word)
            self._starts.append(at)
            self._places.append((origins[token.start()], origins[token.end() - 1] + 1))
            at += len(word) + 1
        self._words = words
        self.line = " ".join(words)

    def words_before(self, start: int) -> list[str]:
        """Give the words of the clause before a place in the line."""
        before = self._words[: self._starts.index(start)]
        return before[len(before) - before[::-1].index(BREAK) :] if BREAK in before else before

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the text of what stands between two places in the line."""
        inside = [n for n, at in enumerate(self._starts) if start <= at < end]
        return self._places[inside[0]][0], self._places[inside[-1]][1]


def _plain(text: str) -> tuple[str, list[int]]:
    """Give a text in plain lower-case letters, and for each of them its place in the text."""
    text = text.translate(APOSTROPHES)
    if text.isascii():  # as most are: a letter is a letter
        return text.lower(), list(range(len(text)))
    letters, origins = [], []
    for place, letter in enumerate(text):
        for bare in unicodedata.normalize("NFKD", letter).casefold():
            if not unicodedata.combining(bare):
                letters.append(bare)
                origins.append(place)
    return "".join(letters), origins


def _union(patterns: Sequence[str], gap: int) -> re.Pattern[str]:
    """Make one regular expression of patterns; where several begin, the longest pattern counts."""
    ordered = sorted(patterns, key=len, reverse=True)
    return re.compile("(?<![^ ])(?:" + "|".join(_expression(one, gap) for one in ordered) + ")(?![^ ])")


def _expression(pattern: str, gap: int) -> str:
    """Make a regular expression of one pattern, on words with a space between."""
    expression, before = "", ""
    for word in pattern.split():
        if word == GAP:
            before = rf"(?: [a-z0-9']+){{0,{gap}}}? "
            continue
        expression += before + re.escape(word).replace(r"\*", "[a-z0-9']*")
        before = " "
    return expression


def _negated(before: Sequence[str], negation: Negation) -> bool:
    """Tell whether the words before a term take it back."""
    for phrase, reach in negation.reach.items():
        words = phrase.split()
        for between in range(reach):
            end = len(before) - between
            if list(before[max(0, end - len(words)) : end]) != words:
                continue
            stopped = any(word in negation.ends_at for word in before[end:])
            if not stopped and not _part_of_exception(before, end, negation):
                return True
    return False


def _part_of_exception(before: Sequence[str], end: int, negation: Negation) -> bool:
    """Tell whether the negation that ends there is part of a phrase that is none, such as `niet alleen`."""
    for phrase in negation.exceptions:
        words = phrase.split()
        for start in range(max(0, end - len(words)), end):
            if list(before[start : start + len(words)]) == words:
                return True
    return False


# ---- counted -----------------------------------------------------------------------------------------------


def tag_notes(notes: pd.DataFrame, until: pd.Series, lexicon: Lexicon) -> pd.DataFrame:
    """Tag the notes of followed families up to the last day that counts.

    The same columns, themes (ids, `; ` between; empty without) and words (those that made the tags); by
    family and date.
    """
    kept = notes[within(notes, until)].sort_values(["family", "date"], kind="stable", ignore_index=True)
    known = {text: lexicon.tags(text) for text in kept["text"].unique()}
    tagged = [(text, known[text]) for text in kept["text"]]
    themes = [MARK.join(tag.theme for tag in tags) for _, tags in tagged]
    words = [MARK.join(word for tag in tags for word in tag.words(text)) for text, tags in tagged]
    found = {"themes": themes, "words": words}
    series = {name: pd.Series(values, kept.index, dtype="str") for name, values in found.items()}
    return tables.conform("tagged_notes", kept.assign(**series))


def theme_counts(
    notes: pd.DataFrame, compared: pd.DataFrame, themes: Themes, *, language: str
) -> pd.DataFrame:
    """Count the families with at least one note about a theme: those that declined and the others.

    Gives theme, label, then declined_families, declined_with_theme, declined_share with its 95 % Wilson
    interval, the same for the others, difference of the shares, fisher_exact_p, fisher_holm_p (Holm, over the
    themes). Every theme has its row.
    """
    tagged = notes[["family", "themes"]].dropna()
    each = tagged.assign(themes=tagged["themes"].str.split(MARK)).explode("themes")
    having = {str(theme): set(families) for theme, families in each.groupby("themes")["family"]}
    table = pd.DataFrame({"theme": themes.ids, "label": [theme.title(language) for theme in themes.themes]})
    for group, families in _groups(compared).items():
        counted = [len(having.get(theme, set()) & families) for theme in themes.ids]
        low, high = inference.wilson(counted, len(families))
        table[f"{group}_families"] = len(families)
        table[f"{group}_with_theme"] = counted
        table[f"{group}_share"] = np.divide(counted, len(families)) if families else np.nan
        table = table.assign(**{f"{group}_low": low, f"{group}_high": high})
    table["difference"] = table["declined_share"] - table["other_share"]
    counts = [f"{group}_{name}" for group in GROUPS for name in ("with_theme", "families")]
    table["fisher_exact_p"] = [groups.fisher_exact(*row) for row in table[counts].to_numpy()]
    table["fisher_holm_p"] = inference.holm(table["fisher_exact_p"])
    return tables.conform("theme_counts", table)


def note_counts(notes: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count how much was written about the families that declined and about the others.

    Gives group (declined, other), families, families_with_notes, notes, notes_per_family (mean),
    median_notes; families without a note count as 0.
    """
    rows = []
    for group, families in _groups(compared).items():
        counts = notes["family"].value_counts().reindex(sorted(families), fill_value=0)
        rows.append(
            {
                "group": group,
                "families": len(families),
                "families_with_notes": int((counts > 0).sum()),
                "notes": int(counts.sum()),
                "notes_per_family": counts.mean() if families else np.nan,
                "median_notes": counts.median() if families else np.nan,
            }
        )
    return tables.conform("note_counts", pd.DataFrame(rows))


def _groups(compared: pd.DataFrame) -> dict[str, set[str]]:
    """Codes of the families that declined, and of the others."""
    worse = compared["follow_up_score"] > compared["baseline_score"]
    return {"declined": set(compared.loc[worse, "family"]), "other": set(compared.loc[~worse, "family"])}
