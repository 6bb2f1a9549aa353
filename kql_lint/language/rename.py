"""Rename: a name that a query declares, wherever it stands in the file.  Offsets are the file's, unless said.

A rename is proven before it is given: the file is read again with it, and each query that it touches has to have the
same columns behind each of its operators but for the name, the same names belonging together, and the same findings.
What can't be renamed so is refused, with the reason.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Edit
from kql_lint.language.file import OpenFile
from kql_lint.language.names import Member, Named, members, metadata_names, named_at
from kql_lint.language.navigation import stored_function_at
from kql_lint.language.rename_limits import can_be_written, why_not, why_not_so
from kql_lint.language.rename_proof import what_would_change
from kql_lint.source import Source
from kql_lint.syntax import ast
from kql_lint.syntax.words import CALLABLE, DECLARABLE, NEVER_NAMES, RESERVED
from kql_lint.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAMES = " = "
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACKETED = RESERVED | NEVER_NAMES | DECLARABLE | CALLABLE
_STRING = re.compile(r"""([hH]?)(["'])(.*)\2""", re.DOTALL)


class RenamePlace(NamedTuple):
    """A name that can be renamed: its place in the file, and what it is now (without brackets and quotes)."""

    start: int
    end: int
    name: str


class Refusal(NamedTuple):
    """Why something can't be renamed, in a sentence for people."""

    reason: str


def prepare(file: OpenFile, place: int) -> RenamePlace | Refusal:
    """What would be renamed at a place of the file, or why nothing can be."""
    named = named_at(file, place)
    if named is None:
        return Refusal(_no_symbol(file, place))
    reason = next(filter(None, (why_not(file, one) for one in members(file, named.found, named.symbol))), None)
    if reason is not None:
        return Refusal(reason)
    return RenamePlace(named.start, named.end, named.symbol.name)


def rename(file: OpenFile, place: int, new: str) -> tuple[Edit, ...] | Refusal:
    """The edits of the file that give the name at a place another one, in order; or why it can't have that.

    new is the name itself: brackets and quotes are written where they are needed.  No edits where it has the name.
    """
    prepared = prepare(file, place)
    named = named_at(file, place)
    if isinstance(prepared, Refusal) or named is None:
        return prepared if isinstance(prepared, Refusal) else Refusal(_no_symbol(file, place))
    if new == prepared.name:
        return ()
    if not can_be_written(new):
        return Refusal("a name needs at least one character, and can't have control characters or both kinds of quotes")
    group = members(file, named.found, named.symbol)
    reason = next(filter(None, (why_not_so(one, new) for one in group)), None)
    edits = None if reason is not None else _edits(file, group, new)
    if edits is None:
        return Refusal(reason or f"the file can't have {new} at each place of {prepared.name}")
    changed = _changed(file, group, edits, new)
    return edits if changed is None else Refusal(changed)


def written_in_kql(name: str) -> str:
    """A name as KQL has it where names stand: in brackets where it is no plain word."""
    if _PLAIN.fullmatch(name) and name not in _BRACKETED:
        return name
    sign = '"' if "'" in name else "'"
    escaped = name.replace("\\", "\\\\")
    return f"[{sign}{escaped}{sign}]"


def _edits(file: OpenFile, group: list[Member], new: str) -> tuple[Edit, ...] | None:
    """The edits for all members, each place once; None where one can't be written."""
    found: dict[Edit, None] = {}
    for member in group:
        hosted = member.found.hosted
        for edit in query_edits(member, new):
            if edit is None:
                return None
            if any(first < edit.end and edit.start < last for first, last in hosted.foreign):
                return None
            written = hosted.in_file((edit,), file.source.text)
            if written is None or any(one.start == one.end for one in written) > (edit.start == edit.end):
                return None
            found.update(dict.fromkeys(written))
    for _, name in metadata_names(group):
        renamed = name.renamed(new)
        if renamed is None:
            return None
        found.update(dict.fromkeys(renamed))
    ordered = sorted(found)
    overlapping = any(first.end > second.start for first, second in pairwise(ordered))
    return None if overlapping else tuple(ordered)


def query_edits(member: Member, new: str) -> Iterator[Edit | None]:
    """The edits of a query's own text, in order; None for a string that can't have the name.

    A column that is made by an expression without a name gets it in front of that.
    """
    text, brackets = member.found.query.text, member.found.query.brackets
    quoted = {(use.start, use.end) for use in member.symbol.uses if use.quoted}
    unnamed = [brackets.outside(one.start, one.end)[0] for one in member.symbol.declarations if not one.written]
    for start, end in sorted([*member.symbol.places, *((place, place) for place in unnamed)]):
        if start == end:
            yield Edit(start, start, f"{written_in_kql(new)}{_NAMES}")
            continue
        if (start, end) not in quoted:
            yield Edit(start, end, written_in_kql(new))
            continue
        literal = _STRING.fullmatch(text, start, end)
        plain = literal is not None and literal[3] == member.symbol.name and not set(new) & set("\\'\"")
        yield Edit(start, end, f"{literal[1]}{literal[2]}{new}{literal[2]}") if literal is not None and plain else None


def _changed(file: OpenFile, group: list[Member], edits: Iterable[Edit], new: str) -> str | None:
    """What else than the name the edits would change, None for nothing."""
    source = file.source
    after = OpenFile(Source(source.path, put_in(source.text, edits), source.encoding), file.options)
    if len(after.queries) != len(file.queries):
        return f"with {new} the file would have other queries"
    by_query = {id(member.found): member for member in group}
    for old, found in zip(file.queries, after.queries, strict=True):
        member = by_query.get(id(old))
        if member is None:
            if old.hosted.text != found.hosted.text:
                return f"another query of the file has the text of {group[0].symbol.name} too"
            continue
        made = [edit for edit in query_edits(member, new) if edit is not None]
        if found.hosted.text != put_in(old.hosted.text, made):
            return f"the file can't have {new} at each place of {member.symbol.name}"
        reason = what_would_change(member, found, new, made)
        if reason is not None:
            return reason
    return None


def put_in(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _no_symbol(file: OpenFile, place: int) -> str:
    """Why there is nothing to rename at a place."""
    stored = stored_function_at(file, place)
    if stored is not None:
        definition = stored[2]
        return f"{definition.name} is a function of {definition.path}, which other files may call"
    for found in file.queries:
        offset = found.offset(place)
        for node in ast.walk(found.query.parsed.query) if offset is not None else ():
            if isinstance(node, ast.Name) and node.start <= (offset or 0) <= node.end:
                return one_line(f"{node.name} is not declared in this file")
    return "there is no name here that the file declares"


__all__ = ["Named", "Refusal", "RenamePlace", "prepare", "put_in", "rename", "written_in_kql"]
