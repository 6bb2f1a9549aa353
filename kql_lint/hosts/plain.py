"""Files that are KQL and nothing else: one query, or several with blank lines between them.

Each of several queries is linted on its own.  The query editors run the block in which the cursor stands, and strictly
a ``let`` of one block is unknown in the next.  Many files are nevertheless written as if it were known: common values
first, then the queries.  So a block may use the lets of the blocks before it: those that it names are put in front of
its text (HostedQuery.preamble), unless it has one of that name itself.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix
from kql_lint.hosts.blocks import Block, Let, split
from kql_lint.hosts.findings import no_query_found, several_queries
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.tokens import BLANK_LINE, WORD, has_code
from kql_lint.source import PositionMap

if TYPE_CHECKING:
    from kql_lint.source import Source


# A name that a block gives to a column or a let.
_ASSIGNED = re.compile(r"([^\W\d]\w*)\s*=(?![=~])")

# How many code points all preambles of a file may have.  LIMIT: past it, a let of another block is unknown.
_PREAMBLES = 2_000_000


def extract(source: Source) -> Extraction:
    """The queries of a ``.kql`` file; KL004 where there is none, KL006 where there are several."""
    text = source.text
    if not has_code(text):
        why = "it has comments only" if text.strip() else "it is empty"
        return Extraction([], [no_query_found(0, 0, f"no query found in this file: {why}")])
    blocks, lets = split_text(text)
    queries = hosted(text, PositionMap.verbatim(0, len(text)), blocks, lets, "kql")
    found = [_several(text, blocks, lets)] if len(blocks) > 1 else []
    return Extraction(queries, found)


def split_text(text: str) -> tuple[list[Block], list[Let]]:
    """The queries of a text, without a look at every token where there is no blank line to cut at."""
    lead = len(text) - len(text.lstrip())
    if BLANK_LINE.search(text, lead, len(text.rstrip())):
        return split(text)
    return ([Block(0, len(text), lead, len(text.rstrip()))] if has_code(text) else []), []


def hosted(text: str, places: PositionMap, blocks: list[Block], lets: list[Let], kind: str) -> list[HostedQuery]:
    """The queries that the blocks of a text are; places maps the text into its file."""
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
    return queries


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


def _several(text: str, blocks: list[Block], lets: list[Let]) -> Diagnostic:
    second = blocks[1].code_start
    word = WORD.match(text, second)
    message = f"{len(blocks)} queries in this file have only blank lines between them; each is linted on its own"
    fixes = (_separate(blocks),) if _can_be_one(text, blocks, lets) else ()
    return several_queries(second, word.end() if word else second + 1, message, fixes)


def _separate(blocks: list[Block]) -> Fix:
    edits = tuple(Edit(block.code_end, block.code_end, ";") for block in blocks[:-1])
    return Fix("end each query with a semicolon", edits, "safe")


def _can_be_one(text: str, blocks: list[Block], lets: list[Let]) -> bool:
    """Whether semicolons would make one text of the blocks that the service takes: no let twice, no commands."""
    names = [let.name for let in lets]
    starts = (text[block.code_start : block.code_end] for block in blocks)
    return len(set(names)) == len(names) and not any(start.startswith((".", "set", "declare")) for start in starts)
