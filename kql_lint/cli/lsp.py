"""``kql-lint lsp``: the language server."""

from __future__ import annotations

import click

from kql_lint.cli import SETTINGS, Failure, FilePath, inputs

MISSING = 'the language server needs more packages: pip install "kql-lint[lsp]"'


@click.command(context_settings=SETTINGS)
@inputs.catalogue_options
@click.option(
    "--config",
    metavar="FILE",
    type=FilePath(),
    help="The configuration for all files, in place of the nearest one above each.",
)
@click.option(
    "--isolated", is_flag=True, help="Read no configuration and no .gitignore: the command line alone counts."
)
@inputs.outside_option
@click.option(
    "--workspace",
    is_flag=True,
    help="Offer the findings of all files of the workspace, not only of those that are open, to editors that ask.",
)
@click.option("--stdio", is_flag=True, help="Accepted since editors pass it: there is no other way to talk to it.")
@click.pass_context
def lsp(
    ctx: click.Context,
    /,
    *,
    platform: str | None,
    catalog: tuple[str, ...],
    functions: tuple[str, ...],
    config: str | None,
    isolated: bool,
    allow_outside: tuple[str, ...],
    workspace: bool,
    stdio: bool,  # nothing depends on it
) -> None:
    """Start the language server: diagnostics, fixes, completion and more while you type.

    An editor starts it and talks to it on standard input and output. It needs more packages than the other commands:
    pip install "kql-lint[lsp]".
    """
    try:
        from kql_lint.lsp.server import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        raise Failure(MISSING) from error
    from kql_lint.lsp.governing import Given
    from kql_lint.policy.settings import Said

    if isolated and config is not None:
        raise click.UsageError("--isolated and --config can't be combined")
    inputs.stay_inside([*catalog, *functions], allow_outside)
    said = Said(platform=platform, catalog=catalog, functions=functions, allowed=allow_outside)
    ctx.exit(serve(Given(said, config, isolated), whole=workspace))
