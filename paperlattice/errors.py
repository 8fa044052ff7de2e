"""What can go wrong, as types that keep their facts as data.

Every error that a user can cause is a :class:`PaperlatticeError`; its text is one line that
says where, what was wanted and what was found. The command line prints that line and exits
with :attr:`PaperlatticeError.status`.
"""

from collections.abc import Iterable


class PaperlatticeError(Exception):
    """Base of all errors that a user of the library can act on."""

    #: Exit status of the command line: 1 for an error of the input, 2 for wrong usage.
    status = 1


class CorpusError(PaperlatticeError):
    """A place in an input file that cannot be read as a paper.

    path, line: where, line counted from 1; problem: what was wanted and what was found.
    """

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class UnknownChoiceError(PaperlatticeError):
    """A name that is in none of our tables; the message lists those that are."""

    status = 2

    def __init__(self, what: str, given: str, known: Iterable[str]) -> None:
        self.what, self.given, self.known = what, given, sorted(known)
        super().__init__(f"no {what} {given!r}; there is: {', '.join(self.known)}")


class QueryError(PaperlatticeError):
    """A SPARQL query that cannot be parsed or is not allowed here."""
