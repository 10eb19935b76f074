#!/usr/bin/env python3
"""Set up the environment when it is needed, and hand over: python3 run.py report | test | lab | bench.

Standard library only. The environment is `.venv` beside this file (GEZINSCOACH_VENV names another folder):
the versions of `requirements.lock`, and what `requirements.local.txt` adds for oneself. It is made again when
one of these, `pyproject.toml` or the folder changed. Another version of Python gets an environment beside it,
such as `.venv-3.13`, and takes neither.
"""

from __future__ import annotations  # so that an older Python, too, gets to say that it is too old

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
PYTHON = "{}.{}".format(*sys.version_info[:2])


def program_of(venv: Path, name: str) -> Path:
    """Where a program of an environment is, on this system."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def there(path: Path) -> bool:
    """Tell whether a file is there for this user; one that leads to where another alone may look is not."""
    return os.path.exists(path)


def told_of(venv: Path) -> str:
    """Give what an environment says of itself: its Python and its name."""
    try:
        return (venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def beside(venv: Path, python: str) -> Path:
    """Give `.venv`, or `.venv-3.13` where `.venv` is complete and of another version of Python."""
    made_with = re.search(r"^version(?:_info)? *= *(\d+\.\d+)", told_of(venv), re.MULTILINE)
    complete = (venv / "set-up-complete").exists() and there(program_of(venv, "python"))
    other = made_with is not None and made_with[1] != python
    return venv.with_name(f"{venv.name}-{python}") if complete and other else venv


CHOSEN = Path(os.environ.get("GEZINSCOACH_VENV") or ROOT / ".venv").expanduser().resolve()
VENV = beside(CHOSEN, PYTHON)
STAMP = VENV / "set-up-complete"
NAMED = ("--prompt", "gezinscoach")  # by which an environment that is not complete is known as ours
LOCK = ROOT / "requirements.lock"
LOCAL = "requirements.local.txt"  # one's own packages, which git ignores
OLDEST, NEWEST = (3, 11), (3, 15)
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_USER")
USAGE = """usage: python3 run.py COMMAND [ARGUMENT ...]

  report   clean the embedded export and make the report in reports/synthetic/
           (arguments go to `gezinscoach run`: report --language en; report --help lists them)
  test     check style and types, then run all tests and notebooks
           (arguments go to pytest, which then runs alone: test -k kansarmoede)
  lab      open copies of the notebooks in JupyterLab, of the embedded export or your own
           (lab --raw data/raw/mijn-export --language en; lab --help lists the options)
  bench    time the pipeline on 7,000 made-up families, and measure how good intervals and tests are
           (bench --scale 10000 100000 1000000: time and memory of so many, beside polars and duckdb)

The first command sets up .venv, which takes a few minutes and needs access to the Python package index."""


class SetUpError(Exception):
    """The environment could not be made; the message says what to do."""


class StepFailed(Exception):
    """A program that the set-up runs did not end well; holds the end of what it said."""


def unsupported(version: tuple[Any, ...]) -> str:
    """Say why a Python cannot be used, with what to do about it; empty when it can."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    found = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    present = [name for name in found if works(name)]
    hint = f"Try: {present[0]} run.py" if present else "Install one of these and run it with that."
    (_, oldest), (_, newest) = OLDEST, NEWEST
    return f"This project needs Python 3.{oldest} to 3.{newest}; this is {version[0]}.{version[1]}. {hint}"


def works(name: str) -> bool:
    """Tell whether a Python is there and runs; pyenv puts names on the path that do not."""
    found = shutil.which(name)
    nothing = subprocess.DEVNULL
    try:
        return bool(found) and subprocess.call([str(found), "--version"], stdout=nothing, stderr=nothing) == 0
    except OSError:
        return False


def venv_program(name: str) -> Path:
    """Where a program of the environment is."""
    return program_of(VENV, name)


def child_environment() -> dict[str, str]:
    """The environment variables for what is started: without those that would change how Python works."""
    own_choice = {"OPENBLAS_NUM_THREADS": "1"}  # matrices are small here: threads would wait for one another
    kept = own_choice | {name: value for name, value in os.environ.items() if name not in UNWANTED}
    if kept.get("LC_ALL") in ("C", "POSIX"):  # Python 3.11 then cannot read where the project is after an é
        kept["LC_ALL"] = "C.UTF-8"
    return kept | {
        "VIRTUAL_ENV": str(VENV),
        "PATH": os.pathsep.join([str(venv_program("python").parent), kept.get("PATH", "")]),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not one that the user installed
    }


