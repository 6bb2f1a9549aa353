"""``kql-lint check``: lint files and directories."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from kql_lint.cli import FAILED, FINDINGS, SETTINGS, Failure, FilePath, inputs
from kql_lint.cli.fixing import (
    Fixing,
    changes_files,
    fix_options,
    is_on_stdout,
    makes_fixes,
    read_once,
    reports_nothing,
)
from kql_lint.cli.inputs import STDIN, Command
from kql_lint.cli.outputs import STDOUT, Outputs, Target, for_stdout, output_options
from kql_lint.cli.printing import complain
from kql_lint.config import SEVERITIES
from kql_lint.config.values import MOST_JOBS

if TYPE_CHECKING:
    from kql_lint.cli.inputs import Inputs
    from kql_lint.output import Style, Summary
    from kql_lint.policy.apply import Policy
    from kql_lint.policy.settings import Said
    from kql_lint.runner import FileReport, FunctionProblem


# The formats that are for people: of a document a run after another would make several.
WATCHED = ("text", "concise")


class Arguments(NamedTuple):
    """What the user wrote; None or empty where nothing was said."""

    paths: tuple[str, ...]
    stdin_filename: str | None
    output_format: str | None
    output: tuple[Target, ...]
    statistics: bool
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_level: str | None
    exit_zero: bool
    strict_fields: bool | None
    baseline: str | None
    write_baseline: str | None
    platform: str | None
    catalog: tuple[str, ...]
    functions: tuple[str, ...]
    exclude: tuple[str, ...]
    force_exclude: bool
    changed_since: str | None
    config: str | None
    isolated: bool
    allow_outside: tuple[str, ...]
    color: str
    quiet: bool
    fix: bool
    fix_intent: bool
    unsafe_fixes: bool
    fix_only: bool
    diff: bool
    add_suppressions: bool
    reason: str | None
    jobs: int | None
    cache: bool | None
    watch: bool


def _jobs(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """The number of processes; 0 for auto."""
    if value is None or value == "auto":
        return None if value is None else 0
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0
    if not 1 <= number <= MOST_JOBS:
        raise click.BadParameter(f'"{value}" is neither a number from 1 to {MOST_JOBS} nor auto')
    return number


def complete_rule(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell offers for the beginning of a rule's code or name."""
    from kql_lint.rules import RULES

    names = [name for rule in RULES for name in (rule.name, rule.code)]
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def _rules_option(name: str, text: str) -> Callable[[Command], Command]:
    return click.option(
        name, metavar="RULES", multiple=True, callback=inputs.split, shell_complete=complete_rule, help=text
    )


@click.command(context_settings=SETTINGS)
@click.argument("paths", nargs=-1, type=FilePath())
@output_options
@_rules_option("--select", "Only these rules: codes, prefixes (KL1), names or ALL, separated by commas.")
@_rules_option("--extend-select", "These rules too.")
@_rules_option("--ignore", "Not these rules.")
@click.option(
    "--fail-level",
    type=click.Choice(list(reversed(SEVERITIES))),
    help="Exit with 1 if a finding is at least this severe.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although there are findings.")
@click.option(
    "--strict-fields/--no-strict-fields",
    default=None,
    help="Take the catalogue's list of fields of an ActionType literally.",
)
@click.option(
    "--baseline", metavar="FILE", type=FilePath(), help="Do not report the findings that this baseline holds."
)
@click.option(
    "--write-baseline", metavar="FILE", type=FilePath(), help="Put all findings into a baseline; report none."
)
@fix_options
@inputs.catalogue_options
@inputs.file_options
@inputs.colour_option
@click.option(
    "-j",
    "--jobs",
    metavar="N|auto",
    callback=_jobs,
    help="How many processes lint; auto: as many as can run at once.  [default: auto]",
)
@click.option("--cache/--no-cache", default=None, help="Take results of earlier runs, and keep those of this one.")
@click.option(
    "--watch", is_flag=True, help="Lint again whenever a file, a configuration or an overlay changes, until Ctrl-C."
)
@click.option("-q", "--quiet", is_flag=True, help="Print findings alone: no summary, no progress.")
@click.pass_context
def check(ctx: click.Context, /, **options: object) -> None:
    """Lint rule files and directories (without PATHS, the directory you are in).

    Reads queries and the rules around them in KQL, YAML, JSON, Bicep, Terraform, workbooks, notebooks and Markdown;
    - reads standard input.

    Exit codes: 0 clean, 1 findings at or above the fail level, 2 the run itself failed, 130 ended by Ctrl-C.
    """
    arguments = Arguments(**options)  # type: ignore[arg-type]  # click has checked them against the declarations
    if arguments.watch:
        from kql_lint.cli.watching import watch

        _check_watch(arguments)
        watch(lambda: _check(arguments), quiet=arguments.quiet)
    ctx.exit(_check(arguments))


