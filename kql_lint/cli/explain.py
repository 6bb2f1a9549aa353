"""``kql-lint explain``: the documentation of one rule."""

from __future__ import annotations

import sys

import click

from kql_lint.cli import SETTINGS, Failure
from kql_lint.cli.check import complete_rule
from kql_lint.cli.printing import write


@click.command(context_settings=SETTINGS)
@click.argument("rule", shell_complete=complete_rule)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours in the output.")
def explain(rule: str, color: str) -> None:
    """Explain RULE, a code such as KL104 or a name such as field-not-in-action-type."""
    from kql_lint.cli.terminal import wants_colour
    from kql_lint.docs import page, styled
    from kql_lint.policy.select import UnknownRule, find
    from kql_lint.rules import RULES

    try:
        text = page(find(rule, RULES))
    except UnknownRule as error:
        raise Failure(str(error)) from error
    colour = wants_colour(sys.stdout, color)
    write(styled(text) if colour else text, colour=colour)
