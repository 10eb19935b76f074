"""The families whose kansarmoede score rose: what fell and when, and the coaches' notes, with themes.

For internal review only: tables about single families and the coaches' own words. The source report read
these notes to see why families declined (chapter 4, section 2.2). Texts and patterns of themes are compared
in lower case, without accents, word by word; a hyphen counts as a space. The rules are those at the head of
`data/reference/themes.yml`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.cleaning import CleanTables, Study
from helpers.cleaning.windows import follow_up_days, in_time, within
from helpers.definitions import MOMENTS, Definitions
from helpers.definitions.choices import Negation, Themes
from helpers.errors import PipelineError
from helpers.inference import groups
from helpers.kansarmoede import domain_status, with_class
from helpers.outputs import exact, lists
from helpers.words import say

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


# ---- families that declined -------------------------------------------------------------------------------

WHO = ["family", "person", "unit", "item"]
KEYS = ["unit", "person", "item"]  # of a row of a timeline
NOT_APPLICABLE = 0  # among levels, to carry it forward like one
SIGNS = {"improved": " ▲", "declined": " ▼", "other": " ◆"}


class InternalOnly(PipelineError):
    """Real families are shown one by one only in an internal run."""


@dataclass(frozen=True)
class CaseReview:
    """What the review of the declined families shows; all but `domains`, `themes` and `note_counts` is about
    single families.

    `families` has the declined ones, in the order in which they are shown; `deprivations`, `items`,
    `timelines` and `notes` are about these. `themes` and `note_counts` compare them with the other families
    of Figure 16.
    """

    families: pd.DataFrame
    domains: pd.DataFrame
    deprivations: pd.DataFrame
    items: pd.DataFrame
    timelines: pd.DataFrame
    notes: pd.DataFrame
    themes: pd.DataFrame
    note_counts: pd.DataFrame
    lexicon: Lexicon


def allow(study: Study, *, internal: bool) -> None:
    """Stop where real families would be shown without that being asked for.

    InternalOnly: the data are real and the run is not internal.
    """
    if not (study.synthetic or internal):
        raise InternalOnly(
            "this notebook shows real families one by one, with the coaches' notes, so it runs only as part "
            "of `gezinscoach run --internal`, which puts it into a folder of its own (…-internal). Do not "
            "pass that folder on."
        )


@exact("case_review")
def review(
    clean: CleanTables,
    states: pd.DataFrame,
    compared: pd.DataFrame,
    definitions: Definitions,
    themes: Themes,
    about: Study,
    language: str,
    poverty_cutoff: int,
) -> CaseReview:
    """Put together what there is to see about the families that declined.

    The parameters of `about` say up to which day values count; notes and registrations after that day are
    counted, not shown.
    """
    compared = with_class(compared, definitions, poverty_cutoff=poverty_cutoff)
    until = last_day(clean.families, parameters=about.parameters)
    families = declined_families(compared, clean, until)
    became = became_deprived(domain_status(states, definitions), families["family"])
    lexicon = Lexicon(themes)
    notes = tag_notes(clean.notes, until, lexicon)
    return CaseReview(
        families=families,
        domains=declined_domains(became),
        deprivations=became,
        items=fallen_items(states, clean.observations, became, definitions, until, families["family"]),
        timelines=timelines(clean, until, families["family"], definitions),
        notes=notes[notes["family"].isin(families["family"])].reset_index(drop=True),
        themes=theme_counts(notes, compared, themes, language=language),
        note_counts=note_counts(notes, compared),
        lexicon=lexicon,
    )


def _listed(part: str) -> Callable[[CaseReview], pd.DataFrame]:
    return lambda case_review: getattr(case_review, part)


for _table, _part in {
    "declined_families": "families",
    "declined_domains": "domains",
    "theme_counts": "themes",
    "note_counts": "note_counts",
}.items():
    lists(_table)(_listed(_part))


# ---- what fell ---------------------------------------------------------------------------------------------


def last_day(families: pd.DataFrame, *, parameters: Mapping[str, Any]) -> pd.Series:
    """Give for each followed family the last day on which a value or note counts."""
    followed = families[families["followed"]].set_index("family")
    months, rule = int(parameters["follow_up_months"]), str(parameters["follow_up_rule"])
    return follow_up_days(followed, months=months, rule=rule)


def declined_families(compared: pd.DataFrame, clean: CleanTables, until: pd.Series) -> pd.DataFrame:
    """List the families with more deprived domains at follow-up than at baseline.

    Gives number (from 1), family, pilot, baseline_score, follow_up_score, class, registrations and notes up
    to the last day that counts, later_registrations, later_notes; sorted by family.
    """
    worse = compared["follow_up_score"] > compared["baseline_score"]
    found = compared[worse].sort_values("family", ignore_index=True)
    dates = clean.registrations[["family", "date"]].drop_duplicates()
    counted: dict[str, pd.Series] = {"number": pd.Series(range(1, len(found) + 1), dtype="Int64")}
    for name, rows in (("registrations", dates), ("notes", clean.notes)):
        inside = within(rows, until)
        counted[name] = _per_family(rows[inside], found["family"])
        counted[f"later_{name}"] = _per_family(rows[~inside], found["family"])
    return tables.conform("declined_families", found.assign(**counted))


def declined_domains(became: pd.DataFrame) -> pd.DataFrame:
    """Count per domain the declined families in which it became deprived.

    Gives domain (all six), families, from_unknown: how many of them had nothing known of it at baseline.
    """
    counts = became.groupby("domain", observed=False).size().rename("families").reset_index()
    unknown = became[became["before"] == "unknown"].groupby("domain", observed=False).size()
    return tables.conform("declined_domains", counts.assign(from_unknown=unknown.to_numpy()))


def fallen_items(
    states: pd.DataFrame,
    observations: pd.DataFrame,
    became: pd.DataFrame,
    definitions: Definitions,
    until: pd.Series,
    families: pd.Series,
) -> pd.DataFrame:
    """List what fell in each declined family, and when that was first registered.

    Gives family, person, unit, item, domain, at_most, baseline_level, follow_up_level, date. First, with
    their domain, the items by which it became deprived: now at or below the level `at_most` of its rule, at
    baseline above it or unknown; the date is the first with such a level. Then, without domain, all other
    items whose level fell; the date is the first with a level below that at baseline.
    """
    rows = states[states["family"].isin(families)]
    before, after = (
        rows.loc[rows["moment"] == moment, [*WHO, "level"]].rename(columns={"level": f"{moment}_level"})
        for moment in MOMENTS
    )
    levels = before.merge(after, on=WHO, how="outer", validate="one_to_one")
    by_rule = _below_the_rule(levels, became, definitions)
    fell = levels[levels["follow_up_level"] < levels["baseline_level"]]
    others = fell.merge(by_rule[WHO].drop_duplicates(), on=WHO, how="left", indicator=True, validate="1:1")
    others = others[others["_merge"] == "left_only"].drop(columns="_merge")
    found = pd.concat([by_rule, others], ignore_index=True)
    limit = found["at_most"].fillna(found["baseline_level"] - 1)
    found["date"] = _first_day(found[WHO], limit, observations[within(observations, until)])
    return tables.conform(
        "fallen_items", _in_order(found, ["family", "domain_place", "place", "person"], definitions)
    )


def _per_family(rows: pd.DataFrame, families: pd.Series) -> pd.Series:
    counts = rows.groupby("family").size().reindex(families, fill_value=0)
    return counts.reset_index(drop=True).astype("Int64")


def became_deprived(status: pd.DataFrame, families: pd.Series) -> pd.DataFrame:
    """List the domains that are deprived at follow-up and were not at baseline.

    Gives family, domain, before (not_deprived, or unknown: nothing of it was known at baseline).
    """
    chosen = status[status["family"].isin(families)]
    before, after = (
        chosen.loc[chosen["moment"] == moment, ["family", "domain", "status"]]
        for moment in ("baseline", "follow_up")
    )
    both = after.merge(before.rename(columns={"status": "before"}), on=["family", "domain"], validate="1:1")
    became = (both["status"] == "deprived") & (both["before"] != "deprived")
    return both.loc[became, ["family", "domain", "before"]].reset_index(drop=True)


def _below_the_rule(levels: pd.DataFrame, became: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Give the items by which a domain became deprived: `levels`, domain, at_most."""
    rows = [
        (domain.id, condition.unit, condition.item, condition.at_most)
        for domain in definitions.kansarmoede.domains
        for part in domain.default.parts
        for condition in part.conditions
    ]
    rules = pd.DataFrame(rows, columns=["domain", "unit", "item", "at_most"])
    rules = rules.astype({"unit": levels["unit"].dtype, "item": levels["item"].dtype, "at_most": "Int64"})
    strictest = rules.groupby(["domain", "unit", "item"], as_index=False)["at_most"].max()
    asked = became.astype({"domain": "str"})[["family", "domain"]]
    found = levels.merge(strictest.astype({"domain": "str"}), on=["unit", "item"], validate="many_to_many")
    found = found.merge(asked, on=["family", "domain"], validate="many_to_one")
    was_above = (found["baseline_level"] > found["at_most"]).fillna(True)  # or unknown
    return found[(found["follow_up_level"] <= found["at_most"]).fillna(False) & was_above]


