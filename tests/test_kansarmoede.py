"""The index: domains, scores, classes, tables of poverty; by hand first, then what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import t

from helpers import kansarmoede
from helpers.definitions import Condition, Part, Rule, Text, load_definitions
from helpers.errors import NoSuchTable, PipelineError
from small_states import MOMENT, NOT_FOLLOWED, NVT, TEXT, families, states

DEFINITIONS = load_definitions()
DOMAINS = ["tewerkstelling", "inkomen", "huisvesting", "opleiding", "gezondheid", "stimulatie"]
PILOTS = ("Leuven", "Bilzen")


def rule(*parts):
    """(members, (unit, item, at_most), …) for each part."""
    made = tuple(
        Part(members, tuple(Condition(*each) for each in conditions)) for members, *conditions in parts
    )
    return Rule(made, Text(nl="regel", en="rule"))


# The default reading, written out here so that these tests do not follow an edited reference file
RULES = {
    "tewerkstelling": rule(("all", ("volwassene", "tewerkstelling", 3))),
    "inkomen": rule(("household", ("huishouden", "inkomen", 2))),
    "huisvesting": rule(
        ("household", ("huishouden", "verblijfplaats", 3), ("huishouden", "onderhoud_woning", 2))
    ),
    "opleiding": rule(("all", ("volwassene", "opleiding", 2), ("volwassene", "lezen", 2))),
    "gezondheid": rule(
        (
            "any",
            ("volwassene", "fysieke_gezondheid", 3),
            ("volwassene", "mentale_gezondheid", 3),
            ("kind", "fysieke_gezondheid", 3),
            ("kind", "mentale_gezondheid", 3),
        )
    ),
    "stimulatie": rule(
        ("any", ("kind", "zorg", 3), ("kind", "aanwezigheid_school", 2), ("kind", "kind_en_gezin", 2))
    ),
}


def status_of(frame, domain, *, family="A", moment="baseline", rules=None):
    status = kansarmoede.domain_status(frame, DEFINITIONS, rules=rules or RULES)
    at = (status["family"] == family) & (status["moment"] == moment) & (status["domain"] == domain)
    return status.loc[at, "status"].item()


def baseline(*cells):
    """Cells (person, unit, item, level) of one family A at baseline, and a household item beside them."""
    return states(
        ("A", None, "huishouden", "voeding", 5, NOT_FOLLOWED),
        *(("A", person, unit, item, level, NOT_FOLLOWED) for person, unit, item, level in cells),
    )


# Domains -----------------------------------------------------------------------------------------------

WORK = ("volwassene", "tewerkstelling")
SCHOOLING, READING = ("volwassene", "opleiding"), ("volwassene", "lezen")
HOME, UPKEEP = ("huishouden", "verblijfplaats"), ("huishouden", "onderhoud_woning")


@pytest.mark.parametrize(
    ("domain", "cells", "expected"),
    [
        # all adults at 3 or lower
        ("tewerkstelling", [("V1", *WORK, 3), ("V2", *WORK, 2)], "deprived"),
        ("tewerkstelling", [("V1", *WORK, 3), ("V2", *WORK, 4)], "not_deprived"),
        ("tewerkstelling", [("V1", *WORK, 3), ("V2", *WORK, None)], "deprived"),  # every adult that is known
        ("tewerkstelling", [("V1", *WORK, 4), ("V2", *WORK, NVT)], "not_deprived"),
        ("tewerkstelling", [("V1", *WORK, None), ("V2", *WORK, NVT)], "unknown"),
        ("tewerkstelling", [], "unknown"),  # a family without adults
        # household, one item
        ("inkomen", [(None, "huishouden", "inkomen", 2)], "deprived"),
        ("inkomen", [(None, "huishouden", "inkomen", 3)], "not_deprived"),
        ("inkomen", [(None, "huishouden", "inkomen", NVT)], "unknown"),
        # household, one of two items is enough
        ("huisvesting", [(None, *HOME, 4), (None, *UPKEEP, 2)], "deprived"),
        ("huisvesting", [(None, *HOME, 3), (None, *UPKEEP, 5)], "deprived"),
        ("huisvesting", [(None, *HOME, 4), (None, *UPKEEP, 3)], "not_deprived"),
        ("huisvesting", [(None, *HOME, 4), (None, *UPKEEP, None)], "not_deprived"),
        ("huisvesting", [(None, *HOME, None), (None, *UPKEEP, None)], "unknown"),
        # all adults, each for a reason of their own
        (
            "opleiding",
            [
                ("V1", *SCHOOLING, 4),
                ("V1", *READING, 2),
                ("V2", *SCHOOLING, 2),
                ("V2", *READING, 5),
            ],
            "deprived",
        ),
        ("opleiding", [("V1", *SCHOOLING, 2), ("V2", *SCHOOLING, 3), ("V2", *READING, 3)], "not_deprived"),
        # any adult or child
        ("gezondheid", [("V1", "volwassene", "mentale_gezondheid", 4)], "not_deprived"),
        (
            "gezondheid",
            [
                ("V1", "volwassene", "fysieke_gezondheid", 5),
                ("K1", "kind", "mentale_gezondheid", 3),
            ],
            "deprived",
        ),
        ("gezondheid", [("K1", "kind", "fysieke_gezondheid", 2)], "deprived"),  # without adults
        # any child
        ("stimulatie", [("K1", "kind", "zorg", 4), ("K2", "kind", "zorg", None)], "not_deprived"),
        ("stimulatie", [("K1", "kind", "zorg", 5), ("K2", "kind", "kind_en_gezin", 2)], "deprived"),
        ("stimulatie", [("K1", "kind", "aanwezigheid_school", 3)], "not_deprived"),
        ("stimulatie", [], "unknown"),  # a family without children
    ],
)
def test_a_domain_by_hand(domain, cells, expected):
    assert status_of(baseline(*cells), domain) == expected


def test_an_adult_and_a_child_of_one_code_are_two_persons():
    both = {"gezondheid": rule(("all", ("volwassene", "stress", 2), ("kind", "stress", 2)))}
    frame = baseline(("V1", "volwassene", "stress", 1), ("V1", "kind", "stress", 5))
    assert status_of(frame, "gezondheid", rules=both) == "not_deprived"


@pytest.mark.parametrize(
    ("income", "care", "expected"),
    [
        (2, 5, "deprived"),
        (5, 3, "deprived"),
        (5, 4, "not_deprived"),
        (5, None, "not_deprived"),  # one part is known, and not deprived
        (None, 3, "deprived"),
        (None, None, "unknown"),
    ],
)
def test_one_deprived_part_is_enough_and_unknown_takes_all_parts(income, care, expected):
    rules = {"inkomen": rule(("household", ("huishouden", "inkomen", 2)), ("any", ("kind", "zorg", 3)))}
    frame = baseline((None, "huishouden", "inkomen", income), ("K1", "kind", "zorg", care))
    assert status_of(frame, "inkomen", rules=rules) == expected


def test_parts_do_not_share_their_members():
    """All adults without work, or any adult who cannot read: V1 works and reads; V2 does neither."""
    rules = {"opleiding": rule(("all", (*WORK, 3)), ("any", (*READING, 2)))}
    cells = [("V1", *WORK, 5), ("V1", *READING, 5), ("V2", *WORK, 1)]
    assert status_of(baseline(*cells, ("V2", *READING, 1)), "opleiding", rules=rules) == "deprived"
    assert status_of(baseline(*cells, ("V2", *READING, 5)), "opleiding", rules=rules) == "not_deprived"


def test_every_domain_of_every_family_at_each_of_its_moments():
    frame = states(
        ("B", None, "huishouden", "inkomen", 1, 4),  # followed: deprived, then not
        ("A", None, "huishouden", "inkomen", 3, NOT_FOLLOWED),
    )
    status = kansarmoede.domain_status(frame, DEFINITIONS, rules=RULES)
    assert status["family"].tolist() == ["A"] * 6 + ["B"] * 12
    assert status["moment"].tolist() == ["baseline"] * 12 + ["follow_up"] * 6
    assert status["domain"].tolist() == DOMAINS * 3
    income = status.loc[status["domain"] == "inkomen", "status"].tolist()
    assert income == ["not_deprived", "deprived", "not_deprived"]
    assert (status.loc[status["domain"] != "inkomen", "status"] == "unknown").all()


def test_a_rule_for_another_domain_than_the_six_is_refused():
    with pytest.raises(ValueError, match="vervoer"):
        kansarmoede.domain_status(baseline(), DEFINITIONS, rules={"vervoer": RULES["inkomen"]})


INCOME = """
- members: household
  conditions:
    - {unit: huishouden, item: inkomen, at_most: 2}
