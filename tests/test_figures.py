"""Figures: what the artists on the Axes say, read back; that nothing is cut; that nothing else changes."""

from dataclasses import replace
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text as Words

from helpers import figures, kansarmoede
from helpers.figures._base import SMALLEST, WIDTH, on
from helpers.figures.flows import spread
from helpers.show._presentations import presentation
from helpers.tables import TABLES, conform
from report_tables import (
    DEFINITIONS,
    FIVE,
    cases,
    change_domains,
    claims_summary,
    distribution,
    domains,
    education,
    flow,
    item_change,
    measures,
    profile,
    residence,
    scheme,
    score_pairs,
    sign_and_margins,
    stress,
    transition,
)

LANGUAGE = {"definitions": DEFINITIONS, "language": "nl"}
NO_BREAK = "\u00a0"


@pytest.fixture
def ax():
    """Axes of a figure that nothing else knows of, in the style of the report."""
    with figures.style():
        yield Figure(figsize=(7, 5), layout="constrained").subplots()


def words_of(ax: Axes) -> list[str]:
    """Every word that stands in the figure of some Axes, wrapped lines rejoined."""
    texts = ax.get_figure().findobj(Words)
    return [text.get_text().replace("\n", " ") for text in texts if text.get_text() and text.get_visible()]


def names(ax: Axes, axis: str = "y") -> list[str]:
    labels = ax.get_yticklabels() if axis == "y" else ax.get_xticklabels()
    return [label.get_text().replace("\n", " ") for label in labels]


def bars(ax: Axes) -> list[Rectangle]:
    return [bar for container in ax.containers for bar in container]


def colours(patches) -> list[str]:
    return [to_hex(patch.get_facecolor()) for patch in patches]


def panels(ax: Axes) -> list[Axes]:
    return [panel for panel in ax.get_figure().axes if panel.axison]


# ---- distributions -------------------------------------------------------------------------------------


def figure_04(table, ax, **options):
    return figures.distribution(table, figure=DEFINITIONS.figures["figure_04"], ax=ax, **LANGUAGE, **options)


def test_a_distribution_has_a_bar_per_level_worst_first_in_the_colours_of_the_levels(ax):
    # 10 known: 1, 2, 0, 4, 3 at levels 1 to 5
    figure_04(residence(), ax)
    assert [bar.get_width() for bar in bars(ax)] == [0.1, 0.2, 0.0, 0.4, 0.3]
    assert colours(bars(ax)) == list(DEFINITIONS.palette.levels)
    tops = [bar.get_y() for bar in bars(ax)]
    assert tops == sorted(tops) and ax.yaxis_inverted()


def test_levels_are_named_in_full_and_cases_without_a_level_stand_apart_in_grey(ax):
    figure_04(residence(), ax)
    assert names(ax) == [
        "1 Dakloos",
        "2 Tijdelijke verblijfplaats",
        "3 Eigen woonst met grote gebreken",
        "4 Eigen woonst met kleine gebreken",
        "5 Eigen woonst zonder gebreken",
        "niet van toepassing",
        "ontbreekt",
    ]
    shades = [label.get_color() for label in ax.get_yticklabels()]
    assert len(set(shades[:5])) == 1 and set(shades[5:]).isdisjoint(shades[:5])


def test_share_and_n_are_written_beside_each_bar_and_n_alone_without_a_level(ax):
    figure_04(residence(), ax)
    places = {y: [] for y in ax.get_yticks()}
    for text in ax.texts:
        if text.xy[1] in places:
            places[text.xy[1]].append(text.get_text())
    per_row = [places[y] for y in ax.get_yticks()]
    assert per_row[0] == [f"10,0{NO_BREAK}%", "1"]
    assert per_row[3] == [f"40,0{NO_BREAK}%", "4"]
    assert per_row[5:] == [["1"], ["2"]]


def test_whiskers_are_the_intervals(ax):
    figure_04(residence(), ax)
    drawn = [segment[:, 0].tolist() for segment in ax.collections[-1].get_segments()]
    assert np.allclose(drawn, [[0.05, 0.15], [0.15, 0.25], [0.0, 0.05], [0.35, 0.45], [0.25, 0.35]])


def test_the_order_of_rows_in_the_table_does_not_matter(ax):
    figure_04(residence().iloc[::-1], ax)
    assert [bar.get_width() for bar in bars(ax)] == [0.1, 0.2, 0.0, 0.4, 0.3]
    assert names(ax)[0] == "1 Dakloos"


