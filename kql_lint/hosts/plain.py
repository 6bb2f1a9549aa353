"""Files that are KQL and nothing else: one query, or several with blank lines between them.

Each of several queries is linted on its own.  The query editors run the block in which the cursor stands, and strictly
a ``let`` of one block is unknown in the next.  Many files are nevertheless written as if it were known: common values
first, then the queries.  So a block may use the lets of the blocks before it: those that it names are put in front of
its text (HostedQuery.preamble), unless it has one of that name itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix
from kql_lint.hosts.blocks import Block, Let, split
from kql_lint.hosts.findings import no_query_found, several_queries
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.tokens import BLANK_LINE, WORD, has_code
from kql_lint.source import PositionMap

if TYPE_CHECKING:
    from kql_lint.source import Source


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
    queries = []
    for number, block in enumerate(blocks):
        body = text[block.start : block.end]
        start = block.start + len(body) - len(body.lstrip()) if number else 0
        body = text[start : block.end]
        own = {let.name for let in lets if let.block == number}
        preamble, whole = _preamble(text, places, [let for let in lets if let.block < number], body, own)
        whole.extend(places.part(start, block.end))
        queries.append(HostedQuery(preamble + body, whole, kind, preamble=len(preamble)))
    return queries


def _preamble(text: str, places: PositionMap, earlier: list[Let], body: str, own: set[str]) -> tuple[str, PositionMap]:
    """The let statements of earlier blocks that a block needs, in their order, and where they stand."""
    needed = set(WORD.findall(body)) - own if earlier else set()
    needed = {name for name in needed if not _assigns(name, body)}
    taken = []
    for let in reversed(earlier):
        if let.name not in needed:
            continue
        needed.discard(let.name)  # of two lets with one name the later one counts
        names = WORD.findall(text[let.start : let.end])
        # `let T = T | ...` hides a table; the block means the table itself.
        if names.count(let.name) == 1:
            taken.append(let)
            needed.update(set(names) - own - {"let", let.name})
    preamble, map_ = "", PositionMap()
    for let in reversed(taken):
        preamble += text[let.start : let.end] + "\n"
        map_.extend(places.part(let.start, let.end))
        end = places.span(let.end, let.end)[0]
        map_.stand(1, end, end)
    return preamble, map_


def _assigns(name: str, body: str) -> bool:
    """Whether a block gives a column this name."""
    return re.search(rf"\b{re.escape(name)}\s*=(?![=~])", body) is not None


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
