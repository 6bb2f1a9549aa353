"""``kql-lint trace``: what is in scope behind each operator of a query."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kql_lint.cli import SETTINGS, FilePath, inputs
from kql_lint.cli.schema import FORMATS, Arguments, print_queries

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.output.trace_json import TraceJson
    from kql_lint.output.trace_text import TraceText


@click.command(context_settings=SETTINGS)
@click.argument("paths", nargs=-1, type=FilePath())
@click.option(
    "--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print them."
)
@click.option(
    "--columns",
    "whole",
    is_flag=True,
    help="Print all columns with their origins, and all values behind each operator, not only what it changes.",
)
@inputs.catalogue_options
@inputs.file_options
@inputs.colour_option
@click.pass_context
def trace(ctx: click.Context, /, *, whole: bool, **options: object) -> None:
    """Print, operator by operator, the columns in scope and what is known of their values.

    Reads what "kql-lint check" reads. It shows what a finding rests on: which ActionTypes or EventIDs are still
    possible behind a filter, which columns a join brings, and where each of them comes from.

    Exit codes: 0 all followed, 1 a file or a query could not be read whole, 2 the run itself failed.
    """
    from kql_lint.cli.terminal import style_for
    from kql_lint.engine import trace as look

    arguments = Arguments(**options)  # type: ignore[arg-type]  # click has checked them against the declarations
    style = style_for(sys.stdout, arguments.color)
    ctx.exit(print_queries(arguments, look, _output(arguments.output_format, style, whole), style))


def _output(name: str, style: Style, whole: bool) -> TraceText | TraceJson:
    if name == "json":
        from kql_lint.output.trace_json import TraceJson

        return TraceJson()
    from kql_lint.output.trace_text import TraceText

    return TraceText(style, whole)
