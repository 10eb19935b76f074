"""Errors meant for the person who can mend them; anything else is a fault of the program."""


class PipelineError(Exception):
    """Base of all errors whose message says what is wrong, where, and what to do about it."""
