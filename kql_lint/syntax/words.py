"""Which words of KQL can't be names, as Microsoft's own parser answers when each word is tried in each place."""

from __future__ import annotations

# Never a name unless it is in brackets: ['contains_cs'].
RESERVED = frozenset(
    """
    and asc bagexpansion between boolean byte cachingpolicy callout cancel card char columnchart contains_cs
    containscs cycles dataexport datascope date datetime decimal decodeblocks desc double dynamic encodingpolicy
    endswith endswith_cs expandoutput external_data first flags float has_all has_any has_cs hasprefix
    hasprefix_cs hassuffix hassuffix_cs int int16 int32 int64 int8 isfuzzy last like likecs long matches
    nooptimization notcontains notcontainscs notlike notlikecs or others pathformat project real relaxed seal
    simple startswith startswith_cs string time timespan uint uint16 uint32 uint64 uint8 ulong union uniqueid
    with_itemindex with_match_id with_step_name
    """.split()
)

# Of those, the ones that no other rule takes as a bare word either (types, kinds and charts do take some).
NEVER_NAMES = frozenset(
    """
    and asc contains_cs desc endswith endswith_cs has_all has_any has_cs hasprefix hasprefix_cs hassuffix
    hassuffix_cs like likecs matches notcontains notcontainscs notlike notlikecs or startswith startswith_cs
    project union
    """.split()
)

# A name only where it is declared, before `=` or `:`.
DECLARABLE = frozenset(
    """
    accumulate as by contains datatable earliest externaldata find has in invoke latest materialize of print
    sample search set sql title to toscalar totable verbose viewers where
    """.split()
)

# Of those, the ones that may also be called.
CALLABLE = frozenset({"materialize", "toscalar", "totable"})

# The type names that a declaration takes, and the canonical name of each.
TYPES = {
    "bool": "bool",
    "boolean": "bool",
    "date": "datetime",
    "datetime": "datetime",
    "decimal": "decimal",
    "double": "real",
    "dynamic": "dynamic",
    "guid": "guid",
    "int": "int",
    "int16": "int",
    "int32": "int",
    "int64": "long",
    "int8": "int",
    "long": "long",
    "real": "real",
    "string": "string",
    "time": "timespan",
    "timespan": "timespan",
    "uint": "int",
    "uint16": "int",
    "uint32": "int",
    "uint64": "long",
    "uint8": "int",
    "ulong": "long",
    "uniqueid": "guid",
    "uuid": "guid",
    "float": "real",
    "byte": "int",
    "char": "int",
}

# What may follow a `|`.
OPERATORS = (
    "where", "extend", "project", "project-away", "project-keep", "project-rename", "project-reorder", "summarize",
    "distinct", "join", "lookup", "union", "mv-expand", "mv-apply", "parse", "parse-where", "parse-kv", "take", "limit",
    "top", "top-nested", "top-hitters", "sort", "order", "count", "make-series", "evaluate", "invoke", "render",
    "serialize", "as", "sample", "sample-distinct", "search", "find", "partition", "fork", "facet", "reduce", "scan",
    "getschema", "consume", "print", "filter", "make-graph", "graph-match", "graph-to-table",
)  # fmt: skip
