"""Names that are close to an unknown one, and how to write the right one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit, Fix
from kql_lint.rules._scopes import alike, tables, variables
from kql_lint.rules._words import ByWords, words

if TYPE_CHECKING:
    from kql_lint.catalogue import Rename
    from kql_lint.rules._literals import ComparedLiteral
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Scope
    from kql_lint.suggest import Candidates
    from kql_lint.syntax import ast

_WORD = re.compile(r"\w+")
MOST_EDITS = 2
"""How many edits a name may be from what it is a slip for."""
_LONG_NAME = 8
_FEW = 3
_SHORTEST = 5
# ASIM's parsers, unifying (imDns, _Im_Dns), of a source (vimDnsInfoblox, ASimDnsInfoblox), and their helpers.
_PARSER = re.compile(r"_?(?:v?im|v?ASim|ASIM)(?=_|[A-Z])|_Im_")


def is_parser_like(name: str) -> bool:
    """Whether a name is in the style of ASIM's parsers, which workspaces have more of than any list.

    >>> [is_parser_like(name) for name in ("imProcess", "_Im_Dns", "vimAuditEventOkta", "impersonations")]
    [True, True, True, False]
    """
    return _PARSER.match(name) is not None


def joined(name: str) -> bool:
    """Whether a name is words with underscores between them, as the parsers of vendors are called (``GCP_IAM``)."""
    return "_" in name.strip("_")


def slips(name: str, *known: Candidates) -> tuple[str, ...]:
    """The known names that name is most likely a slip for: one edit away, a long one two; the case does not count."""
    from kql_lint.suggest import best, distance

    bound = MOST_EDITS if len(name) >= _LONG_NAME else 1
    close = best(sorted({scored for names in known for scored in names.ranked(name)}))
    return tuple(other for other in close if distance(name.casefold(), other.casefold(), bound) <= bound)


def close_columns(facts: Facts, scope: Scope, name: str, place: int | None = None) -> tuple[str, ...]:
    """The columns in scope that are close to name, best first: in place of a table's old name, what became of it.

    What became of name itself comes first.  With a place, the variables that can be used there are meant as well.
    """
    from kql_lint.suggest import best

    renames = facts.catalogue.renames("column", tables(facts, scope))
    lets = variables(facts) if place is not None else {}

    def known(candidate: str) -> bool:
        return candidate in scope.columns or lets.get(candidate, math.inf) <= (place or 0)

    close = best(alike(facts, name, lambda candidate: candidate in renames or known(candidate)))
    return tuple(filter(known, current([name, *close] if name in renames else close, renames)))


def close_action_types(facts: Facts, literal: ComparedLiteral) -> tuple[str, ...]:
    """The ActionTypes of its tables that are close to the text, as ``close_columns`` has it, or have its words.

    Of a text that lacks a word nobody knows which: then it is all that have the others, or none where those are many.
    """
    from kql_lint.suggest import Candidates, suggest

    renames = facts.catalogue.renames("action_type", literal.tables)
    by_words = facts.catalogue.memory.get(("by words", *literal.lists), lambda: ByWords(literal.known))
    reordered = by_words.reordered(literal.value)
    if reordered:
        return reordered[:_FEW]
    key = ("close ActionTypes", *literal.lists, *literal.tables)
    names = facts.catalogue.memory.get(key, lambda: Candidates([*literal.known, *renames]))
    close = suggest(literal.value, names)
    is_part = _lacks_word(literal.value, close) if close else len(words(literal.value)) > 1
    if is_part and literal.value not in renames:
        longer = by_words.longer(literal.value, _FEW)
        return () if longer is None else longer or close
    return current([literal.value, *close] if literal.value in renames else close, renames)


def _lacks_word(name: str, close: Sequence[str]) -> bool:
    """Whether each of the close names has all words of a name, and more."""
    return all(Counter(words(name)) < Counter(words(other)) for other in close)


def is_same_but_for_letters(name: str, other: str) -> bool:
    """Whether a name can be a typing error for another: no whole word has been left out."""
    return not _lacks_word(name, [other])


def current(names: Iterable[str], renames: Mapping[str, Rename]) -> tuple[str, ...]:
    """The names, each once: in place of an old one, what became of it."""
    new = [present for old in names for present in (renames[old].new if old in renames else (old,))]
    return tuple(dict.fromkeys(new))


def is_renamed(facts: Facts, kind: str, name: str, tables: Iterable[str]) -> bool:
    """Whether a name is no longer current in any of the tables."""
    return any(facts.catalogue.rename(kind, name, table) is not None for table in tables)


def mistyped(name: str, close: Iterable[str]) -> str | None:
    """The close name that it surely is a typing error for: a letter inside it too many, too few, wrong or swapped.

    That is less than is close.  Names that mean two things are often as near to each other, but then they differ in
    their first or last letters (``Id`` and ``Ip``, a plural), in a digit, a separator or the case.
    """
    folded = name.casefold()
    for candidate in close if len(name) >= _SHORTEST else ():
        other = candidate.casefold()
        if folded[0] == other[:1] and abs(len(folded) - len(other)) <= 1 and _is_slip_inside(folded, other):
            return candidate
    return None


def _is_slip_inside(left: str, right: str) -> bool:
    before = _alike(left, right)
    left, right = left[before:], right[before:]
    after = _alike(left[::-1], right[::-1])
    left, right = left[: len(left) - after], right[: len(right) - after]
    if not (left + right).isalpha():
        return False
    if len(left) == len(right) == 1:
        return after > 1
    swapped = len(left) == 2 and left == right[::-1]
    return after > 0 and (swapped or len(left) + len(right) == 1)


def _alike(left: str, right: str) -> int:
    """How many characters two texts begin with that are the same."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))


