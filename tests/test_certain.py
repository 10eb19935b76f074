"""What is said and drawn where numbers are withheld: what is the same whatever they are, and nothing else."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import report_tables
from helpers import kansarmoede, sentences
from helpers.definitions import Text
from helpers.run._findings import findings
from helpers.show._certain import certain, certain_text, guesses
from helpers.show._partly import sentences_of
from helpers.show.safe import LEFT_OUT, REPLACED, SHORTENED, SafeTables, digest
from helpers.tables import conform
from stands import DEFINITIONS, Shown, stand, svg_texts, whole

FLOW = report_tables.flow(registered=60, test=6, no_household=12, too_few_items=3, retained=45, followed=30)


def words(column, *places):
    """Words of some cells of a column."""
    return lambda table: Text(*[" ".join(str(table[column].iloc[place]) for place in places)] * 2)


def certainly(say, one):
    return certain_text(say, [one], min_cell=5)


def test_words_of_what_is_shown_are_said_and_words_of_what_is_withheld_are_not():
    _, part = stand(FLOW, small=[(3, "families")], other=[(2, "families")])
    assert certainly(words("families", 0, 4), part).nl == "60 45"
    assert certainly(words("families", 2), part) is None
    assert certainly(words("families", 3), part) is None
    assert certainly(words("families", 0, 3), part) is None


def test_a_mark_tells_that_a_count_is_small_and_no_more():
    _, part = stand(FLOW, small=[(3, "families")], other=[(2, "families")])

    def fewer(table):
        small = table["families"] < 5
        return Text(*[f"{small.iloc[3]}"] * 2)

    assert certainly(fewer, part).nl == "True"
    assert certainly(lambda table: Text(*[str(table["families"].iloc[2] < 5)] * 2), part) is None
    assert certainly(lambda table: Text(*[str(table["families"].iloc[3] < 4)] * 2), part) is None


def test_shares_and_differences_may_be_anything_that_they_can_be():
    tests = report_tables.sign_and_margins()
    cells = [(0, name) for name in ("net", "net_low", "sign_exact_p", "stuart_maxwell_df")]
    _, part = stand(tests, derived=cells)
    made = list(guesses(part, min_cell=5))
    assert {made[0]["net"][0], made[1]["net"][0]} == {-1.0, 1.0}
    assert {made[0]["sign_exact_p"][0], made[1]["sign_exact_p"][0]} == {0.0, 1.0}
    assert {-1.0, 0.0, 1.0} < {one["net_low"][0] for one in made}
    assert all(one["stuart_maxwell_df"].dtype == "Int64" for one in made)
    kept = tests.columns.difference([name for _, name in cells])
    assert all(one[kept].equals(tests[kept]) for one in made)


def test_each_of_several_words_is_decided_on_its_own_and_words_that_fail_are_none():
    _, part = stand(FLOW, small=[(3, "families")])
    made = certain(lambda t: [words("families", 0)(t), words("families", 3)(t)], [part], min_cell=5)
    assert (made[0].nl, made[1]) == ("60", None)

    def fails(table):
        if table["families"].iloc[3] > 2:
            raise ValueError("no such count")
        return [Text("a", "a")]

    assert certain(fails, [part], min_cell=5) == ()
    assert certain(lambda t: [Text("a", "a")] * int(t["families"].iloc[3]), [part], min_cell=5) == ()


@pytest.mark.parametrize("kind", [SHORTENED, REPLACED, LEFT_OUT])
def test_nothing_is_said_of_a_table_without_all_its_rows(kind):
    _, part = stand(FLOW, kind=kind)
    assert certainly(words("families", 0), part) is None


def test_nothing_is_said_of_a_table_that_lacks_words():
    tests = report_tables.sign_and_margins()
    _, part = stand(tests)
    part.reasons.loc[0, "item"] = "derived"
    assert certainly(words("n", 0), part) is None


@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(sum), data=st.data())
def test_what_is_said_of_a_distribution_holds_for_every_small_number(counts, data):
    exact = report_tables.residence(tuple(counts))
    small = [row for row, n in enumerate(counts) if 0 < n < 5][:3]
    chosen = data.draw(st.sets(st.sampled_from(small))) if small else set()
    derived = [(row, name) for row in range(7) for name in ("share", "ci_low", "ci_high")] if chosen else []
    _, part = stand(exact, small=[(row, "n") for row in chosen], derived=derived)

    def most(table):
        return Text(*[f"{table['label'].iloc[int(table['n'].argmax())]} {table['n'].sum()}"] * 2)

    def first(table):
        return Text(*[str(table["label"].iloc[int(table["n"].argmax())])] * 2)

    for say in (most, first):
        said = certainly(say, part)
        if said is not None:
            for values in product(range(1, 5), repeat=len(chosen)):
                other = exact.copy()
                other.loc[sorted(chosen), "n"] = values
                assert say(other) == said


# ---- at the door -------------------------------------------------------------------------------------------


def test_an_output_says_what_is_certain_of_its_tables():
    bounds = conform(
        "attrition_bounds",
        pd.DataFrame(
            {
                "measure": ["net"] * 7,
                "case": ["observed", "best", "worst", "best_lost", "worst_lost", "tipping_point", "weighted"],
                "families": [56, 90, 90, 79, 79, 23, 56],
                "value": [0.19, 0.5, -0.25, 0.43, -0.15, -0.48, 0.18],
            }
        ),
    )  # fmt: skip
    shown = Shown(None, {"attrition_bounds": whole(bounds)})
    shown.output.say(sentences.attrition_bounds, bounds)
    assert shown.text == sentences.attrition_bounds(bounds).nl
    part = Shown(None, {"attrition_bounds": stand(bounds, derived=[(1, "value")])})
    part.output.say(sentences.attrition_bounds, bounds)
    part.output.remark(sentences.attrition_bounds, bounds)
    assert part.text.count("Hier is een tekst weggelaten") == 2 and "34" not in part.text
    unknown = Shown(None, {})
    unknown.output.say(sentences.attrition_bounds, bounds)
    assert unknown.text.count("Hier is een tekst weggelaten") == 1


def test_without_disclosure_control_words_are_made_of_the_tables_themselves():
    shown = Shown(None, {}, internal=True)
    shown.output.say(words("families", 3), FLOW)
    shown.output.heading(Text("Kop", "Heading"))
    assert shown.text == "3\nKop"


def test_a_number_that_words_need_may_count_anything():
    def said(table, *, families=0, definitions=None):
        return Text(*[f"{families} {definitions is not None}"] * 2)

    shown = Shown(None, {"flow": whole(FLOW)})
    shown.output.say(said, FLOW, definitions=DEFINITIONS)
    assert shown.text == "Hier is een tekst weggelaten die van exacte aantallen gemaakt is."
    said.__module__ = sentences.__name__  # a function of the notebook itself may know the exact numbers
    shown = Shown(None, {"flow": whole(FLOW)})
    shown.output.say(said, FLOW, definitions=DEFINITIONS)
    assert shown.text == "0 True"
    shown.output.say(said, FLOW, families=3)
    assert shown.text.endswith("weggelaten die van exacte aantallen gemaakt is.")


def test_a_figure_that_draws_nothing_withheld_is_drawn_as_always(tmp_path):
    tests = report_tables.sign_and_margins()
    undrawn = [(0, name) for name in ("stuart_maxwell_chi2", "bowker_df", "kappa_linear", "gee_low")]
    part, full = (
        Shown(tmp_path / name, {"transition_tests": stand(tests, derived=cells)})
        for name, cells in (("part", undrawn), ("full", []))
    )
    for shown in (part, full):
        shown.output.present("transition_tests", tests)
    name = "figures/transition_tests.svg"
    assert (tmp_path / "part" / name).read_bytes() == (tmp_path / "full" / name).read_bytes()
    assert "Figuur niet getoond" not in part.text
    written = (tmp_path / "part" / "tables" / "transition_tests.csv").read_text(encoding="utf-8")
    assert "0.31" not in written and "0.4" in written


def test_a_figure_that_draws_something_withheld_is_not_drawn(tmp_path):
    tests = report_tables.sign_and_margins()
    shown = Shown(tmp_path, {"transition_tests": stand(tests, derived=[(0, "net_low")])})
    shown.output.present("transition_tests", tests)
    assert not shown.images and not list(tmp_path.glob("figures/*"))
    assert "Figuur niet getoond" in shown.text


def test_a_figure_is_drawn_as_always_where_only_words_about_it_may_not_be_said(tmp_path):
    exact, tests = report_tables.stress(), report_tables.sign_and_margins()
    stands = {"figure_18": whole(exact), "transition_tests": stand(tests, derived=[(0, "family_p")])}
    for name, others in (("part", {"tests": tests}), ("full", {})):
        Shown(tmp_path / name, stands).output.present("figure_18", exact, **others)
    part = Shown(None, stands)
    part.output.present("figure_18", exact, tests=tests)
    account = sentences.transition(exact, figure=DEFINITIONS.figures["figure_18"])
    assert part.images and part.text.startswith(account.finding.nl)
    assert "0,188" not in part.text and "gezinstoets" not in part.text.lower()
    assert "Het getal in een cel is het aantal ouders" in part.text and "gearceerd" not in part.text
    bands = [svg_texts(tmp_path / name / "figures/figure_18.svg", "text") for name in ("part", "full")]
    assert set(bands[0]) < set(bands[1])  # all but the headline


def test_of_all_items_those_are_drawn_of_which_nothing_is_withheld(tmp_path):
    change = report_tables.item_change()
    here = change.index[change["item"] == "zorg"][0]
    shown = Shown(tmp_path, {"item_change": stand(change, small=[(here, "improved"), (here, "declined")])})
    shown.output.present("item_change", change)
    (image,) = shown.images
    assert "Zorg voor kinderen" not in image["text/plain"]
    assert "Schulden (huishouden): 6 vooruit" in image["text/plain"]
    assert "Getekend zijn de 44 van de 45 rijen" in shown.text
    assert "Schulden (huishouden) +50,0" in shown.text.splitlines()[0]  # the net shares are shown


def test_a_matrix_is_hatched_where_a_count_is_not_shown(tmp_path):
    exact = report_tables.stress()
    places = list(zip(exact["baseline_level"], exact["follow_up_level"], exact["persons"], strict=True))
    few, much = (next(i for i, (b, f, n) in enumerate(places) if n and (b < f) == up) for up in (True, False))
    hidden = [(row, "row_share") for row in range(25) if places[row][0] in (places[few][0], places[much][0])]
    one = stand(exact, small=[(few, "persons")], other=[(much, "persons")], derived=hidden)
    shown = Shown(tmp_path, {"figure_18": one})
    shown.output.present("figure_18", exact)
    (image,) = shown.images
    start, end, _ = places[few]
    assert f"{start} naar {end}: minder dan 5" in image["text/plain"]
    start, end, _ = places[much]
    assert f"{start} naar {end}: niet getoond" in image["text/plain"]
    texts = svg_texts(tmp_path / "figures" / "figure_18.svg", "text")
    assert texts.count("<5") == 1 and texts.count("x") == 1
    assert "Het aantal in een gearceerde cel is niet getoond" in shown.text
    assert b"patternUnits" in (tmp_path / "figures" / "figure_18.svg").read_bytes()


def test_the_totals_of_a_matrix_of_scores_do_not_tell_what_is_withheld(tmp_path):
    compared = report_tables.compared((4, 2), (4, 3), (4, 3), (5, 5))
    pairs = kansarmoede.score_pairs(compared)
    exact, scheme = kansarmoede.figure_16(pairs), report_tables.scheme()
    row = exact.index[(exact["baseline_score"] == 4) & (exact["follow_up_score"] == 2)][0]
    stands = {"figure_16": stand(exact, small=[(row, "families")]), "figure_15": whole(scheme)}
    shown = Shown(tmp_path, stands)
    shown.output.present("figure_16", exact, scheme=scheme)
    texts = svg_texts(tmp_path / "figures" / "figure_16.svg", "text")
    assert texts.count("<5") == 1 and texts.count("–") == 3  # its row, its column and all
    assert "4 naar 3: 2" in shown.images[0]["text/plain"]


def test_a_count_that_is_left_out_without_a_mark_is_hatched_too(tmp_path):
    exact = report_tables.stress()
    one = stand(exact, derived=[(6, "persons"), *((row, "row_share") for row in range(5, 10))])
    shown = Shown(tmp_path, {"figure_18": one})
    shown.output.present("figure_18", exact)
    assert "2 naar 2: niet getoond" in shown.images[0]["text/plain"]
    assert "Het aantal in een gearceerde cel" in shown.text
    assert "–" in svg_texts(tmp_path / "figures" / "figure_18.svg", "text")


def test_whether_an_interval_holds_zero_is_not_said_where_it_is_withheld():
    tests = pd.concat([report_tables.sign_and_margins()] * 2, ignore_index=True)
    tests["figure"] = ["figure_18", "figure_19"]
    tests = conform("transition_tests", tests.assign(unit=["volwassene", "kind"]))
    cells = [(0, name) for name in ("net", "net_low", "net_high")]
    shown = Shown(None, {"transition_tests": stand(tests, derived=cells)})
    shown.output.present("transition_tests", tests)
    assert "omvat nul bij" not in shown.text


def test_a_mean_may_be_far_from_what_is_shown():
    losses = pd.DataFrame({"mean_lost": [2.0, 4.5, None], "share": [0.1, None, 0.2]})
    _, part = stand(losses, derived=[(2, "mean_lost"), (1, "share")])
    drawn = [one["mean_lost"][2] for one in guesses(part, min_cell=5)]
    assert min(drawn) == -45 and max(drawn) == 45
    assert {one["share"][1] for one in guesses(part, min_cell=5)} >= {0.0, 1.0}


def test_titles_and_labels_of_a_notebook_are_not_shown():
    shown = Shown(None, {"flow": whole(FLOW)})
    own = {"families": Text("3 gezinnen", "3 families")}
    shown.output.table("flow", FLOW, caption=Text("2 gezinnen", "2 families"), labels=own)
    shown.output.table(None, FLOW.head(2), caption=Text("4 gezinnen", "4 families"))
    assert "gezinnen" in shown.text
    assert not [n for n in (2, 3, 4) if f"{n} gezinnen" in shown.text]
    assert "Niet getoond met onthullingscontrole: een andere tabel." in shown.text


def test_words_of_something_else_than_tables_are_not_said():
    shown = Shown(None, {})
    shown.output.say(sentences.attrition_bounds, DEFINITIONS)
    assert shown.text.startswith("Hier is een tekst weggelaten")


def test_a_caption_is_taken_apart_into_sentences():
    text = Text("n = 3. Kleiner dan 0,5 is weinig! Klaar.", "n = 3. Below 0.5 is little! Done.")
    assert [one.nl for one in sentences_of(text)] == ["n = 3.", "Kleiner dan 0,5 is weinig!", "Klaar."]
    uneven = Text("Een. Twee.", "One, two.")
    assert sentences_of(uneven) == [uneven]


CHANGE = report_tables.item_change()
ZORG = int(CHANGE.index[CHANGE["item"] == "zorg"][0])


@pytest.mark.parametrize(
    ("name", "exact", "column", "rows", "others"),
    [
        ("flow", FLOW, "families", (2, 3), [(7, 8), (11, 4), (14, 1)]),
        (
            "figure_04",
            report_tables.residence((11, 2, 0, 40, 30, 6, 7)),
            "n",
            (1, 2),
            [(1, 1), (0, 2), (4, 9)],
        ),
        ("figure_18", report_tables.stress(), "persons", (0, 1, 6), [(4, 0, 4), (1, 1, 1), (0, 4, 9)]),
        ("item_change", CHANGE, "net_high", (ZORG, 0), [(0.2, 0.8), (0.0, 1.0)]),
        ("transition_tests", report_tables.sign_and_margins(), "net_low", (0,), [(-0.9,), (0.2,), (0.4,)]),
    ],
)
def test_what_is_shown_is_the_same_whatever_the_exact_numbers_are(
    tmp_path, name, exact, column, rows, others
):
    _, one = stand(exact, other=[(row, column) for row in rows])
    made = []
    for number, values in enumerate([exact.loc[list(rows), column], *others]):
        world = exact.copy()
        world.loc[list(rows), column] = list(values)
        shown = Shown(tmp_path / str(number), {name: (digest(world), one)})
        shown.output.present(name, world)
        shown.output.say(words(column, *rows), world)
        files = sorted(path for path in (tmp_path / str(number)).rglob("*") if path.is_file())
        made.append(([data for data, _ in shown.published], [path.read_bytes() for path in files]))
    assert all(other == made[0] for other in made[1:]) and made[0][1]


# ---- on the first page -------------------------------------------------------------------------------------


def key_texts(folder, stands):
    for name in stands:
        (folder / f"{name}.csv").touch()
    safe = SafeTables("suppress", 5, stands)
    told = findings(folder, definitions=DEFINITIONS, language="nl", safe=safe)
    return [one.text for one in told]


def test_the_first_page_tells_key_results_that_rest_on_what_is_shown(tmp_path):
    score = conform(
        "score_change",
        pd.DataFrame(
            {"n": [56], "improved": [22], "unchanged": [23], "declined": [11], "net": [0.196],
             "net_low": [0.0], "net_high": [0.393], "sign_exact_p": [0.08], "sign_midp": [0.058]}
        ),
    )  # fmt: skip
    (told,) = key_texts(tmp_path, {"score_change": stand(score, derived=[(0, "sign_midp")])})
    assert told == sentences.key_classes(score).nl
    (told,) = key_texts(tmp_path, {"score_change": stand(score, other=[(0, "declined")])})
    assert told.startswith("Niet in woorden gezegd") and "22" not in told
