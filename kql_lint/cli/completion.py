"""``kql-lint completion``: scripts for shells."""

from __future__ import annotations

import click

from kql_lint.cli import SETTINGS, Failure, app
from kql_lint.cli.printing import PROGRAM, write

VARIABLE = "_KQL_LINT_COMPLETE"


@click.command(context_settings=SETTINGS)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes commands, options and rules in SHELL.

    \b
      bash   kql-lint completion bash >> ~/.bashrc
      zsh    kql-lint completion zsh >> ~/.zshrc
      fish   kql-lint completion fish > ~/.config/fish/completions/kql-lint.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise Failure(f"no completion for {shell}")
    # Not .source(): that runs the shell to look at its version, and it may be missing here.
    script = kind(app, {}, PROGRAM, VARIABLE)
    write(f"{script.source_template % script.source_vars()}\n")
