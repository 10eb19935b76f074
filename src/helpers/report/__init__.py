"""What a notebook shows of a study, output by output: in its usual way, with what is said beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers import case_review, protect, registration, transitions, words
from helpers.case_review import KEYS, CaseReview, Lexicon, timeline_table
from helpers.charts.matrix import timeline
from helpers.charts.outputs import CHARTS
from helpers.definitions import Figure, Text, load
from helpers.definitions.choices import Choices, Planning
from helpers.definitions.claims import Claims
from helpers.definitions.outputs import DISTRIBUTION
from helpers.report.layout import Layout, Worded, others
from helpers.report.output import Output
from helpers.report.presentations import OPEN, WITHOUT_CHART, Presentation, as_read, chart, chart_of
from helpers.tables import TABLES
from helpers.words import UNSAID, Account, both, ended, published
from helpers.words import case_review as case_facts
from helpers.words import robustness as told_robustness

if TYPE_CHECKING:
    from helpers.study import Study


def show(study: "Study", name: str) -> None:
    """Show a table of the report, or one of `OVERVIEWS`, as on its page, and write its table and figure."""
    if study.edition:
        _show_public(study, name)
        return
    output = output_of(study, internal=name in TABLES and TABLES[name].kind == "internal" or name == "cases")
    if name in OVERVIEWS or name == "cases":
        _overview(study, output, name)
        return
    table = study[name]
    if name in SECTIONS:
        if table.empty:
            return
        output.say(both(name, "heading"), "heading")
    if TABLES[name].kind == DISTRIBUTION:
        output.shown(name, table, _in_groups(study, name, table, TABLES[name].title))
        return
    drawn = chart_of(name, study.definitions) in CHARTS
    told = None if drawn else study.account(name)
    finding = told.finding if told else UNSAID
    if finding:
        output.say(ended(finding))
    if TABLES[name].file_only:
        output.file(name, table)
    elif name in READ:
        read, declared = READ[name]
        declared_as = output.definitions.outputs.overviews.get(declared)
        output.table(name, table, read=read(study, output), declared=declared_as)
    elif drawn:
        context = CONTEXT.get(chart_of(name, study.definitions), lambda study, name: {})(study, name)
        output.present(name, table, account=study.account(name), **context)
    else:
        output.table(name, table, folded=bool(finding) and name not in OPEN)
    stands_in = protect.stand_in(name, study.definitions)
    if stands_in and stands_in != name and stands_in not in study.shown:  # is written beside it
        study.shown.add(stands_in)
        write(study, stands_in)
    if name == "poverty_measures" and study.settings["unknown_domain"] == "bounds":
        show(study, "poverty_bounds")


def answer(study: "Study", *names: str) -> None:
    """Show what outputs found, in a few sentences; nothing where none of them is there."""
    told = [
        _of_groups(study, name) if study.edition else study.account(name) or _of_groups(study, name)
        for name in names
    ]
    found = list(dict.fromkeys(text for one in told if one and (text := one.finding(study.language))))
    if study.edition and not found:
        found = [too_few(study.edition)(study.language)]
    if found:
        said = f"{'. '.join(found)}."
        output_of(study).say(Text.alike(said), "answer")


def too_few(edition: protect.Edition) -> Text:
    """Say that there is nothing to tell of so few."""
    return both("too_few", "text", least=edition.min_group)


@dataclass(frozen=True)
class KeyResult:
    """One of the few results of the first page: a sentence, what is behind it, and where it is shown."""

    name: str
    shown_as: str  # the output of the public edition that stands in for it
    page: str
    title: Text
    text: Text
    sure: Text | None
    headline: Text | None


def key_results(study: "Study") -> list[KeyResult]:
    """Tell the key results, in both editions from the same outputs; what is not known is left out."""
    found = []
    keys = {name: table.key_result for name, table in TABLES.items() if table.key_result}
    for name, key in sorted(keys.items(), key=lambda one: one[1].order):
        said = _of_groups(study, name)
        if said and said.key:
            tested = study.account(key.sure) if key.sure and key.sure in study else None
            sure = (tested.sure if tested else None) or None
            stands_in = protect.stand_in(name, study.definitions) or name
            found.append(
                KeyResult(name, stands_in, TABLES[name].page, key.title, said.key, sure, said.headline)
            )
    return found


def _of_groups(study: "Study", name: str) -> Account | None:
    """Give what is said of the groups that stand in for an output in the public edition."""
    found = _standing_in(study, name)
    return None if found is None or found[2].empty else study.account(*found[1:])


def _standing_in(study: "Study", name: str) -> tuple[str, str, pd.DataFrame] | None:
    """Give what stands in for an output in the public edition: its name, that of its words, and its table.

    Of a figure of one item it is the row of that item, which has words of its own. None where nothing does.
    """
    stands_in, figure = protect.stand_in(name, study.definitions), study.definitions.figures.get(name)
    if stands_in is None or stands_in not in study:
        return None
    table = study[stands_in]
    if figure is None or figure.kind != "transition":
        return stands_in, stands_in, table
    unit, item = figure.items[0]
    own = table[(table["unit"] == unit) & (table["item"] == item)].reset_index(drop=True)
    return stands_in, "item_moves_one", own


def write(study: "Study", *names: str) -> None:
    """Write tables of a study and show nothing; in a public run they have been written."""
    if study.edition:
        return
    for name in names:
        output_of(study).write(name, study[name])


def _show_public(study: "Study", name: str) -> None:
    """Show what stands in for an output in the public edition, once; nothing where nothing does."""
    assert study.edition is not None
    output, edition = output_of(study), study.edition
    if name == "warnings":
        if len(study.warnings):
            _show_overview(output, name, study.warnings)
        return
    if name in OVERVIEWS and study.definitions.outputs.overviews[name].public:
        _overview(study, output, name)
        return
    if (found := _standing_in(study, name)) is None:
        return
    (stands_in, told_as, table), figure = found, study.definitions.figures.get(name)
    one = told_as != stands_in  # of an item, which other figures show rows of too
    if table.empty or (stands_in in study.shown and not one):
        return
    if not one:
        study.shown.add(stands_in)
    if stands_in == name and figure is not None:  # public as it is
        output.present(name, table, account=study.account(name))
        return
    half = 0 if stands_in == "cleaning_log" else edition.half  # rows and cells, not people
    read = as_read(table, study.definitions, study.language, half)
    if one and figure and figure.moves:
        read = read.rename(columns={way: getattr(figure.moves, way)(study.language) for way in WAYS})
    title = figure.title if figure else TABLES[stands_in].title
    if stands_in in WITHOUT_CHART:
        told = None if stands_in in OPEN else study.account(stands_in, table)
        if told:
            output.say(ended(told.finding))
        output.write(stands_in, table)
        output.table(None, read, caption=title, declared=TABLES[stands_in], folded=bool(told))
        return
    shown = _in_groups(study, told_as, table, title, figure=figure)
    part_of = stands_in if one else None
    output.shown(name if one else stands_in, table, shown, read=read, part_of=part_of)


def _in_groups(
    study: "Study", name: str, table: pd.DataFrame, title: Text, *, figure: Figure | None = None
) -> Presentation:
    """Say how an output in groups is drawn and told; `figure` is the one that it stands for."""
    account = study.account(name, table) or Account(UNSAID, UNSAID, UNSAID)
    half = (study.edition or protect.EXACT).half
    words_of = {"definitions": study.definitions, "language": study.language}
    draw, alternative = chart(name, table, figure=figure, half=half, **words_of)  # type: ignore[arg-type]
    if account.alternative == account.caption:  # none of its own
        account = replace(account, alternative=Text.alike(alternative))
    return Presentation(title, draw, account)


def output_of(study: "Study", *, internal: bool = False) -> Output:
    """Give the door through which a study shows; one for what may be passed on, one for single families."""
    if internal:
        case_review.allow(study.about, internal=study.internal)
    if internal not in study.doors:
        words = load(Claims).add_words(load(Choices).add_words(study.definitions))
        study.doors[internal] = Output(
            language=study.language,
            folder=study.output,
            definitions=words,
            study=study.about,
            internal=internal,
            public=bool(study.edition),
        )
    return study.doors[internal]


def _lanes(study: "Study", name: str) -> Mapping[str, Any]:
    unit, item = study.definitions.figures[name].items[0]
    counts = study.counts
    return {"lanes": transitions.lanes(counts["level_moves"], counts["lost_levels"], unit=unit, item=item)}


Context = Callable[["Study", str], Mapping[str, Any]]
CONTEXT: Mapping[str, Context] = {  # by the chart
    "score_matrix": lambda study, name: {"scheme": study["figure_15"]},
    "transition": _lanes,
    "item_change": lambda study, name: {"verdicts": study["verdicts"]},
    "attrition": lambda study, name: {"choices": load(Choices)},
    "power": lambda study, name: {"plan": load(Planning)},
    "pilot_limits": lambda study, name: {"outcomes": study["pilot_outcomes"]},
}
WAYS = ("improved", "unchanged", "declined")
SECTIONS = ("group_comparison",)  # outputs under a heading of their own, which most studies do not have
SAID_OF_NONE = ("warnings", "losses")  # overviews of which it is said that they are empty
FOLDED = ("domains",)  # overviews for whoever looks them up


def _overview(study: "Study", output: Output, name: str) -> None:
    if name == "cases":
        cases(output, study.case_review)
        return
    table = OVERVIEWS[name](study, output)
    if len(table) or name not in ("disagreements", "pilots", *SAID_OF_NONE):
        _show_overview(output, name, table)
        if name == "sheets" and study.second:
            title = study.second.about.title_in(study.language)
            output.say(both("second_export", "finding", title=title), "remark")
    elif name in SAID_OF_NONE:
        output.say(both(name, "nothing"), "remark")


def _show_overview(output: Output, name: str, table: pd.DataFrame) -> None:
    declared = output.definitions.outputs.overviews[name]
    output.table(None, table[[*declared.column_names]], declared=declared, folded=name in FOLDED)


def _statements(study: "Study", output: Output) -> pd.DataFrame:
    given = (load(Claims), output.definitions, study["verdicts"], study.language)
    return published.statements(study["claims"], *given)


def _to_register(study: "Study", output: Output) -> pd.DataFrame:
    return told_robustness.to_register(study["planning"], output.definitions, study.language)


Read = Callable[["Study", Output], pd.DataFrame]
READ: Mapping[str, tuple[Read, str]] = {  # what a page lays out otherwise, and as which overview
    "claims": (_statements, "statements"),
    "planning": (_to_register, ""),
}


OVERVIEWS: Mapping[str, Any] = {  # functions of the study and the output
    "pilots": lambda study, output: registration.pilots(
        output.definitions, study.about.pilots, study.language
    ),
    "sheets": lambda study, output: registration.all_sheets(study, study.language),
    "warnings": lambda study, output: registration.all_warnings(study, study.language),
    "losses": lambda study, output: registration.all_losses(study),
    "domains": lambda study, output: registration.domains(output.definitions, study.language),
    "choices": lambda study, output: registration.choices(load(Choices), study.language),
    "disagreements": lambda study, output: published.disagreements(
        study["claims"], _statements(study, output)
    ),
}


MOST_CASES = 60  # families that a page shows one by one: as many as somebody reads
COLUMNS = ("date", "about", "note", "themes")
NONE = "–"


def cases(output: Output, review: CaseReview) -> None:
    """Show the declined families: what fell, the timeline, and the notes with their themes.

    Of more than `MOST_CASES`, those are shown whose score rose most. Written are `timeline_<number>` for each
    family that is shown, as figure and table, and the tables `fallen_items`, `timelines` and `tagged_notes`
    of all. ValueError where the output is no internal one.
    """
    if not output.internal:
        raise ValueError("single families are shown by an internal output only")
    families = review.families
    rise = families["follow_up_score"] - families["baseline_score"]
    shown = families.loc[rise.nlargest(MOST_CASES).index.sort_values()]
    if families.empty:
        output.say(words.both("case", "nobody"))
    elif len(shown) < len(families):
        output.say(words.both("case", "some", shown=len(shown), families=len(families)), "remark")
    for family in shown.itertuples():
        _case(output, review, family)
    output.file("fallen_items", review.items)
    output.file("timelines", review.timelines)
    output.file("tagged_notes", review.notes)


def _case(output: Output, review: CaseReview, family: Any) -> None:
    own = {
        name: rows[rows["family"] == family.family]
        for name, rows in vars(review).items()
        if name in ("deprivations", "items", "timelines", "notes")
    }
    facts = case_facts.case(
        family,
        families=len(review.families),
        deprivations=own["deprivations"],
        items=own["items"],
        definitions=output.definitions,
    )
    output.say(words.both("case", "heading", **facts), "heading")
    output.say(words.both("case", "fell", **facts))
    _timeline(output, own["timelines"], own["items"], family)
    fell = own["items"][[*KEYS, *(name for name in own["items"] if name not in ("family", *KEYS))]]
    if not fell.empty:
        output.table(None, fell, caption=words.both("case", "fallen", **facts))
    _notes(output, own["notes"], review.lexicon, family)
    later = words.both("case", "later", **facts)
    if later:
        output.say(later, "remark")


def _timeline(output: Output, timeline_of: pd.DataFrame, items: pd.DataFrame, family: Any) -> None:
    """Show the items that changed as a figure, and all of them as its table."""
    definitions, language = output.definitions, output.language
    moved = timeline_of.loc[timeline_of["change"].notna(), KEYS].drop_duplicates()
    marked = items.loc[items["domain"].notna(), KEYS]
    facts = case_facts.timeline(timeline_of, family, marked=marked, definitions=definitions)
    account = words.account(["timeline"], facts)
    rows = pd.concat([moved, marked], ignore_index=True).drop_duplicates()
    shown = timeline_of.merge(rows, on=KEYS, how="inner", validate="many_to_one")
    output.figure(
        f"timeline_{family.number:02}",
        timeline_table(timeline_of, language=language),
        lambda ax: timeline(shown, marked=marked, definitions=definitions, language=language, ax=ax),
        title=account.finding,
        caption=account.caption,
        alt=account.alternative,
    )


def _notes(output: Output, notes: pd.DataFrame, lexicon: Lexicon, family: Any) -> None:
    """Show the notes of a family, the words that made a tag marked."""
    if notes.empty:
        output.say(words.both("case", "no_notes"), "remark")
        return
    language = output.language
    titles = {theme.id: theme.title(language) for theme in lexicon.themes.themes}
    rows = []
    for note in notes.itertuples():
        tags = lexicon.tags(note.text)
        facts = case_facts.about(note.unit, note.person, note.item, output.definitions)
        what = words.say("case", "about", language, **facts)
        named = ", ".join(titles[tag.theme] for tag in tags) or NONE
        text = pieces(note.text, [place for tag in tags for place in tag.places])
        rows.append((f"{note.date:%Y-%m-%d}", what, text, named))
    headers = tuple(words.say("notes", column, language) for column in COLUMNS)
    table = Worded(headers, headers, tuple(rows), (False,) * len(headers))
    caption = words.say("case", "notes", language, family=family.family)
    spoken = others(("", "", output.definitions.outputs.columns["text"].language, ""), language)
    output.laid_out(Layout(table, ("",) * len(headers), caption, languages=spoken))


def pieces(text: str, places: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Cut a text where a marked place begins or ends, and say of each piece whether it is marked.

    Places may overlap.

    >>> pieces("a < b c", [(4, 5)])
    (('a < ', False), ('b', True), (' c', False))
    """
    inside = [any(start <= at < end for start, end in places) for at in range(len(text))]
    cuts = [at for at in range(1, len(text)) if inside[at] != inside[at - 1]]
    bounds = [0, *cuts, len(text)]
    return tuple((text[a:b], inside[a]) for a, b in pairwise(bounds) if a < b)
