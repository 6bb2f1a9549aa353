"""The parameters of operators, ``name=value``, and what they take."""

from __future__ import annotations

from typing import NamedTuple

from kql_lint.semantics.contracts import CHOICES
from kql_lint.semantics.operators.keys import JOIN_KINDS, LOOKUP_KINDS


class OperatorParameter(NamedTuple):
    """A parameter of an operator; values are all that it takes, () where these are not a list."""

    name: str
    summary: str
    values: tuple[str, ...] = ()


_BOOL = ("true", "false")
_DISTRIBUTIONS = ("single", "per_node", "per_shard")
_SERIES = ("default", "unstacked", "stacked", "stacked100", "map")
_FORMATS = ("csv", "tsv", "psv", "json", "multijson", "parquet", "txt", "raw")
_SHUFFLE = OperatorParameter("hint.strategy", "How the work is distributed over the nodes.", ("shuffle",))
_KEY = OperatorParameter("hint.shufflekey", "The column by which rows are distributed over the nodes.")
_PARTITIONS = OperatorParameter("hint.num_partitions", "Into how many partitions rows are distributed.")
_REMOTE = OperatorParameter("hint.remote", "Which side the work is done on.", ("auto", "left", "local", "right"))
_SPREAD = OperatorParameter("hint.spread", "How many nodes the work is done on.")
_CONCURRENCY = OperatorParameter("hint.concurrency", "How many subqueries run at once.")

JOIN_KIND_NOTES = {
    "innerunique": "Inner join that keeps one row of the left side for each key: the default.",
    "inner": "All matching rows of both sides.",
    "leftouter": "All rows of the left side, and the matching ones of the right side.",
    "rightouter": "All rows of the right side, and the matching ones of the left side.",
    "fullouter": "All rows of both sides.",
    "leftanti": "The rows of the left side that nothing matches.",
    "leftantisemi": "The same as leftanti.",
    "anti": "The same as leftanti.",
    "rightanti": "The rows of the right side that nothing matches.",
    "rightantisemi": "The same as rightanti.",
    "leftsemi": "The rows of the left side that something matches.",
    "rightsemi": "The rows of the right side that something matches.",
}

