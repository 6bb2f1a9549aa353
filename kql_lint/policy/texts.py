"""One text, as an editor has it open: linted and judged as ``kql-lint check`` does with its file."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.runner import lint_file

if TYPE_CHECKING:
    from kql_lint.policy.apply import Policy
    from kql_lint.runner import FileReport, Options
    from kql_lint.runner.lint import Known
    from kql_lint.source import Source


class CheckedText(NamedTuple):
    """What linting a text gave: report has what is reported of it, raw all that was found."""

    report: FileReport
    raw: FileReport


def check_text(
    source: Source, policy: Policy, options: Options | None = None, known: Known | None = None
) -> CheckedText:
    """What ``kql-lint check`` reports of a file with this name and text, if it is the only one.

    The configuration, the suppressions and the baseline of the file hold.  options are in place of those that the
    policy has for the file's name.  The policy counts nothing.  known is that of lint_file.  Raises ConfigError for a
    configuration or a baseline that can't be used.
    """
    own = policy.anew()
    raw = lint_file(source.path, options or own.options(source.path), lambda _: source, known)
    report = copy(raw)
    own.judge(report)
    return CheckedText(report, raw)