def _first_day(who: pd.DataFrame, limit: pd.Series, observations: pd.DataFrame) -> pd.Series:
    """Give the first day on which each was registered at the level `limit` or lower."""
    asked = who.assign(limit=limit, number=range(len(who)))
    found = asked.merge(observations[[*WHO, "date", "level"]], on=WHO, how="left", validate="many_to_many")
    low = found[(found["level"] <= found["limit"]).fillna(False)]
    return low.groupby("number")["date"].min().reindex(range(len(who))).set_axis(who.index)


def _in_order(rows: pd.DataFrame, order: list[str], definitions: Definitions) -> pd.DataFrame:
    """Sort by some columns; `place` is that of the item in the codebook, `domain_place` of the domain."""
    domains = {domain.id: n for n, domain in enumerate(definitions.kansarmoede.domains)}
    places = {key: n for n, key in enumerate(definitions.items)}
    keys = zip(rows["unit"], rows["item"], strict=True)
    own = {"place": [places[key] for key in keys]}
    if "domain" in rows:
        own["domain_place"] = rows["domain"].map(domains).fillna(len(domains))  # without one: last
    ordered = rows.assign(**own).sort_values(order, kind="stable", ignore_index=True)
    return ordered.drop(columns=list(own))


# ---- from date to date ------------------------------------------------------------------------------------


