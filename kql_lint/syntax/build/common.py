"""What all parts of the tree builder share: positions of children, and the errors found while building.

Lark calls one method for each rule of grammar/kql.lark, named by the rule (or the alias behind ``->``), with the values
of the rule's parts: tokens, and what the methods of inner rules returned.  Missing parts in ``[...]`` are None.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from kql_lint.syntax import ast
from kql_lint.syntax.words import CALLABLE, DECLARABLE, RESERVED

# The parts of a rule are positional, and it is the grammar that checks them.
Parts: TypeAlias = list[Any]


def start_of(child: Any) -> int:
    """The start offset of a token or node."""
    return int(child.start)


def end_of(child: Any) -> int:
    """The end offset of a token or node."""
    return int(child.end)


def span(children: Parts) -> tuple[int, int]:
    """The offsets from the first to the last part that is there; lists count by their last item."""
    present = [child for child in children if child is not None and child != []]
    first, last = present[0], present[-1]
    while isinstance(last, list):
        last = last[-1]
    return start_of(first), end_of(last)


class Problem:
    """Something the grammar lets through and the language does not.  start and end are offsets in the query."""

    __slots__ = ("end", "message", "start")

    def __init__(self, start: int, end: int, message: str) -> None:
        self.start = start
        self.end = end
        self.message = message


class Builder:
    """The state of one build; the mixins beside this module hold a method for each rule.

    unseen are the offsets at which a hole declares something whose name only the deployment knows.
    """

    def __init__(self) -> None:
        self.source = ""
        self.problems: list[Problem] = []
        self.unseen: list[int] = []
        self._suspects: dict[int, ast.Node] = {}

    def reset(self, source: str) -> None:
        """Forget the query built before; source is the text of the next one, as its author wrote it."""
        self.source = source
        self.problems = []
        self.unseen = []
        self._suspects = {}

    @property
    def is_clean(self) -> bool:
        """Whether nothing has been noted yet."""
        return not (self.problems or self.unseen or self._suspects)

    def problem(self, start: int, end: int, message: str) -> None:
        """Note an error at ``start`` to ``end``."""
        self.problems.append(Problem(start, end, message))

    @property
    def noted(self) -> tuple[object, ...]:
        """What changes when anything is noted, or a suspect is cleared that was noted before."""
        return len(self.problems), len(self.unseen), len(self._suspects), next(reversed(self._suspects), None)

    # --- names: which words need brackets depends on what stands around them, known only one rule later ---

    def name(self, children: Parts) -> ast.Name:
        token = children[0]
        node = ast.Name(token.start, token.end, str(token))
        if token in RESERVED:
            self.problem(node.start, node.end, f"`{token}` is a word of the language; as a name write ['{token}']")
        elif token in DECLARABLE:
            self._suspects[id(node)] = node
        return node

    def hole(self, children: Parts) -> ast.Hole:
        token = children[0]
        return ast.Hole(token.start, token.end, self.source[token.start : token.end])

    def introduced(self, name: ast.Name | ast.Hole) -> ast.Name:
        """A name that is given here; that of a hole is noted as unseen."""
        if isinstance(name, ast.Name):
            return name
        self.unseen.append(name.start)
        return ast.Name(name.start, name.end, name.text)

    def declared(self, name: ast.Name | ast.Hole) -> ast.Name:
        """A name that is declared here, where more words are allowed."""
        if self._suspects:
            self._suspects.pop(id(name), None)
        return self.introduced(name)

    def called(self, name: ast.Name) -> ast.Name:
        """A name that is called here."""
        if self._suspects and name.name in CALLABLE:
            self._suspects.pop(id(name), None)
        return name

    def suspect(self, node: ast.Node) -> None:
        """Note a node that is an error unless a later rule clears it."""
        self._suspects[id(node)] = node

    def clear(self, node: ast.Node) -> None:
        """The node turned out to be allowed."""
        self._suspects.pop(id(node), None)

    def finish(self) -> None:
        """Report what is still suspect once the whole query is built."""
        for node in self._suspects.values():
            if isinstance(node, ast.Name):
                message = f"`{node.name}` is a word of the language; as a name write ['{node.name}']"
                self.problem(node.start, node.end, message)
            else:
                self.problem(node.start, node.end, "several expressions in parentheses; one is expected here")
        self._suspects = {}
