"""Charts: what their marks and words say, read back from the drawing; that nothing is cut, at both widths."""

import re
from functools import cache
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text as Words

from helpers import kansarmoede
from helpers.charts import outputs, rows, style, svg
from helpers.charts.names import Names
from helpers.definitions import load
from helpers.definitions.choices import Choices
from helpers.definitions.claims import Claims
from helpers.formats import THOUSANDS
from helpers.report import presentations as grouped
from helpers.tables import TABLES, conform
from report_tables import (
    DEFINITIONS,
    FIVE,
    course_flow,
    distribution,
    domains,
    education,
    flow,
    item_change,
    profile,
    residence,
    scheme,
    score_pairs,
    starts,
    stress,
    transition,
)

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (style.WIDE, style.NARROW)
NO_BREAK = "\u00a0"
WORDED = load(Claims).add_words(load(Choices).add_words(DEFINITIONS))
CHANGE = {name: shade.colour for name, shade in DEFINITIONS.palette.change.items()}


class Drawn:
    """An output as it was drawn: its marks by title, and its words."""

    def __init__(self, name, table, width=style.WIDE, language="nl", **context):
        figure = WORDED.figures.get(name)
        context = {**context, **({"figure": figure} if figure else {})}
        kind = figure.kind if figure else name
        with style.style():
            self.canvas, ax = style.canvas(width)
            outputs.drawing(kind, table, definitions=WORDED, language=language, **context)(ax)
            self.svg = svg.drawing(self.canvas, label="Titel. Tekst")
        self.root = ElementTree.fromstring(self.svg)
        self.width, self.height = (float(side) for side in self.root.get("viewBox").split()[2:])
        self.texts = list(self.root.iter(f"{SVG}text"))

    @property
    def words(self):
        return [text.text for text in self.texts]

    @property
    def marks(self):
        """Title → element, of all marks that have one."""
        pieces = [piece for tag in ("path", "circle") for piece in self.root.iter(f"{SVG}{tag}")]
        titles = [(piece.find(f"{SVG}title"), piece) for piece in pieces]
        return {title.text: piece for title, piece in titles if title is not None}

    def box(self, text):
        """Left, top, right, bottom of a text, as wide as any font makes it."""
        size = float(text.get("font-size", style.SIZE))
        bold = text.get("font-weight") == "bold"
        wide = style.measure(text.text, bold=bold) * size / style.SIZE
        start = float(text.get("x")) - wide * {None: 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
        foot = float(text.get("y"))
        return start, foot - 0.74 * size, start + wide, foot + 0.2 * size


def places(path):
    """The corners of a mark."""
    if path.tag == f"{SVG}circle":
        return [(float(path.get("cx")), float(path.get("cy")))]
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def length(path):
    across = [x for x, _ in places(path)]
    return max(across) - min(across)


# ---- rows ----------------------------------------------------------------------------------------------


def test_a_distribution_has_a_bar_per_level_best_on_top_as_long_as_its_count():
    drawn = Drawn("figure_04", residence())  # 1, 2, 0, 4, 3 at levels 1 to 5; 1 not applicable, 2 missing
    assert list(drawn.marks) == [
        f"5 Eigen woonst zonder gebreken: 3 · 30{NO_BREAK}%",
        f"4 Eigen woonst met kleine gebreken: 4 · 40{NO_BREAK}%",
        f"3 Eigen woonst met grote gebreken: 0 · 0{NO_BREAK}%",
        f"2 Tijdelijke verblijfplaats: 2 · 20{NO_BREAK}%",
        f"1 Dakloos: 1 · 10{NO_BREAK}%",
        "niet van toepassing: 1",
        "ontbreekt: 2",
    ]
    lengths = [length(mark) for mark in drawn.marks.values()]
    assert [round(one / lengths[4], 2) for one in lengths] == [3, 4, 0, 2, 1, 1, 2]
    heights = [places(mark)[0][1] for mark in drawn.marks.values()]
    assert heights == sorted(heights)


def test_the_side_that_a_figure_is_about_is_dark_and_held_together_with_its_share():
    drawn = Drawn("figure_04", residence())  # levels 1 to 4 of Figure 4: 7 of 10
    fills = [mark.get("fill") for mark in drawn.marks.values()]
    assert fills == [style.OTHER, *[style.SIDE] * 4, style.UNKNOWN, style.UNKNOWN]
    assert f"70{NO_BREAK}%" in drawn.words


def test_two_items_stand_below_each_other_under_who_they_are_about():
    counts = {("volwassene", "stress"): (5, 5, 0, 0, 0, 0, 0), ("kind", "stress"): (0, 1, 3, 0, 0, 0, 1)}
    drawn = Drawn("figure_11", distribution("figure_11", counts))
    bold = [text.text for text in drawn.texts if text.get("font-weight") == "bold"]
    assert bold == ["Ouders", "Kinderen", f"100{NO_BREAK}%", f"100{NO_BREAK}%"]
    titles = [title.text for title in drawn.root.iter(f"{SVG}title")]
    assert [title.rsplit(": ", 1)[1].split(" ")[0] for title in titles] == [*"00055", *"00310", "1"]


def test_education_marks_the_highest_and_keeps_the_unknown_apart():
    drawn = Drawn("figure_03", education())  # 3, 4, 1, 0 and 2 unknown
    fills = {title.split(":")[0]: mark.get("fill") for title, mark in drawn.marks.items()}
    assert list(fills)[0] == "hoger onderwijs" and fills["hoger onderwijs"] == style.SIDE
    assert list(fills.values())[1:] == [*[style.OTHER] * 3, style.UNKNOWN]


def test_groups_of_levels_have_the_best_on_top_and_the_unknown_below():
    n = {"1-2": 15, "3-4": 40, "5": 30, "unknown": 5}
    rows_of = [("huishouden", "betaalbaarheid_woning", group, count) for group, count in n.items()]
    table = pd.DataFrame(rows_of, columns=["unit", "item", "group", "n"]).assign(share=[0.2, 0.5, 0.3, None])
    figure = DEFINITIONS.figures["figure_05"]
    draw, _ = grouped.chart("figure_05_groups", table, definitions=DEFINITIONS, language="nl", figure=figure)
    with style.style():
        canvas, ax = style.canvas()
        draw(ax)
        root = ElementTree.fromstring(svg.drawing(canvas, label="T"))
    counted = [title.text.rsplit(": ", 1)[1].split(" ")[0] for title in root.iter(f"{SVG}title")]
    assert counted == ["30", "40", "15", "5"]


def test_needs_are_bars_over_the_levels_marked_up_to_where_problems_end():
    n = {"figure_04": (1, 2, 0, 4, 3), "figure_08": (0, 1, 1, 6, 2)}  # problems: levels 1-4, and 1-3
    rows = [
        (figure, "huishouden", item, level, count, count / 10)
        for (figure, counts), item in zip(n.items(), ("verblijfplaats", "inkomen"), strict=True)
        for level, count in enumerate(counts, 1)
    ]
    table = conform("needs", pd.DataFrame(rows, columns=list(TABLES["needs"].column_names)))
    drawn = Drawn("needs", table)
    assert {"Verblijfplaats (huishouden), 4: 4", "Inkomen (huishouden), 4: 6"} <= set(drawn.marks)
    assert [word for word in drawn.words if word.endswith("%")] == [f"70{NO_BREAK}%", f"20{NO_BREAK}%"]
    fills = [mark.get("fill") for title, mark in drawn.marks.items() if title.startswith("Verblijf")]
    assert fills == list(DEFINITIONS.palette.levels)
    ends = [max(x for x, _ in places(drawn.marks[f"{name} (huishouden), {level}"]))
            for name, level in (("Verblijfplaats", "4: 4"), ("Inkomen", "3: 1"))]  # fmt: skip
    marks = [piece for piece in drawn.root.iter(f"{SVG}path") if piece.get("stroke-width") == "2"]
    assert [places(mark)[0][0] for mark in marks] == pytest.approx(ends, abs=0.1)


def test_the_profile_has_three_panels_of_counts():
    drawn = Drawn("figure_02", profile())
    assert {"koppel", "alleenstaande ouder", "onbekend", "zwangerschap"} <= {
        t.split(":")[0] for t in drawn.marks
    }
    bold = [text.text for text in drawn.texts if text.get("font-weight") == "bold"]
    assert bold == ["Gezinstype", "Aantal kinderen", "Leeftijd van de kinderen"]
    known = profile()
    counted = [int(title.rsplit(": ", 1)[1]) for title in drawn.marks]
    assert (
        sorted(counted) == sorted(known["n"].drop_duplicates().tolist()) or sum(counted) <= known["n"].sum()
    )


def test_every_age_that_has_room_is_written_below_its_column_and_wide_names_below_the_ages():
    ages = ["expected", *map(str, range(25)), "onbekend"]
    others = profile().query("characteristic != 'child_age'")
    part = pd.DataFrame({"characteristic": "child_age", "value": ages, "n": range(1, len(ages) + 1)})
    table = pd.concat([others, part.assign(share=0.1, ci_low=0.0, ci_high=0.2)], ignore_index=True)
    drawn = Drawn("figure_02", conform("figure_02", table))
    labels = {text.text: float(text.get("y")) for text in drawn.texts if text.text in ages + ["zwangerschap"]}
    assert {str(age) for age in range(25)} <= labels.keys()
    assert labels["zwangerschap"] == labels["onbekend"] > labels["0"] == labels["24"]


def test_the_selection_takes_each_exclusion_off_where_it_belongs():
    drawn = Drawn("flow", flow())  # 10 registered, 2 and 1 excluded, 7 retained, 4 followed, 1 test
    assert [title.rsplit(": ", 1)[1] for title in drawn.marks] == ["10", "2", "1", "7", "3", "4", "1"]
    ends = {title.rsplit(": ", 1)[0]: places(mark) for title, mark in drawn.marks.items()}
    left = {name: min(x for x, _ in corners) for name, corners in ends.items()}
    right = {name: max(x for x, _ in corners) for name, corners in ends.items()}
    assert right["uitgesloten: geen huishoudregistratie over"] == right["geregistreerd"]
    assert left["uitgesloten: te weinig items bij de start"] == right["beschreven"]
    assert left["niet lang genoeg opgevolgd"] == right["opgevolgd"]


def test_starts_are_bars_to_one_scale_divided_over_the_pilots():
    drawn = Drawn("registration_starts", starts({"2022-03": (6, 2), "2022-04": (0, 0), "2022-05": (1, 3)}))
    said = {title: length(mark) for title, mark in drawn.marks.items() if mark.get("d")}
    assert round(said["maart 2022, Leuven: 6"] / said["mei 2022, Leuven: 1"], 2) == 6
    assert round(said["mei 2022, Bilzen: 3"] / said["maart 2022, Bilzen: 2"], 2) == 1.5
    assert {"maart 2022", "april 2022", "mei 2022", "8", "0", "4"} <= set(drawn.words)


WENT = {
    (3, "poor", "not_poor"): 6, (3, "poor", "poor"): 3, (3, "severe", "lost"): 1,
    (6, "not_poor", "not_poor"): 6, (6, "poor", "lost"): 3, (6, "lost", "lost"): 1,
    (9, "not_poor", "too_late"): 6, (9, "lost", "lost"): 4,
    (12, "too_late", "too_late"): 6, (12, "lost", "lost"): 4,
}  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_bands_of_a_flow_are_as_wide_as_families_and_end_at_the_bars_they_lead_to(width):
    drawn = Drawn("course_flow", course_flow(WENT), width=width)
    high = {title: {x: [] for x, _ in places(mark)} for title, mark in drawn.marks.items()}
    for title, mark in drawn.marks.items():
        for x, y in places(mark):
            high[title][x].append(y)
    ends = {title: [(min(of[x]), max(of[x])) for x in (min(of), max(of))] for title, of in high.items()}
    one = ends["start: kansarm → na 3 maanden: niet kansarm: 6"]
    few = ends["start: zwaar kansarm → na 3 maanden: niet meer geregistreerd: 1"]
    assert (one[0][1] - one[0][0]) / (few[0][1] - few[0][0]) == pytest.approx(6, rel=0.02)
    bars = {title: span[0] for title, span in ends.items() if " → " not in title}
    assert bars["na 3 maanden, niet kansarm: 6"] == pytest.approx(one[1], abs=0.2)
    assert bars["start, kansarm: 9"][0] == pytest.approx(one[0][0], abs=0.2)
    order = ["niet kansarm: 6", "kansarm: 3", "niet meer geregistreerd: 1"]  # the best on top
    tops = [bars[f"na 3 maanden, {name}"][0] for name in order]
    assert tops == sorted(tops)
    assert "geen score" not in drawn.words and {"9", "6", "4"} <= set(drawn.words)


def test_starts_of_a_long_time_are_some_months_a_bar_and_small_pilots_one_part():
    months = [f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13)]
    sizes = (1, 9, 8, 7, 6, 5, 2)  # the first and the last are the smallest two
    drawn = Drawn("registration_starts", starts(dict.fromkeys(months, sizes)))
    first = [title for title in drawn.marks if title.startswith("januari 2020 – februari 2020, ")]
    assert [int(title.rsplit(" ", 1)[1]) for title in first] == [18, 16, 14, 12, 10, 6]
    assert (
        first[-1] == "januari 2020 – februari 2020, andere: 6"
        and "november 2022 – december 2022" in drawn.words
    )


