"""run.py: when it sets the environment up, when it does not, and what it hands over to.

The installer is a stand-in that makes the environment in a moment and writes down what it was asked; the real
one runs each time that the project is set up.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import run
from helpers.definitions import ROOT

LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
uv==0.13.9 \\
    --hash=sha256:cc \\
    --hash=sha256:dd
uvicorn==1.0.0 \\
    --hash=sha256:ee
"""

UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_USER"}

# A stand-in for uv: `uv venv FOLDER` makes programs that say how they were called; every call is noted.
UV = """\
#!{python}
import os, pathlib, sys
root = pathlib.Path({root!r})
with (root / "uv.log").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if (root / "break").exists() and sys.argv[1] == (root / "break").read_text():
    sys.exit("no such host")
if sys.argv[1] == "venv":
    bin = pathlib.Path(sys.argv[-1]) / "bin"
    bin.mkdir(parents=True)
    (bin / "python").symlink_to({python!r})
    for name in ("gezinscoach", "pytest", "ruff", "mypy", "jupyter"):
        program = bin / name
        program.write_text(
            "#!{python}\\nimport os, sys\\n"
            "print(os.path.basename(sys.argv[0]), *sys.argv[1:])\\n"
            "ascii_only = ['LC_ALL'] if os.environ.get('LC_ALL') == 'C' else []\\n"
            "print('unwanted:', *sorted({unwanted!r} & os.environ.keys()), *ascii_only)\\n"
            "sys.exit(int(os.environ.get('EXIT_' + os.path.basename(sys.argv[0]).upper(), '0')))\\n"
        )
        program.chmod(0o755)
"""

posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a script")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with run.py, a lock, a declaration of the package, and the stand-in as the only uv."""
    folder = tmp_path / "a project"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "run.py", folder)
    (folder / "requirements.lock").write_text(LOCK)
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "notebooks").mkdir()
    for name in ("02_two.ipynb", "01_one.ipynb", "explore.ipynb"):
        (folder / "notebooks" / name).write_text("{}")
    uv = folder / "tools" / "uv"
    uv.write_text(UV.format(python=sys.executable, root=str(folder), unwanted=UNWANTED))
    uv.chmod(0o755)
    return folder


