"""What is said of the selection of families and of the rows of the export, on small tables made by hand."""

import pandas as pd
import pytest

from helpers import words
from helpers.protect import EXACT, Edition
from helpers.words import baseline
from report_tables import DEFINITIONS, cases, flow

NOBODY = dict.fromkeys(("registered", "test", "no_household", "too_few_items", "retained", "followed"), 0)


def told_flow(**families: int) -> words.Account:
    return words.account(["flow"], baseline.flow(flow(**families), DEFINITIONS))


def test_the_flow_tells_every_stage():
    told = told_flow()  # 10 registered, of which 7 retained and 4 followed
    assert told.finding.nl == "Van 10 geregistreerde gezinnen zijn er 7 beschreven en 4 opgevolgd"
    assert told.finding.en == "Of 10 registered families, 7 are described and 4 were followed"
    assert "testgezinnen 1; geen huishoudregistratie over 2;" in told.alternative.nl


def test_one_registered_family_is_one_family_and_none_is_said():
    one = told_flow(registered=1, retained=1, followed=0)
    assert one.finding.nl == "Van 1 geregistreerd gezin is er 1 beschreven en 0 opgevolgd"
    assert told_flow(**NOBODY).finding.en == "There are no registered families"


@pytest.mark.parametrize(
    ("retained", "edition", "finding"),
    [
        ([4, 3, 0], EXACT, "Leuven (4) has the largest share of the 7"),
        ([3, 3, 0], EXACT, "Leuven (3) and Bilzen (3) have the largest shares of the 6"),
        ([25, 20, 5], Edition(5), "Leuven (25) and Bilzen (20) have the largest shares of the 50"),
        ([1, 0, 0], EXACT, "There is one described family"),
        ([0, 0, 0], EXACT, "There are no described families"),
    ],
)  # fmt: skip
def test_pilots_that_do_not_differ_are_named_together(retained, edition, finding):
    table = cases().assign(retained=pd.array(retained, dtype="Int64"))
    facts = baseline.cases_by_pilot(table, DEFINITIONS, edition)
    assert words.account(["cases_by_pilot"], facts).finding.en.startswith(finding)


def log(*rows: tuple[str, int, int]) -> str:
    table = pd.DataFrame(rows, columns=["rule", "rows", "cells"])
    return words.account(["cleaning_log"], baseline.cleaning_log(table, DEFINITIONS)).finding.en


def test_the_log_counts_rows_and_cells_but_not_pilots_that_were_overruled():
    assert log(("R02", 3, 0), ("R02", 4, 0), ("R05", 2, 0), ("R07", 0, 1), ("R08", 0, 9)) == (
        "9 rows of the export were left out, most often by the rule ‘test family’ (7); 1 cell was emptied"
    )
    assert log(("R02", 3, 0), ("R05", 0, 0)).startswith(
        "3 rows of the export were left out, all by the rule ‘test family’; no cell"
    )
    assert log(("R02", 0, 0), ("R07", 0, 2)) == "No row was left out; 2 cells were emptied"