def test_classes_are_one_bar_that_adds_up_with_those_who_left_poverty_marked():
    table = kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, poverty_cutoff=3)
    drawn = Drawn("figure_17", table)  # one of each of five classes
    n = table.set_index("class")["families"]
    improved = n["out_of_poverty"] + n["improved_poor"] + n["improved_not_poor"]
    assert f"Opgevolgde gezinnen, vooruit: {improved}" in drawn.marks and "n = 5" in drawn.words
    assert [mark.get("fill") for mark in drawn.marks.values()] == list(CHANGE.values())
    assert f"uit kansarmoede: {n['out_of_poverty']}" in drawn.words


def test_items_diverge_with_their_counts_at_the_ends():
    drawn = Drawn("item_change", item_change())  # debts: 6 improved, 1 declined of 10
    assert {"Schulden (huishouden), vooruit: 6", "Schulden (huishouden), achteruit: 1"} <= set(drawn.marks)
    better, worse = (drawn.marks[f"Schulden (huishouden), {way}"] for way in ("vooruit: 6", "achteruit: 1"))
    assert length(better) == pytest.approx(6 * length(worse), rel=0.05)
    assert min(x for x, _ in places(better)) == max(x for x, _ in places(worse))
    own = DEFINITIONS.palette
    assert (better.get("fill"), worse.get("fill")) == (own.direction["improved"], own.direction["declined"])
    care = [mark for title, mark in drawn.marks.items() if title.startswith("Jeugdzorg")]
    assert {mark.get("fill") for mark in care} == {own.moves["improved"], own.moves["declined"]}


