"""The queries of a file that are one text, such as that of a variable which many rules use: analysed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from kql_lint.engine import Analysis
    from kql_lint.hosts import HostedQuery

_Key: TypeAlias = tuple[object, ...]


class Analyses:
    """The analyses of a file's queries, each kept only as long as another query has the same text.

    analyze gives the analysis of one; what it depends on is the query's text, holes, platform, used_elsewhere
    and is_bounded.
    """

    def __init__(self, queries: Sequence[HostedQuery], analyze: Callable[[HostedQuery], Analysis]) -> None:
        self._analyze = analyze
        self._left = Counter(map(_key, queries))
        self._kept: dict[_Key, Analysis] = {}
        self._reported: set[tuple[_Key, int]] = set()

    def of(self, query: HostedQuery) -> Analysis:
        """The analysis of one of the queries; each may be asked for once."""
        key = _key(query)
        analysis = self._kept.pop(key, None) or self._analyze(query)
        self._left[key] -= 1
        if self._left[key]:
            self._kept[key] = analysis
        return analysis

    def is_new(self, query: HostedQuery) -> bool:
        """Whether no query before had the same text at the same place, so that what is said of it is not said yet."""
        place = _key(query), id(query.map)
        if place in self._reported:
            return False
        self._reported.add(place)
        return True


def _key(query: HostedQuery) -> _Key:
    return query.text, query.holes, query.platform, query.used_elsewhere, query.is_bounded
