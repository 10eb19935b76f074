"""The files that describe the environment say the same, and the tests run in what they say."""

import ast
import json
import random
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, version
from itertools import chain

import numpy
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import run
from helpers.definitions import ROOT

pytest_plugins = ["pytester"]

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_a_pandas_that_another_package_took_back_is_told_before_anything_is_read():
    old = "import pandas; pandas.__version__ = '2.3.3'; import helpers.study"
    done = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True)
    assert done.returncode == 1 and "PipelineError: pandas 2.3.3 is too old: " in done.stderr


def lock_entries() -> list[str]:
    """Each requirement of the lock with its continuation lines, as one line."""
    return LOCK.replace("\\\n", " ").splitlines()


def locked() -> list[Requirement]:
    return [Requirement(entry.split(" --hash=")[0]) for entry in lock_entries()]


def declared() -> list[Requirement]:
    """What pyproject.toml asks for, all extras and the build included."""
    project, build = PROJECT["project"], PROJECT["build-system"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    return [Requirement(text) for text in [*project["dependencies"], *extras, *build["requires"]]]


def test_the_lock_pins_every_requirement_with_its_hashes():
    assert len(lock_entries()) > 100
    for entry in lock_entries():
        assert re.fullmatch(r"[a-z0-9-]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry), entry


def test_the_lock_names_no_host_and_no_index():
    assert "://" not in LOCK
    assert not [line for line in LOCK.splitlines() if re.match(r"\s*-(?!-hash=)", line)]


def test_the_lock_holds_all_that_the_package_asks_for():
    for wanted in declared():
        pins = [pin for pin in locked() if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
        assert pins, f"{wanted.name} is in pyproject.toml and not in requirements.lock: make the lock anew"
        for pin in pins:
            assert next(iter(pin.specifier)).version in wanted.specifier, f"{pin} is not {wanted}"


@pytest.mark.parametrize("minor", range(run.OLDEST[1], run.NEWEST[1] + 1))
def test_every_supported_python_has_one_version_of_each_package(minor):
    here = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.9"}
    names = [pin.name for pin in locked() if pin.marker is None or pin.marker.evaluate(here)]
    assert len(names) == len(set(names))
    assert {canonicalize_name(wanted.name) for wanted in declared()} <= set(names)


def test_the_supported_pythons_are_the_same_everywhere():
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    (oldest, newest), conda = (run.OLDEST, run.NEWEST), Requirement(CONDA["dependencies"][0])
    assert [minor for minor in range(5, 30) if f"3.{minor}" in supported] == list(
        range(oldest[1], newest[1] + 1)
    )
    assert conda.name == "python" and conda.specifier == supported
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest[0]}{oldest[1]}"
    assert sys.version_info[:2] >= oldest
    said = f"Python 3.{oldest[1]} to 3.{newest[1]}"
    for path in ("README.md", "docs/CONTRIBUTING.md", "codemeta.json"):
        assert said in " ".join((ROOT / path).read_text(encoding="utf-8").split()), path


def test_conda_brings_python_and_pip_and_pip_installs_the_lock_alone():
    assert CONDA["name"] == PROJECT["project"]["name"]
    names = [entry for entry in CONDA["dependencies"] if isinstance(entry, str)]
    assert [re.split(r"[ <>=]", name)[0] for name in names] == ["python", "pip"]
    # pip refuses a folder (-e .) where it checks hashes, and it does so as soon as one line has a hash
    assert CONDA["dependencies"][2:] == [{"pip": ["-r requirements.lock"]}]


def imported_packages() -> set[str]:
    """The packages outside the standard library and this project that the code and its tests import."""
    sources = [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py"), ROOT / "run.py"]
    names: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(str(node.module).split(".")[0])
    own = {"helpers", "gezinscoach_synthesis", "run"} | {path.stem for path in ROOT.glob("tests/**/*.py")}
    own |= {path.name for path in ROOT.glob("tests/*/")}
    return names - own - set(sys.stdlib_module_names)


BY_HAND = {"atheris"}  # of tests/fuzz_readers.py, which no test calls


def test_what_the_code_imports_is_declared():
    providers = packages_distributions()
    names = {canonicalize_name(wanted.name) for wanted in declared()}
    undeclared = {
        module
        for module in imported_packages()
        if names.isdisjoint(canonicalize_name(name) for name in providers.get(module, [module]))
    }
    assert undeclared == BY_HAND, "add to pyproject.toml and make the lock anew"


def test_the_tests_run_in_the_locked_environment():
    different = {}
    for pin in locked():
        if pin.marker is None or pin.marker.evaluate():
            try:
                found = version(pin.name)
            except PackageNotFoundError:
                found = "not installed"
            if found not in pin.specifier:
                different[str(pin)] = found
    assert different == {}, "set up again: remove .venv and run python3 run.py test"


def test_the_package_is_installed_from_this_folder():
    import helpers

    assert str(helpers.__file__).startswith(str(ROOT / "src"))
    assert distribution("gezinscoach").version == PROJECT["project"]["version"]


def test_the_version_is_the_same_everywhere():
    stated = PROJECT["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert str(citation["version"]) == stated
    for name in ("codemeta.json", ".zenodo.json"):
        assert json.loads((ROOT / name).read_text(encoding="utf-8"))["version"] == stated, name
    assert re.findall(r"^## (\S+)", changes, flags=re.MULTILINE)[0] == stated


def test_the_licence_states_both_licences():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in licence
    assert "Creative Commons Attribution 4.0 International" in licence
    assert PROJECT["project"]["license"] == "MIT AND CC-BY-4.0"


def test_a_test_that_moves_the_global_random_state_fails(pytester):
    draws = ["random.random()", "random.seed(1)", "numpy.random.rand()", "numpy.random.seed(1)"]
    tests = [f"def test_{n}():\n    {draw}\n" for n, draw in enumerate([*draws, "pass"])]
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile("\n".join(["import random, numpy", *tests]))
    states = random.getstate(), numpy.random.get_state()
    try:
        done = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:nbval")
    finally:
        random.setstate(states[0])
        numpy.random.set_state(states[1])
    done.assert_outcomes(passed=5, errors=4)


def test_completion_shows_the_rooms_that_the_package_describes_and_the_version():
    import helpers

    _, table, after = str(helpers.__doc__).split("===\n")
    described = [line.split()[0] for line in table.splitlines() if line[0] not in "= "]
    serving = re.findall("`([a-z]+)`", after.split(" serve ")[0])
    assert sorted(dir(helpers)) == sorted([*described, *serving, "__version__"])
    assert helpers.__version__ == PROJECT["project"]["version"]
    with pytest.raises(AttributeError, match="no room 'stduy'; there are .*study"):
        helpers.stduy  # noqa: B018