def _check_watch(arguments: Arguments) -> None:
    """Ends the program where an option doesn't go with --watch: a run that writes would see its own files change."""
    written = {
        "fixes": changes_files(arguments),
        "--write-baseline": arguments.write_baseline is not None,
        "--output": bool(arguments.output),
        "standard input": STDIN in arguments.paths,
    }
    for what, is_given in written.items():
        if is_given:
            raise click.UsageError(f"--watch and {what} can't be combined")
    if arguments.output_format not in (None, *WATCHED):
        raise click.UsageError(f"--watch prints findings as {' or '.join(WATCHED)}, not as {arguments.output_format}")


def _check(arguments: Arguments) -> int:
    from kql_lint.config import ConfigError
    from kql_lint.policy.apply import Policy

    if arguments.baseline and arguments.write_baseline:
        raise click.UsageError("--baseline and --write-baseline can't be combined")
    _check_fixes(arguments)
    written = [target.path for target in arguments.output if target.path != STDOUT]
    inputs.stay_inside([*written, *filter(None, [arguments.write_baseline])], arguments.allow_outside)
    given = inputs.gather(arguments, _said(arguments))
    if changes_files(arguments) and STDIN in arguments.paths:
        given = given._replace(read=read_once(given.read))
    stdin = STDIN in arguments.paths
    try:
        policy = Policy(given.settings, write_baseline=arguments.write_baseline, stale=not stdin, base=given.base)
        policy.prepare([path for path, _ in given.targets])
    except ConfigError as error:
        raise Failure(str(error)) from error
    code = _lint(arguments, given, policy)
    if arguments.write_baseline is None:
        return code
    return _write_baseline(policy, arguments.write_baseline, failed=code == FAILED)


def _check_fixes(arguments: Arguments) -> None:
    """Ends the program where options about fixes don't go with others."""
    if arguments.write_baseline and changes_files(arguments):
        raise click.UsageError("fixes and --write-baseline can't be combined: fix first")
    if arguments.add_suppressions and makes_fixes(arguments):
        raise click.UsageError("fixes and --add-suppressions can't be combined: fix first")
    if arguments.reason is not None and not arguments.add_suppressions:
        raise click.UsageError("--reason belongs to --add-suppressions")
    if reports_nothing(arguments) and (arguments.output or arguments.statistics):
        raise click.UsageError(f"{'--diff' if arguments.diff else '--fix-only'} reports no findings to be written")


def _write_baseline(policy: Policy, path: str, *, failed: bool) -> int:
    """Writes the baseline, unless files are missing from it, and returns the exit code."""
    from kql_lint.config import ConfigError

    if failed:
        complain(f"{path} is not written, since not everything could be linted")
        return FAILED
    try:
        complain(policy.write_baseline())
    except ConfigError as error:
        raise Failure(str(error)) from error
    return 0


