"""Chains of statements in which each names an earlier one, twice or more: what it stands for doubles with every link.

Generated for tests of how much work following names takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Link(NamedTuple):
    """A statement: the kind of what it declares, and its text.

    In the text ``{new}`` is the name that it declares, ``{text}``, ``{table}`` and so on the last name of each kind.
    """

    kind: str
    text: str


# What each kind of name stands for before the first link.
BEGIN = {
    "text": "let {new} = 'aa';",
    "list": "let {new} = dynamic(['aa', 'b']);",
    "table": "let {new} = DeviceEvents | project Timestamp, DeviceId, ActionType, FileName, LocalPort;",
    "make": "let {new} = () {{ DeviceEvents | project DeviceId, ActionType, FileName }};",
    "filter": "let {new} = (x:string) {{ DeviceEvents | where ActionType == x | project DeviceId, ActionType }};",
    "pass": "let {new} = (T:(*)) {{ T }};",
    "word": "let {new} = (x:string) {{ x }};",
    "view": "let {new} = view () {{ DeviceEvents | project DeviceId, ActionType }};",
}
END = (
    "{table} | union {make}(), {filter}('x'), ({table} | invoke {pass}()), {view}\n"
    "| where ActionType == {text} or ActionType in ({list}) or FileName == {word}({text})"
)

LINKS = {
    "strcat": Link("text", "let {new} = strcat({text}, {text});"),
    "strcat with itself in brackets": Link("text", "let {new} = strcat({text}, ({text}), strcat({text}, 'x'));"),
    "strcat_delim": Link("text", "let {new} = strcat_delim({text}, {text}, {text});"),
    "strcat_array": Link("text", "let {new} = strcat_array({list}, {text});"),
    "strrep": Link("text", "let {new} = strrep({text}, 2, {text});"),
    "plus": Link("text", "let {new} = {text} + {text};"),
    "replace_string": Link("text", "let {new} = replace_string({text}, 'a', 'aa');"),
    "replace_string by itself": Link("text", "let {new} = replace_string({text}, 'a', {text});"),
    "replace_regex": Link("text", "let {new} = replace_regex({text}, {text}, {text});"),
    "tolower": Link("text", "let {new} = tolower(strcat({text}, toupper({text})));"),
    "trim": Link("text", "let {new} = trim('b', tostring(strcat({text}, {text})));"),
    "iff": Link("text", "let {new} = iff({text} == 'b', {text}, {text});"),
    "case": Link("text", "let {new} = case({text} == 'b', {text}, {text} == 'c', {text}, {text});"),
    "coalesce": Link("text", "let {new} = coalesce({text}, {text});"),
    "toscalar": Link("text", "let {new} = toscalar({table} | where ActionType == {text} | summarize max({text}));"),
    "toscalar of print": Link("text", "let {new} = toscalar(print strcat({text}, {text}));"),
    "toscalar of a column": Link("text", "let {new} = toscalar({table} | project ActionType);"),
    "an element": Link("text", "let {new} = tostring({list}[0]);"),
    "a scalar function": Link("text", "let {new} = {word}({word}({text}));"),
    "array_concat": Link("list", "let {new} = array_concat({list}, {list});"),
    "set_union": Link("list", "let {new} = set_union({list}, {list}, {list});"),
    "pack_array": Link("list", "let {new} = pack_array({text}, {list}, {list});"),
    "dynamic": Link("list", "let {new} = todynamic(strcat({text}, {list}, {list}));"),
    "bag_pack": Link("list", "let {new} = bag_pack('a', {list}, 'b', {list});"),
    "split": Link("list", "let {new} = split({text}, {text});"),
    "make_set": Link(
        "list", "let {new} = toscalar({table} | where ActionType in ({list}) | summarize make_set(ActionType));"
    ),
    "union": Link("table", "let {new} = union {table}, {table};"),
    "piped union": Link("table", "let {new} = {table} | union {table};"),
    "union with a filter": Link("table", "let {new} = union ({table} | where ActionType != {text}), {table};"),
    "union withsource": Link("table", "let {new} = union withsource={new}c {table}, {table};"),
    "union of other columns": Link("table", "let {new} = union ({table} | extend {new}c = {text}), {table};"),
    "union of other types": Link("table", "let {new} = union ({table} | extend LocalPort = 'a'), {table};"),
    "union kind=inner": Link("table", "let {new} = union kind=inner {table}, {table};"),
    "union isfuzzy": Link("table", "let {new} = union isfuzzy=true {table}, {table}, Nowhere;"),
    "join": Link("table", "let {new} = {table} | join ({table}) on DeviceId;"),
    "join kind=fullouter": Link("table", "let {new} = {table} | join kind=fullouter ({table}) on ActionType;"),
    "join kind=leftanti": Link("table", "let {new} = {table} | join kind=leftanti ({table}) on ActionType;"),
    "lookup": Link("table", "let {new} = {table} | lookup ({table}) on DeviceId;"),
    "in": Link("table", "let {new} = {table} | where DeviceId in ({table}) or ActionType in ({list});"),
    "in of a column": Link("table", "let {new} = {table} | where ActionType !in (({table} | project ActionType));"),
    "values": Link(
        "table",
        "let {new} = {table} | union {table} | where ActionType !in ('q', 'r', 's', 't', 'u', 'v', 'w', '{new}');",
    ),
    "has_any": Link("table", "let {new} = {table} | union {table} | where ActionType has_any ({list});"),
    "comparisons": Link("table", "let {new} = {table} | where ActionType != {text} | union {table};"),
    "regex": Link("table", "let {new} = {table} | where ActionType matches regex {text} | union {table};"),
    "extend": Link("table", "let {new} = {table} | extend {new}c = strcat({text}, ActionType) | union {table};"),
    "project": Link(
        "table", "let {new} = {table} | project DeviceId, ActionType, FileName, {new}c = {text}, LocalPort;"
    ),
    "project-rename": Link(
        "table", "let {new} = {table} | project-rename {new}c = FileName | extend FileName = {new}c;"
    ),
    "summarize": Link(
        "table", "let {new} = {table} | union {table} | summarize arg_max(LocalPort, *) by {text}, DeviceId;"
    ),
    "materialize": Link("table", "let {new} = materialize({table} | union {table});"),
    "as": Link("table", "let {new} = {table} | as {new}a | union {table};"),
    "mv-expand": Link("table", "let {new} = {table} | union {table} | extend {new}c = {list} | mv-expand {new}c;"),
    "mv-apply": Link(
        "table", "let {new} = {table} | mv-apply {new}c = {list} on (where {new}c == {text} | union {table});"
    ),
    "datatable": Link("table", "let {new} = union {table}, (datatable(ActionType:string) [{text}, {text}]);"),
    "datatable to a list": Link("list", "let {new} = toscalar(datatable(a:dynamic) [{list}, {list}]);"),
    "print": Link("table", "let {new} = union {table}, {table}, (print ActionType = {text});"),
    "range": Link("table", "let {new} = range {new}c from {text} to {text} step 1 | union {table}, {table};"),
    "find": Link("table", "let {new} = find in ({table}, {table}) where ActionType == {text};"),
    "search": Link("table", "let {new} = search in ({table}, {table}) ActionType == {text};"),
    "fork": Link(
        "table", "let {new} = {table} | fork ({union} | union {table}) (take 1);".replace("{union}", "take 2")
    ),
    "facet": Link("table", "let {new} = {table} | facet by DeviceId with (union {table});"),
    "partition": Link("table", "let {new} = {table} | partition by DeviceId (union {table});"),
    "evaluate": Link("table", "let {new} = {table} | union {table} | evaluate narrow();"),
    "scan": Link(
        "table",
        "let {new} = {table} | union {table} | scan declare ({new}c:string) with (step a: true => {new}c = {text};);",
    ),
    "top-nested": Link(
        "table",
        "let {new} = {table} | union {table}\n"
        "| where ActionType in (({table} | top-nested 1 of ActionType by max({text})));",
    ),
    "parse": Link("table", "let {new} = {table} | union {table} | parse FileName with 'a' {new}c 'b';"),
    "table()": Link("table", "let {new} = union table('{table}'), table('{table}');"),
    "macro-expand": Link(
        "table",
        "let {new} = macro-expand entity_group [workspace('a'), workspace('b')] as X\n"
        "(union {table}, {table}, X.DeviceEvents);",
    ),
    "graph": Link(
        "table",
        "let {new} = {table} | make-graph DeviceId --> FileName with {table} on DeviceId"
        " | graph-match (a)-[e]->(b) project DeviceId = a.DeviceId, ActionType = e.ActionType, FileName = e.FileName;",
    ),
    "a function's table": Link("table", "let {new} = union {table}, {make}(), {make};"),
    "a table into a function": Link("table", "let {new} = {pass}({pass}({table}));"),
    "a table into a function and beside it": Link(
        "table", "let {new} = union {pass}({table}), ({table} | invoke {pass}());"
    ),
    "a text into a function": Link("table", "let {new} = union {table}, {filter}({text}), {filter}({text});"),
    "function without parameters": Link("make", "let {new} = () {{ union {make}(), {make} }};"),
    "function that reads a variable": Link(
        "make", "let {new} = () {{ union {table}, {table} | where ActionType == {text} }};"
    ),
    "function with lets": Link("make", "let {new} = () {{ let a = {make}(); let b = union a, a; union b, b }};"),
    "function of a text": Link("filter", "let {new} = (x:string) {{ union {filter}(x), {filter}('b') }};"),
    "function of a longer text": Link(
        "filter", "let {new} = (x:string) {{ union {filter}(strcat(x, x)), {filter}(x) }};"
    ),
    "function of a text and a table": Link(
        "filter", "let {new} = (x:string) {{ {table} | where ActionType == x | union {filter}(x), {pass}({table}) }};"
    ),
    "function of a table": Link("pass", "let {new} = (T:(*)) {{ union {pass}(T), {pass}(T) }};"),
    "function of a table that is piped": Link(
        "pass", "let {new} = (T:(*)) {{ T | invoke {pass}() | invoke {pass}() }};"
    ),
    "function of a table that is joined": Link(
        "pass", "let {new} = (T:(DeviceId:string)) {{ {pass}(T) | join (T) on DeviceId }};"
    ),
    "scalar function": Link("word", "let {new} = (x:string) {{ {word}({word}(x)) }};"),
    "scalar function that puts together": Link("word", "let {new} = (x:string) {{ strcat({word}(x), {word}(x)) }};"),
    "scalar function with a default": Link(
        "word", "let {new} = (x:string = 'a') {{ strcat({word}('b'), {word}(x)) }};"
    ),
    "scalar function of a table": Link(
        "word", "let {new} = (x:string) {{ toscalar({filter}({word}(x)) | project ActionType) }};"
    ),
    "views": Link("view", "let {new} = view () {{ union view* }};"),
    "a view": Link("view", "let {new} = view () {{ union {view}, {view}() }};"),
}


def query(links: Sequence[Link], length: int) -> str:
    """A query of so many links, which are taken one after another, again and again."""
    chain = _Chain(links)
    chain.begin(BEGIN)
    chain.go_on(length)
    return "\n".join((*chain.lines, END.format(**chain.names)))


# How a function of a repository calls the one before it: what its file begins and ends with, and its own first table.
STORED = {
    "without parameters": ("", "union {before}, {before}()", ""),
    "of a text": (
        "let {own} = (x:string) {{\n",
        "union {before}(x), {before}(strcat(x, x)) | where ActionType == x",
        "\n}};\n",
    ),
    "of a table": (
        "let {own} = (T:(DeviceId:string, ActionType:string)) {{\n",
        "union T, {before}(T), ({before}(T) | invoke {before}())",
        "\n}};\n",
    ),
}
_CALLS = {"without parameters": "{before}", "of a text": "{before}('x')", "of a table": "{before}(DeviceEvents)"}


def repository(links: Sequence[Link], length: int, kind: str) -> tuple[str, dict[str, str]]:
    """A query, and the functions of a repository that it is a chain of: so many, each with all of the links.

    kind is a key of STORED.  The functions are given by their names.
    """
    head, table, end = STORED[kind]
    columns = "project Timestamp, DeviceId, ActionType, FileName, LocalPort"
    files = {"stored0": f"{head}DeviceEvents | {columns}{end}".format(own="stored0")}
    used = {one: text for one, text in BEGIN.items() if any(f"{{{one}}}" in link.text for link in links)}
    chain = _Chain(links)
    for number in range(1, length + 1):
        before, own = f"stored{number - 1}", f"stored{number}"
        chain.lines = []
        chain.begin({**used, "table": f"let {{new}} = {table.format(before=before)};"})
        chain.go_on(len(links))
        files[own] = "\n".join((head.format(own=own), *chain.lines, "{table}".format(**chain.names), end.format()))
    return f"{_CALLS[kind].format(before=list(files)[-1])} | where ActionType == 'x' or FileName == 'y'", files


class _Chain:
    """Statements, of which each refers to the last before it that have declared a name of a kind."""

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = links
        self._number = 0
        self.lines: list[str] = []
        self.names: dict[str, str] = {}

    def begin(self, statements: dict[str, str]) -> None:
        """Declare a name of each kind."""
        self.names = {kind: f"{kind}{self._number}" for kind in statements}
        self.lines += [text.format(new=self.names[kind]) for kind, text in statements.items()]

    def go_on(self, length: int) -> None:
        """Add so many links."""
        for _ in range(length):
            kind, text = self._links[self._number % len(self._links)]
            self._number += 1
            new = f"{kind}{self._number}"
            self.lines.append(text.format(new=new, **self.names))
            self.names[kind] = new
