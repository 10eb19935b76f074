"""Colours as eyes see them: neighbours keep apart in greyscale and for the colour-blind, text is legible.

The three dichromacies are simulated as in Machado, Oliveira and Fernandes (2009), "A Physiologically-based
Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics
15(6), 1291–1298, doi:10.1109/TVCG.2009.113: their matrices for severity 1.0, applied to linear RGB. Distances
are ΔE*ab of CIELAB under D65 (CIE 15).
"""

import colorsys
import io
import itertools
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from helpers.charts import style
from helpers.charts.style import NEUTRAL, OTHER, SIDE
from helpers.report.output import COLOURS, few_colours, pngs
from report_tables import DEFINITIONS, residence
from test_charts import Drawn, every_figure
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
    "the side of a figure and the rest": (SIDE, OTHER),
    **{f"neutral {i} and {j}": (NEUTRAL[i], NEUTRAL[j]) for i, j in itertools.combinations(range(3), 2)},
}  # fmt: skip


@pytest.mark.parametrize("pair", NEIGHBOURS)
def test_neighbours_of_a_palette_keep_apart_in_greyscale_and_for_the_colour_blind(pair):
    assert keep_apart(*NEIGHBOURS[pair]), distances(*NEIGHBOURS[pair])


def test_marks_without_a_number_beside_them_stand_out_from_the_page():
    """The diamonds of all choices: contrast of what is not text, WCAG 2.2, success criterion 1.4.11."""
    assert min(contrast(colour, "#ffffff") for colour in (*NEUTRAL[1:], SIDE, style.INK)) >= 3


HUES = {"green": (90, 170), "yellow": (45, 65), "orange": (20, 40), "red": (340, 360)}  # degrees


@pytest.mark.parametrize("name", HUES)
def test_a_colour_is_what_it_is_called(name):
    hue = 360 * colorsys.rgb_to_hsv(*to_rgb(PALETTE.change[name].colour))[0]
    assert HUES[name][0] <= hue <= HUES[name][1]


def test_better_is_green_and_worse_is_red():
    change, direction = PALETTE.change, PALETTE.direction
    assert (direction["improved"], direction["declined"]) == (change["green"].colour, change["red"].colour)


def test_the_levels_become_lighter_from_worst_to_best():
    lightness = [lab(linear(colour))[0] for colour in PALETTE.levels]
    assert lightness == sorted(lightness)


# ---- drawn figures -------------------------------------------------------------------------------------

ROBUSTNESS = ("multiverse", "attrition")
NAMES = (*every_figure(), *ROBUSTNESS)


@pytest.fixture(scope="module")
def gallery(told):  # noqa: F811
    """Every figure of the report, from small tables."""
    tables = every_figure() | told
    return {name: Drawn(name, table, **context) for name, (table, context) in tables.items()}


def picture(canvas) -> np.ndarray:
    """A figure as rows of red, green and blue, a pixel a point."""
    agg = FigureCanvasAgg(canvas)
    with style.style():
        agg.draw()
    return np.asarray(agg.buffer_rgba())[..., :3]


def below(drawn: Drawn) -> list[tuple[ElementTree.Element, str]]:
    """The colour that most of each text stands on: the figure drawn without its texts."""
    texts = [text for text in drawn.canvas.findobj(lambda artist: hasattr(artist, "get_fontsize"))]
    seen = [text.get_visible() for text in texts]
    for text in texts:
        text.set_visible(False)
    pixels = picture(drawn.canvas)
    for text, visible in zip(texts, seen, strict=True):
        text.set_visible(visible)
    found = []
    for text in drawn.texts:
        left, top, right, bottom = (max(0, round(side)) for side in drawn.box(text))
        part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)].reshape(-1, 3)
        colours, counts = np.unique(part, axis=0, return_counts=True)
        found.append((text, to_hex(colours[counts.argmax()] / 255)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_text_is_legible_on_what_it_stands_on(gallery, name):
    for text, field in below(gallery[name]):
        assert contrast(text.get("fill", style.INK), field) >= LEGIBLE, (text.text, text.attrib, field)


def test_the_field_below_a_text_is_found(gallery):
    drawn = gallery["figure_17"]
    found = {text.text: field for text, field in below(drawn)}
    assert found["n = 5"] == "#ffffff" and PALETTE.change["green"].colour in found.values()


@pytest.mark.parametrize("name", ["figure_17", "registration_starts"])
def test_bars_that_touch_keep_apart(gallery, name):
    rows: dict[str, list[str]] = {}
    for title, mark in gallery[name].marks.items():
        rows.setdefault(title.rsplit(", ", 1)[0], []).append(mark.get("fill"))
    pairs = {pair for row in rows.values() for pair in itertools.pairwise(row)}
    assert pairs and all(keep_apart(*pair) for pair in pairs)


# ---- files ---------------------------------------------------------------------------------------------


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


def test_a_png_is_lighter_than_one_with_all_colours_and_no_field_of_it_is_lost():
    canvas = Drawn("figure_04", residence()).canvas
    canvas.set_dpi(style.DOTS)
    with style.style():
        saved, _ = pngs(canvas, "")
    plain = io.BytesIO()
    Image.fromarray(picture(canvas)).save(plain, format="png")
    assert len(saved) < 0.6 * len(plain.getvalue())
    kept = {colour for _, colour in Image.open(io.BytesIO(saved)).convert("RGB").getcolors(1 << 24)}
    assert {tuple(round(255 * c) for c in to_rgb(colour)) for colour in (SIDE, OTHER, style.UNKNOWN)} <= kept