_OF: dict[str, tuple[OperatorParameter, ...]] = {
    "join": (
        OperatorParameter("kind", "Which rows of both sides come out; without it innerunique.", JOIN_KINDS),
        OperatorParameter("hint.strategy", "How the work is distributed.", ("broadcast", "shuffle", "centralized")),
        _KEY,
        _PARTITIONS,
        _REMOTE,
    ),
    "lookup": (OperatorParameter("kind", "Which rows come out; without it leftouter.", LOOKUP_KINDS),),
    "union": (
        OperatorParameter("kind", "inner keeps the columns that all tables have, outer all.", CHOICES["union kind"]),
        OperatorParameter("withsource", "A column with the name of each row's table."),
        OperatorParameter("isfuzzy", "Whether tables that do not exist are passed over.", _BOOL),
        _CONCURRENCY,
        _SPREAD,
    ),
    "summarize": (_SHUFFLE, _KEY, _PARTITIONS),
    "distinct": (_SHUFFLE, _KEY, _PARTITIONS),
    "mv-expand": (
        OperatorParameter("kind", "How property bags are expanded.", CHOICES["mv-expand kind"]),
        OperatorParameter("bagexpansion", "How property bags are expanded.", CHOICES["mv-expand bagexpansion"]),
        OperatorParameter("with_itemindex", "A column with the number of the element."),
    ),
    "mv-apply": (OperatorParameter("with_itemindex", "A column with the number of the element."),),
    "parse": (
        OperatorParameter("kind", "How the pattern is matched.", CHOICES["parse kind"]),
        OperatorParameter("flags", "Flags of the regular expression, where kind=regex."),
    ),
    "parse-where": (
        OperatorParameter("kind", "How the pattern is matched.", CHOICES["parse-where kind"]),
        OperatorParameter("flags", "Flags of the regular expression, where kind=regex."),
    ),
    "make-series": (
        OperatorParameter("kind", "nonempty gives a series even where there are no rows.", CHOICES["make-series kind"]),
        _KEY,
    ),
    "search": (OperatorParameter("kind", "Whether the case counts.", CHOICES["search kind"]),),
    "find": (
        OperatorParameter("withsource", "A column with the name of each row's table."),
        OperatorParameter("datascope", "Which part of the data is searched.", ("all", "hotcache")),
    ),
    "partition": (
        OperatorParameter("hint.strategy", "How the partitions are made.", ("legacy", "native", "shuffle")),
        _CONCURRENCY,
        _SPREAD,
        OperatorParameter("hint.materialized", "Whether the input is kept between the subqueries.", _BOOL),
    ),
    "as": (OperatorParameter("hint.materialized", "Whether the named result is kept, to be read again.", _BOOL),),
    "evaluate": (
        OperatorParameter("hint.distribution", "How the plugin's work is distributed.", _DISTRIBUTIONS),
        OperatorParameter("hint.pass_filters", "Whether filters behind the plugin may go before it.", _BOOL),
    ),
    "scan": (
        OperatorParameter("with_match_id", "A column with the number of the match."),
        OperatorParameter("with_step_name", "A column with the name of the step."),
    ),
    "render": (
        OperatorParameter("title", "The title of the chart."),
        OperatorParameter("xcolumn", "The column of the x-axis."),
        OperatorParameter("ycolumns", "The columns of the y-axis."),
        OperatorParameter("series", "The columns that tell the series."),
        OperatorParameter("xtitle", "The title of the x-axis."),
        OperatorParameter("ytitle", "The title of the y-axis."),
        OperatorParameter("xaxis", "The scale of the x-axis.", ("linear", "log")),
        OperatorParameter("yaxis", "The scale of the y-axis.", ("linear", "log")),
        OperatorParameter("legend", "Whether there is a legend.", ("visible", "hidden")),
        OperatorParameter("kind", "How the series are drawn.", _SERIES),
        OperatorParameter("accumulate", "Whether each value is added to those before it.", _BOOL),
        OperatorParameter("ymin", "The lowest value of the y-axis."),
        OperatorParameter("ymax", "The highest value of the y-axis."),
    ),
    "graph-match": (OperatorParameter("cycles", "Which cycles a path may have.", ("all", "none", "unique_edges")),),
    "graph-shortest-paths": (OperatorParameter("output", "Which of several paths come out.", ("any", "all")),),
    "make-graph": (OperatorParameter("with_node_id", "The column that identifies nodes."),),
    "graph-mark-components": (
        OperatorParameter("kind", "Which components are marked.", ("weak", "strong")),
        OperatorParameter("with_component_id", "The column with the component's number."),
    ),
}  # fmt: skip

CHARTS = (
    "anomalychart", "areachart", "barchart", "card", "columnchart", "graph", "ladderchart", "linechart", "piechart",
    "pivotchart", "plotly", "scatterchart", "stackedareachart", "table", "timechart", "timepivot", "treemap",
)  # fmt: skip
"""What render draws."""

PARSE_KV_OPTIONS = (
    OperatorParameter("pair_delimiter", "What stands between two pairs."),
    OperatorParameter("kv_delimiter", "What stands between a key and its value."),
    OperatorParameter("quote", "What values are quoted with."),
    OperatorParameter("escape", "What escapes a sign within quotes."),
    OperatorParameter("greedy", "Whether a value that is not quoted may have delimiters.", _BOOL),
    OperatorParameter("regex", "A regular expression of a pair."),
)
"""What stands in the brackets behind ``with`` of parse-kv."""

EXTERNAL_OPTIONS = (
    OperatorParameter("format", "The format of the file.", _FORMATS),
    OperatorParameter("ignoreFirstRecord", "Whether the first line is a header.", _BOOL),
)  # fmt: skip
"""What stands in the brackets behind ``with`` of externaldata."""


def parameters(operator: str) -> tuple[OperatorParameter, ...]:
    """The parameters of an operator, by the word that it begins with."""
    return _OF.get({"mvexpand": "mv-expand", "mvapply": "mv-apply"}.get(operator, operator), ())