def test_items_say_at_their_end_how_sure_they_are():
    verdicts = pd.DataFrame({"question": ["huishouden.schulden", "care"], "verdict": ["clear", "indication"]})
    said = Drawn("item_change", item_change(), verdicts=verdicts).words
    assert {"+50 pp **", "−40 pp *"} <= set(said)
    assert not any("*" in word for word in Drawn("item_change", item_change()).words)


@pytest.mark.parametrize(("shown", "wide"), [(2, []), (1, ["2 · 100"])])
def test_on_a_phone_and_of_one_bar_numbers_without_room_stand_at_the_end(shown, wide):
    frame = pd.DataFrame({"label": ["smal", "breed"], "up": [2, 50], "down": [100, 50]}).head(shown)
    ends = []
    for width in (style.NARROW, style.WIDE):
        with style.style():
            canvas, ax = style.canvas(width)
            rows.stacks(frame, ["up", "down"], ["vooruit", "achteruit"], ["#000000", "#ffffff"], ax=ax)
            drawn = ElementTree.fromstring(svg.drawing(canvas, label="Titel"))
        ends.append([text.text for text in drawn.iter(f"{SVG}text") if "·" in (text.text or "")])
    assert ends == [["2 · 100"], wide]


def test_counts_from_ten_thousand_on_have_a_space_as_in_texts():
    frame = pd.DataFrame({"label": ["a"], "up": [22950], "down": [9999]})
    with style.style():
        canvas, ax = style.canvas(style.WIDE)
        rows.stacks(
            frame, ["up", "down"], ["vooruit", "achteruit"], ["#000000", "#ffffff"], of_all=True, ax=ax
        )
        drawn = ElementTree.fromstring(svg.drawing(canvas, label="Titel"))
    words = {text.text for text in drawn.iter(f"{SVG}text")}
    assert {f"22{THOUSANDS}950", "9999", f"n = 32{THOUSANDS}949"} <= words


