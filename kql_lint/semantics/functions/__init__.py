"""KQL's own functions: what they take, the type they give, and the columns that come of a call.

The facts are in ``table.tsv``; functions that a platform adds (FileProfile, _GetWatchlist ...) are in the catalogue.

    scalar("strlen").return_type(["string"])            "long"
    aggregate("arg_max")                                a FunctionSignature of kind "aggregate"
    implicit_name(call, aggregates=True)                "count_", "dcount_DeviceId", None (then: Column1, Column2 ...)
    aggregate_columns(call, types, columns, by)         the columns of arg_max(Timestamp, *), percentiles(...)
    plugin_output(call, arguments, columns)             the columns of evaluate bag_unpack(...)
"""

from kql_lint.semantics.functions.columns import (
    ColumnType,
    OutputColumn,
    aggregate_columns,
    gives_several,
    scalar_columns,
)
from kql_lint.semantics.functions.naming import UniqueNames, graph_name, implicit_name, kept_column
from kql_lint.semantics.functions.plugins import Argument, PluginOutput, plugin_output
from kql_lint.semantics.functions.signature import FunctionSignature, Overload, Parameter
from kql_lint.semantics.functions.table import aggregate, names, plugin, scalar, source

__all__ = [
    "Argument",
    "ColumnType",
    "FunctionSignature",
    "OutputColumn",
    "Overload",
    "Parameter",
    "PluginOutput",
    "UniqueNames",
    "aggregate",
    "aggregate_columns",
    "gives_several",
    "graph_name",
    "implicit_name",
    "kept_column",
    "names",
    "plugin",
    "plugin_output",
    "scalar",
    "scalar_columns",
    "source",
]
