"""Bicep: analytics rules, saved searches and query packs, what modules are given, and variables that hold queries.

Rules that lie in variables, parameters or the arguments of a module are known by their keys (``query`` beside
``queryFrequency`` and the like), or there by their text.  A file that has no word of a query is not read.

What ``loadTextContent()`` reads is taken from the file that it names, and a rule of a module that gets its query as a
parameter is judged with what it is given.  LIMIT: what the file imports is a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.hosts.effort import Effort
from kql_lint.hosts.hosted import Extraction
from kql_lint.hosts.infrastructure.bicep.scan import BicepScanner
from kql_lint.hosts.infrastructure.calls import BICEP, BICEP_MERGES, BICEP_WRAPS
from kql_lint.hosts.infrastructure.handed import Handed
from kql_lint.hosts.infrastructure.search import Search, extracted
from kql_lint.hosts.infrastructure.shapes import is_resource, is_sign, is_word, plain, shape, statements, trimmed
from kql_lint.hosts.infrastructure.tree import Broken, Group, Item, Leaf, collected
from kql_lint.hosts.infrastructure.values import DEPTH, Reader, Target, Value
from kql_lint.hosts.nodes import Mapping, Node, Sequence
from kql_lint.hosts.rule_keys import reads_like_kql

if TYPE_CHECKING:
    from kql_lint.hosts.options import Load, Loaded
    from kql_lint.source import Source

_WORD = re.compile(r"[^\W\d]\w*")
# How deep modules may be used by one another, and the steps that a character of one is: it is read for each use.
_MODULES = 3
_READ = 5
_NAMED = ("var", "param", "output")


def extract(source: Source, load: Load | None = None) -> Extraction:
    """The queries of a Bicep file; KL004 for a rule without one, KL005 where the file is broken."""
    return extracted(source.text, BicepScanner, partial(_File, load=load), "Bicep")


def _resolve(values: dict[str, Target], path: tuple[str, ...]) -> Target | None:
    target = values.get(path[0])
    return None if target is None else Target(target.items, target.sure, path[1:])


class _File:
    """The declarations of a file, and the queries in them."""

    def __init__(
        self, text: str, load: Load | None = None, handed: Handed | None = None, effort: Effort | None = None
    ) -> None:
        self.text = text
        self.search = Search(effort or Effort(text), handed=handed)
        self._load = load
        self._depth = 0  # how many modules this one is in
        self._values: dict[str, Target] = {}
        self._counts: dict[str, int] = {}
        # Not a method: a cycle of objects would wait for the garbage collector.
        self._reader = Reader(
            text,
            partial(_resolve, self._values),
            BICEP,
            BICEP_WRAPS,
            BICEP_MERGES,
            self.search.effort,
            load,
            handed.value if handed is not None else None,
        )
        self.search.failures = self._reader.failures

    def read(self, root: Group) -> Broken | None:
        """Takes the queries of all declarations, up to one that is not closed; says what is broken."""
        broken: list[Broken] = []
        declared: list[list[Item]] = []
        for statement in statements(root.items):
            if any(isinstance(item, Group) and item.end < 0 for item in statement):
                break
            with collected(broken):
                statement = _undecorated(statement)
                if len(statement) > 2 and is_word(statement[0]):
                    self._define(statement)
                    declared.append(statement)
        for statement in declared:
            with collected(broken):
                self._statement(statement)
        return min(broken, key=lambda error: error.start, default=None)

    def _define(self, statement: list[Item]) -> None:
        keyword, name, value = statement[0], statement[1], _value(statement)
        if is_word(keyword, "var", "param") and is_word(name) and value:
            self._values[name.text] = Target(value, keyword.text == "var")

    def _statement(self, statement: list[Item]) -> None:
        keyword, name, value = statement[0], statement[1], _value(statement)
        if is_resource(statement):
            self._resource(statement, "")
        elif is_word(keyword, "module", *_NAMED) and is_word(name) and value:
            node = self._reader.node(value)
            self.search.tree(node, any_text=True)
            if keyword.text == "module":
                self._module(statement, node)
            # A text that is used as it is was taken where it is used, or it is no query of ours.
            if isinstance(node, Mapping) or (keyword.text in _NAMED and self._uses(name.text) < 2):
                self.search.remember(name.text, node)

    def _module(self, statement: list[Item], node: Node) -> None:
        """Takes the rules of a module of this repository that gets a query here, or else the query alone."""
        path, name = plain(statement[2]) or "", statement[1]
        is_local = path.endswith(".bicep") and self._depth < _MODULES
        for one in _mappings(node):
            params = one.get("params")
            if isinstance(params, Mapping) and any(_may_be_query(entry.value) for entry in params.entries):
                module = self._load(path).text if is_local and self._load is not None else None
                if module is not None:
                    self._use(path, module, Handed(params.entries, (name.start, name.end)))
                self.search.remember("", params)

    def _use(self, path: str, module: str, handed: Handed) -> None:
        effort, place = self.search.effort, handed.place
        load = partial(_below, self._load, path) if self._load is not None else None
        effort.follow(path, len(module))
        if not effort.affords(_READ * len(module), *place):
            return
        scanned = BicepScanner(module)
        scanned.scan()
        file = _File(module, load, handed, effort)
        file._depth = self._depth + 1
        file.read(scanned.root)
        self.search.found.queries += [query for query in file.search.found.queries if query.rule is not None]

    def _uses(self, name: str) -> int:
        if not self._counts:
            for word in _WORD.findall(self.text):
                self._counts[word] = self._counts.get(word, 0) + 1
        return self._counts.get(name, 0)

    def _resource(self, statement: list[Item], parent: str, depth: int = 0) -> None:
        """Takes what a resource has, and those that are declared in it, whose types go on from its own."""
        name, type_, value = statement[1], statement[2], _value(statement)
        if not value:
            end = statement[-1].end if isinstance(statement[-1], Leaf) else statement[-1].start + 1
            raise Broken("`=` and the resource itself are missing here", statement[0].start, end)
        written = (plain(type_) or "").partition("@")[0]
        whole = f"{parent}/{written}" if parent else written
        existing = is_word(statement[3], "existing")
        for node in () if existing else _mappings(self._reader.node(value)):
            if not self.search.resource(whole, node, (name.start, name.end)):
                self.search.tree(node, any_text=False)
        form = shape(value)
        inner = shape(form.parts[0]) if form.kind == "for" and form.parts[0] else form
        if inner.kind == "object" and inner.group is not None:
            for below in statements(inner.group.items):
                if is_resource(below) and depth < DEPTH:
                    self._resource(below, whole, depth + 1)


def _below(load: Load, module: str, path: str) -> Loaded:
    """Reads what a module names, relative to the module."""
    return load(f"{module.rpartition('/')[0] or '.'}/{path}")


def _may_be_query(node: Node | None) -> bool:
    """Whether a parameter gets a query, or has one in it."""
    if isinstance(node, Mapping):
        return any(isinstance(entry.value, Value) and _may_be_query(entry.value) for entry in node.entries)
    return isinstance(node, Value) and (bool(node.built.foreign) or reads_like_kql(node.value))


def _undecorated(statement: list[Item]) -> list[Item]:
    """A declaration without the decorators that stand on its own line."""
    while statement and is_sign(statement[0], "@"):
        end = next((at for at, item in enumerate(statement) if isinstance(item, Group)), len(statement) - 1)
        statement = trimmed(statement[end + 1 :])
    return statement


def _value(statement: list[Item]) -> list[Item]:
    """What stands behind the ``=`` of a declaration; empty where there is none."""
    equals = next((at for at, item in enumerate(statement) if is_sign(item, "=")), len(statement))
    return trimmed(statement[equals + 1 :])


def _mappings(node: Node) -> Iterator[Mapping]:
    """The objects that a resource may be: one, or those of a condition."""
    waiting, seen = [node], set[int]()  # a name may stand for the same list in many places
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Mapping):
            yield one
        elif isinstance(one, Sequence):
            waiting += reversed(one.items)
