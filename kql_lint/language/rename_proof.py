"""Whether a rename changes nothing but the name: a query is compared with what it has become, point by point."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.engine import judge_detection
from kql_lint.language.rename_limits import scopes
from kql_lint.syntax import ast
from kql_lint.wildcards import stars
from kql_lint.wording import one_line

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic, Edit
    from kql_lint.language.file import QueryInFile
    from kql_lint.language.names import Member
    from kql_lint.language.query import OpenQuery
    from kql_lint.semantics.symbols import Symbol


class Shift:
    """Where the places of a text lie once some stretches of it have another length."""

    def __init__(self, before: Iterable[tuple[int, int]], after: Iterable[int]) -> None:
        """Takes the stretches, in order, and the new length of each."""
        self._ends: list[int] = []
        self._moved = [0]
        for (start, end), length in zip(before, after, strict=True):
            self._ends.append(end)
            self._moved.append(self._moved[-1] + length - (end - start))

    def offset(self, place: int) -> int:
        """A place that is in none of the stretches, or at an end of one."""
        return place + self._moved[bisect_right(self._ends, place)]


def what_would_change(member: Member, after: QueryInFile, new: str, edits: Sequence[Edit]) -> str | None:
    """Why a query would be another one once the symbol has a new name; None where it is the same but for that.

    after is the query that the edits, in order, have made of the symbol's.
    """
    old, now, symbol = member.found.query, after.query, member.symbol
    if now.parsed.doubtful or now.parsed.hidden:
        return one_line(f"{new} can't be a name at each place of {symbol.name}")
    shift = Shift([edit[:2] for edit in edits], [len(edit.text) for edit in edits])
    same = (
        list(_columns(member, new)) == [(scope.open, list(scope.columns)) for scope in scopes(after)]
        and _places(old, shift, symbol, _inserted(edits, shift)) == _places(now, Shift((), ()))
        and _findings(old.analysis.diagnostics, shift) == _findings(now.analysis.diagnostics, Shift((), ()))
        and _codes(member.found) == _codes(after)
    )
    return None if same else one_line(_reason(member, after, new, shift))


def is_same(old: QueryInFile, now: QueryInFile, shift: Shift) -> bool:
    """Whether a query with other names of functions is the same: its columns, the places of names, and its findings."""
    return (
        not (now.query.parsed.doubtful or now.query.parsed.hidden)
        and [(one.open, list(one.columns)) for one in scopes(old)]
        == [(one.open, list(one.columns)) for one in scopes(now)]
        and _places(old.query, shift) == _places(now.query, Shift((), ()))
        and _findings(old.query.analysis.diagnostics, shift) == _findings(now.query.analysis.diagnostics, Shift((), ()))
        and _codes(old) == _codes(now)
    )


def _columns(member: Member, new: str) -> Iterator[tuple[bool, list[str]]]:
    """The columns at each point of the query, the symbol's under its new name."""
    symbols, symbol = member.found.query.symbols, member.symbol
    for scope in scopes(member.found):
        names = [
            new if name == symbol.name and symbols.of(column) is symbol else name
            for name, column in scope.columns.items()
        ]
        yield scope.open, names


def _places(
    query: OpenQuery, shift: Shift, symbol: Symbol | None = None, further: Iterable[tuple[int, int]] = ()
) -> list[list[tuple[int, int]]]:
    """The places of each symbol once they have moved, and the further ones that a symbol then has."""
    found = []
    for one in query.symbols.all:
        places = [(shift.offset(start), shift.offset(end)) for start, end in one.places]
        found.append(sorted([*places, *further]) if one is symbol else places)
    return sorted(places for places in found if places)


def _inserted(edits: Iterable[Edit], shift: Shift) -> Iterator[tuple[int, int]]:
    """Where names have been put in front of expressions."""
    for edit in edits:
        if edit.start == edit.end:
            behind = shift.offset(edit.start)
            yield behind - len(edit.text), behind - len(edit.text) + len(edit.text.removesuffix(" = "))


def _findings(found: Iterable[Diagnostic], shift: Shift) -> Counter[tuple[str, int, int]]:
    return Counter((one.code, shift.offset(one.start), shift.offset(one.end)) for one in found)


def _difference(name: str, wanted: list[str], found: list[str]) -> str:
    """What is wrong with the columns at a point of the query."""
    more = next((one for one in found if one not in wanted), None)
    less = next((one for one in wanted if one not in found), None)
    if more is not None and less is not None:
        return f"the column {less} would be called {more}"
    if more is not None:
        return f"the column {more}, whose place {name} takes, would be there too"
    return f"the column {less} would be gone" if less is not None else "columns would come in another order"


def _codes(found: QueryInFile) -> Counter[str]:
    """How many findings of each rule there are about the metadata."""
    return Counter(one.code for one in judge_detection(found.hosted, found.query.analysis))


def _all_findings(found: QueryInFile) -> list[Diagnostic]:
    return [*found.query.analysis.diagnostics, *judge_detection(found.hosted, found.query.analysis)]


def _reason(member: Member, after: QueryInFile, new: str, shift: Shift) -> str:
    """The likeliest reason for a difference."""
    symbol, old, now = member.symbol, member.found.query, after.query
    derived = next((one for one in old.symbols.all if one.derived_from is symbol), None)
    if derived is not None:
        return f"the column {derived.name} has its name from {symbol.name} and would be called otherwise"
    for node in ast.walk(old.parsed.query):
        if isinstance(node, ast.Wildcard) and node.pattern.strip("*"):
            matches = stars(node.pattern).matches
            if matches(symbol.name) != matches(new):
                return f"{node.pattern} would {'no longer stand' if matches(symbol.name) else 'stand'} for it"
    for (_, names), scope in zip(_columns(member, new), scopes(after), strict=False):
        if names != list(scope.columns):
            return _difference(symbol.name, names, list(scope.columns))
    for start, _ in symbol.places:
        taken = now.symbols.at(shift.offset(start))
        if taken is not None and taken[0].kind != symbol.kind:
            return f"{new} is a {taken[0].kind} where {symbol.name} is used"
    known = Counter(one.code for one in _all_findings(member.found))
    fresh = next((one for one in _all_findings(after) if known[one.code] == 0), None)
    if fresh is not None:
        return f"there would be a finding: {fresh.message}"
    return f"with the name {new}, columns or names would no longer be the same behind each operator of the query"