def test_the_finding_stands_above_the_figure(ax):
    figure_04(residence(), ax, title="Vier van tien")
    assert ax.get_figure().get_suptitle() == "Vier van tien"


def test_two_items_stand_side_by_side_on_one_scale_and_share_equal_labels(ax):
    counts = {("volwassene", "stress"): (5, 5, 0, 0, 0, 0, 0), ("kind", "stress"): (0, 1, 3, 0, 0, 0, 1)}
    table = distribution("figure_11", counts)
    figures.distribution(table, figure=DEFINITIONS.figures["figure_11"], ax=ax, **LANGUAGE)
    parents, children = panels(ax)
    assert [panel.get_title("left") for panel in (parents, children)] == ["Ouders", "Kinderen"]
    assert [bar.get_width() for bar in bars(children)] == [0, 0.25, 0.75, 0, 0]
    assert parents.get_xlim() == children.get_xlim()
    assert names(parents)[0].startswith("1 Ervaart (bijna) altijd") and set(names(children)) == {""}


def test_items_with_other_labels_stand_below_each_other_and_are_each_named(ax):
    counts = {("volwassene", "stress"): (1, 0, 0, 0, 0, 0, 0), ("kind", "zorg"): (1, 0, 0, 0, 0, 0, 0)}
    table = distribution("figure_11", counts)
    figure = replace(DEFINITIONS.figures["figure_11"], items=tuple(counts))
    figures.distribution(table, figure=figure, ax=ax, **LANGUAGE)
    above, below = panels(ax)
    assert names(below)[0] == "1 Geen zorg voor kinderen mogelijk" and names(above)[0].startswith("1 Ervaart")
    assert above.get_subplotspec().rowspan.start < below.get_subplotspec().rowspan.start
    assert figures.distribution_size(table)[1] > 1.8 * figures.distribution_size(residence())[1]


def test_education_shows_unknown_in_grey_as_part_of_the_whole(ax):
    figures.education(education(), ax=ax, **LANGUAGE)
    assert names(ax)[-1] == "onbekend"
    assert [bar.get_width() for bar in bars(ax)] == [0.3, 0.4, 0.1, 0.0, 0.2]
    assert colours(bars(ax))[-1] == DEFINITIONS.palette.missing and len(set(colours(bars(ax))[:4])) == 1


def test_the_profile_has_three_panels_and_counts_the_unknown_without_a_bar(ax):
    figures.profile(profile(), ax=ax, **LANGUAGE)
    ages, kinds, children = panels(ax)
    titles = [panel.get_title("left") for panel in (kinds, children, ages)]
    assert titles == ["Gezinstype", "Aantal kinderen", "Leeftijd van de kinderen"]
    assert names(kinds) == ["koppel", "alleenstaande ouder", "onbekend"] and len(bars(kinds)) == 2
    assert [bar.get_height() for bar in bars(children)] == [0.25, 0.5, 0.0, 0.25]
    assert names(children, "x") == ["0", "1", "2", "3"]
    assert names(ages, "x") == ["zwangerschap", "0", "1"]
    assert [bar.get_height() for bar in bars(ages)] == [1, 2, 1]  # counts
    assert ages.get_xticks()[0] < -1 and "onbekend: n = 1" in words_of(ax)


def test_a_profile_without_children_still_draws(ax):
    table = profile()
    keep = (table["characteristic"] == "household_type") | table["value"].isin(["expected", "onbekend"])
    table = table[keep].assign(share=table["share"].where(table["characteristic"] == "household_type"))
    figures.profile(table, ax=ax, **LANGUAGE)
    assert "Er zijn geen gevallen om te tonen." in words_of(ax)


def test_cases_has_three_bars_per_pilot_with_their_counts(ax):
    figures.cases(cases(), ax=ax, **LANGUAGE)
    assert names(ax) == ["Leuven", "Bilzen", "onbekend"]
    widths = [[bar.get_width() for bar in container] for container in ax.containers]
    assert widths == [[6, 3, 1], [4, 3, 0], [3, 1, 0]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "geregistreerd",
        "weerhouden",
        "opgevolgd",
    ]
    assert sorted(text.get_text() for text in ax.texts) == sorted("631430310")


# ---- matrices ------------------------------------------------------------------------------------------


def cells(ax: Axes) -> dict[tuple[int, int], str]:
    """Colours by (row, column)."""
    (fields,) = (drawn for drawn in ax.collections if isinstance(drawn, QuadMesh))
    fields.update_scalarmappable()
    colours = [to_hex(colour) for colour in fields.get_facecolor()]
    size = round(len(colours) ** 0.5)
    return {divmod(number, size): colour for number, colour in enumerate(colours)}