"""


def test_a_rule_is_read_as_the_reference_file_has_it():
    found = DEFINITIONS.rule(INCOME)
    assert found.parts == RULES["inkomen"].parts
    assert found.text.en.startswith("household: Income ≤ 2 (‘")


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("inkomen", "loon", "line 4.*has no item 'loon' of unit 'huishouden'"),
        ("huishouden", "kind", "line 4.*has no item 'inkomen' of unit 'kind'"),
        (
            "members: household",
            "members: al",
            "line 2.*must be 'household', 'any' or 'all'.*did you mean 'all'?",
        ),
        ("at_most: 2", "at_most: 5", "line 4.*less than or equal to 4; found 5"),
        ("- members: household", "members: household", "line 3, column 13: is not valid YAML"),
        (INCOME, "inkomen <= 2", "must be a list; found 'inkomen <= 2'"),
    ],
)
def test_a_rule_that_could_never_be_true_is_refused_with_its_line(right, wrong, message):
    with pytest.raises(PipelineError, match=message):
        DEFINITIONS.rule(INCOME.replace(right, wrong))


def test_a_wrong_name_of_a_domain_or_an_item_gets_the_nearest_one():
    with pytest.raises(NoSuchTable, match="^income: no domain of the index; did you mean 'inkomen'"):
        DEFINITIONS.kansarmoede.domain("income")
    with pytest.raises(NoSuchTable, match="^kind zorgen: no item .*; did you mean 'kind zorg'"):
        DEFINITIONS.item("kind", "zorgen")


def test_the_default_rules_are_those_of_the_reference_file():
    levels = {domain.id: domain.default for domain in DEFINITIONS.kansarmoede.domains}
    frame = baseline((None, "huishouden", "inkomen", levels["inkomen"].parts[0].conditions[0].at_most))
    status = kansarmoede.domain_status(frame, DEFINITIONS)
    assert status.equals(kansarmoede.domain_status(frame, DEFINITIONS, rules=levels))
    assert status.loc[status["domain"] == "inkomen", "status"].item() == "deprived"


# Scores and classes ------------------------------------------------------------------------------------


def status_frame(**codes):
    """Status of the domains per family: A=("DDD---", "DD----"), D deprived, - not, ? unknown."""
    words = {"D": "deprived", "-": "not_deprived", "?": "unknown"}
    rows = [
        (family, moment, domain, words[letter])
        for family, pair in codes.items()
        for moment, letters in zip(("baseline", "follow_up"), pair, strict=False)
        for domain, letter in zip(DOMAINS, letters, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["family", "moment", "domain", "status"])
    domain = pd.CategoricalDtype(DOMAINS, ordered=True)
    status = pd.CategoricalDtype(["deprived", "not_deprived", "unknown"], ordered=True)
    return frame.astype({"family": TEXT, "moment": MOMENT, "domain": domain, "status": status})


def compared_frame(status, within, *, unknown_domain="not_deprived"):
    return kansarmoede.compare(kansarmoede.scores(status), within, unknown_domain)


def pairs_of(status, within):
    return kansarmoede.score_pairs(compared_frame(status, within))


def moves_of(status, within):
    return kansarmoede.domain_moves(status, compared_frame(status, within))


def unknown_of(status, within):
    return kansarmoede.unknown_scores(kansarmoede.scores(status), compared_frame(status, within))


def bonett_price(improved, declined, n):
    """Bonett & Price (2012) with t for z and n + 1 for n + 2, where each family counts once."""
    up, down = (improved + 1) / (n + 2), (declined + 1) / (n + 2)
    half = t.ppf(0.975, n - 1) * np.sqrt((up + down - (up - down) ** 2) / (n + 1))
    return max(-1, up - down - half), min(1, up - down + half)


def test_scores_count_deprived_and_unknown_domains():
    found = kansarmoede.scores(status_frame(A=("DD?-?D", "------"), B=("DDDDDD",)))
    assert found.values.tolist() == [
        ["A", "baseline", 3, 2],
        ["A", "follow_up", 0, 0],
        ["B", "baseline", 6, 0],
    ]
    assert found.dtypes.astype(str).tolist() == ["str", "category", "Int64", "Int64"]


# Figure 15 by hand: baseline scores 0-6 down, follow-up scores 0-6 across. o out of poverty, p improved and
# still poor, n improved and never poor, y stable not poor, s stable poor, i into poverty, P declined and poor
# already, N declined and not poor.
LETTERS = {
    "o": "out_of_poverty",
    "p": "improved_poor",
    "n": "improved_not_poor",
    "y": "stable_not_poor",
    "s": "stable_poor",
    "i": "into_poverty",
    "P": "declined_poor",
    "N": "declined_not_poor",
}
SCHEMES = {
    1: ["yiiiiii", "osPPPPP", "opsPPPP", "oppsPPP", "opppsPP", "oppppsP", "oppppps"],
    3: ["yNNiiii", "nyNiiii", "nnyiiii", "ooosPPP", "ooopsPP", "oooppsP", "oooppps"],
    4: ["yNNNiii", "nyNNiii", "nnyNiii", "nnnyiii", "oooosPP", "oooopsP", "oooopps"],
}


@pytest.mark.parametrize("cutoff", SCHEMES)
def test_figure_15_by_hand(cutoff):
    scheme = kansarmoede.scheme(DEFINITIONS, poverty_cutoff=cutoff)
    assert scheme["baseline_score"].tolist() == [row for row in range(7) for _ in range(7)]
    assert scheme["follow_up_score"].tolist() == list(range(7)) * 7
    assert scheme["class"].tolist() == [LETTERS[letter] for line in SCHEMES[cutoff] for letter in line]


def test_classes_agree_with_the_directions_of_the_reference_file():
    scheme = kansarmoede.scheme(DEFINITIONS, poverty_cutoff=3)
    assert scheme["class"].cat.categories.tolist() == list(LETTERS.values())
    directions = {change.id: change.direction for change in DEFINITIONS.kansarmoede.classes}
    change = np.sign(scheme["baseline_score"] - scheme["follow_up_score"])
    expected = change.map({1: "improved", 0: "unchanged", -1: "declined"})
    assert scheme["class"].astype("str").map(directions).tolist() == expected.tolist()


def test_compare_takes_the_followed_families_in_scope():
    status = status_frame(
        C=("DDD---", "DD----"), A=("DDDD--", "DDDD--"), B=("D-----",), D=("D?----", "------")
    )
    within = families(Leuven="CAD", Bilzen="B")
    within["followed"] = within["family"] != "B"  # retained, and not followed
    compared = compared_frame(status, within)
    classes = kansarmoede.with_class(compared, DEFINITIONS, poverty_cutoff=3)
    assert classes.values.tolist() == [
        ["A", "Leuven", 4, 4, "stable_poor"],
        ["C", "Leuven", 3, 2, "out_of_poverty"],
        ["D", "Leuven", 1, 0, "improved_not_poor"],
    ]
    assert compared_frame(status, within, unknown_domain="exclude")["family"].tolist() == ["A", "C"]
    assert compared_frame(status, within, unknown_domain="bounds").equals(compared)


def test_exclude_looks_at_both_moments():
    status = status_frame(A=("?-----", "------"), B=("------", "-----?"), C=("------", "------"))
    compared = compared_frame(status, families(Leuven="ABC"), unknown_domain="exclude")
    assert compared["family"].tolist() == ["C"]


def test_an_unknown_way_with_unknown_domains_is_refused():
    with pytest.raises(ValueError, match="not_deprived, exclude, bounds"):
        compared_frame(status_frame(A=("------", "------")), families(Leuven="A"), unknown_domain="impute")


# Tables by hand ----------------------------------------------------------------------------------------

# Scores 3 -> 2 (A, out of poverty), 5 -> 4 (B), 2 -> 3 (C, into poverty), 0 -> 0 (D); B and C have an unknown
# domain at baseline.
FOUR = status_frame(
    A=("DDD---", "DD----"),
    B=("DDDDD?", "DDDD--"),
    C=("D?---D", "DD---D"),
    D=("------", "------"),
)
WITHIN = families(Leuven="AB", Bilzen="CD")


def rows_of(table, *columns, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    return table[list(columns)].values.tolist()


def test_figures_16_and_17():
    pairs = pairs_of(FOUR, WITHIN)
    matrix = kansarmoede.figure_16(pairs)
    assert len(matrix) == 49 and matrix["families"].sum() == 4
    some = matrix[matrix["families"] > 0]
    assert some.values.tolist() == [[0, 0, 1], [2, 3, 1], [3, 2, 1], [5, 4, 1]]
    classes = kansarmoede.figure_17(pairs, DEFINITIONS, 3)
    assert classes["class"].tolist() == list(LETTERS.values())
    assert classes["families"].tolist() == [1, 1, 0, 1, 0, 1, 0, 0]
    assert classes["share"].tolist() == [0.25, 0.25, 0, 0.25, 0, 0.25, 0, 0]
    assert classes.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx([0.0456, 0.6994], abs=5e-5)


def test_the_four_household_example():
    """Two of four families poor (H 0.5), lacking 3 and 6 of six domains (A 0.75): M0 = 0.375."""
    status = status_frame(
        A=("DDD---", "------"), B=("DDDDDD", "------"), C=("DD----", "------"), D=("------", "------")
    )
    measures = kansarmoede.poverty_measures(pairs_of(status, WITHIN), PILOTS, 3)
    assert rows_of(measures, "families", "H", "A", "M0", pilot="all", moment="baseline") == [
        [4, 0.5, 0.75, 0.375]
    ]
    # at follow-up no one is poor: A has no value, M0 is 0
    after = measures[(measures["pilot"] == "all") & (measures["moment"] == "follow_up")]
    assert after[["H", "M0"]].values.tolist() == [[0.0, 0.0]] and after["A"].isna().all()


def test_poverty_measures_per_pilot():
    measures = kansarmoede.poverty_measures(pairs_of(FOUR, WITHIN), ("Bilzen", "Oostende", "Leuven"), 3)
    assert measures["pilot"].tolist() == [
        "all",
        "all",
        "Bilzen",
        "Bilzen",
        "Oostende",
        "Oostende",
        "Leuven",
        "Leuven",
    ]
    assert measures["moment"].tolist() == ["baseline", "follow_up"] * 4
    # Leuven: A 3, B 5 poor at baseline; only B at follow-up, with 4
    leuven = rows_of(measures, "families", "H", "A", "M0", pilot="Leuven")
    assert leuven == [
        [2, 1.0, pytest.approx(4 / 6), pytest.approx(4 / 6)],
        [2, 0.5, pytest.approx(4 / 6), 4 / 12],
    ]
    # a pilot without followed families
    nobody = measures[measures["pilot"] == "Oostende"]
    assert nobody["families"].tolist() == [0, 0] and nobody[["H", "A", "M0"]].isna().all(axis=None)


def test_poverty_change_by_hand():
    table = kansarmoede.poverty_change(pairs_of(FOUR, WITHIN), 3, 5)
    assert table.columns.tolist() == [
        "n", "poor_baseline", "poor_follow_up", "out_of_poverty", "into_poverty", "mcnemar_exact_p",
        "mcnemar_midp", "difference", "difference_low", "difference_high", "severe_baseline",
        "severe_follow_up",
    ]  # fmt: skip
    # one up and one down of four: ±3.18·√((2/6 + 2/6)/5) = ±1.16, beyond what there is
    assert table.values.tolist() == [[4, 2, 2, 1, 1, 1.0, 1.0, 0.0, -1, 1, 1, 0]]


def test_poverty_change_when_four_leave_and_none_enter():
    status = status_frame(**dict.fromkeys("ABCD", ("DDD---", "DD----")), E=("DDDDDD", "DDDDDD"))
    row = kansarmoede.poverty_change(pairs_of(status, families(Leuven="ABCDE")), 3, 6).iloc[0]
    assert (row["mcnemar_exact_p"], row["mcnemar_midp"]) == pytest.approx((0.125, 0.0625))
    assert (row["poor_baseline"], row["poor_follow_up"], row["difference"]) == (5, 1, -0.8)
    assert (row["severe_baseline"], row["severe_follow_up"]) == (1, 1)  # E, at 6
    # out 5/7, into 1/7: 4/7 ± 2.776·√((6/7 − 16/49)/6), turned round and cut
    low, high = bonett_price(4, 0, 5)
    assert high == 1 and low == pytest.approx(4 / 7 - 2.776445 * np.sqrt(26 / 294))
    assert (row["difference_low"], row["difference_high"]) == (-1, pytest.approx(-low))


def counted(*kinds):
    """(score at baseline, at follow-up, families) -> counts, all of Leuven."""
    index = pd.MultiIndex.from_tuples([("Leuven", *pair) for *pair, _ in kinds], names=["pilot", *BOTH])
    return pd.DataFrame({"families": [number for *_, number in kinds]}, index=index)


BOTH = ["baseline_score", "follow_up_score"]


@pytest.mark.parametrize(
    ("improved", "declined", "n", "interval"),
    [
        (22, 11, 56, (-0.0103, 0.3896)),
        (4, 0, 56, (-0.0144, 0.1524)),
        (6, 1, 8, (-0.1355, 1)),
        (20, 0, 20, (0.7188, 1)),
        (0, 0, 21, (-0.1311, 0.1311)),
    ],
)
def test_net_shares_that_were_worked_by_hand(improved, declined, n, interval):
    """The same where scores fall and rise, and where families leave poverty and enter it."""
    pairs = counted((3, 2, improved), (2, 3, declined), (1, 1, n - improved - declined))
    score = kansarmoede.score_change(pairs, pairs).iloc[0]
    poor = kansarmoede.poverty_change(pairs, 3, 5).iloc[0]
    assert bonett_price(improved, declined, n) == pytest.approx(interval, abs=5e-5)
    assert (score["net_low"], score["net_high"]) == pytest.approx(interval, abs=5e-5)
    assert (-poor["difference_high"], -poor["difference_low"]) == pytest.approx(interval, abs=5e-5)
    assert (score["n"], score["improved"], score["declined"]) == (n, improved, declined)


def test_score_change_by_hand():
    """A down from 3 to 2, B up, C and D the same: an interval as in poverty_change."""
    status = status_frame(
        A=("DDD---", "DD----"), B=("D-----", "DD----"), C=("DD----", "DD----"), D=("------", "------")
    )
    pairs = pairs_of(status, families(Leuven="ABCD"))
    row = kansarmoede.score_change(pairs, pairs[:-1]).iloc[0]
    assert row[["n", "improved", "unchanged", "declined"]].tolist() == [4, 1, 2, 1]
    assert row[["known_improved", "known_declined"]].tolist() == [0, 1]  # of the pairs but the last, A's
    assert row[["net", "net_low", "net_high"]].tolist() == [0, -1, 1]
    assert row[["sign_exact_p", "sign_midp"]].tolist() == [1, 1]


def test_score_change_of_nobody():
    status = status_frame(A=("DDD---", "DD----"))
    nobody = pairs_of(status, families(Leuven="A")).iloc[:0]
    row = kansarmoede.score_change(nobody, nobody).iloc[0]
    assert row[["n", "improved", "unchanged", "declined"]].tolist() == [0, 0, 0, 0]
    assert row["net":"sign_midp"].isna().all() and row[["known_improved", "known_declined"]].tolist() == [
        0,
        0,
    ]


def test_poverty_domains_by_hand():
    table = kansarmoede.poverty_domains(moves_of(FOUR, WITHIN), DEFINITIONS, PILOTS, 3)
    assert table["pilot"].unique().tolist() == ["all", *PILOTS] and len(table) == 3 * 2 * 6
    assert table["domain"].tolist() == DOMAINS * 6
    before = table[(table["pilot"] == "all") & (table["moment"] == "baseline")].set_index("domain")
    # deprived at baseline: work A B C; income A B (C unknown); housing A B; schooling B; health B; child C (B
    # unknown)
    assert before["known"].tolist() == [4, 3, 4, 4, 4, 3]
    assert before["deprived"].tolist() == [3, 2, 2, 1, 1, 1]
    assert before["raw_headcount"].tolist() == [0.75, 0.5, 0.5, 0.25, 0.25, 0.25]
    # the poor are A and B: C's work and child are censored; A and B lack 8 domains together
    assert before["censored_headcount"].tolist() == [0.5, 0.5, 0.5, 0.25, 0.25, 0]
    assert before["contribution"].tolist() == [2 / 8, 2 / 8, 2 / 8, 1 / 8, 1 / 8, 0]
    # Bilzen at baseline: no one is poor, so nothing contributes
    bilzen = table[(table["pilot"] == "Bilzen") & (table["moment"] == "baseline")]
    assert bilzen["deprived"].tolist() == [1, 0, 0, 0, 0, 1] and bilzen["contribution"].isna().all()
    assert (bilzen["censored_headcount"] == 0).all()


def test_poverty_change_domains_by_hand():
    table = kansarmoede.poverty_change_domains(moves_of(FOUR, WITHIN), DEFINITIONS, 3)
    # income: C becomes deprived (unknown counts as not); housing: A no longer; health: B no longer
    assert table["domain"].tolist() == DOMAINS
    assert table["into_deprivation"].tolist() == [0, 1, 0, 0, 0, 0]
    assert table["out_of_deprivation"].tolist() == [0, 0, 1, 0, 1, 0]
    assert table["change_in_mean_score"].tolist() == [0, 0.25, -0.25, 0, -0.25, 0]
    # censored, before -> after: work AB -> BC, income AB -> BC, housing AB -> B, schooling B -> B,
    # health B -> none, child none -> C; of 4 families and 6 domains
    assert table["change_in_M0"].tolist() == [0, 0, -1 / 24, 0, -1 / 24, 1 / 24]


def test_poverty_bounds_by_hand():
    bounds = kansarmoede.poverty_bounds(unknown_of(FOUR, WITHIN), PILOTS, 3)
    # baseline scores: A 3, B 5 (or 6), C 2 (or 3), D 0
    row = bounds[(bounds["pilot"] == "all") & (bounds["moment"] == "baseline")].iloc[0]
    assert row["families"] == 4 and (row["H_low"], row["H_high"]) == (0.5, 0.75)
    assert (row["M0_low"], row["M0_high"]) == (pytest.approx(8 / 24), pytest.approx(12 / 24))
    after = bounds[(bounds["pilot"] == "all") & (bounds["moment"] == "follow_up")].iloc[0]
    assert after["H_low"] == after["H_high"] and after["M0_low"] == after["M0_high"]  # nothing unknown
    assert bounds["pilot"].tolist() == ["all", "all", "Leuven", "Leuven", "Bilzen", "Bilzen"]


def test_without_followed_families_every_row_is_there():
    status = status_frame(A=("DDD---",))
    within = families(Leuven="A").assign(followed=False)
    pairs, moves = pairs_of(status, within), moves_of(status, within)
    assert pairs.empty and moves.empty
    assert (kansarmoede.figure_16(pairs)["families"] == 0).all()
    classes = kansarmoede.figure_17(pairs, DEFINITIONS, 3)
    assert (classes["families"] == 0).all() and classes[["share", "ci_low", "ci_high"]].isna().all(axis=None)
    change = kansarmoede.poverty_change(pairs, 3, 5)
    assert change[["mcnemar_exact_p", "mcnemar_midp", "difference"]].isna().all(axis=None)
    assert change.fillna(0).sum(axis=None) == 0 and len(change) == 1
    for table, rows, measured in [
        (kansarmoede.poverty_measures(pairs, PILOTS, 3), 6, ["H", "A", "M0"]),
        (
            kansarmoede.poverty_bounds(unknown_of(status, within), PILOTS, 3),
            6,
            ["H_low", "H_high", "M0_low", "M0_high"],
        ),
        (
            kansarmoede.poverty_domains(moves, DEFINITIONS, PILOTS, 3),
            36,
            ["raw_headcount", "censored_headcount", "contribution"],
        ),
        (
            kansarmoede.poverty_change_domains(moves, DEFINITIONS, 3),
            6,
            ["change_in_mean_score", "change_in_M0"],
        ),
    ]:
        assert len(table) == rows and table[measured].isna().all(axis=None)
        assert table.select_dtypes("Int64").sum().sum() == 0


def test_without_any_family_nothing_breaks():
    nothing = states(("A", None, "huishouden", "inkomen", 1, 1)).iloc[:0]
    status = kansarmoede.domain_status(nothing, DEFINITIONS)
    moves = moves_of(status, families())
    assert moves.empty and len(kansarmoede.poverty_domains(moves, DEFINITIONS, (), 3)) == 12


# What must always hold ---------------------------------------------------------------------------------

few = settings(max_examples=10)  # each example builds and checks several tables of up to eight families
CODES = "ABCDEFGH"
statuses = (
    st.integers(1, 8)
    .flatmap(lambda n: hnp.arrays("U1", (n, 2, 6), elements=st.sampled_from("DD--?")))
    .map(lambda a: status_frame(**{CODES[i]: tuple("".join(m) for m in a[i]) for i in range(len(a))}))
)
cutoffs = st.integers(1, 6)
EVERYONE = families(Leuven="ABCD", Bilzen="EFGH")


def within(status):
    return EVERYONE[EVERYONE["family"].isin(status["family"])]


def measured(status, cutoff):
    return kansarmoede.poverty_measures(pairs_of(status, within(status)), PILOTS, cutoff)


@few
@given(statuses, cutoffs)
def test_m0_is_h_times_a_and_the_contributions_make_it_up(status, cutoff):
    measures = measured(status, cutoff)
    product = measures["H"] * measures["A"].fillna(0)
    np.testing.assert_allclose(measures["M0"], product)
    domains = kansarmoede.poverty_domains(moves_of(status, within(status)), DEFINITIONS, PILOTS, cutoff)
    keys = ["pilot", "moment"]
    split = domains.groupby(keys, observed=False)[["censored_headcount", "contribution"]].sum(min_count=1)
    split = measures.merge(split, left_on=keys, right_index=True, validate="one_to_one")
    np.testing.assert_allclose(split["censored_headcount"] / 6, split["M0"], atol=1e-12)
    some = split["M0"] > 0
    np.testing.assert_allclose(split.loc[some, "contribution"], 1)
    assert split.loc[~some, "contribution"].isna().all()
    assert (domains["censored_headcount"].fillna(0) <= domains["raw_headcount"].fillna(0)).all()


@few
@given(statuses, cutoffs)
def test_the_changes_of_the_domains_add_up_to_the_change(status, cutoff):
    measures, compared = measured(status, cutoff), compared_frame(status, within(status))
    table = kansarmoede.poverty_change_domains(moves_of(status, within(status)), DEFINITIONS, cutoff)
    before, after = measures.loc[measures["pilot"] == "all", "M0"]
    assert table["change_in_M0"].sum() == pytest.approx(after - before, abs=1e-12)
    means = compared[["baseline_score", "follow_up_score"]].astype(float).mean()
    change = means["follow_up_score"] - means["baseline_score"]
    assert table["change_in_mean_score"].sum() == pytest.approx(change, abs=1e-12)


@few
@given(statuses, st.integers(1, 5))
def test_a_higher_cutoff_never_makes_more_families_poor(status, cutoff):
    """H and M0 fall, A rises, with the cut-off."""
    low, high = measured(status, cutoff), measured(status, cutoff + 1)
    some = low["families"] > 0
    assert (high.loc[some, "H"] <= low.loc[some, "H"]).all()
    assert (high.loc[some, "M0"] <= low.loc[some, "M0"] + 1e-12).all()
    poor = high["A"].notna()
    assert (high.loc[poor, "A"] >= low.loc[poor, "A"] - 1e-12).all()


@few
@given(statuses, cutoffs)
def test_bounds_hold_what_is_between(status, cutoff):
    measures = measured(status, cutoff)
    bounds = kansarmoede.poverty_bounds(unknown_of(status, within(status)), PILOTS, cutoff)
    some = bounds["families"] > 0
    for name in ("H", "M0"):
        assert bounds[f"{name}_low"].equals(measures[name].rename(f"{name}_low"))
        assert (bounds.loc[some, f"{name}_high"] >= bounds.loc[some, f"{name}_low"]).all()


@few
@given(statuses, cutoffs)
def test_figures_16_and_17_count_every_family_once(status, cutoff):
    measures, pairs = measured(status, cutoff), pairs_of(status, within(status))
    matrix, classes = kansarmoede.figure_16(pairs), kansarmoede.figure_17(pairs, DEFINITIONS, cutoff)
    assert matrix["families"].sum() == classes["families"].sum() == status["family"].nunique()
    scheme = kansarmoede.scheme(DEFINITIONS, poverty_cutoff=cutoff)
    by_class = matrix["families"].groupby(scheme["class"], observed=False).sum()
    assert by_class.tolist() == classes["families"].tolist()
    change = kansarmoede.poverty_change(pairs, cutoff, 5).iloc[0]
    counted = classes.set_index("class")["families"]
    assert change["out_of_poverty"] == counted["out_of_poverty"]
    assert change["into_poverty"] == counted["into_poverty"]
    all_in = measures.loc[measures["pilot"] == "all", "H"].tolist()
    assert all_in == pytest.approx(
        [change["poor_baseline"] / change["n"], change["poor_follow_up"] / change["n"]]
    )


MEMBERS = {
    "huishouden": ([None], ["inkomen", "verblijfplaats", "onderhoud_woning"]),
    "volwassene": (["V1", "V2"], ["tewerkstelling", "opleiding", "lezen", "fysieke_gezondheid"]),
    "kind": (["K1", "K2"], ["zorg", "kind_en_gezin", "mentale_gezondheid"]),
}
CELLS = [(p, unit, item) for unit, (people, items) in MEMBERS.items() for p in people for item in items]
levels = hnp.arrays(np.int64, (3, len(CELLS), 2), elements=st.integers(0, 5))


def many_states(array):
    """Levels of three families, 0 is missing."""
    known = [[[int(level) or None for level in pair] for pair in family] for family in array]
    return states(
        *((CODES[i], *cell, *known[i][j]) for i in range(len(known)) for j, cell in enumerate(CELLS))
    )


def by_the_book(frame, chosen):
    """The evaluation word for word, one family, moment, domain and person at a time."""
    verdicts = {}
    for family, moment in {(r.family, r.moment) for r in frame.itertuples()}:
        here = frame[(frame["family"] == family) & (frame["moment"] == moment)]
        for domain, each in chosen.items():
            parts = [part_by_the_book(here, part) for part in each.parts]
            known = [part for part in parts if part is not None]
            verdict = "unknown" if not known else "deprived" if any(known) else "not_deprived"
            verdicts[(family, moment, domain)] = verdict
    return verdicts


def part_by_the_book(here, part):
    at_most = {(each.unit, each.item): each.at_most for each in part.conditions}
    persons = {}
    for row in here.itertuples():
        if (row.unit, row.item) in at_most and not pd.isna(row.level):
            who = (row.unit, row.person if isinstance(row.person, str) else "")
            persons.setdefault(who, []).append(row.level <= at_most[(row.unit, row.item)])
    members = [any(hits) for hits in persons.values()]
    if not members:
        return None
    return all(members) if part.members == "all" else any(members)


@few
@given(levels)
def test_domains_are_those_of_the_book(array):
    chosen = RULES | {
        "opleiding": rule(("all", (*SCHOOLING, 2)), ("any", (*READING, 1), ("kind", "kind_en_gezin", 1)))
    }
    frame = many_states(array)
    status = kansarmoede.domain_status(frame, DEFINITIONS, rules=chosen)
    found = {(r.family, r.moment, r.domain): r.status for r in status.itertuples()}
    assert found == by_the_book(frame, chosen)


@few
@given(levels, st.randoms())
def test_order_of_rows_and_splitting_of_families_do_not_matter(array, random):
    frame = many_states(array)
    whole = kansarmoede.domain_status(frame, DEFINITIONS, rules=RULES)
    order = list(range(len(frame)))
    random.shuffle(order)
    assert kansarmoede.domain_status(frame.iloc[order], DEFINITIONS, rules=RULES).equals(whole)
    parts = [
        kansarmoede.domain_status(part, DEFINITIONS, rules=RULES)
        for part in (frame[frame["family"] == "A"], frame[frame["family"] != "A"])
    ]
    assert pd.concat(parts, ignore_index=True).equals(whole)


@few
@given(levels)
def test_stricter_and_looser_readings_are_what_they_say(array):
    """Every family deprived by the stricter rule is so by the default, and then by the looser one."""
    frame = many_states(array)
    domains = DEFINITIONS.kansarmoede.domains
    deprived = [
        kansarmoede.domain_status(frame, DEFINITIONS, rules={d.id: getattr(d, which) for d in domains})[
            "status"
        ]
        == "deprived"
        for which in ("stricter", "default", "looser")
    ]
    assert (deprived[0] <= deprived[1]).all() and (deprived[1] <= deprived[2]).all()


def test_the_caller_s_frames_stay_as_they_are():
    frame, within_before = many_states(np.full((3, len(CELLS), 2), 2)), EVERYONE.copy()
    before = frame.copy()
    status = kansarmoede.domain_status(frame, DEFINITIONS)
    kept = status.copy()
    scores = kansarmoede.scores(status)
    within_abc = families(Leuven="ABC")
    compared = kansarmoede.compare(scores, within_abc)
    moves, pairs = kansarmoede.domain_moves(status, compared), kansarmoede.score_pairs(compared)
    given = [scores, within_abc, compared, moves, pairs]
    copies = [frame.copy() for frame in given]
    kansarmoede.unknown_scores(scores, compared)
    kansarmoede.with_class(compared, DEFINITIONS, poverty_cutoff=3)
    kansarmoede.poverty_change_domains(moves, DEFINITIONS, 3)
    kansarmoede.poverty_domains(moves, DEFINITIONS, PILOTS, 3)
    kansarmoede.poverty_change(pairs, 3, 5)
    kansarmoede.poverty_measures(pairs, PILOTS, 3)
    assert frame.equals(before) and status.equals(kept) and EVERYONE.equals(within_before)
    assert all(one.equals(copy) for one, copy in zip(given, copies, strict=True))