# ---- matrices ------------------------------------------------------------------------------------------


def test_levels_have_five_on_top_and_right_and_no_cell_where_nobody_is():
    drawn = Drawn("figure_18", stress())
    assert len(drawn.marks) >= 25
    assert "3" in drawn.words and "0" not in drawn.words
    up, down = (drawn.marks[f"{level} → 1: {n}"] for level, n in ((5, 0), (1, 1)))
    assert places(up)[0][1] < places(down)[0][1]
    assert drawn.marks["1 → 2: 3"].get("fill") == style.lighter(
        DEFINITIONS.palette.direction["improved"], 0.3 + 0.7 * 3 / 4
    )
    assert drawn.marks["5 → 1: 0"].get("fill") == "#ffffff"


def test_a_matrix_has_lanes_for_those_without_a_known_level():
    columns = ["baseline", "follow_up", "persons"]
    cells = [(3, "unknown", 2), ("unknown", "unknown", 1), (4, "lost", 6)]
    lanes = pd.DataFrame(cells, columns=columns)
    drawn = Drawn("figure_18", stress(), lanes=lanes)
    assert {"3 → Onbekend: 2", "Onbekend → Onbekend: 1", "Onbekend → 2: 0", "4 → Niet opgevolgd: 6"} <= set(
        drawn.marks
    )
    assert {"Onbekend", "opgevolgd"} <= set(drawn.words)
    narrow = Drawn("figure_18", stress(), style.NARROW, lanes=lanes)  # signs, and what they stand for
    assert narrow.words.count("?") == 2 and narrow.words.count("–") == 1
    assert "?: onbekend; –: niet opgevolgd" in " ".join(narrow.words)
    only = Drawn("figure_18", stress(), lanes=lanes.iloc[:1])  # all followed, with a level at baseline
    assert not any(title.startswith("Onbekend") or "Niet opgevolgd" in title for title in only.marks)