def texts_in(ax: Axes) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = {}
    for text in ax.texts:
        x, y = text.get_position()
        found.setdefault((int(y), int(x)), []).append(text.get_text())
    return found


CHANGE = {name: shade.colour for name, shade in DEFINITIONS.palette.change.items()}


@pytest.mark.parametrize(
    ("cell", "colour", "sign"),
    [
        ((3, 2), CHANGE["green"], "A▲"),  # out of poverty
        ((5, 4), CHANGE["green"], "B▲"),
        ((2, 1), CHANGE["green"], "C▲"),
        ((2, 2), CHANGE["yellow"], "D="),
        ((3, 3), CHANGE["orange"], "E="),
        ((2, 3), CHANGE["red"], "F▼"),
        ((3, 4), CHANGE["red"], "G▼"),
        ((0, 1), CHANGE["red"], "H▼"),
    ],
)
def test_the_scheme_colours_and_letters_each_class(ax, cell, colour, sign):
    figures.scheme(scheme(), ax=ax, **LANGUAGE)
    assert len(cells(ax)) == 49
    assert cells(ax)[cell] == colour
    assert texts_in(ax)[cell][0] == sign


def test_the_legend_names_all_classes_with_their_letter(ax):
    figures.scheme(scheme(), ax=ax, **LANGUAGE)
    listed = [text.get_text().replace("\n", " ") for text in ax.get_legend().get_texts()]
    assert listed[0] == "A▲ Vooruitgang, uit kansarmoede" and len(listed) == 8
    assert [name[0] for name in listed] == list("ABCDEFGH")


def test_baseline_is_vertical_and_follow_up_horizontal(ax):
    figures.scheme(scheme(), ax=ax, **LANGUAGE)
    assert "nulmeting" in ax.get_ylabel() and "opvolgmeting" in ax.get_xlabel()
    assert names(ax) == names(ax, "x") == list("0123456") and ax.yaxis_inverted()


def test_the_score_matrix_counts_in_the_colours_of_the_scheme_and_empty_cells_are_faint(ax):
    table = kansarmoede.figure_16(score_pairs(*FIVE, (3, 2)))  # two families went from 3 to 2
    figures.score_matrix(table, scheme=scheme(), ax=ax, **LANGUAGE)
    assert texts_in(ax)[3, 2] == ["2", "A▲"] and texts_in(ax)[2, 3] == ["0", "F▼"]
    assert cells(ax)[3, 2] == CHANGE["green"]
    assert min(to_rgb(cells(ax)[2, 3])) > 0.7  # nearly white
    inside = {place: found for place, found in texts_in(ax).items() if max(place) < 7}
    assert sum(int(found[0]) for found in inside.values()) == 6 and len(inside) == 49


def test_the_score_matrix_has_the_totals_of_both_moments_at_its_edges(ax):
    figures.score_matrix(
        kansarmoede.figure_16(score_pairs(*FIVE, (3, 2))), scheme=scheme(), ax=ax, **LANGUAGE
    )
    totals = [text for text in ax.texts if max(text.xy if hasattr(text, "xy") else (0, 0)) > 7]
    said = {tuple(text.xy): text.get_text() for text in totals}
    assert [said[7.5, score + 0.5] for score in range(7)] == ["0", "1", "0", "2", "1", "1", "1"]  # baseline
    assert [said[score + 0.5, 7.4] for score in range(7)] == ["0", "1", "2", "0", "0", "3", "0"]
    assert said[7.5, 7.4] == "6"


def test_a_border_stands_between_neighbouring_classes_only(ax):
    figures.scheme(scheme(), ax=ax, **LANGUAGE)
    lines = {(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in ax.lines}
    assert ((1, 1), (0, 1)) in lines  # between (0, 0) stable and (0, 1) declined
    assert ((2, 2), (0, 1)) not in lines  # between (0, 1) and (0, 2), both declined and never poor


def test_classes_are_bars_in_their_colours_with_room_between_the_directions(ax):
    table = kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, poverty_cutoff=3)
    figures.classes(table, ax=ax, **LANGUAGE)
    assert [bar.get_width() for bar in bars(ax)] == [0.2, 0.2, 0.0, 0.2, 0.2, 0.0, 0.2, 0.0]
    green, yellow, orange, red = (CHANGE[name] for name in ("green", "yellow", "orange", "red"))
    assert colours(bars(ax)) == [green] * 3 + [yellow, orange] + [red] * 3
    gaps = np.diff([bar.get_y() for bar in bars(ax)]).round(3)
    assert (gaps > gaps.min()).tolist() == [False, False, True, False, True, False, False]


