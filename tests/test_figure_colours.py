"""Colours as eyes see them: neighbours keep apart in greyscale and for the colour-blind, text is legible.

The three dichromacies are simulated as in Machado, Oliveira and Fernandes (2009), "A Physiologically-based
Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics
15(6), 1291–1298, doi:10.1109/TVCG.2009.113: their matrices for severity 1.0, applied to linear RGB. Distances
are ΔE*ab of CIELAB under D65 (CIE 15).
"""

import io
import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text as Words
from PIL import Image

from helpers import figures
from helpers.definitions import load
from helpers.definitions.choices import Choices
from helpers.figures._base import NEUTRAL
from helpers.figures._cells import SIGNS
from helpers.figures.planning import LINES
from helpers.show._images import COLOURS, few_colours, pngs, svg
from helpers.show._presentations import presentation
from report_tables import DEFINITIONS, residence
from test_figures import every_figure, out_of_view, panels
from test_robustness import told  # noqa: F401  the tables of the robustness figures

DICHROMACIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
SRGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
# What the eye just notices, side by side and at leisure, is about ΔE*ab 2.3 (Mahy, Van Eycken and Oosterlinck
# 1994, doi:10.1111/j.1520-6378.1994.tb00070.x). Fields that must be told apart at a glance, at some distance
# and after a bad print, need several times that.
APART = 15  # ΔE*ab, for full colour vision and for each dichromacy
GREY = 10  # ΔL*, a tenth of the way from black to white
LEGIBLE = 4.5  # contrast of text, WCAG 2.2, success criterion 1.4.3


