"""How far a run is: a bar on a terminal, else a line for each notebook."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

from helpers.pipeline._execute import Job


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
