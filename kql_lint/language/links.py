"""Where words of a file lead: rules in suppressions to their pages, tables to their references.

Offsets are the file's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language.names import file_span
from kql_lint.policy.directive import parse
from kql_lint.policy.registry import known_rules
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile

_OURS = re.compile(r"kql-lint\s*:", re.IGNORECASE)


class Link(NamedTuple):
    """A word that leads somewhere: to the page of a rule (its code), else to a URL.  title says where, for people."""

    start: int
    end: int
    title: str
    rule: str | None = None
    url: str | None = None


def links(file: OpenFile) -> list[Link]:
    """The links of a file, in order.

    A table has one where the catalogue knows a page about it, or about its new name.
    """
    found = [link for query in file.queries for link in (*_of_tables(query), *_of_comments(query))]
    for comment in file.extraction.comments:
        text = file.source.text[comment.start : comment.end]
        found += (
            Link(comment.start + start, comment.start + end, title, code) for start, end, title, code in _rules(text)
        )
    return sorted(set(found))


def _of_tables(found: QueryInFile) -> Iterator[Link]:
    facts = found.query.bound.facts
    for row in facts.rows:
        pages = [page for table in row.tables for page in table.references]
        renamed = found.query.catalogue.rename("table", row.node.name) if isinstance(row.node, ast.Name) else None
        source = renamed.source if renamed is not None and (renamed.source or "").startswith("https://") else None
        url = pages[0].url if pages else source
        span = file_span(found, row.node.start, row.node.end) if found.hosted.is_own(row.node.start) else None
        if url is not None and span is not None and isinstance(row.node, ast.Name):
            yield Link(*span, pages[0].title if pages else f"About {row.node.name}", url=url)


def _of_comments(found: QueryInFile) -> Iterator[Link]:
    for comment in found.query.comments:
        for start, end, title, code in _rules(comment.text):
            span = file_span(found, comment.start + start, comment.start + end)
            if span is not None and found.hosted.is_own(comment.start):
                yield Link(*span, title, rule=code)


def _rules(comment: str) -> Iterator[tuple[int, int, str, str]]:
    """The words for a single rule in a comment, with the rule's name and code."""
    ours = _OURS.search(comment)
    if ours is None:
        return
    names = {rule.code: rule.name for rule in known_rules()}
    for word in parse(comment[ours.end() :], known_rules()).words:
        if len(word.codes) == 1:
            (code,) = word.codes
            yield ours.end() + word.start, ours.end() + word.end, f"{code} {names[code]}", code
