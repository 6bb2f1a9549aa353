"""Jupyter notebooks: the queries of code cells with Kqlmagic's ``%%kql`` and ``%kql``, or in a kernel that speaks KQL.

As Kqlmagic reads a cell: behind ``%%kql`` come a connection, a name for the result (``name <<``) and options, then
queries with blank lines between them.  ``%kql`` takes one line, which a backslash continues.  A ``let`` may take its
value from a variable of Python's (``let who = name;``), and so may ``{name}``: these are holes.  In a kernel of its own
other magics (``%py``, ``%connect``) stand at the beginning of a cell or behind a blank line.

LIMIT: options of the second query of a cell are not told from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.hosts.code import has_code
from kql_lint.hosts.holes import with_braced
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.json.document import Document
from kql_lint.hosts.json.nodes import place, read_nodes
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence
from kql_lint.hosts.plain.read import queries_of
from kql_lint.hosts.texts import PlacedText, join
from kql_lint.source import without_surrogates

if TYPE_CHECKING:
    from kql_lint.source import Source

_TELLING = re.compile(r'%kql\b|"(?:kusto|kqlmagic)"', re.IGNORECASE)
_KERNELS = frozenset({"kusto", "kqlmagic"})

_CELL = re.compile(r"\s*%%kql\b[ \t]*")
_LINE = re.compile(r"(?m)^[ \t]*(?:[A-Za-z_]\w*[ \t]*=[ \t]*)?%kql\b[ \t]*((?:[^\r\n\\]|\\(?:\r\n?|\n)|\\.)*)")
_ANY_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_CONTINUED = re.compile(r"\\(?:\r\n?|\n)")

# What Kqlmagic takes before a query: options, a name for the result, a connection.
_HEAD = re.compile(
    r"""\s*(?:
        (?P<option>[-+]!?[A-Za-z][\w-]*)(?P<value>[ \t]*=[ \t]*(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s"']+))?  # -timeout=10
      | [A-Za-z_(][\w, ()]*[ \t]<<                                                        # result <<
      | [A-Za-z][\w+.-]*://\S*(?:[ \t]*;[ \t]*\S+)*                                   # loganalytics://code;workspace='w'
      | (?:"[^"\r\n]*"|'[^'\r\n]*'|[\w-]+)@(?:"[^"\r\n]*"|'[^'\r\n]*'|[\w-]*)(?=\s|\Z)  # database@cluster
      | \[[A-Za-z]\w*\]                                                                # a connection of a file
    )(?=\s|\Z)""",
    re.VERBOSE,
)
# Options whose value may be the next word (``-params_dict values``); all others are flags.
# From Kqlmagic's own table, where hyphens and underscores do not count.
_VALUED = frozenset(
    "autolimit cache cachefoldername cloud conn cursorvar assignvar displayhandlers displaylimit dsnfilename "
    "dynamictodataframe exportfoldername jsondisplay lastrawresultvar notebookapp palettecolors palettedesaturation "
    "palettename paramsdict plotlylayout plotpackage popupinteraction prettytablestyle query querylinkdestination "
    "queryproperties requestapptag requestcachemaxage requestidtag requestusertag saveas saveto schemajsondisplay "
    "showconninfo tablepackage tempfoldername timeout trymsi trytoken usecache".split()
)
_VALUE = re.compile(r"""\s+(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s"']+)(?=\s|\Z)""")
_COMMAND = re.compile(r"\s*--\w")
_PYTHON_VALUE = re.compile(r"\blet\s+[^\W\d]\w*\s*=\s*([a-z_]\w*)\s*;")
_LET = re.compile(r"\blet\s+([^\W\d]\w*)\s*=")


def extract(source: Source) -> Extraction:
    """The queries of a notebook; none is fine.  KL005 for a broken one that has some."""
    if not _TELLING.search(source.text):
        return Extraction()
    reading = read_nodes(source.text)
    document = Document(source.text)
    if isinstance(reading.root, Mapping):
        speaks_kql = _speaks_kql(reading.root)
        for cell in _cells(reading.root):
            for piece in _queries(_text(document, cell), speaks_kql):
                _take(document.found, piece)
    if reading.broken is not None:
        document.say_broken(reading.broken.start, reading.broken.end, reading.broken.message)
    return document.found


def _speaks_kql(root: Mapping) -> bool:
    """Whether the notebook's kernel takes KQL, as Azure Data Studio's does."""
    metadata = root.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, Mapping) else None
    return isinstance(kernel, Mapping) and kernel.text("name").lower() in _KERNELS


def _cells(root: Mapping) -> Iterator[Node]:
    """The text of each code cell, in notebooks of format 4 and of format 3."""
    sheets = root.get("worksheets")
    holders = [root, *(sheets.items if isinstance(sheets, Sequence) else [])]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, Mapping) else None
        for cell in cells.items if isinstance(cells, Sequence) else []:
            if isinstance(cell, Mapping) and cell.text("cell_type") == "code":
                source = cell.get("source") or cell.get("input")
                if source is not None:
                    yield source


def _text(document: Document, node: Node) -> PlacedText:
    """The text of a cell: a string, or one a line."""
    lines = node.items if isinstance(node, Sequence) else [node]
    return join(
        PlacedText(without_surrogates(line.value), place(document.text, line))
        for line in lines
        if isinstance(line, Scalar) and line.style
    )


def _queries(cell: PlacedText, speaks_kql: bool) -> Iterator[PlacedText]:
    found = _CELL.match(cell.text)
    if found:
        yield _behind_head(cell.part(found.end(), len(cell.text)))
    elif cell.text.lstrip().startswith("%%"):
        return  # another magic
    elif speaks_kql:
        yield from _between_magics(cell)
    else:
        for line in _LINE.finditer(cell.text):
            yield _behind_head(_on_one_line(cell.part(*line.span(1))))


def _between_magics(cell: PlacedText) -> Iterator[PlacedText]:
    """The queries of a cell in a kernel for KQL."""
    text, begin, at, may_be_magic = cell.text, 0, 0, True
    while at < len(text):
        line = _ANY_LINE.match(text, at)
        words, end = (line[0].strip(), line.end()) if line else ("", len(text))
        if may_be_magic and words.startswith(("%", "!")):
            yield _behind_head(cell.part(begin, at))
            found = _CELL.match(text, at)
            if words.startswith("%%"):
                begin = at = found.end() if found else len(text)
                continue
            found = _LINE.match(text, at)
            if found:
                yield _behind_head(_on_one_line(cell.part(*found.span(1))))
                end = max(end, found.end())
            begin = end
        elif not words.startswith(("#", "//")):
            may_be_magic = not words
        at = end
    yield _behind_head(cell.part(begin, len(text)))


def _on_one_line(piece: PlacedText) -> PlacedText:
    """A line with each backslash that continues it, and the line end, as a space."""
    parts, at = [], 0
    for found in _CONTINUED.finditer(piece.text):
        parts += [piece.part(at, found.start()), piece.standing_for(" ", *found.span())]
        at = found.end()
    return join([*parts, piece.part(at, len(piece.text))])


def _behind_head(piece: PlacedText) -> PlacedText:
    at = 0
    while found := _HEAD.match(piece.text, at):
        at = found.end()
        name = (found["option"] or "").lstrip("-+!").replace("-", "").replace("_", "").lower()
        if name in _VALUED and not found["value"]:
            value = _VALUE.match(piece.text, at)
            at = value.end() if value else at
    return piece.part(at, len(piece.text))


def _take(found: Extraction, piece: PlacedText) -> None:
    if not has_code(piece.text) or _COMMAND.match(piece.text):
        return
    queries = queries_of(piece.text, piece.map, "notebook")
    for query in queries:
        query.holes = with_braced(query.text, [*query.holes, *_python_values(query)])
    found.queries += queries


def _python_values(query: HostedQuery) -> Iterator[tuple[int, int]]:
    """The values of lets that name no other let: variables of Python's."""
    names = set(_LET.findall(query.text))
    for value in _PYTHON_VALUE.finditer(query.text):
        if value[1] not in names and value[1] not in ("true", "false"):
            yield value.span(1)
