"""Files that define functions: Sentinel's parsers in YAML, and KQL files with a body, ``let``s or ``.create`` commands.

In ARM templates, Bicep and Terraform they are saved searches with an alias, which hosts find.

Read here is which functions a file has, their parameters, and the KQL that says what they give.  What that is, the
semantics find out (``kql_lint.semantics.stored``), which alone can parse and bind it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict, cast

from kql_lint.catalogue import scan
from kql_lint.catalogue.model import Definition
from kql_lint.catalogue.overlays import keep_within
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.store import cached
from kql_lint.globs import Glob, Steps, TooMuch
from kql_lint.reading import reason

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import HostedFunction
    from kql_lint.repository import Boundary
    from kql_lint.source import Source

KQL_SUFFIXES = (".kql", ".csl", ".kusto", ".txt")
YAML_SUFFIXES = (".yaml", ".yml")
HOST_SUFFIXES = (".json", ".jsonc", ".bicep", ".tf")


class ParameterData(TypedDict):
    """A scan.Parameter."""

    name: str
    type: str | None
    required: bool
    columns: dict[str, str]
    open: bool


class DefinitionData(TypedDict):
    """One function of a file: the names it goes by, and the rest of a Definition."""

    names: list[str]
    path: str
    text: str
    let: str
    parameters: list[ParameterData]
    line: int
    column: int
    indent: int


class _Functions(TypedDict):
    functions: list[DefinitionData]


def read(path: str) -> list[DefinitionData]:
    """The functions of a file, none for YAML of another kind; raises CatalogueError for what is not as it should be."""
    try:
        found = cached("functions", path, _parse, _Functions)["functions"]
    except OSError as error:
        raise CatalogueError([Problem(path, 1, 1, f"can't be read: {error.strerror or error}")]) from error
    # The cache may have the file under another name, from another working directory.
    return [{**data, "path": path} for data in cast("list[DefinitionData]", found)]


def of_text(source: Source) -> list[DefinitionData]:
    """The functions of a text, as read gives those of a file; raises CatalogueError for what is not right."""
    return cast("list[DefinitionData]", _parse_text(source)["functions"])


def named(path: str, name: str) -> DefinitionData | None:
    """The function that the file at path defines for this name: the one of that name, or else its only one."""
    return called(read(_shown(path)), name)


def called(found: list[DefinitionData], name: str) -> DefinitionData | None:
    """Of the functions of a file the one of that name, or else its only one."""
    same = [data for data in found if name in data["names"]]
    if same:
        return same[0]
    return found[0] if len(found) == 1 else None


def read_all(
    patterns: Iterable[str], problems: list[Problem], within: Boundary | None = None
) -> dict[str, list[DefinitionData]]:
    """The functions of all files that the patterns name, by each of their names; within: none that lies outside.

    A file that can't be used costs its functions only: what is wrong with it is added to problems.  Raises
    CatalogueError for a pattern that names no file, too many of them, or one that lies outside.
    """
    functions: dict[str, list[DefinitionData]] = {}
    for path, outright in _files(patterns, within):
        try:
            found = read(path)
        except CatalogueError as error:
            problems += error.problems
            continue
        if not found and outright:
            problems.append(Problem(path, 1, 1, _NONE))
        for data in found:
            for name in data["names"]:
                functions.setdefault(name, []).append(data)
    return functions


def definition(name: str, found: list[DefinitionData]) -> Definition:
    """A function's text; of several that differ, none can be told to be the one that is deployed."""
    first = found[0]
    rivals = [data["path"] for data in found[1:] if (data["text"], data["let"]) != (first["text"], first["let"])]
    return Definition(
        name=name,
        path=first["path"],
        text=first["text"],
        let=first["let"],
        parameters=tuple(map(_parameter, first["parameters"])),
        start=(first["line"], first["column"], first["indent"]),
        rivals=tuple(dict.fromkeys(rivals)),
    )


def _parameter(data: ParameterData) -> scan.Parameter:
    return scan.Parameter(
        data["name"], data["type"], data["required"], tuple(data["columns"].items()), open=data["open"]
    )


def _parameter_data(item: scan.Parameter) -> ParameterData:
    return {
        "name": item.name,
        "type": item.type,
        "required": item.required,
        "columns": dict(item.columns),
        "open": item.open,
    }