@pytest.mark.parametrize(
    ("cell", "colour"),
    [("3 → 2", "green"), ("5 → 4", "green"), ("2 → 2", "yellow"), ("3 → 3", "orange"), ("2 → 3", "red")],
)
def test_the_scheme_colours_each_class(cell, colour):
    drawn = Drawn("figure_15", scheme())
    (mark,) = [mark for title, mark in drawn.marks.items() if title.startswith(f"{cell},")]
    assert mark.get("fill") == CHANGE[colour]


def test_the_score_matrix_counts_and_a_count_of_one_is_not_the_loudest():
    table = kansarmoede.figure_16(score_pairs(*FIVE, (3, 2)))  # two families went from 3 to 2
    drawn = Drawn("figure_16", table, scheme=scheme())
    two = drawn.marks["3 → 2, Vooruitgang, uit kansarmoede: 2"]
    ones = [mark for title, mark in drawn.marks.items() if title.endswith(": 1")]
    assert two.get("fill") == CHANGE["green"] and len(ones) == 4
    assert not {mark.get("fill") for mark in ones} & set(CHANGE.values())


# ---- every figure --------------------------------------------------------------------------------------


@cache
def every_figure():
    seven = (3, 12, 20, 31, 24, 2, 5)
    found = {
        "flow": (flow(registered=1270, retained=900), {}),
        "course_flow": (course_flow(WENT), {}),
        "registration_starts": (starts({"2022-03": (6, 2), "2022-04": (0, 1)}), {}),
        "figure_02": (profile(), {}),
        "figure_03": (education(), {}),
        "figure_15": (scheme(), {}),
        "figure_16": (kansarmoede.figure_16(score_pairs(*FIVE)), {"scheme": scheme()}),
        "figure_17": (kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, poverty_cutoff=3), {}),
        "item_change": (item_change(), {}),
        "poverty_domains": (domains(), {}),
    }
    for name, figure in DEFINITIONS.figures.items():
        if figure.kind == "levels":
            found[name] = (distribution(name, dict.fromkeys(figure.items, seven)), {})
        if figure.kind == "transition":
            lanes = pd.DataFrame({"baseline": [3, "unknown"], "follow_up": ["unknown", "lost"], "persons": 7})
            cells = {(1, 1): 40, (1, 2): 61, (5, 4): 1}
            found[name] = (transition(name, *figure.items[0], cells), {"lanes": lanes})
    return found


