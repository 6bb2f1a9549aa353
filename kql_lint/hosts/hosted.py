"""What a host hands on: the queries it found in a file, and what it has to say about the file itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kql_lint.hosts.edits import in_file
from kql_lint.source import PositionMap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kql_lint.diagnostic import Diagnostic, Edit
    from kql_lint.hosts.detection import DetectionRule


# What runs these asks for rows of a time range of its own: a workbook's, an alert's, the caller's.
_BOUNDED = frozenset(
    "connector defender-rule log-alert logic-app saved-search sentinel-parser sentinel-rule transformation"
    " workbook".split()
)


@dataclass(slots=True)
class HostedQuery:
    """A query and where it stands.

    text is the query as the service would get it; map has the place of each of its code points in the file.  kind says
    what it was found in: ``kql``, ``sentinel-rule``, ``sentinel-parser``, ``defender-rule``, ``markdown`` and the like.
    platform is ``sentinel`` or ``defender`` where the host knows it.  label is a name or id of the rule, for messages.
    The first ``preamble`` code points of text repeat ``let`` statements of earlier queries of the file, or declare a
    parser's parameters: nothing that is found there is reported.  used_elsewhere are the names of lets of this query
    that later ones may use.  holes are half-open stretches of text whose content only the deployment knows
    (``{{name}}``, ``${var.x}``, a workbook's ``{Param}``), in order.  rule is what the file says about the detection
    rule that the query belongs to.  foreign are half-open stretches of text, in order, that another file has, which is
    linted itself: nothing that is found there is reported.
    """

    text: str
    map: PositionMap
    kind: str
    platform: str | None = None
    label: str | None = None
    preamble: int = 0
    used_elsewhere: frozenset[str] = frozenset()
    holes: tuple[tuple[int, int], ...] = ()
    rule: DetectionRule | None = None
    foreign: tuple[tuple[int, int], ...] = ()

    @property
    def is_bounded(self) -> bool:
        """Whether what runs the query bounds the time of the rows that it reads."""
        return self.rule is not None or self.kind in _BOUNDED

    def is_own(self, place: int) -> bool:
        """Whether what is found at an offset of the text is to be reported."""
        length = len(self.text)
        return place >= self.preamble and not any(
            start <= place and (place < end or end == length) for start, end in self.foreign
        )

    def in_file(self, edits: Iterable[Edit], file: str) -> tuple[Edit, ...] | None:
        """The edits of the file, whose text is given, that make these of the query; None where it can't have them."""
        return in_file(edits, self.text, self.map, file, (*self.holes, *self.foreign))

    def declare(self, declarations: str) -> None:
        """Puts KQL in front of the text, as preamble; it stands for the place where the query begins."""
        if not declarations:
            return
        places, length = PositionMap(), len(declarations)
        places.stand(length, *self.map.span(0, 0))
        places.extend(self.map)
        self.text, self.map, self.preamble = declarations + self.text, places, length + self.preamble
        self.holes = tuple([(start + length, end + length) for start, end in self.holes])
        self.foreign = tuple([(start + length, end + length) for start, end in self.foreign])


@dataclass(slots=True)
class HostComment:
    """A comment of the file around the queries that begins with ``kql-lint:``; text is what follows that.

    start and end are the comment's place in Source.text, from its sign on.
    """

    text: str
    start: int
    end: int


@dataclass(slots=True)
class HostedFunction:
    """A function that a file defines for the workspace: a saved search with an alias.

    text is its body, parameters what it takes, as Log Analytics keeps them (``since:timespan = 1d, T:(*)``); start is
    the place of the body in the file.  whole: nothing of it is left to the deployment.  named is the stretch of the
    file that the name comes from.
    """

    name: str
    text: str
    parameters: str
    start: int
    whole: bool = True
    named: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class UnreadBlock:
    """A code block that may hold a query and was not read, as nothing told that it is KQL; start is its place.

    language is what its fence names, in lower case; "" for none.
    """

    language: str
    start: int


@dataclass(slots=True)
class Extraction:
    """The queries of a file in their order, findings about the file, with offsets of its text, and its comments.

    functions are those that the file defines, unread code blocks that were left out.  is_ours: whether it is a file for
    kql-lint at all; of one that is read only if its content tells (``.txt``), nothing may tell.
    """

    queries: list[HostedQuery] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    comments: list[HostComment] = field(default_factory=list)
    functions: list[HostedFunction] = field(default_factory=list)
    unread: list[UnreadBlock] = field(default_factory=list)
    is_ours: bool = True
