"""Kernels that are there at once: forked from a process that has imported what notebooks import.

A fresh kernel spends more time on importing pandas, matplotlib and the rest than on its notebook. Where the
system can fork (Linux), a process beside the run imports them once and does nothing else; each kernel is a
fork of it, has a name, an environment and a folder of its own, and has computed nothing. Elsewhere, and where
that process does not come up, a kernel is started as Jupyter does.
"""

import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any as AnyTrait

IMPORTED = (  # what a notebook imports of itself, and what its tables and figures import when they are made
    *("helpers.study", "helpers.report", "seaborn"),
    *("statsmodels.genmod.generalized_estimating_equations", "statsmodels.discrete.discrete_model"),
)
CAN_FORK = hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")
SHOWN_IN_NOTEBOOKS = "module://matplotlib_inline.backend_inline"  # as a kernel sets it before all imports


def environment() -> dict[str, str]:
    """Give the environment of all kernels: repeatable, and free of what a user has set for own notebooks."""
    unset = ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTHONSTARTUP", "MPLBACKEND")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    matplotlib = importlib.util.find_spec("matplotlib")
    assert matplotlib is not None and matplotlib.origin is not None
    return kept | {
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
        "MATPLOTLIBRC": str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc"),
    }


class Nursery:
    """The process that kernels are forked from; it is started for the first kernel at the latest."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        """End the process; a kernel that is still there follows it within a second."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def start(self) -> None:
        """Start the process, which then imports beside what the caller does."""
        if CAN_FORK and self._process is None:
            self._process = self._started()

    def fork(self, command: Sequence[str], variables: Mapping[str, str], folder: str) -> "Fork | None":
        """Start a kernel with its environment and in its folder; None where the system cannot do it.

        The command is what Jupyter would start: `python -m ipykernel_launcher …`.
        """
        if not CAN_FORK:
            return None
        asked = {"arguments": list(command[2:]), "variables": dict(variables), "folder": folder}
        with self._one_at_a_time:
            self.start()
            assert self._process and self._process.stdin and self._process.stdout
            try:
                self._process.stdin.write(json.dumps(asked) + "\n")
                self._process.stdin.flush()
                return Fork(int(self._process.stdout.readline()))
            except (OSError, ValueError):  # it is gone, or so is the kernel
                return None

    def _started(self) -> subprocess.Popen[str]:
        """Start the process, in a session of its own: what is typed at the terminal is for the run alone."""
        command = [sys.executable, "-P", "-m", "helpers.forks"]
        own = environment() | {"MPLBACKEND": SHOWN_IN_NOTEBOOKS}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, text=True, env=own, start_new_session=True, stdin=pipe, stdout=pipe)


class Fork:
    """A forked kernel, with what Jupyter asks of a process that it has started."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)

    def poll(self) -> int | None:
        """Give 0 when it has ended, however that was, and None before."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        select.select([self._handle], [], [], timeout)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Forking(LocalProvisioner):
    """Starts kernels as Jupyter does, but by forking where that can be done."""

    nursery = AnyTrait()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel of a command; Jupyter calls this."""
        fork = self.nursery.fork(cmd, kwargs["env"], str(kwargs.get("cwd") or os.getcwd()))
        if fork is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid, self.cwd = fork, fork.pid, fork.pid, kwargs.get("cwd")
        return self.connection_info


def serve() -> None:
    """Import, then fork a kernel for every line that is read, and tell its number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears away kernels that have ended
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel ends when this process does
    gc.disable()  # what is imported stays: looking for what does not would take a fifth of the time
    from ipykernel import kernelapp

    for name in IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.enable()
    # Python warns of threads: those of numpy and pyarrow, which both make ready for a fork.
    warnings.filterwarnings("ignore", ".*multi-threaded, use of fork", DeprecationWarning)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become_kernel(**json.loads(line))
            kernelapp.launch_new_instance()
            sys.exit()
        print(pid, flush=True)


def _become_kernel(arguments: Sequence[str], variables: Mapping[str, str], folder: str) -> None:
    """Give a forked process what is its own: a session, an environment, a folder, and no hold on the run."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(os.devnull, "r+b") as nothing:
        for stream in (0, 1):
            os.dup2(nothing.fileno(), stream)
    parent = os.environ["JPY_PARENT_PID"]
    os.environ.clear()
    os.environ.update(variables, JPY_PARENT_PID=parent)
    os.chdir(folder)
    sys.argv[:] = arguments


if __name__ == "__main__":
    serve()
