"""What a researcher may set: declared once, checked for name, type and range before anything runs.

A notebook has the parameters that its own tagged cell declares, and checks them with `settings(globals())` of
`helpers.study`; a run checks all of them with `resolve` before the first kernel starts. Both name every fault
at once.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from itertools import takewhile
from types import MappingProxyType
from typing import Any, Literal

from helpers.definitions import LANGUAGES, UNITS, Text, load_definitions
from helpers.definitions.languages import texts
from helpers.errors import PipelineError

SET_BY_RUN = "a run sets this folder itself; use --raw, --comparison and --out"
DECIMAL = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
KERNEL_NAMES = frozenset({"In", "Out"})
LITERALS = (bool, int, float, complex, str, bytes, list, tuple, dict, set, type(None))
PILOTS = (
    "a list of names of pilots (on a command line: --pilot NAME, once for each; "
    "with papermill: -y 'pilots: [NAME]')"
)


@dataclass(frozen=True)
class Parameter:
    """One thing that can be set, and what it may be."""

    name: str
    kind: Literal["whole", "number", "choice", "pilots", "day", "folder", "internal"]
    default: float | str | tuple[str, ...]  # a bool is an int, and an int will do for a float
    low: int = 0
    high: int = 0
    unit: str = ""
    choices: tuple[str, ...] = ()
    step: int = 1
    gone: Mapping[str, str] = field(default_factory=dict)  # what could be chosen, and what to write instead

    @property
    def text(self) -> Text:
        """What it sets."""
        return Text(**texts()["parameters"][self.name])

    @property
    def counted_in(self) -> Text:
        """Its unit; no words where it has none."""
        return Text(**texts()["parameter_units"][self.unit]) if self.unit else Text.alike("")

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        if self.kind == "whole":
            unit = f" ({self.counted_in('en')})" if self.unit else ""
            if self.step > 1:
                numbers = range(self.low, self.high + 1, self.step)
                return f"one of {', '.join(map(str, numbers))}{unit}"
            return f"a whole number from {self.low} to {self.high}{unit}"
        if self.kind == "number":
            return f"a number from {self.low} to {self.high}"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "internal":
            return "True or False (on a command line: --internal)"
        if self.kind == "day":
            return "a day, written as 2023-01-31, or empty"
        return PILOTS if self.kind == "pilots" else "the name of a folder"

    def accepts(self, value: object) -> bool:
        """Tell whether a value has the right type and lies in the range; `True` is not the number 1."""
        if self.kind == "whole":
            return type(value) is int and value in range(self.low, self.high + 1, self.step)
        if self.kind == "number":
            return type(value) in (int, float) and self.low <= value <= self.high  # type: ignore[operator]
        if self.kind == "internal":
            return type(value) is bool
        if self.kind == "pilots":
            return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        if self.kind == "day":
            return value == "" or _is_day(value)
        return isinstance(value, str)  # empty: nothing there, as in a public run


def _is_day(value: object) -> bool:
    """Tell whether a text is a day of the calendar, written as 2023-01-31 and no other way."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _folder(name: str, default: str) -> Parameter:
    return Parameter(name, "folder", default)


def _whole(name: str, default: int, low: int, high: int, unit: str = "") -> Parameter:
    return Parameter(name, "whole", default, low=low, high=high, unit=unit)


def _choice(name: str, *choices: str) -> Parameter:
    return Parameter(name, "choice", choices[0], choices=choices)


PUBLIC = "; leave it out: real data get the public edition, and --internal makes the full one"

