"""Puts together what the binder recorded of names: which declarations and uses are of one symbol.

A column is known by what declares it and its name there: the two together are a key.  Keys that can't have different
names are linked; what is linked is one symbol.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.semantics.persistent import differing
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.semantics.symbols.links import Key, Links, key_of
from kql_lint.semantics.symbols.model import Declaration, Kind, Symbol, Symbols, Use
from kql_lint.semantics.symbols.structure import structure_of, written_name
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics import Bound
    from kql_lint.semantics.facts import Facts, Step
    from kql_lint.semantics.scopes.scope import Column

# Operators that put a column in the place of one of the same name.
_REPLACING = (ast.Extend, ast.Serialize, ast.MvExpand, ast.MvApply, ast.Parse, ast.ParseKv, ast.Scan)


def symbols(bound: Bound) -> Symbols:
    """The symbols of a query that was bound with ``steps`` and ``names``."""
    collector = _Collector(bound.facts)
    found = collector.run()
    by_key = {key: collector.by_root[collector.links.root(key)] for key in collector.keys}
    return Symbols(found, by_key, bound.result if isinstance(bound.result, Scope) else None)


class _Collector:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.structure = structure_of(facts.query, facts.text)
        self.links = Links()
        self.keys: dict[Key, None] = {}  # those of columns, in the order in which they were met
        self.uses: dict[tuple[int, int], tuple[ast.Node, list[Key]]] = {}
        self.sources: dict[Key, list[Key]] = {}  # those from which a column that nothing names has its name
        self.united: dict[Key, list[tuple[int, list[Key]]]] = {}  # what a union that ends there makes one of
        self.declarations: dict[Key, Declaration | None] = {}
        self.steps: list[Step] = facts.steps or []
        self.inputs: dict[ast.Node, list[Scope]] = {}
        self.by_root: dict[Key, Symbol] = {}
        self.starts: list[int] = []  # of the uses, once all are there
        self.in_order: list[tuple[int, int]] = []

    def run(self) -> list[Symbol]:
        self._names()
        for read in self.facts.reads:
            self._use(read.node, self._column(read.column), read.column.name)
        self._made()
        self._mentions()
        for unlisted in self.facts.unlisted_columns:
            key: Key = ("", unlisted.node.name)
            self.keys[key] = None
            self._use(unlisted.node, key, key[1])
        for node, name, columns in self.facts.names.unified if self.facts.names is not None else ():
            keys = list(dict.fromkeys(self._column(column) for column in columns if column.name == name))
            self.links.link(*keys)
            if len(keys) > 1:
                for key in keys:
                    self.united.setdefault(key, []).append((node.end, keys))
        self._flow()
        return self._symbols()

    # --- keys and uses --------------------------------------------------------------------------------------------

    def _column(self, column: Column) -> Key:
        """A column's key; those of the tables that it comes from are linked."""
        key = key_of(column)
        if column.declared is None and len(column.origins) > 1:
            others = [(origin.row.name, column.name) for origin in column.origins]
            self.keys.update(dict.fromkeys(others))
            self.links.link(key, *others)
        self.keys[key] = None
        return key

    def _use(self, node: ast.Node, key: Key, name: str) -> None:
        """Note a place where the name is written; what is reached by a computed string is none."""
        written = node.name if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Literal) else None
        if written != name:
            return
        keys = self.uses.setdefault((node.start, node.end), (node, []))[1]
        if key not in keys:
            keys.append(key)
            self.links.link(*keys)

    def _names(self) -> None:
        for name in self.structure.statements:
            self.keys[name, name.name] = None
        for column in self.structure.schemas:
            self.keys[column, column.name.name] = None
        for node, declaration in self.facts.names.uses if self.facts.names is not None else ():
            self._use(node, (declaration, declaration.name), declaration.name)
        for node, declaration in self.structure.members:
            self._use(node, (declaration, declaration.name), declaration.name)

    def _made(self) -> None:
        """The columns that operators make, and those that take the place of others."""
        for step in self.steps:
            before = step.before.columns if step.before is not None else {}
            if step.scope.columns is before:
                continue
            replaces = isinstance(step.node, _REPLACING)
            for name, column in differing(step.scope.columns, before).items():
                old = before.get(name)
                if column is old or column.declared is None:
                    continue
                key = self._column(column)
                if replaces and old is not None and old.declared is not None:
                    self.links.link(key, self._column(old))

    def _mentions(self) -> None:
        by_operator: dict[ast.Node, list[Step]] = {}
        for step in self.steps:
            by_operator.setdefault(step.node, []).append(step)
        for node, operator in self.structure.mentions:
            name = node.name if isinstance(node, ast.Name) else getattr(node, "value", None)
            for step in by_operator.get(operator, ()):
                scope = step.scope if isinstance(operator, ast.Scan) else step.before
                column = scope.columns.get(name) if scope is not None and isinstance(name, str) else None
                if column is not None:
                    self._use(node, self._column(column), column.name)

    # --- names that come from elsewhere ---------------------------------------------------------------------------

    def _flow(self) -> None:
        """Link what has its name from what is inside: ``bin(X, 1h)``, ``arg_max(T, X)``, ``mv-expand X``."""
        self.in_order = sorted(self.uses)
        self.starts = [start for start, _ in self.in_order]
        waiting = list(self.keys)
        while waiting:
            key = waiting.pop()
            owner, name = key
            if isinstance(owner, str):
                continue
            node = self._written(key)
            if node is not None:
                used = self.uses.get((node.start, node.end))
                self.links.link(key, *(used[1] if used is not None else ()))
                continue
            known = len(self.keys)
            sources = [one for one in self._inside(owner, name) if one != key] or self._from_input(owner, name)
            if len(self.keys) > known:
                waiting += list(self.keys)[known:]
            if sources:
                self.sources[key] = sources
                self.links.link(key, *sources)

    def _written(self, key: Key) -> ast.Node | None:
        owner, name = key
        if isinstance(owner, ast.Name):
            declares = owner in self.structure.statements or owner in self.structure.captures
            return owner if declares and owner.name == name else None
        return None if isinstance(owner, str) else written_name(owner, name)

    def _inside(self, owner: ast.Node, name: str) -> list[Key]:
        """What the name is inside an expression."""
        if isinstance(owner, ast.Operator):
            return []
        first, last = bisect_left(self.starts, owner.start), bisect_right(self.starts, owner.end)
        found: dict[Key, None] = {}
        for start, end in self.in_order[first:last]:
            if end <= owner.end:
                found.update((key, None) for key in self.uses[start, end][1] if key[1] == name)
        return list(found)

    def _from_input(self, owner: ast.Node, name: str) -> list[Key]:
        """The columns of the name that ``arg_max(x, *)`` has from the input of its operator."""
        if not isinstance(owner, ast.Call) or not any(isinstance(one, ast.Wildcard) for one in owner.arguments):
            return []
        if owner not in self.inputs:
            around = [step for step in self.steps if step.before is not None and _is_in(owner, step.node)]
            least = min((step.node.end - step.node.start for step in around), default=0)
            inner = (step.before for step in around if step.node.end - step.node.start == least)
            self.inputs[owner] = [scope for scope in inner if scope is not None]
        columns = (scope.columns.get(name) for scope in self.inputs[owner])
        return [self._column(column) for column in columns if column is not None]

    # --- symbols --------------------------------------------------------------------------------------------------

    def _symbols(self) -> list[Symbol]:
        by_root = self.by_root
        for key in self.keys:
            root = self.links.root(key)
            if root not in by_root:
                by_root[root] = Symbol(key[1], self._kind(key))
            self._declare(by_root[root], key)
        for (start, end), (node, keys) in sorted(self.uses.items(), key=lambda item: item[0]):
            behind = [
                other
                for key in keys
                for place, others in self.united.get(key, ())
                for other in others
                if place <= start
            ]
            declared = dict.fromkeys(one for key in (*keys, *behind) for one in self._declared_by(key))
            symbol = by_root.setdefault(self.links.root(keys[0]), Symbol(keys[0][1], self._kind(keys[0])))
            if not any((one.start, one.end) == (start, end) and one.written for one in symbol.declarations):
                quoted = isinstance(node, ast.Literal)
                symbol.uses.append(Use(keys[0][1], start, end, quoted, tuple(declared)))
        for key in self.keys:
            base = self._base(key)
            if base is not None:
                by_root[self.links.root(key)].derived_from = by_root.get(self.links.root(base))
        found = [one for one in by_root.values() if one.declarations or one.uses]
        for symbol in found:
            symbol.declarations.sort(key=lambda one: (one.start, one.end))
        return sorted(found, key=lambda one: one.places[0] if one.places else (one.declarations[0].start, 0))

    def _kind(self, key: Key) -> Kind:
        known = self.structure.statements.get(key[0]) if isinstance(key[0], ast.Name) else None
        return known[0] if known is not None else "column"

    def _declare(self, symbol: Symbol, key: Key) -> None:
        declaration = self._declaration(key)
        if declaration is not None and (declaration.written or key not in self.sources):
            symbol.declarations.append(declaration)
        elif declaration is None and key not in self.sources:
            symbol.external.add(key[0] if isinstance(key[0], str) else "")

    def _declaration(self, key: Key) -> Declaration | None:
        if key not in self.declarations:
            self.declarations[key] = self._made_declaration(key)
        return self.declarations[key]

    def _made_declaration(self, key: Key) -> Declaration | None:
        owner, name = key
        node = self._written(key)
        if isinstance(owner, str) or (node is None and isinstance(owner, ast.Name)):
            return None
        known = self.structure.statements.get(owner) if isinstance(owner, ast.Name) else None
        whole = known[1] if known is not None else owner
        place = owner if node is None else node
        around = whole.start, whole.end
        return Declaration(name, self._kind(key), place.start, place.end, node is not None, owner, around)

    def _declared_by(self, key: Key, depth: int = 20) -> Iterator[Declaration]:
        """The declarations that a key has its name from: those inside, else its own."""
        found = [one for source in self.sources.get(key, ()) if depth for one in self._declared_by(source, depth - 1)]
        own = self._declaration(key)
        yield from found or ([own] if own is not None else [])

    def _base(self, key: Key) -> Key | None:
        """What the name of a column is made of, where it is no other's: ``X1``, ``max_X``."""
        owner, name = key
        if isinstance(owner, str) or key in self.sources or self._written(key) is not None:
            return None
        if isinstance(owner, ast.Name):  # a capture of parse, behind a join
            return (owner, owner.name) if owner in self.structure.captures else None
        named: Iterable[ast.Name] = getattr(owner, "names", ()) or filter(None, [getattr(owner, "name", None)])
        if not isinstance(owner, ast.Expression) or isinstance(owner, ast.NamedExpression):
            return next(((owner, one.name) for one in named if isinstance(one, ast.Name)), None)
        first, last = bisect_left(self.starts, owner.start), bisect_right(self.starts, owner.end)
        inside = (key for place in self.in_order[first:last] for key in self.uses[place][1] if place[1] <= owner.end)
        return next((key for key in inside if key[1] in name), None)


def _is_in(node: ast.Node, other: ast.Node) -> bool:
    return other.start <= node.start and node.end <= other.end
