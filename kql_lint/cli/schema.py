"""``kql-lint schema``: what queries give and what they use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import click

from kql_lint.cli import FAILED, FINDINGS, SETTINGS, FilePath, inputs
from kql_lint.cli.printing import complain, write

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.output.schema_json import SchemaJson
    from kql_lint.output.schema_text import SchemaText
    from kql_lint.queries import FileView, Found, Look

FORMATS = ("text", "json")
F = TypeVar("F", bound="Found")


class Output(Protocol[F]):
    """A format for what is found out of queries."""

    def begin(self) -> str:
        """What stands in front of all files."""

    def file(self, found: FileView[F], /) -> str:
        """What is said of a file."""

    def end(self) -> str:
        """What stands behind them."""


class Arguments(NamedTuple):
    """What the user wrote; None or empty where nothing was said."""

    paths: tuple[str, ...]
    stdin_filename: str | None
    output_format: str
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


@click.command(context_settings=SETTINGS)
@click.argument("paths", nargs=-1, type=FilePath())
@click.option(
    "--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print them."
)
@inputs.catalogue_options
@inputs.file_options
@inputs.colour_option
@click.pass_context
def schema(ctx: click.Context, /, **options: object) -> None:
    """Print the columns that each query gives, and the tables, functions and watchlists that it uses.

    Reads what "kql-lint check" reads. Nothing is judged, but text that is not KQL is reported on standard error.

    Exit codes: 0 all described, 1 a file or a query could not be read whole, 2 the run itself failed.
    """
    from kql_lint.cli.terminal import style_for
    from kql_lint.engine import describe

    arguments = Arguments(**options)  # type: ignore[arg-type]  # click has checked them against the declarations
    style = style_for(sys.stdout, arguments.color)
    ctx.exit(print_queries(arguments, describe, _output(arguments.output_format, style), style))


def print_queries(arguments: Arguments, look: Look[F], output: Output[F], style: Style) -> int:
    """Print what look finds out of each query, and what is wrong with the files; the exit code."""
    from kql_lint.policy.settings import Said
    from kql_lint.queries import run

    said = Said(
        platform=arguments.platform,
        catalog=arguments.catalog,
        functions=arguments.functions,
        allowed=arguments.allow_outside,
    )
    given = inputs.gather(arguments, said)

    failed, troubled, problems = bool(given.problems), False, dict.fromkeys(given.faults)
    write(output.begin(), colour=style.colour)
    for found in run(given.targets, look, given.read):
        write(output.file(found), colour=style.colour)
        for trouble in found.troubles:
            complain(f"{found.path}:{trouble.line}:{trouble.column}: {trouble.message}")
        for error in found.errors:
            complain(f"{found.path}: {error}")
        failed, troubled = failed or bool(found.errors), troubled or bool(found.troubles)
        problems.update(dict.fromkeys(found.problems))
    write(output.end(), colour=style.colour)
    for problem in problems:
        complain(str(problem))
    if failed:
        return FAILED
    return FINDINGS if troubled or problems else 0


def _output(name: str, style: Style) -> SchemaText | SchemaJson:
    if name == "json":
        from kql_lint.output.schema_json import SchemaJson

        return SchemaJson()
    from kql_lint.output.schema_text import SchemaText

    return SchemaText(style)
