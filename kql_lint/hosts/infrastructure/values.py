"""What the expressions of a Terraform or Bicep file come to, as far as the file itself says: texts and nodes.

A name that the file defines (``local.query``, a ``var``) is followed, so that a query lies where its text stands.  What
is left for the deployment is a hole.  A default of a parameter counts only where it is all there is of a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kql_lint.hosts.effort import Effort
from kql_lint.hosts.infrastructure.shapes import Pair, Shape, is_word, pairs, plain, shape, statements
from kql_lint.hosts.infrastructure.strings import decode, hole, spelling
from kql_lint.hosts.infrastructure.tree import Group, Item, Leaf
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.options import Load, Loaded
from kql_lint.hosts.texts import PlacedText

# How deep expressions may lie in one another.  LIMIT: what lies deeper is a hole; real templates nest twenty levels.
DEPTH = 60


@dataclass(slots=True)
class Value(Scalar):
    """A scalar with its text's places; options are its texts where a condition chooses one of several."""

    built: PlacedText = field(default_factory=PlacedText)
    options: tuple[PlacedText, ...] = ()


@dataclass(slots=True)
class Target:
    """What a name stands for.  sure: the deployment can't set another value, as it can for a parameter's default."""

    items: list[Item]
    sure: bool
    rest: tuple[str, ...] = ()  # keys that lead on into it


@dataclass(slots=True)
class Partial(Mapping):
    """A mapping to which something is added that is not known here."""

    @property
    def is_partial(self) -> bool:
        """It is."""
        return True


Call = Callable[["Reader", list[list[Item]]], PlacedText | None]


