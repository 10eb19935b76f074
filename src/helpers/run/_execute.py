"""Notebooks through papermill, each in a kernel of its own; a failure is told in words.

How far a run is shows as a bar on a terminal, else as a line for each notebook.
"""

import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import papermill
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from tqdm import tqdm
from traitlets import default

from helpers.errors import PipelineError
from helpers.folders import RunError
from helpers.forks import Forking, Nursery, environment
from helpers.pseudonyms import KEY_FILE
from helpers.report.output import IN_RUN
from helpers.run import _notebooks as notebooks

AT_A_TIME = 2
ENGINE = "gezinscoach"
KERNEL_NAME = "python3"
START_SECONDS = REPLY_SECONDS = 120
A_MOMENT = 0.05  # seconds
LAST_LINES = 12
ERROR_MARK = "papermill-error-cell-tag"


@dataclass(eq=False)
class Job:
    """One notebook to execute; `done` holds the executed one, or as much of it as there was.

    `of` names the report it is for, where a run makes more than one. What a `personal` one shows may be about
    single families: no message repeats it. The `key_file` is told to its kernel alone, in the environment:
    what is a parameter would be kept in the notebook. What Jupyter keeps of itself comes into `scratch`,
    which the run removes, or the next run when this one is killed; without it into the temp folder.
    """

    name: str
    source: NotebookNode
    parameters: Mapping[str, Any]
    folder: Path
    personal: bool = False
    of: str = ""
    key_file: Path | None = None
    scratch: Path | None = None
    nursery: Nursery | None = field(default=None, repr=False)
    after_cell: Callable[["Job"], None] = lambda job: None
    done: NotebookNode | None = None
    seconds: float = 0.0
    client: PapermillNotebookClient | None = field(default=None, repr=False)
    at: int = 0
    stopped: bool = False

    @property
    def label(self) -> str:
        return f"{self.of}/{self.name}" if self.of else self.name

    @property
    def executed(self) -> NotebookNode:
        if self.done is None:
            raise ValueError(f"{self.name} has not been executed")
        return self.done


class NotebookError(RunError):
    """A notebook that stopped; `job` holds the partial notebook."""

    def __init__(self, message: str, job: Job) -> None:
        super().__init__(message)
        self.job = job


class _ThisPython(AsyncKernelManager):
    """Kernels of the Python that runs this, whatever kernels the machine knows by that name."""

    @default("kernel_spec_manager")
    def _own_kernel_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])

    @default("transport_encryption")
    def _encrypted_where_possible(self) -> str:
        return "auto"

    @default("transport")
    def _without_a_port(self) -> str:
        """Linux knows sockets by a name that nobody else has; a port could be lost to another process."""
        return "ipc" if sys.platform == "linux" else "tcp"

    @default("ip")
    def _place(self) -> str:
        return f"@gezinscoach-{uuid4().hex}" if self.transport == "ipc" else self._ip_default()