def timelines(
    clean: CleanTables, until: pd.Series, families: pd.Series, definitions: Definitions
) -> pd.DataFrame:
    """Follow the items of some families from one registration date to the next.

    Gives family, person, unit, item, date, level, status, registered, change. For each item that was ever
    registered of someone by the last day, a row per date on which anything of the family was registered: the
    value in force (the last one so far), whether it was registered that day or is carried forward, and how it
    differs from the date before (improved, declined, or other: to or from not applicable). `missing` until
    its first value.
    """
    dates, values = (
        rows[rows["family"].isin(families) & within(rows, until)]
        for rows in (clean.registrations, clean.observations)
    )
    grid = (
        values[WHO]
        .drop_duplicates()
        .merge(dates[["family", "date"]].drop_duplicates(), on="family", validate="many_to_many")
    )
    last = values.sort_values(["date", "registration"], kind="stable").drop_duplicates(
        [*WHO, "date"], keep="last"
    )
    last = last.assign(value=last["level"].fillna(NOT_APPLICABLE))[[*WHO, "date", "value"]]
    grid = grid.merge(last, on=[*WHO, "date"], how="left", validate="one_to_one")
    ordered = _in_order(grid, ["family", "unit", "person", "place", "date"], definitions)
    return tables.conform("timelines", _with_values(ordered))


