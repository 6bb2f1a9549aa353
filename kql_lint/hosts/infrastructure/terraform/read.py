"""Terraform (``.tf``): analytics rules, saved searches and query packs of azurerm, and what azapi and msgraph deploy.

Rules that lie in locals, in a variable's default or in the arguments of a module are known by their keys (``query``
beside ``query_frequency`` and the like), or there by their text.  A file that has no word of a query is not read.

What ``file()`` and ``templatefile()`` read is taken from the file that they name.  LIMIT: a local of another ``.tf``
file is a hole, and so is what a directive of a template (``%{ if }``) rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.hosts.effort import Effort
from kql_lint.hosts.hosted import Extraction
from kql_lint.hosts.infrastructure.calls import TERRAFORM, TERRAFORM_MERGES, TERRAFORM_WRAPS
from kql_lint.hosts.infrastructure.names import sentinel_names
from kql_lint.hosts.infrastructure.search import Search, extracted
from kql_lint.hosts.infrastructure.shapes import is_newline, is_sign, is_word, plain, trimmed
from kql_lint.hosts.infrastructure.terraform.scan import TerraformScanner
from kql_lint.hosts.infrastructure.tree import Broken, Group, Item, collected
from kql_lint.hosts.infrastructure.values import DEPTH, Partial, Reader, Target
from kql_lint.hosts.nodes import Entry, Mapping

if TYPE_CHECKING:
    from kql_lint.hosts.options import Load
    from kql_lint.source import Source

# A local or variable that is used as it is, and not a part of it.
_USED = re.compile(r"\b(?:local|var)\.([\w-]+)(?![\w\[.-])")

_RULES = {"azurerm_sentinel_alert_rule_scheduled": "scheduled", "azurerm_sentinel_alert_rule_nrt": "nrt"}


@dataclass(slots=True)
class Attribute:
    """``name = value`` in a body, with the place of its name."""

    name: str
    start: int
    end: int
    value: list[Item]


@dataclass(slots=True)
class Block:
    """``type "label" { ... }`` in a body; start and end are the place of its type and labels."""

    type: str
    labels: list[str]
    start: int
    end: int
    group: Group


def extract(source: Source, load: Load | None = None) -> Extraction:
    """The queries of a Terraform file; KL004 for a rule without one, KL005 where the file is broken."""
    return extracted(source.text, TerraformScanner, partial(_File, load=load), "Terraform")


def body(items: list[Item]) -> Iterator[Attribute | Block]:
    """The attributes and blocks of a body; raises Broken for what is neither."""
    return map(_statement, _lines(items))


def _lines(items: list[Item]) -> Iterator[list[Item]]:
    """The tokens of each line that has any; brackets and strings of several lines are one token."""
    line: list[Item] = []
    for item in items:
        if not is_newline(item):
            line.append(item)
        elif line:
            yield line
            line = []
    if line:
        yield line


def _statement(items: list[Item]) -> Attribute | Block:
    first, last = items[0], items[-1]
    if not is_word(first):
        raise Broken("the name of an argument or a block is missing here", first.start, first.start + 1)
    if len(items) > 1 and is_sign(items[1], "="):
        value = trimmed(items[2:])
        if not value:
            raise Broken(f"the value of `{first.text}` is missing", items[1].start, items[1].start + 1)
        return Attribute(first.text, first.start, first.end, value)
    labels = [_label(item) for item in items[1:-1]]
    if not isinstance(last, Group) or last.kind != "{" or None in labels:
        message = f"`{first.text}` is neither an argument (`{first.text} = ...`) nor a block (`{first.text} {{ ... }}`)"
        raise Broken(message, first.start, first.end)
    return Block(first.text, [label or "" for label in labels], first.start, items[-2].end, last)


def _label(item: Item) -> str | None:
    if isinstance(item, Group):
        return (plain(item) or "") if item.kind == "string" else None
    return item.text if is_word(item) else None


def _resolve(local: dict[str, list[Item]], defaults: dict[str, list[Item]], path: tuple[str, ...]) -> Target | None:
    names = local if path[0] == "local" else defaults if path[0] == "var" else {}
    value = names.get(path[1]) if len(path) > 1 else None
    return None if value is None else Target(value, path[0] == "local", path[2:])


class _File:
    """The blocks of a file, and the queries in them."""

    def __init__(self, text: str, load: Load | None = None) -> None:
        self.text = text
        self.search = Search(Effort(text))
        self._used = set(_USED.findall(text))
        self._locals: dict[str, list[Item]] = {}
        self._defaults: dict[str, list[Item]] = {}
        # Not a method: a cycle of objects would wait for the garbage collector.
        resolve = partial(_resolve, self._locals, self._defaults)
        self._reader = Reader(text, resolve, TERRAFORM, TERRAFORM_WRAPS, TERRAFORM_MERGES, self.search.effort, load)
        self.search.failures = self._reader.failures

    def read(self, root: Group) -> Broken | None:
        """Takes the queries of all blocks, up to the one that is broken; says why it is."""
        blocks: list[Block] = []
        broken: list[Broken] = []
        for line in _lines(root.items):
            if any(isinstance(item, Group) and item.end < 0 for item in line):
                break  # it is never closed, as the scanner has said
            with collected(broken):
                one = _statement(line)
                blocks += [one] if isinstance(one, Block) else []
        for block in blocks:
            with collected(broken):
                self._define(block)
        for block in blocks:
            with collected(broken):
                self._block(block)
        return min(broken, key=lambda error: error.start, default=None)

    def _define(self, block: Block) -> None:
        if block.type not in ("locals", "variable"):
            return
        for one in body(block.group.items):
            if isinstance(one, Attribute):
                if block.type == "locals":
                    self._locals[one.name] = one.value
                elif one.name == "default" and block.labels:
                    self._defaults[block.labels[0]] = one.value

    def _block(self, block: Block) -> None:
        node = self._body(block.group)
        type_ = block.labels[0] if block.labels and block.type == "resource" else ""
        place = block.start, block.end
        if type_ in _RULES:
            self.search.rule(node, _RULES[type_], place, whole=False)
        elif type_ == "azurerm_log_analytics_saved_search":
            self.search.saved_search(sentinel_names(node), node.get("function_parameters"))
        elif type_ == "azurerm_log_analytics_query_pack_query":
            self.search.take(node, "body", "saved-search", None, node.text("display_name") or None)
        elif type_.startswith("azurerm_monitor_scheduled_query_rules_"):
            criteria = [entry.value for entry in node.entries if entry.key == "criteria"]
            self.search.log_alert(node.text("display_name") or node.text("name") or None, node, *criteria)
        elif type_ == "azurerm_monitor_data_collection_rule":
            self.search.transformations(node)
        elif type_.startswith("azurerm_application_insights_workbook"):
            self.search.workbook(node.get("data_json") or node.get("template_data"))
        elif not self._azapi(node, place):
            self.search.tree(node, any_text=block.type in ("locals", "variable", "module"))
            if block.type in ("locals", "variable"):
                self._remember(block, node)

    def _azapi(self, node: Mapping, place: tuple[int, int]) -> bool:
        body_ = node.get("body")
        return isinstance(body_, Mapping) and self.search.resource(node.text("type"), body_, place)

    def _remember(self, block: Block, node: Mapping) -> None:
        for entry in node.entries:
            name = entry.key if block.type == "locals" else block.labels[0] if block.labels else ""
            if entry.value is not None and name not in self._used:
                self.search.remember(name, entry.value)

    def _body(self, group: Group, depth: int = 0) -> Mapping:
        """A body as a mapping: a block is an entry as an attribute is, as often as it is there."""
        entries, whole = [], depth < DEPTH
        if not whole:
            return Partial(group.start)
        for one in body(group.items):
            if isinstance(one, Attribute):
                entries.append(Entry(one.name, one.start, one.end, self._reader.node(one.value)))
            elif one.type == "dynamic":
                whole = False
            else:
                entries.append(Entry(one.type, one.start, one.end, self._body(one.group, depth + 1)))
        return Mapping(group.start, entries) if whole else Partial(group.start, entries)
