"""``kql-lint catalog``: show, check and extend what is known about tables."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from kql_lint.cli import FINDINGS, SETTINGS, Failure, FilePath
from kql_lint.cli.inputs import outside_option, stay_inside, working_directory
from kql_lint.cli.printing import complain, say, write
from kql_lint.config import PLATFORMS
from kql_lint.repository import Boundary, around

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue, Problem

_PLATFORMS = tuple(name for name in PLATFORMS if name != "auto")


@click.group(context_settings=SETTINGS)
def catalog() -> None:
    """Look at, check and extend what is known about tables."""


@catalog.command(context_settings=SETTINGS, short_help="Print what is known about a table or a kind of event.")
@click.argument("table")
@click.argument("kind", metavar="[KIND]", required=False)
@click.option("--platform", type=click.Choice(_PLATFORMS), help="Only this platform's copy of the table.")
@click.option(
    "--catalog", "overlays", metavar="PATH", multiple=True, type=FilePath(), help="Tables of your own; repeatable."
)
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to print it."
)
@outside_option
def show(
    table: str,
    kind: str | None,
    platform: str | None,
    output_format: str,
    overlays: tuple[str, ...],
    allow_outside: tuple[str, ...],
) -> None:
    """Print what is known about TABLE, or about a KIND of its events: an ActionType, an EventID."""
    from kql_lint.catalogue import CatalogueError
    from kql_lint.catalogue.show import NotInCatalogue
    from kql_lint.catalogue.show import show as text_of
    from kql_lint.catalogue.show_json import show_json
    from kql_lint.cli.terminal import style_for

    width = style_for(sys.stdout, "never").width
    try:
        catalogue = _catalogue(overlays, allow_outside)
        if output_format == "json":
            text = show_json(table, kind, platform, catalogue=catalogue)
        else:
            text = text_of(table, kind, platform, catalogue=catalogue, width=width)
    except NotInCatalogue as error:
        raise Failure(str(error)) from error
    except CatalogueError as error:
        raise Failure(*map(str, error.problems)) from error
    write(text.rstrip("\n") + "\n")


@catalog.command(context_settings=SETTINGS, short_help="Print how old the catalogue's lists are.")
@click.option(
    "--catalog", "overlays", metavar="PATH", multiple=True, type=FilePath(), help="Tables of your own; repeatable."
)
@outside_option
def age(overlays: tuple[str, ...], allow_outside: tuple[str, ...]) -> None:
    """Print the year and month of each list of tables, columns and ActionTypes."""
    from kql_lint.catalogue import CatalogueError
    from kql_lint.catalogue.ages import ages

    try:
        text = ages(_catalogue(overlays, allow_outside))
    except CatalogueError as error:
        raise Failure(*map(str, error.problems)) from error
    write(text)


@catalog.command(context_settings=SETTINGS, short_help="Validate catalogue files.")
@click.argument("paths", nargs=-1, type=FilePath())
@outside_option
def check(paths: tuple[str, ...], allow_outside: tuple[str, ...]) -> None:
    """Validate catalogue files: your own under PATHS, or else the ones that come with kql-lint.

    Exit codes: 0 all sound, 1 mistakes found, 2 a file could not be read.
    """
    from kql_lint.catalogue import CatalogueError
    from kql_lint.catalogue.check import check as problems_of

    _expect(paths)
    stay_inside(paths, allow_outside)
    within = _within(paths, allow_outside) if paths else None
    try:
        problems = problems_of(paths, within) or _in_functions(paths, within)
    except CatalogueError as error:
        raise Failure(*map(str, error.problems)) from error
    say(*map(str, problems))
    if problems:
        click.get_current_context().exit(FINDINGS)
    say("The catalogue is sound.")


def _in_functions(paths: tuple[str, ...], within: Boundary | None) -> list[Problem]:
    """What is wrong in the text of the functions that overlays name files for."""
    from kql_lint.catalogue import Catalogue
    from kql_lint.catalogue.index import INDEX
    from kql_lint.engine import analyze

    overlays = [path for path in paths if not os.path.exists(os.path.join(path, INDEX))]
    catalogue = Catalogue.with_overlays(overlays, within=within)
    for name in sorted(catalogue.stored_functions()):
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        analyze(f"['{escaped}']", catalogue=catalogue)
    return [*catalogue.faults, *catalogue.problems]


@catalog.command("import", context_settings=SETTINGS, short_help="Make catalogue files from exported schemas.")
@click.argument("paths", nargs=-1, required=True, type=FilePath())
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    default="catalog",
    show_default=True,
    type=FilePath(),
    help="Where the YAML files go.",
)
@click.option("--platform", type=click.Choice(_PLATFORMS), help="Whose tables they are.")
@click.option(
    "--table", metavar="NAME", help="The table's name, where the file does not tell (an export of getschema)."
)
@click.option(
    "--events-by",
    metavar="COLUMN",
    help="The column that tells kinds of events apart, where the file has a row for each kind and column.",
)
@click.option("--prune", is_flag=True, help="Take out columns that the import does not have.")
@click.option("--as-of", metavar="YYYY-MM", help="How old lists of custom tables and functions are.")
@click.option("--index", is_flag=True, help="Write DIR/index.tsv too: for a catalogue of its own, not an overlay.")
def import_(
    paths: tuple[str, ...],
    output: str,
    platform: str | None,
    table: str | None,
    events_by: str | None,
    prune: bool,
    as_of: str | None,
    index: bool,
) -> None:
    """Make catalogue files from TSV or CSV files of columns, of kinds of events, or exports of getschema.

    A file that is there keeps what the import has nothing to say about.
    """
    from kql_lint.catalogue import CatalogueError
    from kql_lint.catalogue.importer import run_import

    _expect(paths)
    try:
        report = run_import(
            paths, output, platform=platform, table=table, by=events_by, prune=prune, index=index, as_of=as_of
        )
    except CatalogueError as error:
        raise Failure(*map(str, error.problems)) from error
    except OSError as error:
        raise Failure(f"{error.filename or output}: {error.strerror or error}") from error
    say(*(f"wrote {path}" for path in report.written))
    if report.kept:
        say(f"{len(report.kept)} up to date")
    for name, columns in report.absent.items():
        complain(f"{name} keeps columns that the import lacks: {', '.join(columns)} (--prune takes them out)")


def _expect(paths: tuple[str, ...]) -> None:
    """Ends the program where one of the paths leads nowhere."""
    missing = next((path for path in paths if not os.path.exists(path)), None)
    if missing is not None:
        raise Failure(f"{missing}: no such file or directory")


def _within(paths: tuple[str, ...], allowed: tuple[str, ...]) -> Boundary:
    """Where the files that some overlays name may lie."""
    return Boundary(()).plus((*allowed, *(root for path in paths for root in around(path).roots)))


def _catalogue(overlays: tuple[str, ...], allowed: tuple[str, ...]) -> Catalogue:
    """The shipped catalogue, with the configuration's overlays and those of the command line on top."""
    from kql_lint.catalogue import Catalogue
    from kql_lint.config import ConfigError, load

    working_directory()
    stay_inside(overlays, allowed)
    try:
        config = load(None, allowed=allowed)
    except ConfigError as error:
        raise Failure(str(error)) from error
    paths = (*config.catalog, *overlays)
    within = config.boundary.plus(_within(overlays, allowed).roots)
    return Catalogue.with_overlays(paths, within=within) if paths else Catalogue.default()