def call(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run run.py as a person does."""
    path = f"{project / 'tools'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, project / "run.py", *arguments],
        env=os.environ | {"PATH": path} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def times_set_up(project: Path) -> int:
    log = project / "uv.log"
    return log.read_text().count("venv --quiet") if log.exists() else 0


@posix_only
def test_the_first_command_sets_up_and_the_second_does_not(project):
    first = call(project, "report", "--language", "en")
    assert (first.returncode, first.stdout.splitlines()[0]) == (0, "gezinscoach run --language en")
    assert "setting up" in first.stderr
    second = call(project, "report")
    assert (second.returncode, second.stdout.splitlines()[0], second.stderr) == (0, "gezinscoach run", "")
    assert times_set_up(project) == 1


@posix_only
def test_the_lock_is_installed_with_hashes_and_compiled_and_the_package_without_network(project):
    call(project, "report")
    lock, package = (project / "uv.log").read_text().splitlines()[1:]
    assert "--require-hashes --compile-bytecode -r" in lock and lock.endswith("requirements.lock")
    assert "--no-deps --no-build-isolation --offline -e" in package and package.endswith(str(project))


@posix_only
@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_sets_up_again(project, changed):
    call(project, "report")
    with (project / changed).open("a") as file:
        file.write("# changed\n")
    call(project, "report")
    assert times_set_up(project) == 2


@posix_only
def test_a_python_that_is_gone_sets_up_again(project):
    call(project, "report")
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to(project / "gone")
    assert call(project, "report").returncode == 0
    assert times_set_up(project) == 2


@posix_only
def test_a_moved_folder_sets_up_again(project):
    call(project, "report")
    moved = project.rename(project.with_name("elsewhere"))
    (moved / "uv.log").unlink()
    uv = moved / "tools" / "uv"
    uv.write_text(uv.read_text().replace(str(project), str(moved)))
    call(moved, "report")
    assert times_set_up(moved) == 1


@posix_only
def test_an_interrupted_set_up_is_done_again(project):
    call(project, "report")
    (project / ".venv" / "set-up-complete").unlink()
    call(project, "report")
    assert times_set_up(project) == 2


@posix_only
def test_variables_that_change_python_do_not_reach_the_pipeline(project):
    done = call(project, "report", **dict.fromkeys(UNWANTED - {"PYTHONHOME"}, "1"), LC_ALL="C")
    assert done.stdout.splitlines()[1] == "unwanted:"


@posix_only
def test_the_exit_code_of_the_pipeline_is_passed_on(project):
    assert call(project, "report", EXIT_GEZINSCOACH="2").returncode == 2


@posix_only
def test_test_runs_the_notebooks_and_all_tests_in_one_call(project):
    done = call(project, "test")
    lines = [line for line in done.stdout.splitlines() if not line.startswith("unwanted")]
    assert done.returncode == 0
    assert lines == [
        "pytest --numprocesses auto --dist loadfile --no-loadscope-reorder "
        "--nbval --nbval-current-env --nbval-cell-timeout 300 notebooks/01_one.ipynb notebooks/02_two.ipynb "
        "src tests"
    ]


@posix_only
@pytest.mark.parametrize(
    ("program", "failed"), [("RUFF", ["ruff check", "ruff format --check"]), ("MYPY", ["mypy"])]
)
def test_a_failed_check_of_style_or_types_does_not_stop_the_tests_and_fails_the_whole(
    project, program, failed
):
    done = call(project, "test", **{f"EXIT_{program}": "1"})
    assert done.returncode == 1
    assert "pytest --numprocesses" in done.stdout
    assert [line for line in done.stdout.splitlines() if line in failed] == failed  # what it said is told
    assert done.stderr.splitlines()[-len(failed) :] == [f"run.py: failed: {words}" for words in failed]


@posix_only
def test_arguments_of_test_go_to_pytest_alone(project):
    done = call(project, "test", "-k", "two words", EXIT_PYTEST="5")
    assert (done.returncode, done.stdout.splitlines()[0]) == (5, "pytest -k two words")


@pytest.mark.parametrize(("arguments", "said"), [([], "usage:"), (["reprot"], "no such command: reprot")])
def test_a_wrong_command_is_exit_code_2_with_the_usage(arguments, said, capsys):
    assert run.main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err and "python3 run.py COMMAND" in captured.err and captured.out == ""


def test_help_is_no_fault(capsys):
    assert run.main(["--help"]) == 0
    assert "report" in capsys.readouterr().out


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 4), (3, 15, 0)])
def test_supported_pythons(version):
    assert run.unsupported(version) == ""


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 16, 0)])
def test_an_unsupported_python_is_told_which_ones_are(version, monkeypatch):
    monkeypatch.setattr(run, "works", lambda name: name == "python3.12")
    message = run.unsupported(version)
    assert f"this is 3.{version[1]}" in message and message.endswith("Try: python3.12 run.py")


def test_a_python_that_is_only_a_name_is_not_advised(tmp_path, monkeypatch):
    """As pyenv has them: on the path, and no Python behind it."""
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not run.works("python3.13")
    assert "python3.13 run.py" not in run.unsupported((3, 10, 9))


def test_an_older_python_can_read_the_script():
    """As far as syntax goes: it must get to its own message. Python 3.7 is what Debian 10 had."""
    compile(
        (ROOT / "run.py").read_text(encoding="utf-8"), "run.py", "exec", dont_inherit=True, _feature_version=7
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The module run with its paths in an empty folder and no uv on the machine."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "set-up-complete")
    monkeypatch.setattr(run, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def test_the_lines_of_one_package_are_taken_from_the_lock(here):
    assert run.locked("uv") == "uv==0.13.9 \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"


def test_the_lock_of_this_project_has_a_uv():
    assert run.locked("uv").count("--hash=sha256:") > 1


def steps(monkeypatch, *, failing=()) -> list[str]:
    """Put a list in the place of the programs that the set-up runs; those with a `failing` word fail."""
    done = []

    def step(command):
        done.append(" ".join(map(str, command)))
        if any(word in done[-1] for word in failing):
            raise run.StepFailed("it said no")

    monkeypatch.setattr(run, "step", step)
    return done


def test_without_uv_the_locked_uv_is_installed_by_pip_and_does_the_rest(here, monkeypatch):
    done = steps(monkeypatch)
    run.build()
    assert "-m venv" in done[0]
    assert "-m pip install --quiet --require-hashes --no-deps -r" in done[1] and done[1].endswith("uv.txt")
    assert [line.split()[0] for line in done[2:]] == [str(run.venv_program("uv"))] * 2


def test_where_uv_fails_pip_checks_the_hashes_and_installs_without_an_index(here, monkeypatch):
    done = steps(monkeypatch, failing=["uv pip install"])
    run.build()
    assert done[-2].endswith(f"-m pip install --quiet --require-hashes -r {run.LOCK}")
    assert "--no-deps --no-build-isolation --no-index -e" in done[-1]


def test_own_packages_are_installed_after_the_lock_and_set_up_again_when_they_change(here, monkeypatch):
    before, done = run.fingerprint(), steps(monkeypatch)
    run.install_local()
    assert done == []
    (here / "requirements.local.txt").write_text("pygwalker\n")
    run.install_local()
    assert done[0].endswith(f"-r {here / 'requirements.local.txt'}") and "--require-hashes" not in done[0]
    assert f"--constraint {run.LOCK}" in done[0]  # else one that wants an older pandas takes ours away
    assert run.fingerprint() != before


@pytest.mark.parametrize("said", ["version_info = 3.12.4", "home = /usr\nversion = 3.12.4\n"])  # uv, venv
def test_another_python_gets_an_environment_beside_a_complete_one(here, said):
    venv = here / ".venv"
    assert run.beside(venv, "3.13") == venv
    python = run.program_of(venv, "python")
    python.parent.mkdir(parents=True)
    python.touch()
    (venv / "pyvenv.cfg").write_text(said)
    assert run.beside(venv, "3.13") == venv  # of a set-up that was stopped
    (venv / "set-up-complete").touch()
    assert [run.beside(venv, python) for python in ("3.12", "3.13")] == [venv, here / ".venv-3.13"]
    python.unlink()
    assert run.beside(venv, "3.13") == venv  # its Python is gone, so that it is of use to nobody


@posix_only
def test_an_environment_of_another_python_is_told_and_left_as_it_is(project):
    call(project, "report")
    venv, own = project / ".venv", f".venv-{sys.version_info[0]}.{sys.version_info[1]}"
    (venv / "pyvenv.cfg").write_text("version = 3.99.1\n")
    before = {path: path.lstat().st_mtime_ns for path in venv.rglob("*")}
    second, third = call(project, "report"), call(project, "report")
    assert f"{venv} is of another version of Python, and stays" in second.stderr
    assert (third.returncode, third.stderr, times_set_up(project)) == (0, "", 2)
    assert {path: path.lstat().st_mtime_ns for path in venv.rglob("*")} == before
    assert (project / own / "set-up-complete").exists()


@posix_only
def test_the_environment_of_another_user_is_left_alone(here, monkeypatch):
    (here / ".venv").mkdir()
    monkeypatch.setattr(run.os, "getuid", lambda: 4242)
    with pytest.raises(run.SetUpError, match="another user.*GEZINSCOACH_VENV"):
        run.remove_venv()
    assert (here / ".venv").is_dir()


@posix_only
def test_a_python_where_another_user_alone_may_look_is_not_there(here, monkeypatch):
    venv, look = here / ".venv", os.stat
    python = run.program_of(venv, "python")

    def stat(path, **how):
        if os.fspath(path) == str(python):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("version = 3.12.4\n")
    (venv / "set-up-complete").write_text(run.fingerprint())
    monkeypatch.setattr(os, "stat", stat)
    assert run.beside(venv, "3.13") == venv and not run.is_set_up()


def test_a_chosen_folder_that_holds_other_files_is_left_alone(here, monkeypatch):
    (here / "documents").mkdir()
    (here / "documents" / "thesis.txt").write_text("x")
    monkeypatch.setattr(run, "VENV", here / "documents")
    with pytest.raises(run.SetUpError, match="holds what is not of this project"):
        run.remove_venv()
    for other in ("home = /usr", "home = /usr\nprompt = gezinscoaching"):  # of another project
        (here / "documents" / "pyvenv.cfg").write_text(f"{other}\n")
        with pytest.raises(run.SetUpError, match="holds what is not of this project"):
            run.remove_venv()
    assert (here / "documents" / "thesis.txt").exists()
    monkeypatch.setattr(run, "VENV", here / "documents" / "thesis.txt")
    with pytest.raises(run.SetUpError, match="is a file"):
        run.remove_venv()
    assert (here / "documents" / "thesis.txt").exists()


@pytest.mark.parametrize("said", ["prompt = gezinscoach", "prompt = 'gezinscoach'"])  # uv, venv
def test_a_set_up_that_was_stopped_in_a_chosen_folder_begins_anew(here, monkeypatch, said):
    chosen = here / "own"
    chosen.mkdir()
    (chosen / "pyvenv.cfg").write_text(f"home = /usr\n{said}\n")
    monkeypatch.setattr(run, "VENV", chosen)
    run.remove_venv()
    assert not chosen.exists()


def test_without_ensurepip_the_pip_of_the_machine_installs(here, monkeypatch):
    find = run.importlib.util.find_spec
    monkeypatch.setattr(
        run.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find("sys")
    )
    done = steps(monkeypatch)
    run.build()
    assert "-m venv --without-pip --prompt gezinscoach" in done[0]
    assert f"-m pip --python {run.venv_program('python')} install" in done[1]


def test_without_ensurepip_and_pip_the_message_says_what_to_install(here, monkeypatch, capsys):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    steps(monkeypatch)
    assert run.main(["report"]) == 1
    assert "apt-get install python3." in capsys.readouterr().err
    assert not run.STAMP.exists()


def test_without_an_index_the_message_says_what_is_needed_and_no_stamp_is_left(here, monkeypatch, capsys):
    steps(monkeypatch, failing=["pip install"])
    assert run.main(["report"]) == 1
    said = capsys.readouterr().err
    assert "it said no" in said and "access to the Python package index" in said
    assert re.search(r"1\.5 GB of room: [\d.]+ GB are free", said)
    assert not run.STAMP.exists()


def test_a_program_that_fails_is_quoted_with_the_end_of_what_it_said(here):
    talk = "import sys; print('\\n'.join(map(str, range(40)))); sys.exit('the reason')"
    with pytest.raises(run.StepFailed) as caught:
        run.step([sys.executable, "-c", talk])
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("$ ") and "the reason" in lines[1:] and "39" in lines and "20" not in lines


def test_paths_on_windows(here, monkeypatch):
    monkeypatch.setattr(run.os, "name", "nt")
    assert run.venv_program("gezinscoach").parts[-2:] == ("Scripts", "gezinscoach.exe")


def test_the_stand_in_is_a_script_that_python_reads():
    compile(textwrap.dedent(UV.format(python="python", root="x", unwanted=UNWANTED)), "uv", "exec")