class _Client(PapermillNotebookClient):
    """Papermill's own client, with a kernel that is forked where that can be done."""

    def __init__(self, nb_man: Any, *, nursery: Nursery | None, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._nursery = nursery

    def create_kernel_manager(self) -> AsyncKernelManager:
        manager = super().create_kernel_manager()
        if self._nursery:
            manager.provisioner = Forking(
                kernel_spec=manager.kernel_spec, parent=manager, nursery=self._nursery
            )
        return manager


class _Engine(NBClientEngine):
    """Papermill's own engine, with an environment of ours and a hold on the running kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        job: Job = options["job"]
        job.done = nb_man.nb
        with tempfile.TemporaryDirectory(
            prefix="gezinscoach-", dir=job.scratch, ignore_cleanup_errors=True
        ) as settings:
            job.client = _Client(
                nb_man,
                nursery=job.nursery,
                kernel_name=KERNEL_NAME,
                kernel_manager_class=_ThisPython,
                timeout=None,
                startup_timeout=START_SECONDS,
                iopub_timeout=REPLY_SECONDS,
                shutdown_kernel="immediate",
                resources={"metadata": {"path": str(job.folder)}},
                on_cell_execute=lambda cell, cell_index: setattr(job, "at", cell_index),
                on_cell_executed=lambda **_: job.after_cell(job),
                log=_silent_log(),
            )
            kept = {name: value for name, value in environment().items() if name != KEY_FILE}
            key = {KEY_FILE: str(job.key_file)} if job.key_file else {}
            job.client.execute(env=kept | key | {IN_RUN: "1", "IPYTHONDIR": settings})


def execute_all(
    jobs: Sequence[Job],
    stream: TextIO,
    *,
    cleaned: Callable[[], bool] = lambda: False,
    after_cleaning: Callable[[], None] = lambda: None,
) -> None:
    """Execute notebooks until all are done or one fails, some at a time, in order; tell how far it is.

    The first makes the clean tables that the others read: these are begun when `cleaned` says that the tables
    are there, or when the first is done, after `after_cleaning`. When a notebook stops (NotebookError), the
    kernels of the others are ended.
    """
    cells = sum(cell.cell_type == "code" for job in jobs for cell in job.source.cells)
    cells += sum(bool(job.parameters) for job in jobs)  # the cell that papermill puts in
    bar = tqdm(
        total=cells, file=stream, unit="cell", leave=False, dynamic_ncols=True, disable=not stream.isatty()
    )

    def one_more_cell(job: Job) -> None:
        bar.set_description_str(job.label, refresh=False)
        bar.update(1)

    with Nursery() as nursery, ThreadPoolExecutor(AT_A_TIME) as pool, bar:
        try:
            for job in jobs:
                job.nursery, job.after_cell = job.nursery or nursery, one_more_cell
            first = pool.submit(execute, jobs[0])
            while not cleaned() and not first.done():
                wait([first], timeout=A_MOMENT)
            if first.done():
                first.result()  # raises what stopped it
            after_cleaning()
            running = {first: jobs[0]} | {pool.submit(execute, job): job for job in jobs[1:]}
            for future in as_completed(running):
                future.result()
                if bar.disable:
                    job = running[future]
                    print(f"{job.label}  {job.seconds:.1f} s", file=stream, flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for job in jobs:
                _stop(job)
            raise


def execute(job: Job) -> None:
    """Execute one notebook, and again when its kernel dies before the first cell, as when it loses a port."""
    papermill_engines.register(ENGINE, _Engine)
    _silent_log()
    start = time.monotonic()
    loop = ensure_event_loop(prefer_selector_loop=True)
    try:
        try:
            _with_papermill(job)
        except RuntimeError:
            if job.stopped:
                raise
            _with_papermill(job)
    except RuntimeError as error:
        said = f"{job.label}: no kernel could be started ({error}). Kernels talk over sockets of this "
        raise NotebookError(f"{said}machine: does a firewall or a sandbox forbid that?", job) from None
    finally:
        loop.close()
        job.seconds = time.monotonic() - start


def _with_papermill(job: Job) -> None:
    """Hand a job to papermill, and put into words which cell failed."""
    try:
        job.done = papermill.execute_notebook(
            job.source,
            None,
            parameters=dict(job.parameters),
            engine_name=ENGINE,
            kernel_name=KERNEL_NAME,
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            job=job,
        )
    except papermill.PapermillExecutionError as error:
        raise NotebookError(_where(job) + _reason(error, personal=job.personal), job) from None
    except DeadKernelError:
        raise NotebookError(_where(job) + "the kernel died; was memory short?", job) from None


def _where(job: Job) -> str:
    """Say in which cell of the partial notebook, and under which heading, a job stopped."""
    assert job.done is not None
    job.done.cells = [cell for cell in job.done.cells if ERROR_MARK not in notebooks.tags(cell)]
    heading = notebooks.heading_of(job.done, job.at, language=str(job.parameters.get("language", "nl")))
    count = job.done.cells[job.at].get("execution_count")
    counted = f" (In [{count}])" if count else ""
    under = f', under "{heading}"' if heading else ""
    return f"{job.label} stopped at cell {job.at + 1}{counted}{under}:\n"


def _reason(error: papermill.PapermillExecutionError, *, personal: bool) -> str:
    """Give the message of an error that is meant for the reader, else the end of the traceback.

    Of a personal notebook no traceback: it may hold the words of a note.
    """
    if error.ename in _names_of_errors(PipelineError):
        return str(error.evalue)
    if personal:
        return f"{error.ename} (its message may be about a family, so it stands in the notebook alone)"
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", "\n".join(error.traceback))
    lines = [line.rstrip() for line in plain.splitlines() if line.strip()]
    return "\n".join(lines[-LAST_LINES:]) or f"{error.ename}: {error.evalue}"


def _names_of_errors(base: type[PipelineError]) -> set[str]:
    """List the class names of the errors that carry their own message: a kernel tells the name only."""
    return {base.__name__}.union(*(_names_of_errors(one) for one in base.__subclasses__()))


def _stop(job: Job) -> None:
    """End the kernel of a job that may still be running, from another thread."""
    job.stopped = True
    manager = job.client.km if job.client else None
    process = getattr(getattr(manager, "provisioner", None), "process", None)
    if process is not None:
        with suppress(OSError):
            process.kill()


def _silent_log() -> logging.Logger:
    """Give papermill's log, made silent: what goes wrong is told by the errors."""
    log = logging.getLogger("papermill")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
