"""A YAML file as nodes with their places, made from the parser's events.

PyYAML's own tree is not used: building it recurses as deep as the file nests, and it keeps every scalar.  Here a stack
does it, aliases are names of nodes and never copies, tags mean nothing, and scalars that no host asks for are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.yaml import halves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from yaml._yaml import Mark as FastMark
    from yaml.error import Mark
    from yaml.events import Event, ScalarEvent

# libyaml stops at 1,000 brackets; where only the parser in Python is there, it has to be stopped.
DEPTH_LIMIT = 1000


@dataclass(slots=True)
class Broken:
    """Why a file is no YAML, in PyYAML's words, and where: offsets of the place and of what it was part of, or -1."""

    problem: str
    context: str
    offset: int
    context_offset: int


def read_nodes(
    text: str,
    keys: Collection[str],
    whole: Collection[str] = (),
    extents: list[tuple[int, int]] | None = None,
) -> tuple[list[Node], Broken | None]:
    """The root of each complete document, and what stopped the reading.  Offsets count code points of the text.

    A scalar is kept as the value of one of ``keys``, and wherever it lies in the value of one of ``whole``; mappings
    and sequences are kept wherever they are.  extents gets the place of every scalar, kept or not, in the file's order.
    """
    import yaml

    # A mark inside the text would be skipped by libyaml without being counted.
    base = 1 if text.startswith("\ufeff") else 0
    builder = _Builder(text, base, keys, whole, extents)
    try:
        for event in _events(text[base:]):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark, context = error.problem_mark, error.context_mark
        return builder.roots, Broken(
            error.problem or "it can't be read",
            error.context or "",
            mark.index + base if mark else 0,
            context.index + base if context else -1,
        )
    except yaml.reader.ReaderError as error:
        # Its position counts bytes or characters, depending on the parser; its character is the first of that kind.
        return builder.roots, Broken(str(error.reason), "", max(text.find(chr(error.character)), 0), -1)
    except UnicodeEncodeError as error:
        return builder.roots, Broken("special characters are not allowed", "", error.start + base, -1)
    except _Unreadable as error:
        return builder.roots, Broken(str(error), "", error.offset, -1)
    except (ValueError, OverflowError):  # of chr(), in the parser in Python
        found = halves.TOO_LARGE.search(text)
        return builder.roots, Broken(
            "found invalid Unicode character escape code", "", found.start() if found else 0, -1
        )
    return builder.roots, None


def _events(text: str) -> Iterator[Event]:
    import yaml

    # libyaml is in PyYAML's wheels and some fifteen times as fast; a build from source may lack it.
    fast = yaml.__with_libyaml__ and not halves.PAIR.search(text)
    return yaml.parse(text, yaml.CSafeLoader if fast else yaml.SafeLoader)


def _index(mark: Mark | FastMark | None) -> int:
    """The offset of a mark.  The parser sets one on every event; only the type says that it may be missing."""
    return mark.index if mark else 0


class _Unreadable(Exception):
    """What the parser let pass, and where."""

    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.offset = offset


@dataclass(slots=True)
class _Open:
    """A container that is being read, and the key that waits for its value; whole: all that is in it is kept."""

    node: Mapping | Sequence
    whole: bool
    key: Entry | None = None


class _Builder:
    def __init__(
        self,
        text: str,
        base: int,
        keys: Collection[str],
        whole: Collection[str],
        extents: list[tuple[int, int]] | None,
    ) -> None:
        self.roots: list[Node] = []
        self._text = text
        self._base = base
        self._keys = keys
        self._whole = whole
        self._extents = extents
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._anchors: dict[str, Node] = {}

    def take(self, event: Event) -> None:
        import yaml

        if isinstance(event, yaml.ScalarEvent):
            self._done(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            start = _index(event.start_mark) + self._base
            node: Mapping | Sequence = Mapping(start) if isinstance(event, yaml.MappingStartEvent) else Sequence(start)
            if len(self._open) >= DEPTH_LIMIT:
                raise _Unreadable("exceeded maximum nesting depth", start)
            if event.anchor:
                self._anchors[event.anchor] = node
            self._open.append(_Open(node, self._is_whole()))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._done(self._open.pop().node, None)
        elif isinstance(event, yaml.AliasEvent):
            self._done(self._anchors.get(event.anchor or ""), None)
        elif isinstance(event, yaml.DocumentEndEvent):
            if self._root is not None:
                self.roots.append(self._root)
            self._root = None
            self._anchors = {}

    def _is_whole(self) -> bool:
        """Whether all is kept of the container that begins here."""
        if not self._open:
            return False
        holder = self._open[-1]
        return holder.whole or (holder.key is not None and holder.key.key in self._whole)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        start, end = _index(event.start_mark) + self._base, _index(event.end_mark) + self._base
        if self._extents is not None:
            self._extents.append((start, end))
        value = halves.joined(event.value)
        if (place := halves.lone(self._text, value, start, end)) is not None:
            raise _Unreadable("found invalid Unicode character escape code", place)
        return Scalar(value, event.style or "", start, end)

    def _done(self, node: Node | None, anchor: str | None) -> None:
        """Puts a node that is complete where it belongs."""
        if anchor and node is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        holder = self._open[-1]
        if isinstance(holder.node, Sequence):
            if node is not None and (holder.whole or not isinstance(node, Scalar)):
                holder.node.items.append(node)
        elif holder.key is None:
            scalar = node if isinstance(node, Scalar) else Scalar("", "", holder.node.start, holder.node.start)
            holder.key = Entry(scalar.value, scalar.start, scalar.end, None)
        else:
            if holder.whole or holder.key.key in self._keys or not isinstance(node, Scalar):
                holder.key.value = node
                holder.node.entries.append(holder.key)
            holder.key = None
