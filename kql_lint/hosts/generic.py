"""Queries in YAML and JSON of one's own make: the configuration's ``query-keys`` name the keys whose values they are.

A pattern is a path of keys with dots between: ``kql``, ``detection.query``, ``*.kql``.  It matches at any depth, as the
end of a value's path; ``*`` is any one key, or any part of one (``kql_*``).  Lists count for nothing in a path: each
item lies at its list's key, so that ``queries`` takes every text of ``queries: [...]`` and ``rules.kql`` that of each
rule of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.hosts.code import has_code
from kql_lint.hosts.findings import unreadable
from kql_lint.hosts.holes import find_holes, with_braced_code
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.nodes import Mapping, Node, Scalar
from kql_lint.hosts.rule_keys import label
from kql_lint.source import without_surrogates
from kql_lint.wildcards import ANY, STAR, Name, stars

if TYPE_CHECKING:
    from collections.abc import Callable

    from kql_lint.source import PositionMap, Source


@dataclass(slots=True)
class Keys:
    """Patterns of keys, ready to be matched; depth is the number of keys that the longest one has."""

    patterns: list[list[Name]]
    last: tuple[str, ...]  # the last key of each, ``*`` included
    depth: int

    def match(self, path: tuple[str, ...]) -> bool:
        """Whether the keys that a value lies at, the outermost first, end as one of the patterns."""
        keys = ".".join(path).split(".")  # a key may have dots too
        return any(
            len(names) <= len(keys) and all(map(Name.matches, names, keys[-len(names) :])) for names in self.patterns
        )


def keys_of(patterns: Sequence[str]) -> Keys:
    """Reads patterns of keys; raises ValueError with what is wrong with one."""
    read = []
    for pattern in patterns:
        segments = pattern.split(".")
        if not all(segment.strip() for segment in segments):
            raise ValueError(f'"{pattern}" has an empty part; write keys with one dot between them')
        read.append([Name([ANY, STAR]) if segment == "*" else stars(segment) for segment in segments])
    depth = max(map(len, read), default=0)
    return Keys(read, tuple(pattern.rsplit(".", 1)[-1] for pattern in patterns), depth)


def extract(source: Source, keys: Sequence[str], kind: str = "yaml") -> Extraction:
    """The queries of a YAML or JSON file (kind) at keys that patterns name; KL005 for JSON that is broken."""
    found = Extraction()
    add(found, source, kind, keys)
    return found


def add(found: Extraction, source: Source, kind: str, patterns: Sequence[str]) -> None:
    """Adds the queries at these keys to what was found in a file; what was found already is not found again."""
    keys = keys_of(patterns)
    if not any("*" in key for key in keys.last) and not any(key in source.text for key in keys.last):
        return
    roots, place = _json(found, source) if kind == "json" else _yaml(found, source)
    taken = sorted(query.map.span(query.preamble, len(query.text)) for query in found.queries)
    seen: set[int] = set()
    for root in roots:
        for scalar, holder in _values(root, keys):
            if id(scalar) not in seen and not _overlaps(taken, scalar) and _is_query(scalar):
                seen.add(id(scalar))
                text = without_surrogates(scalar.value)
                query = HostedQuery(text, place(scalar), "configured", None, label(holder, ()))
                query.holes = with_braced_code(text, find_holes(text))
                found.queries.append(query)
    found.queries.sort(key=lambda query: query.map.span(query.preamble, len(query.text)))


def _is_query(scalar: Scalar) -> bool:
    return not scalar.hole and not scalar.is_null and has_code(scalar.value)


def _overlaps(taken: list[tuple[int, int]], scalar: Scalar) -> bool:
    from bisect import bisect_left

    after = bisect_left(taken, (scalar.start, 0))
    near = taken[max(after - 1, 0) : after + 1]
    return any(start < scalar.end and scalar.start < end for start, end in near)


def _values(root: Node, keys: Keys) -> Iterator[tuple[Scalar, Mapping]]:
    """The scalars at keys that match, each with the mapping that has the key, in the file's order."""
    waiting: list[tuple[Node, tuple[str, ...], Mapping]] = [(root, (), Mapping(0))]
    seen: set[int] = set()  # what YAML's aliases name twice
    while waiting:
        node, path, holder = waiting.pop()
        if isinstance(node, Scalar):
            if path and keys.match(path):
                yield node, holder
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            below = [(entry.value, _below(path, entry.key, keys), node) for entry in node.entries]
            waiting += [(value, keys_, holder) for value, keys_, holder in reversed(below) if value is not None]
        else:
            waiting += [(item, path, holder) for item in reversed(node.items)]


def _below(path: tuple[str, ...], key: str, keys: Keys) -> tuple[str, ...]:
    """The last keys of a path, as many as a pattern can have."""
    return (*path, key)[-keys.depth :]


def _json(found: Extraction, source: Source) -> tuple[list[Node], Callable[[Scalar], PositionMap]]:
    from kql_lint.hosts.json import nodes

    reading = nodes.read_nodes(source.text)
    broken = reading.broken
    if broken is not None and not any(finding.code == "KL005" for finding in found.diagnostics):
        found.diagnostics.append(unreadable(broken.start, broken.end, f"broken JSON: {broken.message}"))
    roots = [] if reading.root is None else [reading.root]
    return roots, lambda scalar: nodes.place(source.text, scalar)


class _Every(frozenset[str]):
    """Every key there is."""

    def __contains__(self, key: object) -> bool:
        return True


def _yaml(found: Extraction, source: Source) -> tuple[list[Node], Callable[[Scalar], PositionMap]]:
    from kql_lint.diagnostic import Severity
    from kql_lint.hosts.yaml import nodes, read, scalars

    roots, broken = nodes.read_nodes(source.text, _Every(), _Every())
    if broken is not None:  # whose keys seem to be those of no rule may have been no more than a note
        others = [finding for finding in found.diagnostics if finding.code != "KL005"]
        found.diagnostics[:] = [*others, read.say_broken(source, broken, Severity.ERROR)]
    return roots, lambda scalar: scalars.place(source.text, scalar)
