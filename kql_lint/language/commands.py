"""Management commands that create functions (``.create-or-alter function``): their bodies as queries of the file.

``check`` says nothing of them there, but an editor tells and completes what is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kql_lint.catalogue import scan
from kql_lint.hosts.hosted import HostedQuery
from kql_lint.source import PositionMap
from kql_lint.spelling import verbatim

# A body with its parameters is read as a let has it.
_LET = "let Zq9body = "


def with_bodies(queries: Iterable[HostedQuery], text: str) -> list[HostedQuery]:
    """The queries of a file of KQL, the bodies that commands have in place of the commands."""
    commands = scan.created(text)
    if not commands:
        return list(queries)
    found = [*(one for one in queries if not scan.created(one.text)), *_bodies(commands, text)]
    return sorted(found, key=lambda one: one.map.span(one.preamble, len(one.text)))


def is_body(query: HostedQuery) -> bool:
    """Whether a query is the body of a command."""
    return query.preamble == len(_LET) and query.text.startswith(_LET)


def _bodies(commands: Iterable[scan.Created], text: str) -> Iterator[HostedQuery]:
    for command in commands:
        start, end = command.parameters_start - 1, command.end + 1  # from the bracket of the parameters on
        places = PositionMap()
        places.stand(len(_LET), start, start)
        places.extend(PositionMap.verbatim(start, end - start, verbatim(text)))
        yield HostedQuery(f"{_LET}{text[start:end]}", places, "kql", preamble=len(_LET))
