"""What a workspace has by name: detection rules and functions.  Offsets are the file's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language.navigation import StoredTarget, stored_target

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.language.file import OpenFile


class RuleName(NamedTuple):
    """A rule's name or id, and its place in the file; container is the name where it is the id."""

    name: str
    start: int
    end: int
    container: str = ""


def rules_of(file: OpenFile) -> list[RuleName]:
    """The rules of a file by name and by id, in the order of the text; what only the deployment knows is left out."""
    found: dict[RuleName, None] = {}
    for query in file.queries:
        rule = query.hosted.rule
        if rule is None:
            continue
        name = rule.name.value if rule.name is not None and not rule.name.hole else ""
        for text, container in ((rule.name, ""), (rule.id, name)):
            if text is not None and not text.hole and text.value and text.span[0] < text.span[1]:
                found[RuleName(text.value, *text.span, container)] = None
    return sorted(found, key=lambda one: (one.start, one.end))


def functions_of(catalogue: Catalogue) -> Iterator[StoredTarget]:
    """The functions that files of the workspace define, by name."""
    for name in sorted(catalogue.stored_functions()):
        function = catalogue.function(name)
        if function is not None and function.definition is not None:
            yield stored_target(function.definition)


def is_match(query: str, name: str) -> bool:
    """Whether a name has the characters of a query in their order, in any case: what editors ask for."""
    rest = iter(name.casefold())
    return all(sign in rest for sign in query.casefold() if not sign.isspace())
