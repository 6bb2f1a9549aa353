"""A text that has several queries with nothing but blank lines between them.

Each is linted on its own.  The query editors run the block in which the cursor stands, and strictly a ``let`` of one
block is unknown in the next.  Many files are nevertheless written as if it were known: common values first, then the
queries.  So a block may use the lets of the blocks before it: those that it names are put in front of its text
(HostedQuery.preamble), unless it has one of that name itself.
"""

from __future__ import annotations

import re
from collections.abc import Container

from kql_lint.diagnostic import Edit, Fix
from kql_lint.hosts.hosted import HostedQuery
from kql_lint.hosts.plain.blocks import Block, Let, split
from kql_lint.source import PositionMap

WORD = re.compile(r"[^\W\d]\w*")

# A name that a block gives to a column or a let.
_ASSIGNED = re.compile(r"([^\W\d]\w*)\s*=(?![=~])")

# How many code points all preambles of a file may have.  LIMIT: past it, a let of another block is unknown.
_PREAMBLES = 2_000_000


def hosted(text: str, places: PositionMap, kind: str) -> list[HostedQuery]:
    """The queries of a text that has any; places maps the text into its file."""
    blocks, lets = split(text)
    if len(blocks) == 1:
        return [HostedQuery(text, places, kind)]
    queries, known, room = [], dict[str, Let](), _PREAMBLES
    waiting = iter([*lets, Let("", len(text), len(text), len(blocks))])
    let = next(waiting)
    for number, block in enumerate(blocks):
        body = text[block.start : block.end]
        start = block.start + len(body) - len(body.lstrip()) if number else 0
        own = set()
        while let.block == number:
            own.add(let.name)
            known[let.name] = let
            let = next(waiting)
        taken = _needed(text, text[start : block.end], known, own)
        preamble, whole = _preamble(text, places, taken, room)
        room -= len(preamble)
        whole.extend(places.part(start, block.end))
        queries.append(HostedQuery(preamble + text[start : block.end], whole, kind, preamble=len(preamble)))
    _mark_used(text, blocks, lets, queries)
    return queries


def _mark_used(text: str, blocks: list[Block], lets: list[Let], queries: list[HostedQuery]) -> None:
    """Tell each query which of its lets a later block may use: those that it names and does not declare itself."""
    if not lets:
        return
    own: dict[int, set[str]] = {}
    for let in lets:
        own.setdefault(let.block, set()).add(let.name)
    later: set[str] = set()
    for number in range(len(blocks) - 1, -1, -1):
        declared = own.get(number, set())
        queries[number].used_elsewhere = frozenset(declared & later)
        later = (later - declared) | (set(WORD.findall(text, blocks[number].start, blocks[number].end)) - declared)


def _needed(text: str, body: str, known: dict[str, Let], own: Container[str]) -> list[Let]:
    """The let statements of earlier blocks that a block needs, in their order."""
    if not known:
        return []
    names = set(WORD.findall(body)) - set(_ASSIGNED.findall(body))
    taken: dict[str, Let] = {}
    while names:
        found = {name: known[name] for name in names if name in known and name not in own and name not in taken}
        names = set()
        for name, let in found.items():
            words = WORD.findall(text[let.start : let.end])
            # `let T = T | ...` hides a table; the block means the table itself.
            if words.count(name) == 1:
                taken[name] = let
                names.update(words)
    return sorted(taken.values(), key=lambda let: let.start)


def _preamble(text: str, places: PositionMap, lets: list[Let], room: int) -> tuple[str, PositionMap]:
    """The text of let statements that a block needs, one a line, and where they stand."""
    preamble, map_ = "", PositionMap()
    if sum(let.end - let.start for let in lets) > room:
        return preamble, map_
    for let in lets:
        preamble += text[let.start : let.end] + "\n"
        map_.extend(places.part(let.start, let.end))
        end = places.span(let.end, let.end)[0]
        map_.stand(1, end, end)
    return preamble, map_


def describe(text: str) -> tuple[int, int, str, tuple[Fix, ...]]:
    """Where the second query of a text begins, what to say of them all, and how to make one text of them."""
    blocks, lets = split(text)
    second = blocks[1].code_start
    word = WORD.match(text, second)
    message = f"{len(blocks)} queries in this file have only blank lines between them; each is linted on its own"
    fixes = (_separate(blocks),) if _can_be_one(text, blocks, lets) else ()
    return second, word.end() if word else second + 1, message, fixes


def _separate(blocks: list[Block]) -> Fix:
    edits = tuple(Edit(block.code_end, block.code_end, ";") for block in blocks[:-1])
    return Fix("end each query with a semicolon", edits, "safe")


def _can_be_one(text: str, blocks: list[Block], lets: list[Let]) -> bool:
    """Whether semicolons would make one text of the blocks that the service takes: no let twice, no commands."""
    names = [let.name for let in lets]
    starts = (text[block.code_start : block.code_end] for block in blocks)
    return len(set(names)) == len(names) and not any(start.startswith((".", "set", "declare")) for start in starts)
