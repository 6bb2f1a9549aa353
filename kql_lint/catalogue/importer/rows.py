"""Reads an export: TSV or CSV with a head line, in the encodings that people's tools write."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass

from kql_lint.catalogue.problems import CatalogueError, Problem

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_FIELD = 1_000_000


@dataclass(slots=True)
class Row:
    """A line of a file.  values are by the head's names: lower case, without spaces and underscores."""

    path: str
    line: int
    values: dict[str, str]

    def get(self, *names: str) -> str:
        """The first of the columns that has a value, without blanks around it; "" where none has."""
        return next((self.values[name].strip() for name in names if self.values.get(name, "").strip()), "")

    def error(self, message: str) -> CatalogueError:
        """Something is wrong with the line."""
        return CatalogueError([Problem(self.path, self.line, 1, message)])


@dataclass(slots=True)
class Rows:
    """A whole file.  head: its names as in Row."""

    path: str
    head: list[str]
    rows: list[Row]


def decode(path: str, data: bytes) -> str:
    """UTF-8, or UTF-16 with its byte-order mark (as PowerShell writes it).  Raises CatalogueError."""
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError([Problem(path, line, 1, "neither UTF-8 nor UTF-16")]) from None


def read_rows(path: str, text: str) -> Rows:
    """Split the text of a file; the delimiter is what the head line has: tab, comma or semicolon."""
    head_line = text.split("\n", 1)[0]
    delimiter = max("\t,;", key=head_line.count)
    if not head_line.count(delimiter):
        raise CatalogueError([Problem(path, 1, 1, "no head line with columns separated by tabs, commas or semicolons")])
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    head: list[str] = []
    line = 1
    try:
        for fields in reader:
            if not head:
                head = [_folded(name) for name in fields]
            elif any(field.strip() for field in fields):
                rows.append(_row(path, line, head, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CatalogueError([Problem(path, line, 1, f"not well-formed: {error}")]) from None
    return Rows(path, head, rows)


def _row(path: str, line: int, head: list[str], fields: list[str]) -> Row:
    if len(fields) > len(head):
        message = f"{len(fields)} fields, but the head line has {len(head)} names"
        raise CatalogueError([Problem(path, line, 1, message)])
    return Row(path, line, dict(zip(head, fields, strict=False)))


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "").replace("_", "")