def _files(patterns: Iterable[str], within: Boundary | None) -> Iterator[tuple[str, bool]]:
    """The files in order, each once, and whether it is named outright."""
    seen: set[str] = set()
    steps = Steps()
    for pattern in patterns:
        glob = Glob(pattern)
        outright = glob.fixed and not os.path.isdir(glob.base)
        if glob.fixed and not outright:
            glob = Glob.below(glob.base)
        try:
            found = sorted(glob.files(_enters(within), steps))
        except TooMuch:
            message = "too many files and folders have to be looked at for this; name the folders more exactly"
            raise CatalogueError([Problem(pattern, 1, 1, message)]) from None
        except OSError as error:
            raise CatalogueError([Problem(error.filename, 1, 1, f"cannot be read: {reason(error)}")]) from None
        files = [path for path in found if outright or _suffix(path) in _READERS]
        if not files:
            raise CatalogueError(
                [
                    Problem(
                        pattern,
                        1,
                        1,
                        "no file that may define a function (.kql, .yaml, .json, .bicep, .tf) is found here",
                    )
                ]
            )
        keep_within(files, within)
        for path in map(_shown, files):
            if path not in seen:
                seen.add(path)
                yield path, outright


def _enters(within: Boundary | None) -> Callable[[str], bool]:
    """Which links to folders are followed."""
    return (lambda _: True) if within is None else within.holds


def _shown(path: str) -> str:
    """A path as messages name it: relative to the working directory where it lies below that."""
    path = os.path.normpath(path)
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _parse(path: str) -> dict[str, object]:
    from kql_lint.reading import FUNCTIONS, Unreadable
    from kql_lint.source import read_source

    try:
        source = read_source(path, kind=FUNCTIONS)
    except Unreadable as error:
        raise CatalogueError([Problem(path, error.line or 1, error.column or 1, error.message)]) from error
    return _parse_text(source)


def _parse_text(source: Source) -> dict[str, object]:
    path = source.path
    reader = _READERS.get(_suffix(path))
    if reader is None:
        raise CatalogueError([Problem(path, 1, 1, f"not a file that defines functions ({', '.join(_READERS)})")])
    return {"functions": reader(source)}


def _kql(source: Source) -> list[DefinitionData]:
    """``.create function`` commands; a body, which the file's name names; or else each ``let`` with a function."""
    text = source.text
    commands = scan.created(text)
    if commands:
        return [_command(source, command) for command in commands]
    stem = os.path.splitext(os.path.basename(source.path))[0]
    functions, query = scan.outline(text)
    if query:
        return [data(source.path, [stem], text, let=stem if stem in functions else "")]
    if not functions:
        message = "this file defines no function: neither a query nor let NAME = (...) {...}"
        raise CatalogueError([Problem(source.path, 1, 1, message)])
    return [data(source.path, [name], text, let=name) for name in functions]


def _command(source: Source, command: scan.Created) -> DefinitionData:
    try:
        parameters = scan.parameters(command.parameters)
    except scan.WrongParameters as error:
        line, column = source.position(command.parameters_start)
        raise CatalogueError([Problem(source.path, line, column, str(error))]) from error
    line, column = source.position(command.start)
    body = source.text[command.start : command.end]
    return data(source.path, [command.name], body, parameters, (line, column, 1))


def _yaml(source: Source) -> list[DefinitionData]:
    from kql_lint.catalogue.parsers import read_parsers

    return read_parsers(source)


def _hosted(source: Source) -> list[DefinitionData]:
    """The saved searches with an alias of an ARM template, or of a Bicep or Terraform file."""
    from kql_lint.hosts import extract

    found = extract(source)
    return [] if found is None else of_host(source, found.functions)


def of_host(source: Source, functions: Iterable[HostedFunction]) -> list[DefinitionData]:
    """Functions that a file defines as saved searches; of one whose body is not known, only the name."""
    given = []
    for function in functions:
        line, column = source.position(function.start)
        # A table that nobody knows has whatever columns the deployment's text gives.
        text = function.text if function.whole else f"table('{_NO_WORD.sub('_', function.name)}')"
        try:
            parameters = scan.parameters(function.parameters)
        except scan.WrongParameters:
            continue  # which the service would refuse too
        given.append(data(source.path, [function.name], text, parameters, (line, column, 0)))
    return given


_NO_WORD = re.compile(r"\W")
_NONE = "this file defines no function: it has neither a query, nor FunctionName, nor functionAlias"
_READERS: dict[str, Callable[[Source], list[DefinitionData]]] = {
    **dict.fromkeys(KQL_SUFFIXES, _kql),
    **dict.fromkeys(YAML_SUFFIXES, _yaml),
    **dict.fromkeys(HOST_SUFFIXES, _hosted),
}


def data(
    path: str,
    names: list[str],
    text: str,
    parameters: Iterable[scan.Parameter] = (),
    start: tuple[int, int, int] = (1, 1, 1),
    let: str = "",
) -> DefinitionData:
    """Plain data, as the cache keeps it."""
    return {
        "names": names,
        "path": path,
        "text": text,
        "let": let,
        "parameters": [_parameter_data(item) for item in parameters],
        "line": start[0],
        "column": start[1],
        "indent": start[2],
    }
