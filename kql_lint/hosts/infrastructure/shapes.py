"""What kind of expression a stretch of tokens is.  Operators are not told apart: nothing here asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from kql_lint.hosts.infrastructure.tree import Broken, Group, Item, Leaf


@dataclass(slots=True)
class Shape:
    """An expression: its kind, its place, and what it is made of.

    kind is ``text`` and ``literal`` (a string, a number or word), ``object`` and ``array`` (group), ``call`` (name and
    parts, the arguments), ``ref`` (path), ``choice`` (parts: the condition, what holds if it is true, if it is false),
    ``for`` (parts: the expression that is repeated, in brackets), or ``other``.
    """

    kind: str
    start: int
    end: int
    group: Group | None = None
    name: str = ""
    path: tuple[str, ...] = ()
    parts: list[list[Item]] = field(default_factory=list)


_LITERALS = frozenset({"true", "false", "null"})


def shape(items: list[Item]) -> Shape:
    """The shape of an expression.  Brackets around the whole of it are taken off."""
    items = trimmed(items)
    while len(items) == 1 and isinstance(items[0], Group) and items[0].kind == "(":
        items = trimmed(items[0].items)
    if not items:
        return Shape("other", 0, 0)
    start, end = items[0].start, items[-1].end
    if len(items) == 1:
        return _single(items[0], start, end)
    question = next((at for at, item in enumerate(items) if is_sign(item, "?")), -1)
    if question > 0:
        return _choice(items, question, start, end)
    first, last = items[0], items[-1]
    if is_word(first, "if") and isinstance(last, Group) and last.kind == "{" and len(items) == 3:
        return Shape("object", last.start, last.end, last)  # Bicep's conditional resource
    named = items[-2]
    if isinstance(last, Group) and last.kind == "(" and is_word(named) and all(map(_names, items[:-1])):
        return Shape("call", start, end, last, named.text, parts=split(last.items, ","))
    path = _path(items)
    return Shape("ref", start, end, path=path) if path else Shape("other", start, end)


def _single(item: Item, start: int, end: int) -> Shape:
    if isinstance(item, Leaf):
        if item.kind == "word" and item.text not in _LITERALS:
            return Shape("ref", start, end, path=(item.text,))
        return Shape("literal" if item.kind in ("word", "number") else "other", start, end)
    if item.kind == "string":
        return Shape("text", start, end, item)
    body = trimmed(item.items)
    if body and is_word(body[0], "for") and not (len(body) > 1 and is_sign(body[1], "=", ":", ",")):
        colon = next((at for at, part in enumerate(body) if is_sign(part, ":")), len(body))
        return Shape("for", start, end, item, parts=[body[colon + 1 :]])
    return Shape("object" if item.kind == "{" else "array", start, end, item)


def _choice(items: list[Item], question: int, start: int, end: int) -> Shape:
    depth = 0
    for at in range(question, len(items)):
        depth += is_sign(items[at], "?") - is_sign(items[at], ":")
        if depth == 0:
            parts = [items[:question], items[question + 1 : at], items[at + 1 :]]
            return Shape("choice", start, end, parts=parts)
    return Shape("other", start, end)


def _names(item: Item) -> bool:
    return is_word(item) or is_sign(item, ".", "::")


def _path(items: list[Item]) -> tuple[str, ...]:
    """The names of ``local.rules.first`` or ``local.rules["first"]``; empty for what is more than that."""
    first = items[0]
    if not is_word(first):
        return ()
    path = [first.text]
    at = 1
    while at < len(items):
        item = items[at]
        following = items[at + 1] if at + 1 < len(items) else None
        if is_sign(item, ".") and following is not None and is_word(following):
            path.append(following.text)
            at += 2
        elif isinstance(item, Group) and item.kind == "[" and len(item.items) == 1:
            name = plain(item.items[0])
            if name is None:
                return ()
            path.append(name)
            at += 1
        else:
            return ()
    return tuple(path)


def plain(item: Item) -> str | None:
    """The text of a string that has neither expressions nor escapes; None for anything else."""
    if isinstance(item, Leaf) or item.kind != "string":
        return None
    if not item.items:
        return ""
    only = item.items[0]
    return only.text if len(item.items) == 1 and isinstance(only, Leaf) and "\\" not in only.text else None


def is_word(item: Item, *words: str) -> TypeGuard[Leaf]:
    """Whether a token is a word, or one of these words."""
    return isinstance(item, Leaf) and item.kind == "word" and (not words or item.text in words)


def is_sign(item: Item, *signs: str) -> bool:
    """Whether a token is one of these signs."""
    return isinstance(item, Leaf) and item.kind == "sign" and item.text in signs


def is_newline(item: Item) -> bool:
    """Whether a token is the end of a line."""
    return isinstance(item, Leaf) and item.kind == "newline"


def trimmed(items: list[Item]) -> list[Item]:
    """The tokens without line ends before and after them."""
    start, end = 0, len(items)
    while start < end and is_newline(items[start]):
        start += 1
    while start < end and is_newline(items[end - 1]):
        end -= 1
    return items[start:end] if end - start < len(items) else items


def split(items: list[Item], *signs: str) -> list[list[Item]]:
    """The stretches between signs, without empty ones."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_sign(item, *signs):
            parts.append([])
        else:
            parts[-1].append(item)
    return [part for part in parts if trimmed(part)]