def timeline_table(timeline: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """Lay the timeline of one family out: a row per item, a column per date.

    Gives unit, person, item, and a column per date (YYYY-MM-DD): the level, between brackets where it was
    carried forward, with ▲, ▼ or ◆ where it changed; n.v.t. (n/a) where it does not apply; empty before its
    first value.
    """
    keys = ["unit", "person", "item"]
    texts = timeline[keys].assign(
        date=timeline["date"].dt.strftime("%Y-%m-%d"),
        text=[_text(row, language) for row in timeline.itertuples()],
    )
    rows = texts[keys].drop_duplicates().reset_index(drop=True)
    for date, values in texts.groupby("date", sort=True):
        at = values.drop(columns="date").rename(columns={"text": str(date)})
        rows = rows.merge(at, on=keys, how="left", validate="one_to_one")
    return rows


def _text(row: object, language: str) -> str:
    level, status, change = row.level, row.status, row.change  # type: ignore[attr-defined]
    if status == "missing":
        return ""
    word = say("case_words", "not_applicable", language) if status == "not_applicable" else str(level)
    word += SIGNS.get(change, "") if isinstance(change, str) else ""
    return word if row.registered else f"({word})"  # type: ignore[attr-defined]


def _with_values(grid: pd.DataFrame) -> pd.DataFrame:
    """Carry values forward, and say what changed; the rows of an item stand together, by date."""
    cell = grid.groupby(WHO, dropna=False, sort=False).ngroup()
    value = grid["value"].groupby(cell).ffill()
    before = value.groupby(cell).shift()
    level = value.mask(value == NOT_APPLICABLE)
    status = np.select([value.isna(), level.isna()], ["missing", "not_applicable"], "observed")
    found = grid[[*WHO, "date"]].assign(level=level, status=status, registered=grid["value"].notna())
    return found.assign(change=_change(before, value))


def _change(before: pd.Series, after: pd.Series) -> pd.Series:
    """Say which way values went: improved, declined, other (to or from not applicable), or "" for none."""
    compared = before.notna() & after.notna()
    levels = compared & (before != NOT_APPLICABLE) & (after != NOT_APPLICABLE)
    ways = [levels & (after > before), levels & (after < before), compared & (after != before)]
    return pd.Series(np.select(ways, ["improved", "declined", "other"], ""), after.index, dtype="str")


@lists("family_sheets")
def family_sheets(clean: CleanTables, definitions: Definitions) -> pd.DataFrame:
    """Give the first and the last value of every item of the retained families.

    Gives family, unit, person, item; first_date, first_level; last_date, last_level (missing: not
    applicable); change from the first to the last (improved, declined; other: to or from not applicable; or
    none). What was never registered has no row. In the order of the codebook.
    """
    who = ["family", "unit", "person", "item"]
    retained = clean.families.loc[clean.families["status"] == "retained", "family"]
    values = clean.observations[clean.observations["family"].isin(retained)]
    values = in_time(values).assign(value=values["level"].fillna(NOT_APPLICABLE))
    first, last = (values.drop_duplicates(who, keep=end).set_index(who) for end in ("first", "last"))
    of = ["date", "level", "value"]
    rows = first[of].add_suffix("_1").join(last[of].add_suffix("_2"))
    rows["change"] = _change(rows["value_1"], rows["value_2"])
    found = _in_order(rows.reset_index(), ["family", "place", "person"], definitions)
    names = {"date_1": "first_date", "level_1": "first_level", "date_2": "last_date", "level_2": "last_level"}
    return found.rename(columns=names)[[*who, *names.values(), "change"]]
