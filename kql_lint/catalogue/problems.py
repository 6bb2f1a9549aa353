"""What is wrong with a file of the catalogue, and where."""

from __future__ import annotations


class Problem:
    """A mistake in a file: line and column are 1-based and count code points."""

    __slots__ = ("column", "line", "message", "path")

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"


class CatalogueError(Exception):
    """A catalogue file or an export to import that can't be used.  problems is never empty; str() is the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(str(problems[0]))

    @property
    def path(self) -> str:
        """The file of the first problem."""
        return self.problems[0].path

    @property
    def line(self) -> int:
        """The line of the first problem, 1-based."""
        return self.problems[0].line

    @property
    def column(self) -> int:
        """The column of the first problem, 1-based, in code points."""
        return self.problems[0].column

    @property
    def message(self) -> str:
        """The first problem without its place."""
        return self.problems[0].message