def statements(items: list[Item]) -> Iterator[list[Item]]:
    """The stretches between commas and line ends; one that ends, or goes on, with an operator has several lines."""
    current: list[Item] = []
    for item in items:
        if is_sign(item, ","):
            if current:
                yield trimmed(current)
            current = []
        elif is_newline(item) or not current or not is_newline(current[-1]) or _goes_on(current, item):
            if current or not is_newline(item):
                current.append(item)
        else:
            yield trimmed(current)
            current = [item]
    if current:
        yield trimmed(current)


def _goes_on(before: list[Item], item: Item) -> bool:
    if isinstance(item, Leaf) and item.kind == "sign" and item.text not in ("@", "...", "-", "!"):
        return True
    at = next(at for at in range(len(before) - 1, -1, -1) if not is_newline(before[at]))
    last = before[at]
    if not isinstance(last, Leaf) or last.kind != "sign" or last.text == "!":
        return False  # `name!` is Bicep's way to say that it is not null
    return last.text != "?" or before[at - 1].end < last.start  # and `string?` that it may be


def is_resource(statement: list[Item]) -> bool:
    """Whether a statement of Bicep declares a resource; one may lie in another."""
    return len(statement) > 3 and is_word(statement[0], "resource") and is_word(statement[1])


@dataclass(slots=True)
class Pair:
    """One entry of an object: its key with its place, and the tokens of its value."""

    key: str
    start: int
    end: int
    value: list[Item]


def pairs(group: Group) -> tuple[list[Pair], bool]:
    """The entries of an object, and whether that is all of it: no key is computed, and nothing is spread into it.

    Raises Broken where a text follows a name without ``=`` or ``:``: a query there would go unseen.
    """
    found, whole = [], True
    for statement in statements(group.items):
        first = statement[0]
        if is_sign(first, "@") or is_resource(statement):
            continue  # a decorator, or a resource inside of one
        second = statement[1] if len(statement) > 1 else None
        if second is None or not is_sign(second, "=", ":"):
            if is_word(first) and isinstance(second, Group) and second.kind == "string":
                raise Broken(f"`:` or `=` is missing after `{first.text}`", first.start, first.end)
            whole = False
            continue
        key = first.text if isinstance(first, Leaf) else plain(first)
        if key is None:
            whole = False
        else:
            found.append(Pair(key, first.start, first.end, statement[2:]))
    return found, whole
