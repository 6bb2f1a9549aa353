"""``kql-lint check``: lint files and directories."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from kql_lint.cli import FAILED, FINDINGS, SETTINGS, Failure, complain, inputs
from kql_lint.cli.inputs import STDIN, Command
from kql_lint.cli.outputs import Outputs, Target, for_stdout, output_options
from kql_lint.config import SEVERITIES

if TYPE_CHECKING:
    from kql_lint.config import Config
    from kql_lint.diagnostic import Severity
    from kql_lint.policy.select import Layer
    from kql_lint.runner import FileReport, Options

# As many processes as can be waited for at once on Windows.
MOST_JOBS = 61


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
    platform: str | None
    catalog: tuple[str, ...]
    functions: tuple[str, ...]
    exclude: tuple[str, ...]
    force_exclude: bool
    config: str | None
    color: str
    quiet: bool
    jobs: int
    cache: bool


def _jobs(_ctx: click.Context, _parameter: click.Parameter, value: str) -> int:
    """The number of processes; 0 for auto."""
    if value == "auto":
        return 0
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
@click.argument("paths", nargs=-1, type=click.Path())
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
@inputs.catalogue_options
@inputs.file_options
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours in the output.",
)
@click.option(
    "-j",
    "--jobs",
    metavar="N|auto",
    callback=_jobs,
    default="auto",
    show_default=True,
    help="How many processes lint; auto: as many as can run at once.",
)
@click.option("--cache/--no-cache", default=True, help="Take results of earlier runs, and keep those of this one.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings alone: no summary, no progress.")
@click.pass_context
def check(ctx: click.Context, /, **options: object) -> None:
    """Lint rule files and directories (without PATHS, the directory you are in).

    Reads .kql, .csl and .kusto files, Sentinel rule YAML and Markdown; - reads standard input.

    Exit codes: 0 clean, 1 findings at or above the fail level, 2 the run itself failed.
    """
    ctx.exit(_check(Arguments(**options)))  # type: ignore[arg-type]  # click has checked them against the declarations


def _check(arguments: Arguments) -> int:
    config = inputs.configuration(arguments.config, arguments.paths, arguments.stdin_filename)
    options, codes = _options(arguments, config), _codes(arguments, config)
    inputs.catalogue(options.catalog, options.functions)  # what is wrong in them is said before anything is linted
    discovery = inputs.files(
        config,
        arguments.paths,
        arguments.stdin_filename,
        arguments.exclude,
        force_exclude=arguments.force_exclude,
    )
    problems = [f"{problem.path}: {problem.message}" for problem in discovery.problems if problem.fatal]
    level = SEVERITIES[arguments.fail_level] if arguments.fail_level else config.fail_level
    return _lint(arguments, discovery.files, options, codes, level, problems)


def _lint(
    arguments: Arguments,
    files: list[str],
    options: Options,
    codes: frozenset[str],
    level: Severity,
    problems: list[str],
) -> int:
    """Lints the files and returns the exit code.  problems have been said: what stands in the way of other files."""
    from kql_lint.cli.progress import Progress
    from kql_lint.cli.terminal import style_for
    from kql_lint.output import Summary

    style = style_for(sys.stdout, arguments.color, quiet=arguments.quiet)
    stdout = for_stdout(arguments.output_format, arguments.output, statistics=arguments.statistics)
    summary, unsaid = Summary(), dict[str, None]()
    progress = Progress(len(files), sys.stderr, enabled=not arguments.quiet)

    def write(text: str) -> None:
        if text:
            progress.clear()
            click.echo(text, nl=False, file=sys.stdout, color=style.colour)

    with Outputs(stdout, arguments.output, style, write, statistics=arguments.statistics) as outputs:
        try:
            outputs.begin()
            for report in _reports(arguments, files, options):
                report.findings = [finding for finding in report.findings if finding.diagnostic.code in codes]
                summary.add(report)
                outputs.report(report)
                for error in report.errors:
                    progress.clear()
                    complain(f"{report.path}: {error}")
                unsaid.update(dict.fromkeys(report.problems))
                progress.step()
            summary.problems += [*problems, *unsaid]
            outputs.end(summary)
        finally:
            progress.clear()
    for text in (*unsaid, *summary.notices):
        complain(text)
    if summary.problems or summary.failed:
        return FAILED
    return FINDINGS if summary.at_least(level) and not arguments.exit_zero else 0


def _reports(arguments: Arguments, files: list[str], options: Options) -> Iterator[FileReport]:
    from kql_lint.runner import run

    return run(
        ((path, options) for path in files),
        read=(lambda _path: sys.stdin.buffer.read()) if STDIN in arguments.paths else None,
        jobs=arguments.jobs,
        cache=arguments.cache,
    )


def _options(arguments: Arguments, config: Config) -> Options:
    from kql_lint.runner import Options

    strict = config.strict_fields if arguments.strict_fields is None else arguments.strict_fields
    return Options(
        catalog=(*config.catalog, *arguments.catalog),
        functions=(*config.functions, *arguments.functions),
        platform=arguments.platform or config.platform,
        strict_fields=strict,
        unnamed="plain" if STDIN in arguments.paths else None,
    )


def _codes(arguments: Arguments, config: Config) -> frozenset[str]:
    """The rules that hold; a word in the configuration that names none is reported at its place."""
    from kql_lint.policy.select import Layer, UnknownRule, resolve
    from kql_lint.rules import RULES

    configured = Layer(config.select, config.extend_select, config.ignore)
    said = Layer(arguments.select or None, arguments.extend_select, arguments.ignore)
    try:
        resolve([configured], RULES)
    except UnknownRule as error:
        raise Failure(f"{_place_of(error.word, configured, config)}: {error}") from error
    try:
        return resolve([configured, said], RULES)
    except UnknownRule as error:
        raise Failure(str(error)) from error


def _place_of(word: str, layer: Layer, config: Config) -> object:
    keys = {"select": layer.select or (), "extend-select": layer.extend_select, "ignore": layer.ignore}
    return next((config.places[key] for key, words in keys.items() if word in words), config.path)
