"""What a researcher may set, checked for name, type and range before anything runs.

A notebook checks its own parameters in its fourth cell with `validate(globals(), "02_baseline")`; a run
checks all of them with `resolve` before the first kernel starts. Both name every fault at once. The
parameters themselves are declared in `helpers.parameters._parameter_list`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from helpers.definitions import ROOT
from helpers.errors import PipelineError
from helpers.parameters._parameter_list import EXPLORE, NOTEBOOKS, PARAMETERS, Parameter

__all__ = [
    "EXPLORE",
    "NOTEBOOKS",
    "PARAMETERS",
    "Parameter",
    "ParameterError",
    "Parameters",
    "from_text",
    "names_of",
    "resolve",
    "validate",
]

SET_BY_RUN = "a run sets this folder itself; use --raw and --out"
KERNEL_NAMES = frozenset({"In", "Out"})
LITERALS = (bool, int, float, complex, str, bytes, list, tuple, dict, set, type(None))


class ParameterError(PipelineError):
    """A parameter that does not exist, or a value that it cannot have; the message lists all faults."""


@dataclass(frozen=True)
class Parameters:
    """The checked parameters of one notebook, read as attributes; folders are absolute paths.

    `output` is None where the notebook is to write nothing.

    Examples
    --------
    >>> shared = {"clean": "data/clean/a", "output": "", "language": "nl", "pilots": []}
    >>> parameters = validate(shared | {"within_family": "best"}, "02_baseline")
    >>> parameters.within_family, parameters.pilots, parameters.output
    ('best', (), None)
    """

    notebook: str
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Give the value of a parameter of this notebook."""
        if name.startswith("_") or name not in self.values:
            raise AttributeError(f"{self.notebook} has no parameter {name}")
        return self.values[name]


def names_of(notebook: str) -> tuple[str, ...]:
    """Give the names of a notebook's parameters, in the order of their declaration."""
    return tuple(name for name, one in PARAMETERS.items() if notebook in one.notebooks)


def validate(namespace: Mapping[str, object], notebook: str) -> Parameters:
    """Check the parameters of one notebook.

    Parameters
    ----------
    namespace : mapping
        The notebook's `globals()`. Every literal in it counts as a parameter; modules, functions and what
        the kernel itself defines do not.
    notebook : str
        Name of the notebook, such as `02_baseline`.

    Returns
    -------
    checked : Parameters
        The values, as the code of the notebook uses them.

    Raises
    ------
    ParameterError
        Names all faults: unknown or missing names, wrong types, values out of range.
    """
    known = names_of(notebook)
    given = {name: value for name, value in namespace.items() if _is_parameter(name, value)}
    faults = [_unknown(name, known, notebook) for name in given if name not in known]
    faults += [f"{name}: missing, expected {PARAMETERS[name].allowed}" for name in known if name not in given]
    values = {name: given[name] for name in known if name in given}
    _refuse(faults + _value_faults(values), f"{notebook}: the parameters cannot be used")
    return Parameters(notebook, MappingProxyType({name: _finished(name, values[name]) for name in known}))


def resolve(given: Mapping[str, object], *, pilots: Sequence[str] | None = None) -> dict[str, Any]:
    """Complete the parameters of a whole run with the defaults, and check them all.

    Parameters
    ----------
    given : mapping
        What differs from the defaults, by name.
    pilots : sequence of str, optional
        The pilots of the dataset; names that are not among them are refused.

    Returns
    -------
    dict
        Every parameter but those that a run sets itself (the folders, and whether it is internal), in the
        order of their declaration; `pilots` as a list.

    Raises
    ------
    ParameterError
        Names all faults.
    """
    known = tuple(name for name, one in PARAMETERS.items() if one.kind not in ("folder", "internal"))
    faults = [_unknown(name, known) for name in given if name not in known]
    values = {name: given.get(name, PARAMETERS[name].default) for name in known}
    faults += _value_faults(values)
    faults += _pilot_faults(values["pilots"], pilots)
    _refuse(faults, "the parameters cannot be used")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def from_text(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Read parameters from a command line, strictly: only `3` becomes the number 3.

    What is no plain whole number stays text, for `resolve` to refuse where a number was expected.

    Raises
    ------
    ParameterError
        When one name is given twice.

    Examples
    --------
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
        values[name] = int(text) if whole else text
    _refuse(faults, "the parameters cannot be used")
    return values


def _is_parameter(name: str, value: object) -> bool:
    """Tell what a parameters cell may have set from what an import or the kernel has."""
    if name.startswith("_") or name in KERNEL_NAMES:
        return False
    return name in PARAMETERS or type(value) in LITERALS


def _unknown(name: str, known: Sequence[str], notebook: str | None = None) -> str:
    """Say of an unknown name what was probably meant, or where it belongs."""
    if name in PARAMETERS and notebook is None:
        internal = PARAMETERS[name].kind == "internal"
        return f"{name}: is no parameter of a run; use --internal" if internal else f"{name}: {SET_BY_RUN}"
    near = get_close_matches(name, known, n=1)
    if name in PARAMETERS:
        return f"{name}: belongs to {', '.join(PARAMETERS[name].notebooks)}, not to {notebook}"
    if near:
        return f"{name}: there is no such parameter; did you mean {near[0]}?"
    return f"{name}: there is no such parameter; known are {', '.join(known)}"


def _value_faults(values: Mapping[str, object]) -> list[str]:
    """Say of each value that its parameter does not accept what would do."""
    faults = [
        f"{name}: {value!r} is not {PARAMETERS[name].allowed}{_nearest(value, PARAMETERS[name].choices)}"
        for name, value in values.items()
        if not PARAMETERS[name].accepts(value)
    ]
    poor, severe = values.get("poverty_cutoff"), values.get("severe_cutoff")
    if type(poor) is int and type(severe) is int and severe < poor:
        faults.append(
            f"severe_cutoff: {severe} lies below poverty_cutoff, which is {poor}; give at least {poor}"
        )
    return faults


def _pilot_faults(given: object, known: Sequence[str] | None) -> list[str]:
    """Say which pilots the dataset does not have, or which are named twice."""
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


def _finished(name: str, value: Any) -> Any:
    """Turn the literal of a notebook into what its code uses: a tuple of pilots, a path or None."""
    if PARAMETERS[name].kind == "pilots":
        return tuple(value)
    if PARAMETERS[name].kind == "folder":
        return Path(ROOT, value) if value else None
    return value


def _refuse(faults: Sequence[str], heading: str) -> None:
    """Raise when there are faults: one on the line of the heading, more as a list below it."""
    if faults:
        joint = " " if len(faults) == 1 else "\n  "
        raise ParameterError(f"{heading}:{joint}" + "\n  ".join(faults))