def fingerprint() -> str:
    """What the environment depends on: the lock, the package's declaration, the folder, own packages."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    local = ROOT / LOCAL
    parts += [local.read_bytes()] if local.is_file() else []
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_set_up() -> bool:
    """Whether the environment is complete, of the present files, and its Python is still there."""
    try:
        return STAMP.read_text(encoding="ascii") == fingerprint() and there(venv_program("python"))
    except (OSError, UnicodeDecodeError):
        return False


def set_up() -> None:
    """Make the environment from the lock, unless it is there already; the stamp comes last."""
    if is_set_up():
        return
    start = time.monotonic()
    if VENV != CHOSEN:
        say(f"{CHOSEN} is of another version of Python, and stays; this is {PYTHON}")
    count = sum(line[:1].isalpha() for line in LOCK.read_text(encoding="utf-8").splitlines())
    say(f"setting up the environment in {VENV} (a few minutes, once): {count} packages, some 1.5 GB on disk")
    remove_venv()
    build()
    install_local()
    STAMP.write_text(fingerprint(), encoding="ascii")
    say(f"the environment is ready ({time.monotonic() - start:.0f} s)")


def build() -> None:
    """Make the environment and fill it: with uv, with the uv that the lock names, or with pip."""
    uv = shutil.which("uv")
    if uv:
        try:
            step([uv, "venv", "--quiet", "--no-project", *NAMED, "--python", base_python(), VENV])
            return install_with_uv(uv)
        except StepFailed as error:
            say(f"uv did not manage; trying pip\n{error}")
            remove_venv()
    pip = make_venv_with_pip()
    try:
        install_locked_uv(pip)
        return install_with_uv(venv_program("uv"))
    except StepFailed as error:
        say(f"uv did not manage; pip goes on, which takes longer\n{error}")
    try:
        step([*pip, "install", "--quiet", "--require-hashes", "-r", LOCK])
        step([*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT])
    except StepFailed as error:
        free = shutil.disk_usage(next(folder for folder in VENV.parents if folder.is_dir())).free
        raise SetUpError(
            f"{error}\nThe packages could not be installed (see above). This needs access to the Python "
            f"package index, or to a mirror that pip or uv knows, and some 1.5 GB of room: "
            f"{free / 1e9:.1f} GB are free. Then run the same command again."
        ) from None


def install_with_uv(uv: str | Path) -> None:
    """Install the lock, hashes checked and byte-compiled, and then this package itself from where it is."""
    target = [uv, "pip", "install", "--quiet", "--python", venv_program("python")]
    say("fetching and installing the packages; nearly all the time goes here")
    step([*target, "--require-hashes", "--compile-bytecode", "-r", LOCK])
    step([*target, "--no-deps", "--no-build-isolation", "--offline", "-e", ROOT])


def make_venv_with_pip() -> list[Any]:
    """Make an empty environment and give the pip command that installs into it."""
    python = venv_program("python")
    try:
        if importlib.util.find_spec("ensurepip"):
            step([base_python(), "-m", "venv", *NAMED, VENV])
            return [python, "-m", "pip"]
        if importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
            step([base_python(), "-m", "venv", "--without-pip", *NAMED, VENV])
            return [base_python(), "-m", "pip", "--python", python]
    except StepFailed as error:
        say(str(error))
    raise SetUpError(
        f"Python {PYTHON} cannot make a virtual environment here. On Debian or Ubuntu: sudo apt-get install "
        f"python{PYTHON}-venv (or python3-venv); elsewhere: install uv. Then run the same command again."
    )


def install_locked_uv(pip: list[Any]) -> None:
    """Install the one version of uv that the lock names, by its hashes."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "uv.txt"
        lines.write_text(locked("uv"), encoding="utf-8")
        step([*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", lines])


def install_local() -> None:
    """Install one's own packages, where there are any, beside those of the lock, which stay as they are."""
    if (ROOT / LOCAL).is_file():
        target = [venv_program("uv"), "pip", "install", "--quiet", "--python", venv_program("python")]
        say(f"installing what {LOCAL} names")
        try:
            step([*target, "--constraint", LOCK, "-r", ROOT / LOCAL])
        except StepFailed as error:
            raise SetUpError(
                f"{error}\nThe packages of {LOCAL} could not be installed (see above). One that needs other "
                f"versions than those of {LOCK.name} does not go with this project: use it elsewhere."
            ) from None


def locked(name: str) -> str:
    """The lines of one package in the lock: its version and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").replace("\\\n", "\\\0").splitlines()
    return "".join(line.replace("\0", "\n") + "\n" for line in lines if line.startswith(f"{name}=="))


def base_python() -> str:
    """The Python outside any environment that runs this script."""
    return getattr(sys, "_base_executable", None) or sys.executable


def remove_venv() -> None:
    """Take away what there is of the environment; never that of another user or of another project."""
    if VENV.is_dir() and hasattr(os, "getuid") and VENV.stat().st_uid != os.getuid():
        raise SetUpError(
            f"{VENV} belongs to another user, and does not fit what is here now. Work in a clone of your "
            "own, or set GEZINSCOACH_VENV to a folder of yours, such as ~/gezinscoach-venv."
        )
    chosen = VENV not in (ROOT / ".venv", ROOT / f".venv-{PYTHON}")
    if chosen and VENV.is_file():
        raise SetUpError(f"{VENV} is a file; name a new or an empty folder.")
    if chosen and VENV.is_dir() and any(VENV.iterdir()) and not is_ours():
        raise SetUpError(f"{VENV} holds what is not of this project; name a new or an empty folder.")
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(VENV)
    except OSError as error:
        raise SetUpError(
            f"{VENV} cannot be removed ({error}). Close the programs that use it, or remove it by hand."
        ) from None


def is_ours() -> bool:
    """Whether the environment was made by this script, complete or not."""
    return there(STAMP) or bool(re.search(rf"^prompt = '?{NAMED[1]}'?$", told_of(VENV), re.MULTILINE))


def step(command: list[Any]) -> None:
    """Run one program of the set-up; when it fails, raise with the last lines of what it said."""
    words = [str(word) for word in command]
    nothing, to_pipe, with_stdout = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    try:
        done = subprocess.run(
            words, cwd=ROOT, env=child_environment(), stdin=nothing, stdout=to_pipe, stderr=with_stdout
        )
    except OSError as error:
        raise StepFailed(f"{words[0]}: {error}") from None
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        raise StepFailed("\n".join(["$ " + " ".join(words), *said[-15:]]))


def say(message: str) -> None:
    """Tell what happens, apart from what the command itself prints."""
    print(f"run.py: {message}", file=sys.stderr, flush=True)


def hand_over(command: list[Any], *, cwd: Path | None = None) -> int:
    """Become the given program of the environment; on Windows, run it and pass its exit code on."""
    words = [str(venv_program(command[0])), *map(str, command[1:])]
    if os.name != "nt":
        if cwd:
            os.chdir(cwd)
        os.execve(words[0], words, child_environment())
    return subprocess.run(words, cwd=cwd, env=child_environment()).returncode


def report(arguments: list[str]) -> int:
    """Run the pipeline; folders are relative to where the command is given."""
    return hand_over(["gezinscoach", "run", *arguments])


def lab(arguments: list[str]) -> int:
    """Open copies of the notebooks in JupyterLab; folders are relative to where the command is given."""
    return hand_over(["gezinscoach", "lab", *arguments])


def bench(arguments: list[str]) -> int:
    """Time the pipeline on many families, and measure coverage and size of intervals and tests."""
    return hand_over(["python", ROOT / "tests" / "bench.py", *arguments])


def test(arguments: list[str]) -> int:
    """Check style and types beside all tests and notebooks; with arguments, pytest alone with those."""
    if arguments:
        return hand_over(["pytest", *arguments], cwd=ROOT)
    notebooks = sorted(path.relative_to(ROOT) for path in ROOT.glob("notebooks/[0-9]*.ipynb"))
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300", *notebooks] if notebooks else []
    cores = ["--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    style = ["ruff check", "ruff format --check", "mypy"]
    with tempfile.TemporaryDirectory() as folder:
        beside = {words: begin(words.split(), Path(folder) / f"{n}.txt") for n, words in enumerate(style)}
        failed = [] if begin(["pytest", *cores, *nbval, "src", "tests"]).wait() == 0 else ["pytest"]
        for n, (words, process) in enumerate(beside.items()):
            if process.wait() != 0:
                failed.append(words)
                print((Path(folder) / f"{n}.txt").read_text(encoding="utf-8", errors="replace"))
    for words in failed:
        say("failed: " + words)
    return 1 if failed else 0


def begin(words: list[Any], told: Path | None = None) -> subprocess.Popen[bytes]:
    """Start one check of the project; what it says goes to a file, where one is given."""
    command = [str(venv_program(words[0])), *map(str, words[1:])]
    out = told.open("wb") if told else None
    return subprocess.Popen(command, cwd=ROOT, env=child_environment(), stdout=out, stderr=out)


COMMANDS = {"report": report, "test": test, "lab": lab, "bench": bench}


def main(arguments: list[str]) -> int:
    """Run one command and give its exit code: 0 done, 1 failed, 2 the command was wrong."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if not arguments or arguments[0] not in COMMANDS:
        wrong = f"no such command: {arguments[0]}\n\n" if arguments else ""
        print(wrong + USAGE, file=sys.stderr)
        return 2
    fault = unsupported(sys.version_info)
    if fault:
        say(fault)
        return 1
    try:
        set_up()
        return COMMANDS[arguments[0]](arguments[1:])
    except SetUpError as error:
        say(str(error))
    except OSError as error:
        say(f"{error}. If the environment is damaged, remove {VENV} and run the same command again.")
    except KeyboardInterrupt:
        say("stopped")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
