"""Kernels that are forked: fresh, with what is theirs alone, and gone with the run."""

import io
import os
import socket
import subprocess
import sys

import nbformat
import pytest
from jupyter_client.connect import LocalPortCache
from nbformat.v4 import new_code_cell, new_notebook

from helpers import forks
from helpers.forks import Nursery
from helpers.run import _execute
from helpers.run._execute import Job, execute_all

ASKED = """import os, random, sys
import numpy
already = "stained" in vars(numpy)
numpy.stained = True
print(already, "pandas" in sys.modules, os.getppid() == {run}, os.environ["IPYTHONDIR"], random.random())
print(os.getcwd(), sorted(name for name in globals() if not name.startswith("_")), sep="|")"""


def test_what_notebooks_need_has_no_grammar_of_web_addresses_made():
    lines = "import helpers, nbformat, sys; print(sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"


def test_a_fork_beside_threads_of_numpy_is_no_cause_to_warn():
    told = "This process (pid=1) is multi-threaded, use of fork() may lead to deadlocks in the child."
    lines = [
        "import os, warnings",
        "from helpers import forks",
        f"os.fork = lambda: warnings.warn({told!r}, DeprecationWarning, stacklevel=2) or 7",
        "forks.IMPORTED = ()",
        "forks.serve()",
    ]
    command = [sys.executable, "-W", "default", "-c", "\n".join(lines)]
    done = subprocess.run(command, input="{}\n", capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("7\n", "")


@pytest.fixture
def answers(tmp_path):
    """What three kernels of a run say of themselves, line by line."""
    cells = [new_code_cell("parameters = 1", metadata={"tags": ["parameters"]})]
    asked = new_notebook(cells=[*cells, new_code_cell(ASKED.format(run=os.getpid()))])
    jobs = [Job(f"0{n}", asked, {}, tmp_path) for n in range(3)]
    execute_all(jobs, io.StringIO())
    return [job.executed.cells[-1].outputs[0].text.splitlines() for job in jobs]


def test_a_forked_kernel_has_computed_nothing_and_shares_nothing(answers, tmp_path):
    assert {line.split()[0] for line, _ in answers} == {"False"}
    assert len({line.split()[3] for line, _ in answers}) == len({line.split()[4] for line, _ in answers}) == 3
    folder, names = answers[0][1].split("|")
    assert folder == str(tmp_path)
    own = {"already", "numpy", "os", "parameters", "random", "sys"}
    assert own <= set(eval(names)) <= own | {"In", "Out", "exit", "get_ipython", "open", "quit"}
    if forks.CAN_FORK:  # they come from the process that has imported
        assert {tuple(line.split()[1:3]) for line, _ in answers} == {("True", "False")}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel that loses its port is started again")
def test_a_port_that_another_process_takes_is_no_hindrance(request, monkeypatch, capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda *_: taken.getsockname()[1])
        request.getfixturevalue("answers")
    assert capfd.readouterr().err == ""


def test_elsewhere_they_are_started_as_jupyter_does(request, monkeypatch):
    monkeypatch.setattr(forks, "CAN_FORK", False)
    answers = request.getfixturevalue("answers")
    assert {tuple(line.split()[1:3]) for line, _ in answers} == {("False", "True")}


def test_a_process_that_does_not_come_up_is_no_hindrance(request, monkeypatch):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    monkeypatch.setattr(_execute, "Nursery", Nursery)  # one of its own
    monkeypatch.setattr(
        Nursery, "_started", lambda self: subprocess.Popen([sys.executable, "-c", ""], **pipes)
    )
    answers = request.getfixturevalue("answers")
    assert {tuple(line.split()[1:3]) for line, _ in answers} == {("False", "True")}


def test_when_no_kernel_comes_up_it_says_over_what_kernels_talk(monkeypatch, tmp_path):
    def silent(job):
        raise RuntimeError("Kernel didn't respond in 120 seconds")

    monkeypatch.setattr(_execute, "_with_papermill", silent)
    with pytest.raises(_execute.NotebookError, match=r"respond in 120 seconds\). Kernels talk over sockets"):
        _execute.execute(Job("01_one", nbformat.v4.new_notebook(), {}, tmp_path))
