"""Errors meant for the person who can mend them; anything else is a fault of the program."""

import traceback


class PipelineError(Exception):
    """Base of all errors whose message says what is wrong, where, and what to do about it."""

    def _render_traceback_(self) -> list[str]:
        """Show in a notebook the line of the cell and the message alone; `%debug` goes the whole way."""
        frames = traceback.extract_tb(self.__traceback__)
        cells = [one for one in frames if "ipykernel" in one.filename and one.line]
        where = [f"line {cells[-1].lineno}: {cells[-1].line}"] if cells else []
        return [*where, f"{type(self).__name__}: {self}"]


class NoSuchTable(PipelineError, KeyError):
    """There is no table, counts, item or domain of that name; the message has the nearest ones."""

    def __str__(self) -> str:
        """Give the message as it is; a KeyError would quote it."""
        return str(self.args[0])