def test_a_transition_cell_has_count_share_of_the_row_and_sign(ax):
    figures.transition_matrix(stress(), ax=ax, **LANGUAGE)
    found = texts_in(ax)
    assert found[0, 1] == [f"3\n75,0{NO_BREAK}%", "▲"]  # from 1 to 2: 3 of the 4 who began at 1
    assert found[4, 1] == [f"1\n100,0{NO_BREAK}%", "▼"]
    assert found[3, 3] == [f"3\n100,0{NO_BREAK}%", "="]
    assert found[2, 2] == ["0", "="]  # nobody began at 3: no share, and no missing value in the text
    assert names(ax)[0].startswith("1 Ervaart (bijna) altijd")


def test_transition_cells_are_coloured_by_direction_and_paler_for_a_smaller_share(ax):
    figures.transition_matrix(stress({(1, 2): 3, (1, 3): 1, (2, 1): 1}), ax=ax, **LANGUAGE)
    drawn = {place: to_rgb(colour) for place, colour in cells(ax).items()}
    improved, declined = (to_rgb(DEFINITIONS.palette.direction[d]) for d in ("improved", "declined"))
    assert np.allclose(drawn[1, 0], declined, atol=0.01)  # the whole row
    assert min(improved) < min(drawn[0, 1]) < min(drawn[0, 2]) < 1


# ---- flows ---------------------------------------------------------------------------------------------


def test_the_flow_diagram_has_every_stage_with_its_count(ax):
    figures.flow_diagram(flow(), ax=ax, **LANGUAGE)
    said = words_of(ax)
    for count, name in (
        ("10", "geregistreerd"),
        ("2", "uitgesloten: geen huishoudregistratie over"),
        ("1", "uitgesloten: te weinig items bij de nulmeting"),
        ("7", "weerhouden"),
        ("4", "opgevolgd"),
        ("1", "apart gehouden: testgezinnen"),
    ):
        assert said[said.index(name) - 1] == count


def test_tests_have_no_arrow(ax):
    figures.flow_diagram(flow(), ax=ax, **LANGUAGE)
    ends = [text.xy for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(ends) == 5 and all(y > 0.7 for _, y in ends)


def test_who_was_retained_but_not_followed_stands_beside_the_way_to_followed(ax):
    figures.flow_diagram(flow(), ax=ax, **LANGUAGE)  # 7 retained, 4 followed
    said = words_of(ax)
    assert said[said.index("weerhouden, niet lang genoeg opgevolgd") - 1] == "3"


def test_bands_are_as_thick_as_the_persons_in_them_and_coloured_by_direction(ax):
    figures.alluvial(stress(), ax=ax, **LANGUAGE)
    bands = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    thick = sorted(
        (band.get_label(), round(band.get_path().vertices[7, 1] - band.get_path().vertices[0, 1], 6))
        for band in bands
    )
    assert thick == [
        ("declined", 0.1),
        ("improved", 0.2),
        ("improved", 0.3),
        ("unchanged", 0.1),
        ("unchanged", 0.3),
    ]
    palette = DEFINITIONS.palette.direction
    assert all(to_hex(band.get_facecolor()) == palette[band.get_label()] for band in bands)


def test_nodes_say_level_and_n_at_both_moments(ax):
    figures.alluvial(stress(), ax=ax, **LANGUAGE)
    said = [text.get_text() for text in ax.texts]
    assert said == [
        *["niveau 1: 4", "niveau 2: 2", "niveau 3: 0", "niveau 4: 3", "niveau 5: 1", "Nulmeting"],
        *["niveau 1: 1", "niveau 2: 4", "niveau 3: 0", "niveau 4: 5", "niveau 5: 0", "Opvolgmeting"],
    ]


def test_bands_meet_their_nodes_and_fill_them(ax):
    figures.alluvial(stress(), ax=ax, **LANGUAGE)
    bands = [patch.get_path().vertices for patch in ax.patches if isinstance(patch, PathPatch)]
    rectangles = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    for leftmost, top, bottom in ((True, 0, 7), (False, 3, 4)):
        edges = sorted((band[top, 1], band[bottom, 1]) for band in bands)
        nodes = [node for node in rectangles if (node.get_x() == 0) == leftmost]
        assert len(nodes) == 5
        for node in nodes:
            low, high = node.get_y(), node.get_y() + node.get_height()
            inside = [edge for edge in edges if low - 1e-9 <= edge[0] and edge[1] <= high + 1e-9]
            meet = [low, *(y for edge in inside for y in edge), high]  # each begins where the last one ended
            assert meet[::2] == pytest.approx(meet[1::2])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).map(sorted), st.floats(0.01, 0.3))
