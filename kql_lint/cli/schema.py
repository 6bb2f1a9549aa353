"""``kql-lint schema``: what queries give and what they use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from kql_lint.cli import FAILED, FINDINGS, SETTINGS, FilePath, inputs
from kql_lint.cli.printing import complain, write

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.output.schema_json import SchemaJson
    from kql_lint.output.schema_text import SchemaText

FORMATS = ("text", "json")


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
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours in the output.",
)
@click.pass_context
def schema(ctx: click.Context, /, **options: object) -> None:
    """Print the columns that each query gives, and the tables, functions and watchlists that it uses.

    Reads what "kql-lint check" reads. Nothing is judged, but text that is not KQL is reported on standard error.

    Exit codes: 0 all described, 1 a file or a query could not be read whole, 2 the run itself failed.
    """
    ctx.exit(_schema(Arguments(**options)))  # type: ignore[arg-type]  # click has checked them against the declarations


def _schema(arguments: Arguments) -> int:
    from kql_lint.cli.terminal import style_for
    from kql_lint.policy.settings import Said
    from kql_lint.schema import run

    said = Said(
        platform=arguments.platform,
        catalog=arguments.catalog,
        functions=arguments.functions,
        allowed=arguments.allow_outside,
    )
    given = inputs.gather(arguments, said)
    style = style_for(sys.stdout, arguments.color)
    output = _output(arguments.output_format, style)

    failed, troubled, problems = bool(given.problems), False, dict.fromkeys(given.faults)
    write(output.begin(), colour=style.colour)
    for found in run(given.targets, given.read):
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