class Reader:
    """Reads the expressions of one file.  resolve says what a path of names stands for; calls are known functions.

    wraps are functions that give an object or a text on (``jsonencode``), merges those that make one of several.
    effort is what the file may cost; an expression that would cost more is not known.  load gives the content of other
    files; failures has why it could not, by the place of the expression that asks for it.  given says what
    a path of names is given from outside, which comes before what the file says.
    """

    def __init__(
        self,
        source: str,
        resolve: Callable[[tuple[str, ...]], Target | None],
        calls: dict[str, Call],
        wraps: frozenset[str],
        merges: frozenset[str],
        effort: Effort,
        load: Load | None = None,
        given: Callable[[tuple[str, ...]], Node | None] | None = None,
    ) -> None:
        self.source = source
        self.effort = effort
        self.failures: dict[tuple[int, int], Loaded] = {}
        self.place = 0, 0  # of the call that is being worked out; that of calls in its arguments comes to be there
        self._load = load
        self._given = given or (lambda _: None)
        self._resolve = resolve
        self._calls = calls
        self._wraps = wraps
        self._merges = merges
        self._texts: dict[tuple[int, bool], PlacedText | None] = {}
        self._pairs: dict[int, tuple[list[Pair], bool]] = {}
        self._nodes: dict[int, Node | None] = {}
        self._busy: set[int] = set()
        self._depth = 0

    # --- texts ----------------------------------------------------------------------------------------------------

    def text(self, items: list[Item], whole: bool = False) -> PlacedText | None:
        """The text that an expression gives; None where nothing of it is known.  whole takes defaults for values."""
        self._depth += 1
        try:
            return self._text(shape(items), whole) if self._reaches(items) else None
        finally:
            self._depth -= 1

    def _reaches(self, items: list[Item]) -> bool:
        """Whether an expression does not lie too deep in others to be read."""
        return self._depth < DEPTH or self.effort.cut(*place_of(items))

    def _text(self, form: Shape, whole: bool) -> PlacedText | None:
        if form.kind == "text" and form.group is not None:
            return self._template(form.group)
        if form.kind == "literal":
            built = PlacedText()
            built.copy(self.source, form.start, form.end)
            return built
        if form.kind == "call" and form.name in self._calls:
            self.place = form.start, form.end
            return self._calls[form.name](self, form.parts)
        if form.kind == "call" and form.name in self._wraps and len(form.parts) == 1:
            return self.text(form.parts[0], whole)
        return self._named(form.path, whole) if form.kind == "ref" else None

    def part(self, items: list[Item]) -> PlacedText:
        """The text of an expression that is part of another; a hole where it is not known."""
        built = self.text(items)
        if built is None:
            built = PlacedText()
            hole(built, self.source, items[0].start, items[-1].end)
        return built

    def _named(self, path: tuple[str, ...], whole: bool) -> PlacedText | None:
        given = self._given(path)
        if given is not None:
            return given.built if isinstance(given, Value) and not given.built.unknown else None
        target = self.follow(path)
        if target is None or not (target.sure or whole) or not target.items:
            return None
        name = id(target.items[0])
        key = name, whole
        if key not in self._texts:
            if name in self._busy:
                return None  # a name that is defined by itself
            self._busy.add(name)
            self._texts[key] = self.text(target.items, whole)
            self._busy.discard(name)
        return self._texts[key]

    def follow(self, path: tuple[str, ...]) -> Target | None:
        """What a path stands for, led on through the objects that it names keys of."""
        target = self._resolve(path)
        while target is not None and target.rest:
            form = shape(target.items)
            if form.kind != "object" or form.group is None:
                return None
            found, whole = self._entries(form.group)
            values = [pair.value for pair in found if pair.key == target.rest[0]]
            target = Target(values[-1], target.sure and whole, target.rest[1:]) if values else None
        return target

    def _entries(self, group: Group) -> tuple[list[Pair], bool]:
        if id(group) not in self._pairs:
            self._pairs[id(group)] = pairs(group)
        return self._pairs[id(group)]

    def _template(self, group: Group) -> PlacedText:
        """A string: literal text, expressions, known or holes, and directives, each a hole with all that it rules.

        LIMIT: the text between ``%{ if }`` and ``%{ endif }`` is not linted: it may be there or not.
        """
        built, open_directives, begin = PlacedText(), 0, 0
        stretches = _stretches(group, self.source)
        written = spelling(self.source, group.style, _indentation(group, stretches, self.source), group.marker)
        for item, start, end in stretches:
            if isinstance(item, Group) and item.kind == "%{":
                word = item.items[0].text if item.items and isinstance(item.items[0], Leaf) else ""
                if open_directives == 0:
                    begin = item.start
                open_directives += (word in ("if", "for")) - word.startswith("end")
                if open_directives <= 0:
                    open_directives = 0
                    hole(built, self.source, begin, item.end)
            elif open_directives:
                continue
            elif isinstance(item, Leaf):
                before = built.map.length
                decode(built, self.source, group.style, start, end)
                built.map.spell(before, written)
            else:
                self._interpolate(built, item)
        if open_directives:
            hole(built, self.source, begin, group.end)
        return built

    def _interpolate(self, built: PlacedText, item: Group) -> None:
        known = self.text(item.items) if item.items else None
        if known is None or not self.effort.builds(known, item.start, item.end):
            hole(built, self.source, item.start, item.end)
        else:
            built.put(known, item.start, item.end)

    def loaded(self, path: str, start: int, end: int) -> PlacedText | None:
        """The content of another file, for the expression at that stretch of this one; None where there is none."""
        found = self._load(path) if self._load is not None else None
        if found is None or found.text is None:
            if found is not None:
                self.failures[start, end] = found
            return None
        self.effort.follow(path, len(found.text))
        built = PlacedText()
        # LIMIT: a template with directives (`%{ if }`) is not judged where nothing else reads it.
        if found.linted or "%{" in found.text:
            built.load(found.text, start, end)
        else:
            built.stand(found.text, start, end)
        return built

    # --- nodes ----------------------------------------------------------------------------------------------------

    def node(self, items: list[Item]) -> Node:
        """An expression as a node.  Of one that is not known, the objects in it lie in a sequence in a sequence."""
        self._depth += 1
        try:
            return self._node(shape(items), items) if self._reaches(items) else self._unknown(items)
        finally:
            self._depth -= 1

    def _node(self, form: Shape, items: list[Item]) -> Node:
        if form.kind == "object" and form.group is not None:
            return self.mapping(form.group)
        if form.kind == "array" and form.group is not None:
            return Sequence(form.start, [self.node(one) for one in statements(form.group.items)])
        if form.kind == "for":
            return self.node(form.parts[0]) if form.parts[0] else self._unknown(items)
        if form.kind == "call" and form.parts and form.name in self._wraps | self._merges:
            built = self.text(items) if form.name in self._calls else None
            return self._merged(form) if built is None else self._value(built, form)
        if form.kind == "ref":
            found = self._named_node(form.path)
            if found is not None:
                return found
        if form.kind == "choice":
            return self._choice(form, items)
        if form.kind == "other" or (form.kind == "call" and form.name not in self._calls):
            return self._opaque(items)
        built = self.text(items, whole=True)
        return self._unknown(items) if built is None else self._value(built, form)

    def mapping(self, group: Group) -> Mapping:
        """An object as a mapping."""
        found, whole = self._entries(group)
        entries = [Entry(pair.key, pair.start, pair.end, self._valued(pair.value)) for pair in found]
        return Mapping(group.start, entries) if whole else Partial(group.start, entries)

    def _valued(self, items: list[Item]) -> Node | None:
        return self.node(items) if items else None

    def _value(self, built: PlacedText, form: Shape) -> Value:
        style = form.group.style if form.group is not None else ""
        return Value(built.text, style, form.start, form.end, bool(built.holes), built, (built,))

    def _unknown(self, items: list[Item]) -> Value:
        built = PlacedText()
        hole(built, self.source, items[0].start, items[-1].end)
        return Value(built.text, "", items[0].start, items[-1].end, True, built)

    def _named_node(self, path: tuple[str, ...]) -> Node | None:
        given = self._given(path)
        if given is not None:
            return given
        target = self.follow(path)
        if target is None or not target.items:
            return None
        key = id(target.items[0])
        if key not in self._nodes and key not in self._busy:
            self._busy.add(key)
            self._nodes[key] = self.node(target.items)
            self._busy.discard(key)
        return self._nodes.get(key)

    def _merged(self, form: Shape) -> Node:
        nodes = [self.node(part) for part in form.parts]
        if len(nodes) == 1:
            return nodes[0]
        if nodes and all(isinstance(node, Mapping) for node in nodes):
            partial = any(isinstance(node, Partial) for node in nodes)
            merged = self._mappings(nodes, form)
            return Partial(form.start, merged.entries) if partial else merged
        if nodes and all(isinstance(node, Sequence) for node in nodes):
            items = [item for node in nodes if isinstance(node, Sequence) for item in node.items]
            enough = self.effort.affords(len(items), form.start, form.end)
            return Sequence(form.start, items if enough else [])
        if any(isinstance(node, Mapping) for node in nodes):
            return Partial(form.start, self._mappings(nodes, form).entries)
        return Sequence(form.start, [Sequence(form.start, nodes)])

    def _mappings(self, nodes: list[Node], form: Shape) -> Mapping:
        """Several mappings as one, in which the last value of each key counts."""
        given = [node for node in nodes if isinstance(node, Mapping)]
        if not self.effort.affords(sum(len(node.entries) for node in given), form.start, form.end):
            return Partial(form.start)
        entries = {entry.key: entry for node in given for entry in node.entries}
        return Mapping(form.start, list(entries.values()))

    def _choice(self, form: Shape, items: list[Item]) -> Node:
        nodes = [self.node(part) for part in form.parts[1:] if part]
        if any(not isinstance(node, Scalar) for node in nodes):
            return Sequence(form.start, [Sequence(form.start, nodes)])
        value = self._unknown(items)
        options = {id(option): option for node in nodes if isinstance(node, Value) for option in node.options}
        value.options = tuple(options.values()) if self.effort.affords(len(options), value.start, value.end) else ()
        return value

    def _opaque(self, items: list[Item]) -> Node:
        inside = [item for item in items if isinstance(item, Group)]
        nodes: list[Node] = []
        for group in inside:
            if group.kind == "(":
                nodes += [self.node(part) for part in statements(group.items)]
            else:
                nodes.append(self.node([group]))
        if all(isinstance(node, Scalar) for node in nodes):
            return self._unknown(items)
        return Sequence(items[0].start, [Sequence(items[0].start, nodes)])


