"""Functions of Terraform and Bicep that put texts together, as their documentation has them.

Each takes the argument expressions and gives the text, with holes for what is not known; None where nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from kql_lint.hosts.infrastructure.tree import Group, Item
from kql_lint.hosts.infrastructure.values import Call, Reader, list_of, literal_of, place_of
from kql_lint.hosts.texts import PlacedText, replaced
from kql_lint.spelling import Spelling, doubling

Args: TypeAlias = list[list[Item]]
Fill: TypeAlias = Callable[[re.Match[str]], PlacedText | str | None]

_NET = re.compile(r"\{\{|\}\}|\{(\d+)([^{}]*)\}")
# The folder of the module.  LIMIT: the root module is another folder where this one is called by it.
_MODULE = re.compile(r"\$\{\s*path\.(?:module|root)\s*\}")
_GO = re.compile(r"%(?:%|(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?(?:\[(\d+)\])?([a-zA-Z]))")

_SPELLINGS = {_NET: Spelling(doubling("{", "}"), "\n"), _GO: Spelling(doubling("%"), "\n")}


def _all(reader: Reader, parts: list[list[Item]], separator: PlacedText | None = None) -> PlacedText | None:
    """The texts of expressions one after another; None if none of them is known."""
    built = PlacedText()
    for number, part in enumerate(parts):
        if number and separator is not None:
            if not reader.effort.builds(separator, *place_of(part)):
                return None
            built.put(separator, part[0].start, part[0].start)
        text = reader.part(part)
        if not reader.effort.builds(text, *place_of(part)):
            return None
        if len(part) == 1 and isinstance(part[0], Group) and part[0].kind == "string":
            built.extend(text)
        else:
            built.put(text, *place_of(part))
    return None if built.unknown or not parts else built


def _concat(reader: Reader, args: Args) -> PlacedText | None:
    return _all(reader, args)


def _join(reader: Reader, items: list[Item], by: list[Item]) -> PlacedText | None:
    parts = list_of(reader, items)
    return None if parts is None else _all(reader, parts, reader.part(by))


def _join_terraform(reader: Reader, args: Args) -> PlacedText | None:
    return _join(reader, args[1], args[0]) if len(args) == 2 else None


def _join_bicep(reader: Reader, args: Args) -> PlacedText | None:
    return _join(reader, args[0], args[1]) if len(args) == 2 else None


def _format_bicep(reader: Reader, args: Args) -> PlacedText | None:
    """``format('... {0} ...', value)``, with the placeholders of .NET."""

    def value(found: re.Match[str]) -> PlacedText | str | None:
        if found[1] is None:
            return found[0][0]
        number = int(found[1][:3]) + 1
        return texts(number) if number < len(args) and not found[2] else None

    texts = _read_once(reader, args)

    return _formatted(reader, args, _NET, value)


def _format_terraform(reader: Reader, args: Args) -> PlacedText | None:
    """``format("... %s ...", value)``, with the verbs of Go."""
    taken = 0

    def value(found: re.Match[str]) -> PlacedText | str | None:
        nonlocal taken
        if found[0] == "%%":
            return "%"
        number = found[1] or found[2]
        taken = int(number[:3]) if number else taken + 1
        plain = found[3] in ("s", "v") and len(found[0]) == 2 and taken < len(args)
        return texts(taken) if plain else None

    texts = _read_once(reader, args)

    return _formatted(reader, args, _GO, value)


def _formatted(reader: Reader, args: Args, pattern: re.Pattern[str], value: Fill) -> PlacedText | None:
    form = reader.text(args[0]) if args else None
    if form is None:
        return None
    form = form.part(0, form.map.length)
    form.map.spell_within(_SPELLINGS[pattern])
    return replaced(form, pattern, value, reader.effort, place_of(args[0]))


def _read_once(reader: Reader, args: Args) -> Callable[[int], PlacedText | None]:
    """Gives the text of an argument by its number, however often it is asked for."""
    return cache(lambda number: reader.text(args[number]))


def _replace(reader: Reader, args: Args) -> PlacedText | None:
    """``replace(text, 'what', with)``; None where what is replaced is not written out, or is a regular expression."""
    if len(args) != 3:
        return None
    text, what = reader.text(args[0]), literal_of(args[1])
    if text is None or not what or (len(what) > 1 and what.startswith("/") and what.endswith("/")):
        return None
    value = reader.text(args[2])
    return replaced(text, re.compile(re.escape(what)), lambda _: value, reader.effort, place_of(args[0]))


def _strip(reader: Reader, args: Args) -> PlacedText | None:
    text = _only(reader, args)
    return None if text is None else text.stripped()


def _chomp(reader: Reader, args: Args) -> PlacedText | None:
    text = _only(reader, args)
    return None if text is None else text.stripped("\r\n", left=False)


def _load(reader: Reader, args: Args) -> PlacedText | None:
    """``loadTextContent('q.kql')``, ``file("${path.module}/q.kql")``: the text of a file that the call names."""
    start, end = reader.place
    path = reader.part(args[0]) if args else None
    if path is None:
        return None
    written = _MODULE.sub(".", path.text)
    if sum(end - start for start, end in path.holes) != sum(len(found[0]) for found in _MODULE.finditer(path.text)):
        return None  # only the deployment knows which
    return reader.loaded(written, start, end)


def _only(reader: Reader, args: Args) -> PlacedText | None:
    """The text of the one argument that there is, if it may be copied."""
    text = reader.text(args[0], whole=True) if len(args) == 1 else None
    return text if text is not None and reader.effort.builds(text, *place_of(args[0])) else None


TERRAFORM: dict[str, Call] = {
    "join": _join_terraform,
    "format": _format_terraform,
    "replace": _replace,
    "trimspace": _strip,
    "chomp": _chomp,
    "file": _load,
    "templatefile": _load,
}
TERRAFORM_WRAPS = frozenset(
    "jsonencode tostring nonsensitive sensitive toset tolist tomap try flatten one values ephemeralasnull".split()
)
TERRAFORM_MERGES = frozenset({"merge", "concat"})

BICEP: dict[str, Call] = {
    "concat": _concat,
    "join": _join_bicep,
    "format": _format_bicep,
    "replace": _replace,
    "trim": _strip,
    "loadTextContent": _load,
}
BICEP_WRAPS = frozenset({"string", "any", "array", "flatten", "nonNull"})
BICEP_MERGES = frozenset({"union", "concat", "shallowMerge"})
