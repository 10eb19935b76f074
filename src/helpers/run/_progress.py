"""Notebooks executed in sight: how far a run is, as a bar on a terminal, else a line for each notebook."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

from helpers.run._execute import Job, execute_all

AT_A_TIME = 2


class Progress:
    """Tells of cells and notebooks that are done; cells may be told of from several threads."""

    def __init__(self, stream: TextIO, bar: tqdm | None) -> None:
        self._stream, self._bar = stream, bar

    def cell(self, job: Job) -> None:
        """One more cell is done."""
        if self._bar is not None:
            self._bar.set_description_str(job.label, refresh=False)
            self._bar.update(1)

    def done(self, job: Job) -> None:
        """One more notebook is done."""
        if self._bar is None:
            self.say(f"{job.label}  {job.seconds:.1f} s")

    def say(self, line: str) -> None:
        """Write a line, above the bar where there is one."""
        if self._bar is None:
            print(line, file=self._stream, flush=True)
        else:
            self._bar.write(line, file=self._stream)


@contextmanager
def progress(cells: int, *, stream: TextIO) -> Iterator[Progress]:
    """Show the progress of a run on a stream; what is no terminal gets no bar."""
    if not stream.isatty():
        yield Progress(stream, None)
        return
    with tqdm(total=cells, file=stream, unit="cell", leave=False, dynamic_ncols=True) as bar:
        yield Progress(stream, bar)


def execute_in_sight(
    jobs: Sequence[Job],
    stream: TextIO,
    *,
    cleaned: Callable[[], bool] = lambda: False,
    after_cleaning: Callable[[], None] = lambda: None,
) -> None:
    """Execute notebooks side by side, once the first has made the clean tables: see `execute_all`.

    Raises
    ------
    NotebookError
        A notebook stopped.
    """
    cells = sum(cell.cell_type == "code" for job in jobs for cell in job.source.cells)
    with progress(cells + sum(bool(job.parameters) for job in jobs), stream=stream) as told:
        for job in jobs:
            job.after_cell = told.cell
        execute_all(
            jobs,
            workers=AT_A_TIME,
            after_each=told.done,
            cleaned=cleaned,
            after_cleaning=after_cleaning,
        )
