"""One file that has to be linted, in this process or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.runner.cache import ResultCache
from kql_lint.runner.lint import Options, lint_file
from kql_lint.runner.report import FileReport

if TYPE_CHECKING:
    from kql_lint.source import Source


class Task(NamedTuple):
    """A file to lint: its content, and the key to keep the report under; None where nothing is kept."""

    path: str
    options: Options
    data: bytes
    key: str | None


def lint(task: Task) -> FileReport:
    """The report of a file, which is put into the cache as well."""
    from kql_lint.source import read_source

    def read(path: str) -> Source:
        return read_source(path, task.data)

    report = lint_file(task.path, task.options, read)
    if task.key is not None:
        ResultCache().put(task.key, report)
    return report
