"""``kql-lint rules``: the list of the rules."""

from __future__ import annotations

import click

from kql_lint.cli import SETTINGS
from kql_lint.cli.printing import write


@click.command(context_settings=SETTINGS)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print them."
)
def rules(output_format: str) -> None:
    """List the rules with their code, name, severity and fix."""
    from kql_lint.docs import as_json, as_text
    from kql_lint.rules import RULES

    write(as_json(RULES) if output_format == "json" else as_text(RULES))
