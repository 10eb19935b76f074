"""The command: what it passes on and says, and its exit codes: 0 done, 1 data or run, 2 the command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from datasets import write_dataset
from gezinscoach_synthesis import DEFAULT_FAMILIES, DEFAULT_SEED
from helpers import run as pipeline
from helpers.cli import DEFAULT_RAW, PLAINER, LanguageCode, main
from helpers.definitions import ROOT
from helpers.definitions.reading import DefinitionError
from helpers.export.messages import ExportError
from helpers.folders import EditionError
from helpers.parameters import PARAMETERS
from helpers.run import RunError, TargetError
from raw_exports import household

NOTHING = {
    "comparison": None,
    "languages": (),
    "each_pilot": False,
    "pdf": False,
    "docx": False,
    "key_file": None,
    "accept_losses": False,
    "replace_public": False,
    "look": False,
}


@pytest.fixture
def calls(monkeypatch):
    """What the command asks of the pipeline, in place of a run."""
    asked = []

    def run(raw, out, *, nursery, **options):
        asked.append((raw, out, options))
        return Path("reports/klein")

    monkeypatch.setattr(pipeline, "run", run)
    return asked


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_without_options_the_embedded_export_is_run(calls):
    result = call("run")
    assert calls == [(DEFAULT_RAW, None, {"pilots": (), "parameters": {}, **NOTHING, "internal": False})]
    assert DEFAULT_RAW == ROOT / "data" / "raw" / "synthetic"
    assert (result.exit_code, result.stdout) == (0, f"{Path('reports/klein/index.html')}\n")
    assert f"Open {Path('reports/klein/index.html').resolve().as_uri()}" in result.stderr
    assert result.stderr.endswith("To look further: python3 run.py lab\n")


def test_after_a_run_of_another_export_it_is_that_one_that_can_be_looked_at(calls, tmp_path):
    (tmp_path / "mijn export").mkdir()
    result = call("run", "--raw", tmp_path / "mijn export")
    assert result.stderr.endswith(f"python3 run.py lab --raw '{tmp_path / 'mijn export'}'\n")


def test_all_options_are_passed_on(calls, tmp_path):
    call(
        *("run", "--raw", tmp_path, "--out", tmp_path / "new", "--pilot", "Leuven", "--pilot", "Bilzen"),
        *("-p", "poverty_cutoff", "4", "-p", "follow_up_rule", "last", "--language", "en"),
        *("--each-pilot", "--pdf", "--docx", "--pseudonymise", tmp_path / "sleutel", "--accept-losses"),
        *("--replace-public", "--look", "--comparison", tmp_path),
    )
    parameters = {"poverty_cutoff": 4, "follow_up_rule": "last", "language": "en"}
    options = {"pilots": ("Leuven", "Bilzen"), "parameters": parameters, "internal": False}
    options |= {"comparison": tmp_path}
    options |= {
        "languages": ("en",),
        "each_pilot": True,
        "pdf": True,
        "docx": True,
        "key_file": tmp_path / "sleutel",
    }
    options |= {"accept_losses": True, "replace_public": True, "look": True}
    assert calls == [(tmp_path, tmp_path / "new", options)]


def test_an_internal_run_is_asked_for_and_both_places_are_told(calls):
    result = call("run", "--internal")
    assert calls == [(DEFAULT_RAW, None, {"pilots": (), "parameters": {}, **NOTHING, "internal": True})]
    report, review = Path("reports/klein/index.html"), Path("reports/klein-internal/index.html")
    assert (result.exit_code, result.stdout) == (0, f"{report}\n{review}\n")


def test_internal_is_not_given_with_p(tmp_path):
    result = call("run", "--raw", write_dataset(tmp_path / "raw"), "-p", "internal", "true")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: the parameters cannot be used: internal: is no parameter of a run; use --internal\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--raw", "no/such/folder"], "no/such/folder"),
        (["run", "--language", "fr"], "fr"),
        (["run", "--pilt", "Leuven"], "--pilt"),
        (["run", "-p", "poverty_cutoff"], "-p"),
        (["run", "-p", "poverty_cutoff", "3", "-p", "poverty_cutoff", "4"], "poverty_cutoff: given twice"),
        (["run", "--language", "nl", "-p", "language", "en"], "language: given twice"),
        (["rnu"], "rnu"),
        (["synthesise"], "DIR"),
        (["synthesise", "x", "--families", "0", "--seed", "1"], "0"),
        (["synthesise", "x", "--families", "3", "--seed", "one"], "one"),
    ],
)
def test_a_wrong_command_exits_with_2_and_runs_nothing(calls, arguments, said):
    result = call(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert calls == [] and result.stdout == ""


def test_parameters_that_cannot_be_are_a_wrong_command(tmp_path):
    raw = write_dataset(tmp_path / "raw")
    result = call(
        *("run", "--raw", raw, "--out", tmp_path / "out", "--pilot", "Gent"), *("-p", "poverty_cutoff", "abc")
    )
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: the parameters cannot be used:",
        "  poverty_cutoff: 'abc' is not a whole number from 1 to 6 (domains)",
        "  pilots: 'Gent' is not in the dataset, which has Baldemore, Oostende, Leuven, Herenthout, Bilzen",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw"]


def test_pilots_are_not_given_with_p(tmp_path):
    result = call("run", "--raw", write_dataset(tmp_path / "raw"), "-p", "pilots", "Leuven")
    assert result.exit_code == 2
    assert "--pilot NAME" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RunError("01_cleaning stopped"), 1),
        (EditionError("a public edition of these data exists already"), 2),
        (ExportError("kind.csv: no such file"), 1),
        (TargetError("--out x: is a file"), 2),
        (KeyboardInterrupt(), 1),
    ],
)
def test_an_error_is_one_message_without_a_traceback(monkeypatch, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(pipeline, "run", fail)
    result = call("run")
    assert result.exit_code == code
    assert result.stderr.strip() == (
        f"error: {error}" if str(error) else "stopped; what was there before is as it was"
    )


def test_synthesise_refuses_a_folder_with_files_and_a_file(tmp_path):
    (tmp_path / "kind.csv").write_text("real data")
    for folder in (tmp_path, tmp_path / "kind.csv"):
        result = call("synthesise", folder, "--families", 3, "--seed", 1)
        assert (result.exit_code, "is not empty" in result.stderr) == (2, True)
    assert (tmp_path / "kind.csv").read_text() == "real data"


def test_synthesise_hands_over_families_and_seed(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        "gezinscoach_synthesis.write_dataset",
        lambda folder, *, families, seed: asked.append((folder, families, seed)),
    )
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new", tmp_path / "empty"):
        assert call("synthesise", folder, "--families", 12, "--seed", 7).exit_code == 0
    assert call("synthesise", tmp_path / "new").exit_code == 0
    assert asked == [
        (tmp_path / "new", 12, 7),
        (tmp_path / "empty", 12, 7),
        (tmp_path / "new", DEFAULT_FAMILIES, DEFAULT_SEED),
    ]


def test_notebooks_are_named_when_they_have_been_refreshed(monkeypatch):
    monkeypatch.setattr(pipeline, "refresh", lambda names: (Path("a.ipynb"), Path("b.ipynb")))
    assert call("notebooks").stdout == "a.ipynb\nb.ipynb\n"


def test_a_notebook_that_there_is_not_is_named_beside_one_that_there_is():
    refused = call("notebooks", "03", "33")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(
        "error: 33: no notebook has a name that begins so; there are 01_cleaning,"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--pilot", "Leuven"], "--pilot chooses whose rows stand in --report; give that too"),
        (["--draft-mapping", "-", "--report", "x.xlsx"], "choose one of the two"),
    ],
)
def test_no_option_of_check_is_left_unused(tmp_path, options, said):
    refused = call("check", write_dataset(tmp_path / "raw"), *options)
    assert (refused.exit_code, refused.stdout) == (2, "") and said in refused.stderr


def test_a_package_that_the_environment_lost_is_named(monkeypatch):
    def lost(names):
        raise ModuleNotFoundError("No module named 'tqdm'", name="tqdm")

    monkeypatch.setattr(pipeline, "refresh", lost)
    told = call("notebooks")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith(f"error: the package tqdm is missing in {sys.prefix}. Where run.py made")


def test_definitions_that_the_options_of_a_command_need_are_told(monkeypatch):
    def broken(*given):
        raise DefinitionError(ROOT, ["languages.yml: is missing"])

    monkeypatch.setattr(LanguageCode, "convert", broken)
    told = call("check", ROOT, "--language", "nl")
    assert (told.exit_code, told.stdout) == (1, "") and "languages.yml: is missing" in told.stderr


def test_what_is_written_to_the_home_folder_lies_there(tmp_path, monkeypatch):
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here):
        folder.mkdir()
    raw = write_dataset(tmp_path / "raw", huishouden=[household()])
    monkeypatch.chdir(here)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    assert call("check", raw, "--draft-mapping=~/draft.yml").exit_code == 0
    assert call("export-data", "--to=csv", "--raw", raw, "~/x-internal").exit_code == 0
    assert sorted(path.name for path in home.iterdir()) == ["draft.yml", "x-internal"]
    assert list(here.iterdir()) == []


def test_help_lists_every_parameter_that_can_be_set():
    text = call("run", "--help").stdout
    settable = [name for name, one in PARAMETERS.items() if one.kind in ("whole", "choice")]
    assert [name for name in settable if f"\n  {name} {PARAMETERS[name].default}" not in text] == []


def test_help_comes_without_the_heavy_packages():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom helpers.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print(sorted({'pandas', 'papermill', 'matplotlib', 'yaml'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@given(st.text(alphabet=st.characters()), st.sampled_from(["cp1252", "cp850", "cp437", "ascii", "utf-8"]))
@example("Zoë\u2011Łódź – \u0301 \udce9 \U0001f600", "ascii")
def test_any_text_can_be_written_on_any_console(text, encoding):
    """Whatever a message holds, lone surrogates of strange file names included, and ASCII stays as it is."""
    written = text.encode(encoding, errors=PLAINER).decode(encoding)
    assert "".join(sign for sign in text if sign.isascii()) in written or not text.isascii()


def test_signs_that_a_console_lacks_become_plainer_ones():
    assert "Zoë – één…".encode("cp850", errors=PLAINER).decode("cp850") == "Zoë - één..."
    assert "Łódź".encode("cp1252", errors=PLAINER) == b"\\u0141\xf3dz"


def test_every_command_can_be_told_on_any_console(tmp_path):
    """Names, values and folders hold letters that no Western code page has."""
    odd = "Łódź\u2011\u0301"
    row = household(pilootproject=odd, inkomen=odd, **{odd: "x"})
    raw = write_dataset(tmp_path / odd, huishouden=[household(), row], dataset_yml={"title": odd})
    bare = write_dataset(tmp_path / f"{odd}2", huishouden=[row], rename={"kind.stress": odd})
    (bare / "dataset.yml").unlink()
    runner = CliRunner(charset="ascii")  # the console that lacks most
    for arguments in (
        ["check", raw], ["check", raw, "--language", "nl"], ["check", bare], ["check", tmp_path / odd / "n"],
        ["check", bare, "--draft-mapping", "-"], ["check", raw, "--draft-mapping", tmp_path / odd],
        *[["check", raw, "--report", tmp_path / f"{odd}.xlsx"]] * 2,
        ["check", raw, "--report", tmp_path / "a.xlsx", "--pilot", odd],
        ["run", "--raw", bare], ["run", "--raw", raw, "--pilot", odd], ["run", "--raw", raw, "--out", raw],
        ["verify", raw], ["synthesise", raw], [odd], *([command, "--help"] for command in main.commands),
    ):  # fmt: skip
        result = runner.invoke(main, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), arguments
        assert result.output


def test_output_of_a_process_in_another_code_page(tmp_path):
    raw = write_dataset(tmp_path / "raw", huishouden=[household(), household("2022-06-01", inkomen="Łódź")])
    command = "from helpers.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", command, "check", raw],
        env=os.environ | {"PYTHONIOENCODING": "cp850", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert done.returncode == 0 and done.stderr == b""
    assert "inkomen: `\\u0141ódz`" in done.stdout.decode("cp850")


class Interrupted:
    """Ctrl-C that comes while a class is being made, as most of them are during imports."""

    def __set_name__(self, *_):
        raise KeyboardInterrupt


@pytest.mark.parametrize("place", ["helpers.run.run", "helpers.cli.LanguageCode.convert"])
def test_ctrl_c_during_imports_is_one_line_too(monkeypatch, place):
    monkeypatch.setattr(place, lambda *_, **__: type("Imported", (), {"field": Interrupted()}))
    result = call("run", "--language", "nl")
    assert (result.exit_code, result.stderr) == (1, "\nstopped; what was there before is as it was\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_run_ends_its_kernels_and_leaves_nothing(tmp_path):
    raw = write_dataset(tmp_path / "raw")
    code = (
        "import sys\nfrom pathlib import Path\nfrom small_notebooks import write_notebooks\n"
        "from helpers import cli, run as pipeline\n"
        "place = Path(sys.argv.pop())\n"
        "pipeline.make_plan.__kwdefaults__['notebook_folder'] = write_notebooks("
        "    place / 'notebooks', cleaning=(f'Path = __import__(\"pathlib\").Path\\n'"
        '    f\'_ = Path({str(place / "pid")!r}).write_text(str(__import__("os").getpid()))\\n\''
        "    '__import__(\"time\").sleep(60)',))\n"
        "pipeline.make_plan.__kwdefaults__['clean_folder'] = place / 'clean'\n"
        "cli.main()\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, "run", "--raw", raw, "--out", tmp_path / "out", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        # a shell lets what it starts in the background ignore interrupts, and so would what the tests start
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline and run.poll() is None:
        time.sleep(0.1)
    time.sleep(0.3)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    said = [line for line in err.splitlines() if line and not line.startswith("warning: ")]
    assert (run.returncode, out, said) == (1, "", ["stopped; what was there before is as it was"])
    kernel = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "pid", "raw"]


def test_a_run_that_is_ended_says_so_and_what_was_there_stays(monkeypatch):
    def ended(*_, **__):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("helpers.run.run", ended)
    before = signal.getsignal(signal.SIGTERM)
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1 and "stopped; what was there before is as it was" in result.stderr
    assert signal.getsignal(signal.SIGTERM) is before
