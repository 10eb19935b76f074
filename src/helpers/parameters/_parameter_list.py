"""The declaration of every parameter: its kind, default, range or choices, unit, meaning and notebooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from helpers.definitions import LANGUAGES, Text

CLEANING, BASELINE, POVERTY, TRANSITIONS, ROBUSTNESS, CLAIMS, CASES, COMPARED = NOTEBOOKS = (
    "01_cleaning",
    "02_baseline",
    "03_kansarmoede",
    "04_transitions",
    "05_robustness",
    "06_published_claims",
    "07_case_review",
    "08_pilots",
)
EXPLORE = "explore"  # opened in JupyterLab; no part of a run
PILOTS = "a list of names of pilots (on a command line: --pilot NAME, once for each)"


@dataclass(frozen=True)
class Parameter:
    """One thing that can be set, what it may be, and which notebooks it belongs to."""

    name: str
    kind: Literal["whole", "choice", "pilots", "folder", "internal"]
    default: int | str | tuple[str, ...]  # a bool is an int
    text: Text
    notebooks: tuple[str, ...] = NOTEBOOKS
    low: int = 0
    high: int = 0
    unit: Text | None = None
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        if self.kind == "whole":
            unit = f" ({self.unit('en')})" if self.unit else ""
            return f"a whole number from {self.low} to {self.high}{unit}"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "internal":
            return "True or False (on a command line: --internal)"
        return PILOTS if self.kind == "pilots" else "the name of a folder"

    def accepts(self, value: object) -> bool:
        """Tell whether a value has the right type and lies in the range; `True` is not the number 1."""
        if self.kind == "whole":
            return type(value) is int and self.low <= value <= self.high
        if self.kind == "internal":
            return type(value) is bool
        if self.kind == "pilots":
            return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        return isinstance(value, str) and (value != "" or self.default == "")


def _folder(name: str, default: str, text: Text, *notebooks: str) -> Parameter:
    return Parameter(name, "folder", default, text, notebooks)


def _whole(
    name: str, default: int, within: tuple[int, int], unit: Text, text: Text, *notebooks: str
) -> Parameter:
    low, high = within
    return Parameter(name, "whole", default, text, notebooks, low=low, high=high, unit=unit)


def _choice(name: str, choices: tuple[str, ...], text: Text, *notebooks: str) -> Parameter:
    return Parameter(name, "choice", choices[0], text, notebooks, choices=choices)


MONTHS, DAYS = Text("maanden", "months"), Text("dagen", "days")
ITEMS, DOMAINS = Text("items", "items"), Text("domeinen", "domains")

_DECLARED = (
    _folder(
        "raw",
        "data/raw/synthetic",
        Text("map met de export", "folder with the export"),
        CLEANING,
        EXPLORE,
    ),
    _folder(
        "clean",
        "data/clean/synthetic",
        Text("map met de opgeschoonde tabellen", "folder with the clean tables"),
        *NOTEBOOKS,
        EXPLORE,
    ),
    _folder(
        "output",
        "",
        Text("map voor figuren en tabellen; leeg: alleen tonen", "folder for output; empty: show only"),
        *NOTEBOOKS,
        EXPLORE,
    ),
    _choice(
        "language",
        LANGUAGES,
        Text("taal van het rapport", "language of the report"),
        *NOTEBOOKS,
        EXPLORE,
    ),
    Parameter(
        "pilots",
        "pilots",
        (),
        Text("pilootprojecten; leeg: alle", "pilot projects; empty: all"),
    ),
    _whole(
        "min_household_items",
        4,
        (1, 8),
        ITEMS,
        Text(
            "hoeveel van de 8 huishouditems bij de nulmeting een niveau moeten hebben",
            "how many of the 8 household items must have a level at baseline",
        ),
        CLEANING,
    ),
    _whole(
        "baseline_window_days",
        30,
        (0, 365),
        DAYS,
        Text(
            "tot hoelang na de eerste registratie een waarde bij de nulmeting hoort",
            "how long after the first registration a value belongs to the baseline",
        ),
        CLEANING,
    ),
    _whole(
        "follow_up_months",
        6,
        (1, 36),
        MONTHS,
        Text("kalendermaanden tot de opvolgmeting", "calendar months until the follow-up"),
        CLEANING,
    ),
    _choice(
        "follow_up_rule",
        ("at", "last"),
        Text(
            "opvolgmeting: de laatste waarde tot op die dag (at), of de laatste van alle (last)",
            "follow-up: the last value up to that day (at), or the last of all (last)",
        ),
        CLEANING,
    ),
    _choice(
        "within_family",
        ("worst", "best", "median"),
        Text("niveau van een gezin op een item van personen", "level of a family on an item of persons"),
        BASELINE,
        CLAIMS,
    ),
    _whole(
        "poverty_cutoff",
        3,
        (1, 6),
        DOMAINS,
        Text("vanaf deze score is een gezin kansarm", "from this score on a family is poor"),
        POVERTY,
        TRANSITIONS,
        ROBUSTNESS,
        CLAIMS,
        CASES,
        COMPARED,
    ),
    _whole(
        "severe_cutoff",
        5,
        (1, 6),
        DOMAINS,
        Text("vanaf deze score is een gezin zwaar kansarm", "from this score on a family is severely poor"),
        POVERTY,
        ROBUSTNESS,
        CLAIMS,
        COMPARED,
    ),
    _choice(
        "unknown_domain",
        ("not_deprived", "exclude", "bounds"),
        Text(
            "een onbekend domein telt niet mee, sluit het gezin uit, of geeft beide uitersten",
            "an unknown domain adds nothing, leaves the family out, or gives both extremes",
        ),
        POVERTY,
        TRANSITIONS,
        ROBUSTNESS,
        CLAIMS,
        CASES,
        COMPARED,
    ),
    Parameter(
        "seed",
        "whole",
        2023,
        Text("startwaarde van de toevalstrekkingen", "seed of the random draws"),
        (POVERTY, TRANSITIONS, ROBUSTNESS, CLAIMS, COMPARED, EXPLORE),
        high=2**32 - 1,
    ),
    Parameter(
        "internal",
        "internal",
        False,
        Text(
            "echte gezinnen één voor één tonen; alleen in een interne run",
            "show real families one by one; in an internal run only",
        ),
        (CASES,),
    ),
    _choice(
        "disclosure",
        ("auto", "off", "suppress", "round"),
        Text(
            "onthullingscontrole: kleine aantallen weglaten (suppress), alle aantallen afronden (round) of "
            "geen (off; bij echte gegevens alleen in een interne run); auto: suppress bij echte gegevens, "
            "off bij synthetische",
            "disclosure control: withhold small counts (suppress), round all counts (round) or none (off; "
            "with real data in an internal run only); auto: suppress for real data, off for synthetic",
        ),
    ),
    _whole(
        "min_cell",
        5,
        (3, 100),
        Text("gezinnen of personen", "families or persons"),
        Text(
            "onthullingscontrole: kleinere aantallen, behalve 0, worden niet getoond",
            "disclosure control: smaller counts, except 0, are not shown",
        ),
    ),
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({one.name: one for one in _DECLARED})