def in_language(name, table, language):
    if "label" in table and language == "en":
        figure = DEFINITIONS.figures[name]
        return distribution(name, dict.fromkeys(figure.items, (3, 12, 20, 31, 24, 2, 5)), "en")
    return table


def crossing(drawn):
    """Pairs of words that lie on each other."""
    boxes = sorted((drawn.box(text), text.text) for text in drawn.texts if text.text.strip())
    return [
        (words, other)
        for at, (one, words) in enumerate(boxes)
        for two, other in boxes[at + 1 :]
        if one[0] < two[2] - 1 and two[0] < one[2] - 1 and one[1] < two[3] - 1.5 and two[1] < one[3] - 1.5
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", every_figure())
def test_nothing_is_cut_and_no_words_lie_on_each_other(name, width, language):
    table, context = every_figure()[name]
    drawn = Drawn(name, in_language(name, table, language), width, language, **context)
    assert drawn.width == pytest.approx(72 * width)
    for text in drawn.texts:
        left, top, right, bottom = drawn.box(text)
        assert left > -1 and top > -1, text.text
        assert right < drawn.width + 1 and bottom < drawn.height + 1, text.text
    for piece in drawn.root.iter(f"{SVG}path"):
        for x, y in places(piece):
            assert -1 <= x <= drawn.width + 1 and -1 <= y <= drawn.height + 1, piece.get("d")
    assert not crossing(drawn)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_columns_of_pairs_are_named_where_there_is_room_for_names(width, language):
    domains = [domain.id for domain in DEFINITIONS.kansarmoede.domains]
    pairs = [(one, other) for at, one in enumerate(domains) for other in domains[at + 1 :]]
    table = pd.DataFrame(pairs, columns=["domain", "other"]).assign(moment=outputs.OF_ALL, families=12)
    drawn = Drawn("domain_pairs", table, width, language)
    assert not crossing(drawn)
    assert all(drawn.box(text)[2] < drawn.width + 1 for text in drawn.texts)


def test_a_key_of_dots_has_dots():
    drawn = Drawn("poverty_domains", domains())
    squares = [one for one in drawn.root.iter(f"{SVG}path") if round(length(one), 1) == style.SWATCH]
    assert {"bij de start", "bij de opvolging"} <= set(drawn.words) and not squares


def test_of_an_item_that_judges_not_more_is_not_red_in_groups_either():
    row = pd.DataFrame(
        {"unit": ["kind"], "item": ["jeugdzorg"], "improved": [15], "unchanged": [125], "declined": [10],
         "unknown": [10], "net": [0.03]}
    )  # fmt: skip
    _, _, colours = grouped.STACKS["item_moves_one"](row, Names(DEFINITIONS, "nl"))
    assert colours[:3] == list(DEFINITIONS.palette.moves.values())
    other = row.assign(item="stress", net=0.01)
    _, _, colours = grouped.STACKS["item_moves_one"](other, Names(DEFINITIONS, "nl"))
    assert colours[:3] == list(DEFINITIONS.palette.direction.values())
    frame, _, _ = grouped.STACKS["item_moves"](pd.concat([other, row]), Names(DEFINITIONS, "nl"))
    own = [palette["improved"] for palette in (DEFINITIONS.palette.moves, DEFINITIONS.palette.direction)]
    assert frame["improved_colour"].tolist() == own  # youth care leads by its net
    assert frame["label"].iloc[0].endswith("(links: minder jeugdzorg)") and "(" not in frame["label"].iloc[1]


@pytest.mark.parametrize("name", every_figure())
def test_every_bar_cell_and_dot_says_its_value(name):
    table, context = every_figure()[name]
    drawn = Drawn(name, table, **context)
    assert drawn.marks
    swatches = {style.SWATCH}
    for piece in drawn.root.iter(f"{SVG}path"):
        fields = piece.get("fill") not in ("none", None) and length(piece) > 0.2
        if fields and round(length(piece), 1) not in swatches and "Z" in piece.get("d"):
            assert piece.find(f"{SVG}title") is not None or piece.get("stroke") == "#ffffff", piece.get("d")


@pytest.mark.parametrize("name", [name for name in every_figure() if name != "figure_15"])  # of definitions
def test_without_cases_a_figure_says_so(name):
    table, context = every_figure()[name]
    empty = table.copy()
    for column in empty:
        if str(empty[column].dtype) == "Int64" and column not in ("baseline_score", "follow_up_score"):
            empty[column] = empty[column] * 0
        if str(empty[column].dtype) == "Float64" or str(empty[column].dtype) == "float64":
            empty[column] = float("nan")
    assert Drawn(name, empty, **context).words == ["Er zijn geen gevallen om te tonen."]


@pytest.mark.parametrize("name", ["figure_02", "figure_11", "figure_16", "figure_18", "item_change", "flow"])
def test_drawing_changes_neither_the_settings_nor_the_table(name):
    table, context = every_figure()[name]
    before = table.copy()
    with mpl.rc_context({"font.size": 3.0, "svg.fonttype": "path"}):
        settings = dict(mpl.rcParams)
        Drawn(name, table, **context)
        assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(table, before)


def test_the_style_leaves_no_trace_even_after_an_error():
    with mpl.rc_context({"font.size": 3.0, "svg.fonttype": "path"}):
        with pytest.raises(RuntimeError), style.style():
            assert mpl.rcParams["svg.fonttype"] == "none"
            raise RuntimeError
        assert (mpl.rcParams["font.size"], mpl.rcParams["svg.fonttype"]) == (3.0, "path")


def test_text_is_dark_on_light_and_white_on_dark_colours():
    assert (
        style.on("#ffffff") == style.on("#f7e68b") != style.on("#2b4f81") == style.on("#67172f") == "#ffffff"
    )


def test_without_axes_a_new_figure_as_wide_as_a_page_is_made():
    from matplotlib import pyplot

    frame = pd.DataFrame({"label": ["a"], "value": [3], "number": ["3"], "colour": [style.SIDE]})
    with style.style():
        ax = rows.bars(frame)
    assert ax.get_figure().get_figwidth() == style.WIDE
    assert [bar.get_width() for bar in ax.containers[0]] == [3]
    assert "a" in [text.get_text() for text in ax.get_figure().findobj(Words)]
    pyplot.close(ax.get_figure())


# ---- the file ------------------------------------------------------------------------------------------


def test_the_same_drawing_is_written_in_the_same_few_bytes_without_a_date_or_a_shared_id():
    first, second = (Drawn("figure_04", residence()).svg for _ in range(2))
    assert first == second and "date" not in first and len(first) < 3000
    assert ' id="' not in first and "style=" not in first


def test_a_page_takes_the_headline_off():
    with style.style():
        canvas, ax = style.canvas()
        outputs.drawing("flow", flow(), definitions=WORDED, language="nl")(ax)
        drawn = svg.drawing(canvas, label="T", headline=["Eén", "<twee>"])
        plain = svg.drawing(canvas, label="T")
    assert "Eén" in drawn and "&lt;twee&gt;" in drawn
    assert svg.bare(drawn) == svg.bare(plain) and "headline" not in svg.bare(drawn)
    assert ElementTree.fromstring(svg.bare(drawn)).get("viewBox").startswith("0 0 540 ")


def test_an_svg_is_an_image_with_a_label_in_the_font_of_the_page():
    root = Drawn("figure_04", residence()).root
    assert (root.get("role"), root.get("aria-label")) == ("img", "Titel. Tekst")
    assert root.get("font-family").startswith("system-ui")
    assert not any(text.get("font-family") for text in root.iter(f"{SVG}text"))


def test_words_are_measured_wider_than_the_fonts_of_pages_make_them():
    assert style.measure("kansarmoede") == pytest.approx(63, abs=3)  # DejaVu Sans, 9.5 points
    assert style.measure("kansarmoede", bold=True) > style.measure("kansarmoede")
    assert style.wrap("een twee drie", 60) == "een twee\ndrie"