def linear(colour) -> np.ndarray:
    """Linear RGB of an sRGB colour."""
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB, D65."""
    ratio = np.array(SRGB_TO_XYZ) @ np.clip(rgb, 0, 1) / np.sum(SRGB_TO_XYZ, axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distances(one, other) -> dict[str, float]:
    """ΔE*ab of two colours for full colour vision and each dichromacy; ΔL* as `grey`."""
    seen = {"all": np.eye(3)} | {name: np.array(matrix) for name, matrix in DICHROMACIES.items()}
    found = {
        name: float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))
        for name, matrix in seen.items()
    }
    return found | {"grey": float(abs(lab(linear(one))[0] - lab(linear(other))[0]))}


def keep_apart(one, other) -> bool:
    """Whether two fields that touch are told apart by everybody, and in print."""
    found = distances(one, other)
    return found.pop("grey") >= GREY and min(found.values()) >= APART


def contrast(one, other) -> float:
    """Contrast of two colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted(
        (float(np.dot((0.2126, 0.7152, 0.0722), linear(c))) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


# ---- the measure itself --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#ffffff", (100, 0, 0)), ("#ff0000", (53.24, 80.09, 67.20)), ("#0000ff", (32.30, 79.19, -107.86))],
)
def test_lab_is_that_of_the_primaries(colour, expected):
    assert lab(linear(colour)) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("name", DICHROMACIES)
def test_the_colour_blind_see_grey_as_grey(name):
    assert np.array(DICHROMACIES[name]).sum(axis=1) == pytest.approx([1, 1, 1], abs=2e-6)


def test_red_and_green_come_close_without_the_cones_for_them():
    found = distances("#b43232", "#5f7a1e")  # a red and a green of like lightness
    assert found["deuteranopia"] < found["all"] / 3 and found["protanopia"] < found["all"] / 2
    assert not keep_apart("#b43232", "#5f7a1e")


def test_contrast_runs_from_1_to_21():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


# ---- palettes ------------------------------------------------------------------------------------------

PALETTE = DEFINITIONS.palette
CHANGE = [shade.colour for shade in PALETTE.change.values()]
NEIGHBOURS = {
    **{f"level {i + 1} and {i + 2}": pair for i, pair in enumerate(itertools.pairwise(PALETTE.levels))},
    "not applicable and missing": (PALETTE.not_applicable, PALETTE.missing),
    **{" and ".join(pair): tuple(PALETTE.change[name].colour for name in pair)
       for pair in itertools.combinations(PALETTE.change, 2)},
    **{" and ".join(pair): tuple(PALETTE.direction[name] for name in pair)
       for pair in itertools.combinations(PALETTE.direction, 2)},
    **{"moves: " + " and ".join(pair): tuple(PALETTE.moves[name] for name in pair)
       for pair in itertools.combinations(PALETTE.moves, 2)},
    **{f"neutral {i} and {j}": (NEUTRAL[i], NEUTRAL[j]) for i, j in itertools.combinations(range(3), 2)},
}  # fmt: skip


@pytest.mark.parametrize("pair", NEIGHBOURS)
def test_neighbours_of_a_palette_keep_apart_in_greyscale_and_for_the_colour_blind(pair):
    assert keep_apart(*NEIGHBOURS[pair]), distances(*NEIGHBOURS[pair])


def test_the_levels_become_lighter_from_worst_to_best():
    lightness = [lab(linear(colour))[0] for colour in PALETTE.levels]
    assert lightness == sorted(lightness)


def test_lines_that_cross_differ_in_dashes_or_mark_besides_their_colour():
    looks = [(dashes, marker) for _, dashes, marker in LINES]
    assert len(set(looks)) == len(looks)
    blues = [colour for colour, *_ in LINES[:4]]
    assert all(distances(*pair)["grey"] >= GREY for pair in itertools.pairwise(blues))


# ---- drawn figures -------------------------------------------------------------------------------------

WORDED = load(Choices).add_words(DEFINITIONS)
ROBUSTNESS = ("headlines", "multiverse", "attrition", "freshness", "regression_to_mean", "cutoffs")


def drawn(table: pd.DataFrame, context: dict, name: str) -> Figure:
    """A figure, laid out for good."""
    shown = presentation(name, table, definitions=WORDED, language="nl", **context)
    with figures.style():
        canvas = Figure(figsize=shown.size, dpi=100, layout="constrained")
        shown.draw(canvas.subplots())
        FigureCanvasAgg(canvas).draw()
    canvas.set_layout_engine("none")
    return canvas


@pytest.fixture(scope="module")
def gallery(told):  # noqa: F811
    """Every figure of the report, from small tables."""
    tables = every_figure() | told
    return {name: drawn(table, context, name) for name, (table, context) in tables.items()}


NAMES = (*every_figure(), *ROBUSTNESS)


def visible(canvas: Figure) -> list[Words]:
    """The texts that are seen."""
    hidden = {label for axes in canvas.axes for label in out_of_view(axes)}
    texts = [text for text in canvas.findobj(Words) if text.get_text().strip() and text.get_visible()]
    return [text for text in texts if text not in hidden and text.get_window_extent().width]


def below(canvas: Figure, texts: list[Words]) -> list[tuple[Words, str]]:
    """The colour that most of each text stands on: the figure drawn without its texts."""
    boxes = [text.get_window_extent() for text in texts]
    for text in texts:
        text.set_visible(False)
    agg = FigureCanvasAgg(canvas)
    with figures.style():
        agg.draw()
    pixels = np.asarray(agg.buffer_rgba())[..., :3]
    for text in texts:
        text.set_visible(True)
    found = []
    for text, box in zip(texts, boxes, strict=True):
        rows = slice(max(0, round(pixels.shape[0] - box.y1)), max(1, round(pixels.shape[0] - box.y0)))
        part = pixels[rows, max(0, round(box.x0)) : max(1, round(box.x1))].reshape(-1, 3)
        colours, counts = np.unique(part, axis=0, return_counts=True)
        found.append((text, to_hex(colours[counts.argmax()] / 255)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_text_is_legible_on_what_it_stands_on(gallery, name):
    canvas = gallery[name]
    for text, field in below(canvas, visible(canvas)):
        assert contrast(text.get_color(), field) >= LEGIBLE, (text.get_text(), text.get_color(), field)


def test_the_field_below_a_text_is_found():
    canvas = Figure(figsize=(3, 1), dpi=100)
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.add_patch(Rectangle((0, 0), 0.5, 1, facecolor=PALETTE.levels[0]))
    for x in (0.25, 0.75):
        axes.text(x, 0.5, "nu", ha="center")
    assert [field for _, field in below(canvas, visible(canvas))] == [PALETTE.levels[0], "#ffffff"]


def stacked(axes) -> list[tuple[Rectangle, Rectangle]]:
    """Bars that touch end to end, each with what lies behind it at its end."""
    bars = [bar for container in axes.containers for bar in container if bar.get_width() and bar.get_height()]
    rows: dict[tuple[float, float], list[Rectangle]] = {}
    for bar in bars:
        rows.setdefault((round(bar.get_y(), 6), round(bar.get_height(), 6)), []).append(bar)
    return [pair for row in rows.values() for pair in itertools.pairwise(row)]


@pytest.mark.parametrize("name", ["claims_summary", "freshness", "poverty_domains", "item_change"])
def test_bars_that_touch_keep_apart_or_one_is_hatched(gallery, name):
    pairs = [pair for axes in gallery[name].axes for pair in stacked(axes)]
    assert pairs
    for one, other in pairs:
        same = to_hex(one.get_facecolor()) == to_hex(other.get_facecolor())
        hatched = bool(one.get_hatch()) != bool(other.get_hatch())
        assert same or hatched or keep_apart(one.get_facecolor(), other.get_facecolor())


@pytest.mark.parametrize(
    "name", ["figure_15", "figure_16", "figure_18", "figure_19", "figure_20", "figure_21"]
)
def test_cells_of_another_kind_keep_apart_or_have_another_sign(gallery, name):
    (axes, mesh) = next((a, c) for a in gallery[name].axes for c in a.collections if isinstance(c, QuadMesh))
    fills = [to_hex(colour) for colour in mesh.get_facecolor()]
    size = round(len(fills) ** 0.5)
    signs: dict[tuple[int, int], str] = {}
    for text in axes.texts:
        x, y = text.get_position()
        signs[int(y), int(x)] = signs.get((int(y), int(x)), "") + text.get_text()
    for row, column in itertools.product(range(size), repeat=2):
        for other in ((row + 1, column), (row, column + 1)):
            if max(other) == size or fills[row * size + column] == fills[other[0] * size + other[1]]:
                continue
            apart = keep_apart(fills[row * size + column], fills[other[0] * size + other[1]])
            assert apart or signs[row, column] != signs[other]


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("item_change", SIGNS.values()),
        ("figure_16", SIGNS.values()),
        ("figure_17", SIGNS.values()),
        ("cutoffs", SIGNS.values()),
        ("figure_18", SIGNS.values()),
        ("figure_21", SIGNS.values()),
        ("poverty_measures", ("▲", "▼")),
        ("poverty_change_domains", SIGNS.values()),
        ("claims_summary", ("✓", "✗", "?")),
        ("headlines", ("✓", "✗")),
    ],
)
def test_what_a_colour_says_of_the_direction_a_sign_says_too(gallery, name, signs):
    said = " ".join(text.get_text() for text in visible(gallery[name]))
    assert all(sign in said for sign in signs)


# ---- files ---------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_figure_is_text_in_its_svg(gallery, name):
    with figures.style():
        root = ElementTree.fromstring(svg(gallery[name], "Figuur 0. Titel & meer."))
    written = {word for text in root.iter(f"{SVG}text") for word in "".join(text.itertext()).split()}
    assert {word for text in visible(gallery[name]) for word in text.get_text().split()} <= written
    fonts = {
        re.search("font(?:-family)?: ([^;]*)", text.get("style", ""))[1] for text in root.iter(f"{SVG}text")
    }
    assert all(font.endswith("'DejaVu Sans', 'Verdana', 'Arial', sans-serif") for font in fonts)


def test_an_svg_is_an_image_with_title_and_description(gallery):
    with figures.style():
        first, second = (svg(gallery["figure_04"], "Figuur 4. A & B.", "Vier <van> tien") for _ in range(2))
    root = ElementTree.fromstring(first)
    named = {root.get(key): key for key in ("aria-labelledby", "aria-describedby")}
    parts = {element.get("id"): element for element in root if element.get("id") in named}
    assert root.get("role") == "img" and first == second
    assert (parts["title"].tag, parts["title"].text) == (f"{SVG}title", "Figuur 4. A & B.")
    assert (parts["description"].tag, parts["description"].text) == (f"{SVG}desc", "Vier <van> tien")


def test_without_more_the_headline_describes_an_svg_and_nothing_is_made_up():
    for headline, expected in (("Vier\nvan tien", "Vier van tien"), ("", None)):
        canvas = Figure(figsize=(2, 1))
        canvas.suptitle(headline) if headline else None
        described = ElementTree.fromstring(svg(canvas, "Titel")).find(f"{SVG}desc")
        assert (described.text if described is not None else None) == expected


@pytest.mark.parametrize("name", ["figure_04", "figure_18", "item_change"])
def test_svg_and_png_show_the_same_drawing(name):
    table, context = every_figure()[name]
    shown = presentation(name, table, definitions=WORDED, language="nl", **context)
    with figures.style():
        canvas = Figure(figsize=shown.size, dpi=150, layout="constrained")
        shown.draw(canvas.subplots())
        image = Image.open(io.BytesIO(pngs(canvas)[0]))
        places = [axes.get_position().bounds for axes in panels(canvas.axes[0])]
        root = ElementTree.fromstring(svg(canvas, "Titel"))
    assert [axes.get_position().bounds for axes in panels(canvas.axes[0])] == places
    width, height = map(float, root.get("viewBox").split()[2:])
    assert (width, height) == pytest.approx([side * 72 / 150 for side in image.size], abs=0.5)
    pixels = np.asarray(image.convert("RGB"))
    for text in (
        t for t in visible(canvas) if t.get_rotation() == 0
    ):  # ink of the PNG where the SVG has a word
        box = text.get_window_extent()
        part = pixels[
            round(image.height - box.y1) : round(image.height - box.y0), round(box.x0) : round(box.x1)
        ]
        assert part.min(axis=(0, 1)).min() < 140 or part.max() > 250


def test_a_png_keeps_the_colours_of_its_fields_and_draws_the_rest_in_few():
    fields = np.repeat(np.array([[255, 255, 255], [242, 242, 242], [103, 23, 47]], np.uint8), 40, axis=0)
    edge = np.stack([np.arange(0, 240, dtype=np.uint8)] * 3, axis=1)  # a grey of each kind, 240 of them
    picture = np.concatenate([np.repeat(fields[:, None], 300, axis=1), np.zeros((1, 300, 3), np.uint8)])
    picture[-1, :240] = edge
    found = few_colours(Image.fromarray(picture))
    again = np.asarray(found.convert("RGB"))
    assert (again[:120] == picture[:120]).all()
    assert len(np.unique(again[-1], axis=0)) <= COLOURS + 3
    assert np.abs(again[-1].astype(int) - picture[-1]).max() <= 32


def test_a_png_is_lighter_than_one_with_all_colours_and_no_field_of_it_is_lost(gallery):
    canvas = gallery["figure_04"]
    with figures.style():
        saved, _ = pngs(canvas)
        agg = FigureCanvasAgg(canvas)
        agg.draw()
    full = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    plain = io.BytesIO()
    full.save(plain, format="png")
    assert len(saved) < 0.6 * len(plain.getvalue())
    kept = {colour for _, colour in Image.open(io.BytesIO(saved)).convert("RGB").getcolors(1 << 24)}
    drawn_levels = [level for level, n in zip(PALETTE.levels, residence()["n"], strict=False) if n]
    assert {tuple(round(255 * c) for c in to_rgb(colour)) for colour in drawn_levels} <= kept