def _stretches(group: Group, source: str) -> list[tuple[Item, int, int]]:
    """The pieces of a string, with what indentation and the ``~`` of expressions leave of its literal text."""
    stretches = [(item, item.start, item.end) for item in group.items]
    if group.style.endswith("'''") and stretches and isinstance(stretches[0][0], Leaf):
        item, start, end = stretches[0]
        start += source.startswith("\r", start)  # the line end after the quotes is none of the text's
        start += source.startswith("\n", start) and start < end
        stretches[0] = item, min(start, end), end
    if group.style.endswith("'"):
        return stretches
    stretches = [_trimmed(stretches, at, source) for at in range(len(stretches))]
    return _unindented(stretches, source) if group.style == "<<-" else stretches


def _indentation(group: Group, stretches: list[tuple[Item, int, int]], source: str) -> str:
    """What the lines of a ``<<-`` heredoc lose."""
    lost = (source[item.start : start] for item, start, _ in stretches if start > item.start)
    return next(lost, "") if group.style == "<<-" else ""


def _trimmed(stretches: list[tuple[Item, int, int]], at: int, source: str) -> tuple[Item, int, int]:
    item, start, end = stretches[at]
    if isinstance(item, Leaf):
        before = stretches[at - 1][0] if at else None
        after = stretches[at + 1][0] if at + 1 < len(stretches) else None
        if isinstance(before, Group) and source.startswith("~}", before.end - 2):
            start = end - len(source[start:end].lstrip())
        if isinstance(after, Group) and source.startswith("~", after.start + 2):
            end = max(start, start + len(source[start:end].rstrip()))
    return item, start, end