def test_spread_keeps_the_order_and_the_distance(middles, room):
    moved = spread(middles, room)
    assert all(b - a >= room - 1e-9 for a, b in zip(moved, moved[1:], strict=False))
    if all(b - a >= room for a, b in zip(middles, middles[1:], strict=False)):
        assert moved == pytest.approx(middles)
    assert sum(moved) == pytest.approx(sum(middles))


# ---- change and poverty --------------------------------------------------------------------------------


def test_item_change_draws_improved_to_the_right_and_declined_to_the_left(ax):
    figures.item_change(item_change(), ax=ax, **LANGUAGE)
    declined, improved = ([bar.get_width() for bar in container] for container in ax.containers)
    assert improved[:2] == [0.6, 0.2] and declined[:2] == [-0.1, -0.6]
    assert improved[2:] == [0] * 43
    own = names(ax).index("Jeugdzorg (kind; rechts: minder jeugdzorg)")  # its words and colours do not judge
    for container, direction in zip(ax.containers, ("declined", "improved"), strict=True):
        drawn = colours(container)
        assert drawn.pop(own) == DEFINITIONS.palette.moves[direction]
        assert set(drawn) == {DEFINITIONS.palette.direction[direction]}


def test_item_change_names_45_items_marks_the_net_share_and_writes_all_counts(ax):
    figures.item_change(item_change(), ax=ax, **LANGUAGE)
    assert len(names(ax)) == 45
    assert names(ax)[:2] == ["Schulden (huishouden)", "Zorg voor kinderen (kind)"]
    assert ax.lines[0].get_xdata()[:2].tolist() == [0.5, -0.4]
    said = [text.get_text() for text in ax.texts]
    assert f"+50,0{NO_BREAK}%" in said and f"−40,0{NO_BREAK}%" in said
    assert said.count("geen paren") == 43
    columns = [text.get_text() for text in ax.texts if text.xy[0] == 1]
    first = [columns[start : start + 2] for start in (0, 46, 92)]  # 45 numbers and the sign above them
    assert first == [["1", "3"], ["3", "1"], ["6", "1"]]  # declined; unchanged (2 + 1, 1); improved
    assert [columns[place] for place in (45, 91, 137)] == ["▼", "=", "▲"]


def test_item_change_has_an_interval_through_each_net_share(ax):
    figures.item_change(item_change(), ax=ax, **LANGUAGE)
    drawn = [
        collection.get_segments() for collection in ax.collections if hasattr(collection, "get_segments")
    ]
    ends = [[(segment[0][0], segment[1][0]) for segment in segments[:2]] for segments in drawn]
    assert ends[-1] == [(0.25, 0.75), (-0.65, pytest.approx(-0.15))]
    arrows = [line for line in ax.lines if line.get_marker() in "<>"]  # both go beyond the axis
    assert [(line.get_marker(), line.get_ydata()[0]) for line in arrows] == [
        (">", ax.get_yticks()[0]),
        ("<", ax.get_yticks()[1]),
    ]


def test_estimates_stand_on_their_interval_with_their_numbers(ax):
    figures.net_shares(sign_and_margins(), ax=ax, **LANGUAGE)
    (line,) = [segment for collection in ax.collections for segment in collection.get_segments()]
    assert [point[0] for point in line] == [-0.1, 0.8]
    assert names(ax) == ["Stress (volwassene)"]
    said = [text.get_text() for text in ax.texts]
    assert said[:4] == ["10", "n", f"+40,0{NO_BREAK}%", f"−10,0{NO_BREAK}% tot +80,0{NO_BREAK}%"]
    assert [line.get_marker() for line in ax.lines if line.get_marker() in "<>"] == [">"]  # 0.8 is beyond it


def test_a_difference_of_shares_is_in_percentage_points(ax):
    row = dict.fromkeys(TABLES["poverty_change"].column_names, 0) | {
        "n": 56, "difference": -4 / 56, "difference_low": -8 / 56, "difference_high": -1 / 56
    }  # fmt: skip
    figures.poverty_line(conform("poverty_change", pd.DataFrame([row])), ax=ax, **LANGUAGE)
    assert [text.get_text() for text in ax.texts][:4] == ["56", "n", "−7,1", "−14,3 tot −1,8"]
    assert "procentpunt" in ax.get_xlabel()


