"""One text, as an editor has it open: linted and judged as ``kql-lint check`` does with its file."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.runner import lint_file

if TYPE_CHECKING:
    from kql_lint.policy.apply import Policy
    from kql_lint.policy.elsewhere import Elsewhere
    from kql_lint.runner import FileReport, Known, Options
    from kql_lint.source import Source


class CheckedText(NamedTuple):
    """What linting a text gave: report has what is reported of it, raw all that was found."""

    report: FileReport
    raw: FileReport


def check_text(
    source: Source,
    policy: Policy,
    options: Options | None = None,
    known: Known | None = None,
    elsewhere: Elsewhere | None = None,
) -> CheckedText:
    """What ``kql-lint check`` reports of a file with this name and text, as far as no other file counts.

    The configuration, the suppressions and the baseline of the file hold.  options are in place of those that the
    policy has for the file's name.  The policy counts nothing.  known is that of lint_file.  elsewhere has the rules of
    other files, with which those of the file are compared.  Raises ConfigError for a configuration or a
    baseline that can't be used.
    """
    raw = lint_file(source.path, options or policy.options(source.path), lambda _: source, known)
    return judged(raw, policy, elsewhere)


def judged(raw: FileReport, policy: Policy, elsewhere: Elsewhere | None = None) -> CheckedText:
    """What is left of a raw report, which is not changed; elsewhere takes what of it other files are compared with."""
    own = policy.anew()
    own.elsewhere = elsewhere
    report = copy(raw)
    own.judge(report)
    if elsewhere is not None:
        elsewhere.put(raw.path, own.compared)
    return CheckedText(report, raw)
