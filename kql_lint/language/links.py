"""Where words of a file lead: rules in suppressions to their pages, tables to their references.

Offsets are the file's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import Reference
from kql_lint.language.names import file_span
from kql_lint.language.notes import reference_of
from kql_lint.policy.directive import parse
from kql_lint.policy.registry import known_rules
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.language.file import OpenFile, QueryInFile
    from kql_lint.semantics.scopes.scope import Row

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

    A table leads to a page that the catalogue has for it, or for its new name, else to its platform's reference.
    """
    found = [link for query in file.queries for link in (*_of_tables(query), *_of_comments(query))]
    for comment in file.extraction.comments:
        text = file.source.text[comment.start : comment.end]
        found += (
            Link(comment.start + start, comment.start + end, title, code) for start, end, title, code in _rules(text)
        )
    return sorted(set(found))


def _of_tables(found: QueryInFile) -> Iterator[Link]:
    for row in found.query.bound.facts.rows:
        node = row.node
        span = file_span(found, node.start, node.end) if found.hosted.is_own(node.start) else None
        page = _page(found.query.catalogue, row) if span is not None and isinstance(node, ast.Name) else None
        if span is not None and page is not None:
            yield Link(*span, page.title, url=page.url)


def _page(catalogue: Catalogue, row: Row) -> Reference | None:
    """The page that a table's name leads to: of several copies, on the platform that has one first."""
    known = [page for table in row.tables for page in table.references]
    if known:
        return known[0]
    name = row.node.name if isinstance(row.node, ast.Name) else ""
    renamed = catalogue.rename("table", name)
    if renamed is not None and (renamed.source or "").startswith("https://"):
        return Reference(f"About {name}", renamed.source or "")
    return next((reference_of(catalogue, table) for table in row.tables if catalogue.page_of(table)), None)


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
