"""One query laid out in every kind of file, and in every style of string that such a file may have it in.

LAYOUTS maps a name to a file's name and a function: the text of such a file with a query in it.  Each ends with a line
feed, has something before and behind the query, and none has the query as it is but where its kind of file does.
"""

from __future__ import annotations

import json
from collections.abc import Callable

Layout = tuple[str, Callable[[str], str]]

ID = "2f1b7c0e-6a5d-4f7e-9a53-0f6d5b3c1a77"


def _lines(query: str, prefix: str, line_end: str = "\n") -> str:
    """The query with its lines behind a prefix; blank ones are left as they are."""
    return "".join((prefix + line if line else line) + line_end for line in query.split("\n"))


def _yaml(value: str, line_end: str = "\n") -> str:
    head = f"id: {ID}\nname: A rule\nkind: Scheduled\nquery: "
    return head.replace("\n", line_end) + value + "version: 1.0.0".replace("\n", line_end) + line_end


def _double(query: str) -> str:
    return query.replace("\\", "\\\\").replace('"', '\\"')


def _continued(query: str) -> str:
    """Lines in double quotes, each on one of its own."""
    return '"' + "\\n\\\n  ".join(_double(line) for line in query.split("\n")) + '"\n'


def _folded(query: str) -> str:
    """A folding block, in which a blank line is a line end."""
    return ">\n" + _lines("\n\n".join(query.split("\n")), "    ")


def _single(query: str) -> str:
    return "'" + "\n\n  ".join(query.replace("'", "''").split("\n")) + "'\n"


def _resource(query: str) -> dict[str, object]:
    return {
        "type": "Microsoft.SecurityInsights/alertRules",
        "apiVersion": "2023-02-01",
        "kind": "Scheduled",
        "properties": {"displayName": "A rule", "query": query, "enabled": True},
    }


def _arm(query: str, **more: object) -> str:
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        **more,
        "resources": [_resource(query)],
    }
    return json.dumps(template, indent=2) + "\n"


def _concat(query: str) -> str:
    """An expression that puts the query's lines together."""
    parts = [f"'{part}'" for part in query.replace("'", "''").splitlines(keepends=True)]
    return _arm(f"[concat({', '.join(parts)})]")


def _raw(query: str) -> str:
    """A template whose strings have line ends, as Azure Resource Manager takes them."""
    return _arm("QUERY").replace("QUERY", json.dumps(query)[1:-1].replace("\\n", "\n"))


def _workbook(query: str) -> dict[str, object]:
    step = {"type": 3, "name": "query", "content": {"version": "KqlItem/1.0", "query": query, "queryType": 0}}
    return {"version": "Notebook/1.0", "items": [step]}


def _nested(query: str) -> str:
    """A workbook as a string in a template."""
    properties = {"displayName": "W", "serializedData": json.dumps(_workbook(query), indent=1), "kind": "shared"}
    resource = {"type": "Microsoft.Insights/workbooks", "apiVersion": "2021-08-01", "properties": properties}
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [resource],
    }
    return json.dumps(template, indent=4) + "\n"


def _notebook(query: str) -> str:
    source = ["%%kql\n", *query.splitlines(keepends=True)]
    return json.dumps({"cells": [{"cell_type": "code", "source": source}], "nbformat": 4}, indent=1) + "\n"


def _bicep(value: str) -> str:
    return (
        "resource rule 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {\n  name: 'r'\n  kind: 'Scheduled'\n"
        f"  properties: {{\n    displayName: 'A rule'\n    query: {value}\n    enabled: true\n  }}\n}}\n"
    )


def _bicep_quoted(query: str) -> str:
    escaped = query.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${").replace("\n", "\\n")
    return _bicep(f"'{escaped}'")


def _terraform(value: str) -> str:
    return (
        'resource "azurerm_sentinel_alert_rule_scheduled" "r" {\n  name         = "r"\n  display_name = "A rule"\n'
        f'  query        = {value}\n  severity     = "Low"\n}}\n'
    )


def _expressions(query: str) -> str:
    return query.replace("${", "$${").replace("%{", "%%{")


def _terraform_quoted(query: str) -> str:
    return _terraform('"' + _expressions(_double(query)).replace("\n", "\\n") + '"')


def _heredoc(query: str, opening: str, prefix: str) -> str:
    return _terraform(f"{opening}KQL\n{_lines(_expressions(query), prefix)}  KQL")


def _expanded(query: str) -> str:
    escaped = query.replace("`", "``").replace("$", "`$")
    return f'$q = @"\n{escaped}\n"@\nWrite-Output $q\n'


LAYOUTS: dict[str, Layout] = {
    "kql": ("q.kql", lambda query: query + "\n"),
    "kql crlf": ("q.kql", lambda query: query.replace("\n", "\r\n") + "\r\n"),
    "yaml |": ("r.yaml", lambda query: _yaml("|\n" + _lines(query, "  "))),
    "yaml | crlf": ("r.yaml", lambda query: _yaml("|\r\n" + _lines(query, "    ", "\r\n"), "\r\n")),
    "yaml |-": ("r.yaml", lambda query: _yaml("|-\n" + _lines(query, "        "))),
    "yaml |+": ("r.yaml", lambda query: _yaml("|+\n" + _lines(query, " "))),
    "yaml |2": ("r.yaml", lambda query: _yaml("|2\n" + _lines(query, "  "))),
    "yaml >": ("r.yaml", lambda query: _yaml(_folded(query))),
    'yaml "': ("r.yaml", lambda query: _yaml('"' + _double(query).replace("\n", "\\n") + '"\n')),
    'yaml " continued': ("r.yaml", lambda query: _yaml(_continued(query))),
    "yaml '": ("r.yaml", lambda query: _yaml(_single(query))),
    "yaml list": (
        "rules.yaml",
        lambda query: f"- name: A rule\n  kind: Scheduled\n  query: |\n{_lines(query, '      ')}  severity: Low\n",
    ),
    "json": ("r.json", lambda query: json.dumps(_resource(query), indent=2) + "\n"),
    "json one line": ("r.json", lambda query: json.dumps(_resource(query)) + "\n"),
    "arm": ("t.json", _arm),
    "arm concat": ("t.json", _concat),
    "arm variable": ("t.json", lambda query: _arm("[variables('q')]", variables={"q": query})),
    "arm line ends": ("t.json", _raw),
    "workbook": ("w.workbook", lambda query: json.dumps(_workbook(query), indent=2) + "\n"),
    "workbook in arm": ("t.json", _nested),
    "notebook": ("n.ipynb", _notebook),
    "bicep '''": ("t.bicep", lambda query: _bicep(f"'''\n{query}\n'''")),
    "bicep '": ("t.bicep", _bicep_quoted),
    'terraform "': ("t.tf", _terraform_quoted),
    "terraform <<": ("t.tf", lambda query: _heredoc(query, "<<", "")),
    "terraform <<-": ("t.tf", lambda query: _heredoc(query, "<<-", "    ")),
    "markdown": ("d.md", lambda query: f"# Title\n\n```kql\n{query}\n```\n\nText.\n"),
    "markdown list": ("d.md", lambda query: f"1. Run\n\n   ```kql\n{_lines(query, '   ')}   ```\n\n2. Read\n"),
    "markdown quote": ("d.md", lambda query: f"> ```kql\n{_lines(query, '> ')}> ```\n"),
    "powershell @'": ("s.ps1", lambda query: f"$q = @'\n{query}\n'@\nWrite-Output $q\n"),
    'powershell @"': ("s.ps1", _expanded),
}