def is_verbatim(facts: Facts, node: ast.Name) -> bool:
    """Whether the name stands in the query as it is: no brackets, no escapes."""
    return facts.text[node.start : node.end] == node.name


def same_but_case(name: str, close: Sequence[str]) -> str | None:
    """The one name that differs in case alone."""
    alike = [candidate for candidate in close if candidate.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def written(name: str) -> str:
    """A column's name as a query writes it: ``['User Name']`` where it is no plain word."""
    if name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit():
        return name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def rewritten(node: ast.Node, text: str, safety: str) -> tuple[Fix, ...]:
    """The fix that puts text in the node's place."""
    return (Fix(f"write {text}", (Edit(node.start, node.end, text),), safety),)


def respelled(facts: Facts, node: ast.Name, close: Sequence[str]) -> tuple[Fix, ...]:
    """The name that is meant: safe where only the case differs, since a query that fails then runs; else a guess.

    Nothing where several are close, or the query has the name in another form.
    """
    if not is_verbatim(facts, node):
        return ()
    alike = same_but_case(node.name, close)
    if alike is not None:
        return rewritten(node, written(alike), "safe")
    return rewritten(node, written(close[0]), "unsafe") if len(close) == 1 else ()


def keyword(text: str, start: int) -> str:
    """The word that the operator at start begins with."""
    end = start
    while end < len(text) and (text[end].isalpha() or text[end] == "-"):
        end += 1
    return text[start:end] or "the query"


def words_of(facts: Facts) -> Counter[str]:
    """How often each word stands in the query, be it in code, in a string or in a comment."""
    return facts.memory.get("words", lambda: Counter(_WORD.findall(facts.text)))


def let_statements(facts: Facts) -> Sequence[ast.Let]:
    """Each let of the query, and of the functions in it, in their order."""
    return facts.memory.get("let statements", lambda: list(lets(facts.query)))


def lets(query: ast.Query) -> Iterator[ast.Let]:
    """Each let of a query, and of the functions in it, in their order."""
    from kql_lint.syntax import ast

    statements: list[ast.Statement] = list(reversed(query.statements))
    while statements:
        statement = statements.pop()
        if isinstance(statement, ast.Let):
            yield statement
            if isinstance(statement.value, ast.Function):
                statements.extend(reversed(statement.value.body))