@pytest.mark.parametrize("kind, name", [("score_net", "score_change"), ("poverty_line", "poverty_change")])
def test_estimates_of_nobody_are_not_drawn(ax, kind, name):
    table = conform(name, pd.DataFrame([{column: 0 for column in TABLES[name].column_names}]))
    getattr(figures, kind)(table, ax=ax, **LANGUAGE)
    assert [text.get_text() for text in ax.texts] == ["Er zijn geen gevallen om te tonen."]


def test_measures_have_an_open_mark_at_baseline_and_a_full_one_at_follow_up(ax):
    figures.poverty_measures(measures(*FIVE), ax=ax, **LANGUAGE)  # 4 of 5 poor, then 3
    headcount = panels(ax)[0]
    marks = [line for line in headcount.lines if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in marks[:2]] == [0.8, 0.6]
    assert marks[0].get_markerfacecolor() == "white" != marks[1].get_markerfacecolor()
    assert names(headcount) == ["alle (n = 5)", "Leuven (n = 5)", "Bilzen (n = 0)"]
    said = [text.get_text() for text in headcount.texts]
    assert said == [f"80,0{NO_BREAK}% → 60,0{NO_BREAK}% ▲"] * 2 + ["–"]
    assert {"nulmeting", "opvolgmeting", "▲ minder kansarmoede", "▼ meer kansarmoede"} <= set(words_of(ax))


def test_domains_have_a_pale_bar_for_all_deprived_and_a_full_one_for_the_poor(ax):
    figures.poverty_domains(domains(), ax=ax, **LANGUAGE)
    widths = [bar.get_width() for bar in bars(ax)]
    assert widths[:4] == [1.0, 0.5, 0.75, 0.375]  # first domain: 4 of 4 and 3 of 4, half of them poor
    assert names(ax)[:3] == ["Tewerkstelling", "nulmeting", "opvolgmeting"]
    assert len(bars(ax)) == 24
    light, full = (sum(to_rgb(bar.get_facecolor())) for bar in bars(ax)[:2])
    assert light > full


def test_the_change_in_m0_is_drawn_left_for_less_poverty_with_sign_and_counts(ax):
    figures.change_domains(change_domains(), ax=ax, **LANGUAGE)
    palette = DEFINITIONS.palette.direction
    assert [bar.get_width() for bar in bars(ax)] == [-0.02, 0, 0.01, 0, -0.005, 0]
    assert colours(bars(ax))[:3] == [palette["improved"], palette["unchanged"], palette["declined"]]
    first = [text.get_text() for text in ax.texts if text.xy[1] == 0]
    assert first == ["4", "1", "−0,020", "▲"]


def test_the_official_series_stands_apart_from_these_families_under_its_warning(ax):
    figures.official_series(DEFINITIONS.official, measures=measures(*FIVE), ax=ax, **LANGUAGE)
    series, families = panels(ax)
    line = series.lines[0]
    known = ~np.isnan(line.get_ydata().astype(float))
    assert line.get_xdata()[known].tolist() == DEFINITIONS.official["year"].tolist()
    assert np.allclose(line.get_ydata()[known], DEFINITIONS.official["percentage"] / 100)
    assert np.isnan(line.get_ydata()[1])  # 2006: no number, so no line through it
    assert [bar.get_height() for bar in bars(families)] == [0.8, 0.6]
    assert families.get_title("left") == "Deze gezinnen: H (n = 5)"
    assert {series.get_ylabel(), families.get_ylabel()} == {
        "aandeel van de geboorten in drie jaar", "aandeel van de opgevolgde gezinnen"
    }  # fmt: skip
    assert any(DEFINITIONS.kansarmoede.official_warning.nl in said for said in words_of(ax))


# ---- where a higher level is not plainly better --------------------------------------------------------