_DECLARED = (
    _folder("raw", "data/raw/synthetic"),
    _folder("comparison", ""),
    _folder("clean", "data/clean/synthetic"),
    _folder("output", ""),
    _choice("language", *LANGUAGES),
    Parameter("pilots", "pilots", ()),
    Parameter("started_from", "day", ""),
    Parameter("started_until", "day", ""),
    _whole("min_household_items", 4, 1, len(load_definitions().unit_items(UNITS[0])), "items"),
    _whole("baseline_window_days", 30, 0, 365, "days"),
    _whole("follow_up_months", 6, 1, 36, "months"),
    _choice("follow_up_rule", "at", "last"),
    _choice("within_family", "worst", "best", "median"),
    _whole("poverty_cutoff", 3, 1, 6, "domains"),
    _whole("severe_cutoff", 5, 1, 6, "domains"),
    _choice("unknown_domain", "not_deprived", "exclude", "bounds"),
    _whole("seed", 2023, 0, 2**32 - 1),
    Parameter("icc", "number", 0.0, high=1),
    Parameter("internal", "internal", False),
    replace(
        _choice("disclosure", "auto", "public"), gone=dict.fromkeys(("off", "suppress", "round"), PUBLIC)
    ),
    replace(_whole("min_cell", 5, 5, 11, "counted"), step=2),
    _whole("min_group", 20, 20, 1000, "counted"),
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({one.name: one for one in _DECLARED})


class ParameterError(PipelineError):
    """A parameter that does not exist, or a value that it cannot have; the message lists all faults."""


def check(namespace: Mapping[str, object], *, declared: Sequence[str] | None = None) -> dict[str, Any]:
    """Pick the parameters out of the names that a notebook has set, and check them: all faults in one error.

    The namespace is the notebook's `globals()`: every literal that is set from its tagged cell up to the one
    that asks counts as a parameter; modules, functions and what the kernel itself defines do not. Which
    parameters it has is by default what that cell, found in the history of the kernel, declares with a type
    (`language: str = "nl"`).
    """
    tagged, told = _told_in(namespace.get("In"))
    known = tuple(declared or tagged or PARAMETERS)
    given = {
        name: value
        for name, value in namespace.items()
        if not (name.startswith("_") or name in KERNEL_NAMES)
        and (name in PARAMETERS or type(value) in LITERALS and (not tagged or name in told))
    }
    faults = [_unknown(name, known) for name in given if name not in known]
    if known != tuple(PARAMETERS):
        missing = [name for name in known if name not in given and name in PARAMETERS]
        faults += [f"{name}: missing, expected {PARAMETERS[name].allowed}" for name in missing]
    faults += faults_of(
        {name: value for name, value in given.items() if name in PARAMETERS and name in known}
    )
    refuse(faults)
    return given


def _told_in(history: object) -> tuple[tuple[str, ...], set[str]]:
    """Find the last cell of parameters: what it declares, and what is set up to the cell that asks for them.

    What one sets oneself further on is no parameter when that cell is run again.
    """
    cells = [_parsed(source) for source in (history if isinstance(history, list) else [])]
    for place in reversed(range(len(cells))):
        typed = [one.target for one in cells[place].body if isinstance(one, ast.AnnAssign)]
        declared = tuple(target.id for target in typed if isinstance(target, ast.Name))
        if set(declared) & set(PARAMETERS):
            before = takewhile(lambda cell: "settings" not in _names(cell, ast.Load), cells[place + 1 :])
            return declared, {name for cell in (cells[place], *before) for name in _names(cell, ast.Store)}
    return (), set()


def _parsed(source: object) -> ast.Module:
    try:
        return ast.parse(str(source))
    except SyntaxError:
        return ast.parse("")


def _names(cell: ast.Module, use: type[ast.expr_context]) -> set[str]:
    return {one.id for one in ast.walk(cell) if isinstance(one, ast.Name) and isinstance(one.ctx, use)}


def resolve(
    given: Mapping[str, object],
    *,
    pilots: Sequence[str] | None = None,
    period: tuple[date, date] | None = None,
) -> dict[str, Any]:
    """Complete the parameters of a whole run with the defaults, and check them: all faults in one error.

    Names that are not among the `pilots` of the dataset are refused, and days outside its `period` (the first
    and the last), where these are given. Of what a run sets itself, the folders and whether it is internal,
    there is nothing in what is given; the others stand in the order of their declaration, `pilots` as a list.
    """
    known = tuple(name for name, one in PARAMETERS.items() if one.kind not in ("folder", "internal"))
    faults = [_unknown(name, known, of_run=True) for name in given if name not in known]
    values = {name: given.get(name, PARAMETERS[name].default) for name in known}
    faults += faults_of(values)
    faults += _pilot_faults(values["pilots"], pilots)
    if period and not faults:
        faults += _outside(values, *period)
    refuse(faults)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def from_text(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Read parameters from a command line, strictly: only `3` becomes the number 3.

    Where any number will do, `0.05` is one. What is no plain number stays text, for `resolve` to refuse where
    a number was expected.

    ParameterError: when one name is given twice.

    >>> from_text([("poverty_cutoff", "4"), ("follow_up_rule", "last"), ("severe_cutoff", "5.0")])
    {'poverty_cutoff': 4, 'follow_up_rule': 'last', 'severe_cutoff': '5.0'}
    """
    values: dict[str, object] = {}
    faults = []
    for name, text in pairs:
        if name in values:
            faults.append(f"{name}: given twice")
        declared = PARAMETERS.get(name)
        whole = declared is not None and declared.kind == "whole" and re.fullmatch(r"-?[0-9]{1,10}", text)
        number = declared is not None and declared.kind == "number" and re.fullmatch(DECIMAL, text)
        values[name] = int(text) if whole else float(text) if number else text
    refuse(faults)
    return values


def _unknown(name: str, known: Sequence[str], *, of_run: bool = False) -> str:
    if of_run and name in PARAMETERS:
        internal = PARAMETERS[name].kind == "internal"
        return f"{name}: is no parameter of a run; use --internal" if internal else f"{name}: {SET_BY_RUN}"
    near = get_close_matches(name, known, n=1)
    if name in PARAMETERS:
        return f"{name}: is no parameter of this notebook, which has {', '.join(known)}"
    if near:
        return f"{name}: there is no such parameter; did you mean {near[0]}?"
    return f"{name}: there is no such parameter; known are {', '.join(known)}"


def faults_of(values: Mapping[str, object]) -> list[str]:
    """Say of each value that its parameter does not accept what would do."""
    faults = [
        f"{name}: {value!r} is not {PARAMETERS[name].allowed}"
        f"{PARAMETERS[name].gone.get(str(value)) or _nearest(value, PARAMETERS[name].choices)}"
        for name, value in values.items()
        if not PARAMETERS[name].accepts(value)
    ]
    poor, severe = values.get("poverty_cutoff"), values.get("severe_cutoff")
    if type(poor) is int and type(severe) is int and severe < poor:
        faults.append(
            f"severe_cutoff: {severe} lies below poverty_cutoff, which is {poor}; give at least {poor}"
        )
    since, until = values.get("started_from"), values.get("started_until")
    if _is_day(since) and _is_day(until) and str(since) > str(until):
        faults.append(f"started_from: {since} lies after started_until, which is {until}")
    return faults


def _outside(values: Mapping[str, Any], first: date, last: date) -> list[str]:
    """Say when no family can have started in the period, as it lies outside that of the dataset."""
    since, until = values["started_from"], values["started_until"]
    faults = [f"started_from: {since} lies after the day of the export, {last}"] if since > str(last) else []
    if until and until < str(first):
        faults.append(f"started_until: {until} lies before the start of the project, {first}")
    return faults


def _pilot_faults(given: object, known: Sequence[str] | None) -> list[str]:
    if known is None or not PARAMETERS["pilots"].accepts(given):
        return []
    assert isinstance(given, (list, tuple))
    faults = [
        f"pilots: {name!r} is not in the dataset, which has {', '.join(known)}{_nearest(name, known)}"
        for name in given
        if name not in known
    ]
    return faults + [
        f"pilots: {name!r} is named twice" for name in sorted({n for n in given if given.count(n) > 1})
    ]


def _nearest(value: object, choices: Sequence[str]) -> str:
    """Suggest the choice that looks most like a value, compared without case."""
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(str(value).casefold(), folded, n=1)
    return f"; did you mean {folded[near[0]]}?" if near else ""


def refuse(faults: Sequence[str]) -> None:
    """Raise when there are faults: one on the first line, more as a list below it."""
    if faults:
        joint = " " if len(faults) == 1 else "\n  "
        raise ParameterError(f"the parameters cannot be used:{joint}" + "\n  ".join(faults))