def _lint(arguments: Arguments, given: Inputs, policy: Policy) -> int:
    """Lints the files and returns the exit code."""
    from kql_lint.cli.progress import Progress
    from kql_lint.cli.terminal import style_for
    from kql_lint.output import Summary

    style = style_for(sys.stdout, arguments.color, quiet=arguments.quiet)
    summary, troubles = Summary(), dict.fromkeys(given.faults)
    broken: set[str] = set()  # the real paths of files about which it is said already that they are no KQL
    progress = Progress(len(given.targets), sys.stderr, enabled=not arguments.quiet)
    fixing = Fixing(arguments, given, policy, style, progress.clear)

    with _outputs(arguments, style, progress.clear) as outputs:
        try:
            outputs.begin()
            for found in _reports(arguments, given):
                report = fixing.fixed(found, summary)
                policy.judge(report)
                summary.add(report)
                outputs.report(report)
                for error in report.errors:
                    progress.clear()
                    complain(f"{report.path}: {error}")
                troubles.update(dict.fromkeys(report.problems))
                if any(one.diagnostic.code in _NO_KQL for one in report.findings):
                    broken.add(os.path.realpath(report.path))
                progress.step()
            for report in (*_on_functions(troubles, broken, policy), *policy.finish()):
                summary.add(report)
                outputs.report(report)
            summary.problems += given.problems
            summary.warnings += _nothing_read(arguments, given, summary)
            outputs.end(summary)
        finally:
            progress.clear()
    for text in (*summary.warnings, *summary.notices):
        complain(text)
    if summary.problems or summary.failed:
        return FAILED
    if reports_nothing(arguments):
        return fixing.finish(summary)
    return FINDINGS if policy.failing and not arguments.exit_zero else 0


def _outputs(arguments: Arguments, style: Style, before: Callable[[], None]) -> Outputs:
    """Where findings go; with --diff and --fix-only nowhere, and where standard output has the file, elsewhere."""
    statistics = arguments.statistics
    stdout = for_stdout(arguments.output_format, arguments.output, statistics=statistics)
    stream = None if reports_nothing(arguments) else "stderr" if is_on_stdout(arguments) else "stdout"
    return Outputs(stdout, arguments.output, style, before, statistics=statistics, stream=stream)


# What rules say of a file that is not what it should be.
_NO_KQL = frozenset(("KL001", "KL004", "KL005"))


def _on_functions(troubles: Iterable[FunctionProblem], said: set[str], policy: Policy) -> Iterator[FileReport]:
    """What is wrong with files of functions, but for those of which it is said, by their real paths."""
    if not troubles:
        return
    from kql_lint.runner.functions import reports_on

    for report in reports_on(one for one in troubles if os.path.realpath(one.path) not in said):
        policy.judge(report)
        yield report


def _nothing_read(arguments: Arguments, given: Inputs, summary: Summary) -> list[str]:
    """What to say of a run that found no query: else it would be green, whatever it should have read.

    Where something is said of each file, that tells why; an editor's file on standard input need not have a query yet.
    """
    from kql_lint.output.summary import nothing_found

    said = summary.problems or (summary.files and summary.files_with_findings + summary.failed >= summary.files)
    skipped = STDIN in arguments.paths or (arguments.changed_since is not None and not given.targets)
    if summary.queries or said or skipped:
        return []
    return [nothing_found(summary, ", ".join(arguments.paths) or ".", given.left_out())]


def _reports(arguments: Arguments, given: Inputs) -> Iterator[FileReport]:
    from kql_lint.runner import run

    cache = given.run.cache if arguments.cache is None else arguments.cache
    if cache:
        _say_if_cache_is_refused()
    return run(
        given.targets,
        read=given.read,
        jobs=given.run.jobs if arguments.jobs is None else arguments.jobs,
        cache=cache,
    )


def _say_if_cache_is_refused() -> None:
    """Whoever names a folder for the cache expects it to be used."""
    from kql_lint import cachedir

    folder = cachedir.cache_dir() if "KQL_LINT_CACHE_DIR" in os.environ else None
    why_not = cachedir.why_not(folder) if folder is not None else None
    if why_not is not None:
        complain(f"the cache is not used: {folder} {why_not}")


def _said(arguments: Arguments) -> Said:
    from kql_lint.policy.select import Layer
    from kql_lint.policy.settings import Said

    return Said(
        Layer(arguments.select or None, arguments.extend_select, arguments.ignore),
        fail_level=SEVERITIES[arguments.fail_level] if arguments.fail_level else None,
        platform=arguments.platform,
        strict_fields=arguments.strict_fields,
        catalog=arguments.catalog,
        functions=arguments.functions,
        baseline=arguments.baseline,
        allowed=arguments.allow_outside,
    )