def youth_care() -> pd.DataFrame:
    return transition("figure_21", "kind", "jeugdzorg", {(1, 1): 1, (3, 5): 3, (5, 2): 1})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_youth_care_has_words_and_colours_of_its_own(ax, language):
    figures.transition(youth_care(), definitions=DEFINITIONS, language=language, ax=ax)
    said = words_of(ax)
    own = DEFINITIONS.figures["figure_21"].moves
    for sign, words in (("▲", own.improved), ("=", own.unchanged), ("▼", own.declined)):
        assert f"{sign} {words(language)}" in said
    assert not any(
        w in text.lower() for w in ("vooruit", "achteruit", "improved", "declined") for text in said
    )
    assert any(f"1 {own.worst(language)} – 5 {own.best(language)}" in text for text in said)
    bands = [
        patch for patch in ax.get_figure().findobj(PathPatch) if patch.get_label() in ("improved", "declined")
    ]
    palette = DEFINITIONS.palette.moves
    assert len(bands) == 2
    assert all(to_hex(band.get_facecolor()) == palette[band.get_label()] for band in bands)


# ---- the same scale in every report --------------------------------------------------------------------

FEW, MANY = ((3, 2), (5, 5)), FIVE * 30  # a pilot of two families, and 150 families
SCALES = {
    "figure_03": (education((1, 0, 0, 0, 1)), education((300, 4, 100, 0, 2)), {}),
    "figure_04": (residence((0, 0, 0, 0, 1, 0, 0)), residence((99, 80, 90, 70, 60, 1, 2)), {}),
    "figure_11": tuple(
        distribution("figure_11", dict.fromkeys(DEFINITIONS.figures["figure_11"].items, seven))
        for seven in ((0, 0, 1, 0, 0, 0, 0), (30, 20, 40, 10, 10, 4, 5))
    )
    + ({},),
    "figure_17": tuple(
        kansarmoede.figure_17(score_pairs(*scores), DEFINITIONS, poverty_cutoff=3) for scores in (FEW, MANY)
    )
    + ({},),
    "item_change": (item_change(), item_change().assign(net_low=-0.01, net_high=0.01), {}),
    "poverty_measures": (measures(*FEW), measures(*MANY), {}),
    "poverty_domains": (domains(), domains(4), {"measures": measures(*FIVE)}),
    "poverty_change_domains": (
        change_domains(),
        change_domains((-0.16, 0.1, 0.0, 0.0, 0.0, 0.0)),
        {"measures": measures(*FIVE)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCALES)
def test_an_axis_of_shares_is_the_same_whatever_the_table_holds(name):
    small, large, context = SCALES[name]
    scales = [
        [panel.get_xlim() for panel in drawn(name, table, context, "nl").axes if panel.axison]
        for table in (small, large)
    ]
    assert scales[0] == scales[1]


def test_the_shares_of_numbers_of_children_run_to_the_whole(ax):
    figures.profile(profile(), ax=ax, **LANGUAGE)
    _, kinds, children = panels(ax)
    assert kinds.get_xlim() == children.get_ylim() == (0, 1)


# ---- nothing to show -----------------------------------------------------------------------------------

STAGES = ("registered", "test", "no_household", "too_few_items", "retained", "followed")
EMPTY = {
    "flow": (flow(**dict.fromkeys(STAGES, 0)), {}),
    "figure_03": (education((0, 0, 0, 0, 0)), {}),
    "figure_04": (residence((0,) * 7), {}),
    "figure_16": (kansarmoede.figure_16(score_pairs()), {"scheme": scheme()}),
    "figure_17": (kansarmoede.figure_17(score_pairs(), DEFINITIONS, poverty_cutoff=3), {}),
    "figure_18": (stress({}), {}),
    "item_change": (item_change(pairs=False), {}),
    "poverty_measures": (measures(), {}),
    "poverty_domains": (domains(families=0), {"measures": measures()}),
    "poverty_change_domains": (change_domains((float("nan"),) * 6), {"measures": measures()}),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_without_cases_a_figure_says_so_and_draws_nothing(ax, name):
    table, context = EMPTY[name]
    shown = presentation(name, table, **LANGUAGE, **context)
    shown.draw(ax)
    assert "Er zijn geen gevallen om te tonen." in words_of(ax)
    assert not bars(ax) and not ax.lines and shown.size[1] < 2


# ---- everything is legible, and nothing else changes ---------------------------------------------------


@cache
def every_figure() -> dict[str, tuple[pd.DataFrame, dict]]:
    seven = (3, 12, 20, 31, 24, 2, 5)
    found = {
        "flow": (flow(registered=1270, retained=900), {}),
        "cases_by_pilot": (cases(), {}),
        "figure_02": (profile(), {}),
        "figure_03": (education(), {}),
        "figure_15": (scheme(), {}),
        "figure_16": (kansarmoede.figure_16(score_pairs(*FIVE)), {"scheme": scheme()}),
        "figure_17": (kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, poverty_cutoff=3), {}),
        "item_change": (item_change(), {}),
        "poverty_measures": (measures(*FIVE), {}),
        "poverty_domains": (domains(), {"measures": measures(*FIVE)}),
        "poverty_change_domains": (change_domains(), {"measures": measures(*FIVE)}),
        "kansarmoede_vlaanderen": (DEFINITIONS.official, {"measures": measures(*FIVE)}),
        "claims_summary": (claims_summary(), {}),
    }
    for name, figure in DEFINITIONS.figures.items():
        if figure.kind == "levels":
            found[name] = (distribution(name, dict.fromkeys(figure.items, seven)), {})
        if figure.kind == "transition":
            found[name] = (transition(name, *figure.items[0], {(1, 1): 40, (1, 2): 61, (5, 4): 1}), {})
    return found


def drawn(name: str, table: pd.DataFrame, context: dict, language: str) -> Figure:
    shown = presentation(name, table, definitions=DEFINITIONS, language=language, **context)
    with figures.style():
        canvas = Figure(figsize=shown.size, layout="constrained")
        shown.draw(canvas.subplots())
        canvas.draw_without_rendering()
    return canvas


def out_of_view(axes: Axes) -> list[Words]:
    """Tick labels that are not drawn: of an invisible axis, or of a tick outside its limits."""
    hidden = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        hidden += [
            t.label1 for t in axis.get_major_ticks() if not low <= t.get_loc() <= high or not axes.axison
        ]
    return hidden


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", every_figure())
def test_no_word_is_cut_or_tiny_and_no_two_labels_overlap(name, language):
    table, context = every_figure()[name]
    if "label" in table and language == "en":
        figure = DEFINITIONS.figures[name]
        table = distribution(name, dict.fromkeys(figure.items, (3, 12, 20, 31, 24, 2, 5)), "en")
    canvas = drawn(name, table, context, language)
    width, height = canvas.bbox.size
    shown = [text for text in canvas.findobj(Words) if text.get_text().strip() and text.get_visible()]
    beyond = {label for axes in canvas.axes for label in out_of_view(axes)}
    for text in shown:
        box = text.get_window_extent()
        if box.width and text not in beyond:
            assert box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1, text.get_text()
            assert text.get_fontsize() >= SMALLEST
    for axes in canvas.axes:
        labels = [t.get_window_extent() for t in axes.get_yticklabels() if t.get_text() and axes.axison]
        labels.sort(key=lambda box: box.y0)
        assert all(a.y1 <= b.y0 + 2.5 for a, b in zip(labels, labels[1:], strict=False))
        numbers = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_text() and axes.axison]
        numbers.sort(key=lambda box: box.x0)
        assert all(a.x1 <= b.x0 + 1 for a, b in zip(numbers, numbers[1:], strict=False))


@pytest.mark.parametrize("name", ["figure_02", "figure_11", "figure_16", "figure_18", "item_change", "flow"])
def test_drawing_changes_neither_the_settings_nor_the_table(name):
    table, context = every_figure()[name]
    before = table.copy()
    with mpl.rc_context({"font.size": 3.0, "svg.fonttype": "path"}):
        settings = dict(mpl.rcParams)
        drawn(name, table, context, "nl")
        assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(table, before)


def test_the_smallest_text_is_still_legible_where_a_journal_prints_a_figure_smaller():
    assert SMALLEST * 5.1 / WIDTH >= 6.5  # points, at 5.1 inches (130 mm): the text width of an A4 page


def test_the_style_leaves_no_trace_even_after_an_error():
    with mpl.rc_context({"font.size": 3.0, "svg.fonttype": "path"}):
        with pytest.raises(RuntimeError), figures.style():
            assert mpl.rcParams["svg.fonttype"] == "none" and mpl.rcParams["svg.hashsalt"]
            raise RuntimeError
        assert (mpl.rcParams["font.size"], mpl.rcParams["svg.fonttype"]) == (3.0, "path")


def test_text_is_dark_on_light_and_white_on_dark_colours():
    assert on("#ffffff") == on("#f7e68b") != on("#2b4f81") == on("#67172f") == "#ffffff"


def test_without_axes_a_new_figure_is_made():
    with figures.style():
        ax = figures.education(education(), **LANGUAGE)
    from matplotlib import pyplot

    assert ax.get_figure().get_size_inches()[0] == 7
    pyplot.close(ax.get_figure())


def test_panels_need_axes_of_a_subplot():
    bare = Figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match="subplot"):
        figures.profile(profile(), ax=bare, **LANGUAGE)