def _unindented(stretches: list[tuple[Item, int, int]], source: str) -> list[tuple[Item, int, int]]:
    """Without the indentation that all lines of a ``<<-`` heredoc share; blank lines neither count nor lose any."""
    new_line, least, indented = True, len(source), []
    for at, (item, start, end) in enumerate(stretches):
        text = source[start:end] if isinstance(item, Leaf) else ""
        if new_line and not (text.endswith("\n") and not text.strip()):
            least = min(least, len(text) - len(text.lstrip()))
            indented.append(at)
        new_line = text.endswith("\n") if isinstance(item, Leaf) else False
    for at in indented:
        item, start, end = stretches[at]
        if isinstance(item, Leaf):
            stretches[at] = item, start + least, end
    return stretches


def place_of(items: list[Item]) -> tuple[int, int]:
    """The place of an expression in the file."""
    return items[0].start, items[-1].end


def list_of(reader: Reader, items: list[Item]) -> list[list[Item]] | None:
    """The expressions of an array that is written out; None for anything else."""
    form = shape(items)
    if form.kind == "ref":
        target = reader.follow(form.path)
        form = shape(target.items) if target is not None and target.sure else form
    return list(statements(form.group.items)) if form.kind == "array" and form.group is not None else None


def literal_of(items: list[Item]) -> str | None:
    """The text of a string literal without expressions or escapes."""
    return plain(items[0]) if len(items) == 1 and not is_word(items[0]) else None
