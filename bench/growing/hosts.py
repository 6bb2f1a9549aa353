"""Files that hold queries: many rules, long texts, names that are shared or double, repeated keys, nesting."""

from __future__ import annotations

import json

from growing.construct import Files, construct, register, repeat

QUERY = "DeviceEvents | where ActionType == 'x'"
# name -> the file's name, its beginning, what is repeated, its end; {i} is the number of a part, {p} the one before
FILES = {
    # YAML
    "yaml_rules": (
        "a.yaml",
        "",
        "- name: r{i}\n  kind: NRT\n  query: |\n    DeviceEvents | where ActionType == 'x{i}'\n",
        "",
    ),
    "yaml_documents": ("a.yaml", "", "---\nname: r{i}\nkind: NRT\nquery: |\n  DeviceEvents | take {i}\n", ""),
    "yaml_repeated_query": ("a.yaml", "name: r\nkind: NRT\n", "query: DeviceEvents | take {i}\n", ""),
    "yaml_repeated_unknown_key": ("a.yaml", "name: r\nkind: NRT\nquery: DeviceEvents\n", "qery: {i}\n", ""),
    "yaml_unknown_keys": ("a.yaml", "name: r\nkind: NRT\nquery: DeviceEvents\n", "key{i}: {i}\n", ""),
    "yaml_nested_keys": ("a.yaml", "kind: NRT\nquery: DeviceEvents\nx: ", "{{a: ", ""),
    "yaml_flow_lists": ("a.yaml", "kind: NRT\nquery: DeviceEvents\nx: [", "[{i}], ", "]"),
    "yaml_tags": ("a.yaml", "kind: NRT\nquery: DeviceEvents\ntactics: [", "Tactic{i}, ", "]"),
    "yaml_mappings": (
        "a.yaml",
        "name: r\nkind: NRT\nquery: DeviceEvents | project DeviceName\nentityMappings:\n",
        "  - entityType: Host\n    fieldMappings:\n      - identifier: HostName\n        columnName: Colmn{i}\n",
        "",
    ),
    "yaml_custom_details": (
        "a.yaml",
        "kind: NRT\nquery: DeviceEvents | project DeviceName\ncustomDetails:\n",
        "  d{i}: Colmn{i}\n",
        "",
    ),
    "yaml_comments": ("a.yaml", "kind: NRT\nquery: DeviceEvents\n", "# note {i}\n", ""),
    "yaml_suppressions": ("a.yaml", "", "# kql-lint: disable-next-line=KL101\n", "kind: NRT\nquery: DeviceEvents\n"),
    "yaml_same_id": ("a.yaml", "", "- id: a\n  kind: NRT\n  query: DeviceEvents | take {i}\n", ""),
    "yaml_aliases_of_a_query": (
        "a.yaml",
        "q: &q |\n  DeviceEvents | where ActionType == 'x'\nrules:\n",
        "  - kind: NRT\n    query: *q\n",
        "",
    ),
    "yaml_aliases_of_a_rule": (
        "a.yaml",
        "r: &r\n  kind: NRT\n  query: DeviceEvents | where ActionType == 'x'\nrules:\n",
        "  - *r\n",
        "",
    ),
    "yaml_merges": (
        "a.yaml",
        "r: &r\n  kind: NRT\n  query: DeviceEvents | where ActionType == 'x'\nrules:\n",
        "  - <<: *r\n",
        "",
    ),
    "yaml_doubling_anchors": ("a.yaml", "a0: &a0 [x]\n", "a{i}: &a{i} [*a{p}, *a{p}]\n", "query: *a0\n"),
    "yaml_doubling_merges": (
        "a.yaml",
        "a0: &a0\n  kind: NRT\n  query: DeviceEvents\n",
        "a{i}: &a{i}\n  x: *a{p}\n  y: *a{p}\n",
        "",
    ),
    "yaml_escapes": ("a.yaml", 'kind: NRT\nquery: "DeviceEvents', "\\n| take \\u0031", '"\n'),
    "yaml_folded": ("a.yaml", "kind: NRT\nquery: >\n  DeviceEvents\n", "  | where ActionType == 'x{i}'\n", ""),
    "yaml_plain_lines": ("a.yaml", "kind: NRT\nquery: DeviceEvents\n", "  | where ActionType == 'x{i}'\n", ""),
    "yaml_single_quotes": ("a.yaml", "kind: NRT\nquery: 'DeviceEvents\n", "  | where ActionType == ''x{i}''\n", "'\n"),
    "yaml_parser_functions": (
        "a.yaml",
        "Function:\n  Title: t\nFunctionName: f\nFunctionQuery: |\n  DeviceEvents\n",
        "  | extend c{i} = 1\n",
        "",
    ),
    "yaml_broken": ("a.yaml", "kind: NRT\nquery: DeviceEvents\n", "a: b: {i}\n", ""),
    "yaml_placeholders": (
        "a.yaml",
        "kind: NRT\nquery: |\n  DeviceEvents\n",
        "  | where DeviceName == '{{{{x{i}}}}}'\n",
        "",
    ),
    # Markdown
    "markdown_fences": ("a.md", "# Title\n", "\n```kql\nDeviceEvents | where ActionType == 'x{i}'\n```\n", ""),
    "markdown_fences_open": ("a.md", "# Title\n", "\n```kql\nDeviceEvents | take {i}\n", ""),
    "markdown_fences_of_others": ("a.md", "# Title\n", "\n```python\nx = {i}\n```\n", ""),
    "markdown_fences_unnamed": ("a.md", "# Title\n", "\n```\nDeviceEvents\n| take {i}\n```\n", ""),
    "markdown_prose": ("a.md", "# Title\n", "Some prose, `code {i}` and more.\n", ""),
    "markdown_lists": ("a.md", "# Title\n", "- item {i}\n  ```kql\n  DeviceEvents\n  ```\n", ""),
    "markdown_quotes_nested": ("a.md", "", "> ", "```kql\nDeviceEvents\n"),
    "markdown_backticks": ("a.md", "# Title\n", "````` ", "\n"),
    "markdown_tildes": ("a.md", "# Title\n", "~~~\n", "\n"),
    "markdown_suppressions": (
        "a.md",
        "",
        "<!-- kql-lint: disable-next-line=KL101 -->\n",
        "\n```kql\nDeviceEvents\n```\n",
    ),
    "markdown_comment_of_blanks": ("a.md", "<!-- kql-lint: disable=KL101", "  ", "x -->\n```kql\nDeviceEvents\n```\n"),
    "markdown_comments_open": ("a.md", "", "<!-- ", "\n```kql\nDeviceEvents\n```\n"),
    # Terraform
    "terraform_rules": (
        "a.tf",
        "",
        'resource "azurerm_sentinel_alert_rule_nrt" "r{i}" {{\n'
        "  query = \"DeviceEvents | where ActionType == 'x{i}'\"\n}}\n",
        "",
    ),
    "terraform_heredocs": (
        "a.tf",
        "",
        'resource "azurerm_sentinel_alert_rule_nrt" "r{i}" {{\n'
        "  query = <<-EOT\n    DeviceEvents\n    | take {i}\n  EOT\n}}\n",
        "",
    ),
    "terraform_long_heredoc": (
        "a.tf",
        'resource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = <<-EOT\n    DeviceEvents\n',
        "    | where ActionType == 'x{i}'\n",
        "  EOT\n}}\n",
    ),
    "terraform_shared_local": (
        "a.tf",
        "locals {{\n  q = \"DeviceEvents | where ActionType == 'x'\"\n}}\n",
        'resource "azurerm_sentinel_alert_rule_nrt" "r{i}" {{\n  query = local.q\n}}\n',
        "",
    ),
    "terraform_doubling_locals": (
        "a.tf",
        'locals {{\n  v0 = "DeviceEvents"\n',
        '  v{i} = "${{local.v{p}}}${{local.v{p}}}"\n',
        '}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = local.v{p}\n}}\n',
    ),
    "terraform_doubling_replace": (
        "a.tf",
        'locals {{\n  v0 = "aa"\n',
        '  v{i} = replace(local.v{p}, "a", "aa")\n',
        '}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = local.v{p}\n}}\n',
    ),
    "terraform_doubling_format": (
        "a.tf",
        'locals {{\n  v0 = "aa"\n',
        '  v{i} = format("%s%s", local.v{p}, local.v{p})\n',
        '}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = local.v{p}\n}}\n',
    ),
    "terraform_doubling_join": (
        "a.tf",
        'locals {{\n  v0 = "aa"\n',
        '  v{i} = join("", [local.v{p}, local.v{p}])\n',
        '}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = local.v{p}\n}}\n',
    ),
    "terraform_chained_locals": (
        "a.tf",
        'locals {{\n  v0 = "DeviceEvents"\n',
        '  v{i} = "${{local.v{p}}} | take {i}"\n',
        '}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = local.v{p}\n}}\n',
    ),
    "terraform_nested_blocks": ("a.tf", "", "a {{\n", ""),
    "terraform_map_of_rules": (
        "a.tf",
        "locals {{\n  rules = {{\n",
        '    r{i} = {{ query = "DeviceEvents | where ActionType == \'x{i}\'", query_period = "PT1H" }}\n',
        '  }}\n}}\nresource "azurerm_sentinel_alert_rule_nrt" "r" {{\n'
        "  for_each = local.rules\n  query = each.value.query\n}}\n",
    ),
    "terraform_suppressions": (
        "a.tf",
        "",
        "# kql-lint: disable-next-line=KL101\n",
        'resource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = "DeviceEvents"\n}}\n',
    ),
    "terraform_templates_open": ("a.tf", 'resource "azurerm_sentinel_alert_rule_nrt" "r" {{ query = "', "${{", ""),
    "terraform_holes": (
        "a.tf",
        'resource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = "DeviceEvents ',
        "| where DeviceName == '${{var.x{i}}}'",
        '"\n}}\n',
    ),
    # Bicep
    "bicep_rules": (
        "a.bicep",
        "",
        "resource r{i} 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {{\n  kind: 'NRT'\n  properties: {{\n"
        "    query: 'DeviceEvents | where ActionType == \\'x{i}\\''\n  }}\n}}\n",
        "",
    ),
    "bicep_shared_variable": (
        "a.bicep",
        "var q = 'DeviceEvents | where ActionType == \\'x\\''\n",
        "resource r{i} 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {{\n  kind: 'NRT'\n  properties: {{\n"
        "    query: q\n  }}\n}}\n",
        "",
    ),
    "bicep_long_string": (
        "a.bicep",
        "resource r 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {{\n  kind: 'NRT'\n  properties: {{\n"
        "    query: '''\nDeviceEvents\n",
        "| where ActionType == 'x{i}'\n",
        "'''\n  }}\n}}\n",
    ),
    "bicep_nested_braces": ("a.bicep", "var x = ", "{{ a: ", ""),
    "bicep_nested_brackets": ("a.bicep", "var x = ", "[", ""),
    "bicep_strings_open": ("a.bicep", "", "var x{i} = 'a\n", ""),
    "bicep_suppressions": ("a.bicep", "", "// kql-lint: disable-next-line=KL101\n", "var x = 'DeviceEvents'\n"),
    # notebooks, JSON and ARM are made below
}
BICEP_END = (
    "resource r 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {{\n  kind: 'NRT'\n  properties: {{\n"
    "    query: v{p}\n  }}\n}}\n"
)
for _what, _line in {
    "chained_variables": "var v{i} = '${{v{p}}} | take {i}'\n",
    "doubling_variables": "var v{i} = '${{v{p}}}${{v{p}}}'\n",
    "doubling_concat": "var v{i} = concat(v{p}, v{p})\n",
    "doubling_replace": "var v{i} = replace(v{p}, 'a', 'aa')\n",
    "doubling_format": "var v{i} = format('{{0}}{{1}}', v{p}, v{p})\n",
    "doubling_join": "var v{i} = join([v{p}, v{p}], '')\n",
    "doubling_ternary": "var v{i} = true ? v{p} : v{p}\n",
    "doubling_array": "var v{i} = [v{p}, v{p}]\n",
}.items():
    FILES[f"bicep_{_what}"] = ("a.bicep", "var v0 = 'aa'\n", _line, BICEP_END)

for _name, (_file, _begin, _piece, _end) in FILES.items():

    def _made(n: int, file: str = _file, begin: str = _begin, piece: str = _piece, end: str = _end) -> Files:
        count = 0

        def part(i: int) -> str:
            nonlocal count
            count = i + 1
            return piece.format(i=count, p=count - 1)

        return {file: begin.format() + repeat(n, part) + end.format(p=count)}

    register("hosts", _name, _made)


def listed(n: int, make: object) -> list[object]:
    """make(0), make(1), ... up to n characters of JSON."""
    assert callable(make)
    found: list[object] = []
    length = 0
    while length < n:
        found.append(make(len(found)))
        length += len(json.dumps(found[-1])) + 2
    return found


def arm(resources: list[object], variables: dict[str, object] | None = None) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    template = {"$schema": schema, "contentVersion": "1.0.0.0", "variables": variables or {}, "resources": resources}
    return json.dumps(template, indent=1)


def arm_rule(query: str) -> dict[str, object]:
    return {
        "type": "Microsoft.SecurityInsights/alertRules",
        "kind": "NRT",
        "properties": {"displayName": "A", "query": query},
    }


@construct("hosts")
def arm_rules(n: int) -> Files:
    return {"a.json": arm(listed(n, lambda i: arm_rule(f"DeviceEvents | where ActionType == 'x{i}'")))}


@construct("hosts")
def arm_shared_variable(n: int) -> Files:
    return {"a.json": arm(listed(n, lambda i: arm_rule("[variables('q')]")), {"q": QUERY})}


@construct("hosts")
def arm_chained_variables(n: int) -> Files:
    names: dict[str, object] = {"v0": "DeviceEvents"}
    for i in range(1, max(2, n // 60)):
        names[f"v{i}"] = f"[concat(variables('v{i - 1}'), ' | take {i}')]"
    return {"a.json": arm([arm_rule(f"[variables('v{len(names) - 1}')]")], names)}


def _arm_doubling(n: int, expression: str) -> Files:
    names: dict[str, object] = {"v0": "aa"}
    for i in range(1, max(2, n // 60)):
        names[f"v{i}"] = f"[{expression.replace('V', f'variables({chr(39)}v{i - 1}{chr(39)})')}]"
    return {"a.json": arm([arm_rule(f"[variables('v{len(names) - 1}')]")], names)}


for _name, _expression in {
    "concat": "concat(V, V)",
    "replace": "replace(V, 'a', 'aa')",
    "format": "format('{0}{1}', V, V)",
    "join": "join(createArray(V, V), '')",
    "if": "if(true(), V, V)",
}.items():
    register(
        "hosts",
        f"arm_doubling_{_name}",
        lambda n, expression=_expression: _arm_doubling(n, expression),  # type: ignore[misc]
    )


@construct("hosts")
def arm_long_concat(n: int) -> Files:
    parts = repeat(n, lambda i: f", ' | take {i}'")
    return {"a.json": arm([arm_rule(f"[concat('DeviceEvents'{parts})]")])}


@construct("hosts")
def arm_nested_calls(n: int) -> Files:
    deep = max(1, n // 10)
    return {"a.json": arm([arm_rule(f"[{'toLower(' * deep}'DeviceEvents'{')' * deep}]")])}


@construct("hosts")
def json_rules(n: int) -> Files:
    rules = listed(n, lambda i: {"queryCondition": {"queryText": f"DeviceEvents | where ActionType == 'x{i}'"}})
    return {"a.json": json.dumps({"value": rules}, indent=1)}


@construct("hosts")
def json_repeated_key(n: int) -> Files:
    keys = repeat(n, lambda i: f'"queryText": "DeviceEvents | take {i}", ')
    return {"a.json": f'{{"queryCondition": {{{keys}"queryText": "DeviceEvents"}}}}'}


@construct("hosts")
def json_of_data(n: int) -> Files:
    return {"a.json": json.dumps({"data": listed(n, lambda i: {"a": i, "b": [f"x{i}"]})})}


@construct("hosts")
def json_nested(n: int) -> Files:
    return {"a.json": '{"queryCondition": {"queryText": "DeviceEvents"}, "x": ' + "[" * n}


@construct("hosts")
def json_escapes(n: int) -> Files:
    text = "DeviceEvents" + repeat(n, lambda i: f"\\n| where ActionType == \\u0022x{i}\\u0022")
    return {"a.json": f'{{"queryCondition": {{"queryText": "{text}"}}}}'}


@construct("hosts")
def json_comment_of_blanks(n: int) -> Files:
    return {"a.jsonc": f'// kql-lint: disable=KL101{" " * n}x\n{{"queryCondition": {{"queryText": "DeviceEvents"}}}}'}


@construct("hosts")
def json_comments(n: int) -> Files:
    notes = repeat(n, lambda i: f"// note {i}\n")
    return {"a.jsonc": notes + '{"queryCondition": {"queryText": "DeviceEvents"}}'}


@construct("hosts")
def json_broken(n: int) -> Files:
    return {"a.json": '{"queryCondition": {"queryText": "DeviceEvents"}' + repeat(n, lambda i: f', "a{i}" {i}')}


@construct("hosts")
def workbook_queries(n: int) -> Files:
    def step(i: int) -> object:
        content = {"version": "KqlItem/1.0", "query": f"DeviceEvents | where ActionType == 'x{i}'", "queryType": 0}
        return {"type": 3, "content": content}

    return {"a.workbook": json.dumps({"version": "Notebook/1.0", "items": listed(n, step)}, indent=1)}


@construct("hosts")
def workbook_groups_nested(n: int) -> Files:
    item: object = {"type": 3, "content": {"version": "KqlItem/1.0", "query": "DeviceEvents | take 1", "queryType": 0}}
    text = json.dumps(item)
    begin, end = '{"type": 12, "content": {"version": "NotebookGroup/1.0", "items": [', "]}}"
    deep = min(max(1, n // 80), 40)  # no deeper than is read, as often as it fits
    group = begin * deep + text + end * deep
    return {
        "a.workbook": '{"version": "Notebook/1.0", "items": [' + ", ".join([group] * max(1, n // len(group))) + "]}"
    }


@construct("hosts")
def workbook_parameters(n: int) -> Files:
    query = "DeviceEvents" + repeat(n, lambda i: f"\n| where DeviceName in ({{Device{i}}})")
    item = {"type": 3, "content": {"version": "KqlItem/1.0", "query": query, "queryType": 0}}
    return {"a.workbook": json.dumps({"version": "Notebook/1.0", "items": [item]})}


@construct("hosts")
def notebook_cells(n: int) -> Files:
    def cell(i: int) -> object:
        return {"cell_type": "code", "source": ["%%kql\n", "DeviceEvents\n", f"| where ActionType == 'x{i}'"]}

    return {"a.ipynb": json.dumps({"cells": listed(n, cell), "nbformat": 4}, indent=1)}


@construct("hosts")
def notebook_lines_of_a_cell(n: int) -> Files:
    lines = [f"| where ActionType == 'x{i}'\n" for i in range(max(1, n // 32))]
    cells = [{"cell_type": "code", "source": ["%%kql\n", "DeviceEvents\n", *lines]}]
    return {"a.ipynb": json.dumps({"cells": cells, "nbformat": 4}, indent=1)}


@construct("hosts")
def notebook_lets_across_cells(n: int) -> Files:
    def cell(i: int) -> object:
        return {"cell_type": "code", "source": f"%%kql\nlet a{i} = {i};\nDeviceEvents | where RemotePort == a{i}"}

    return {"a.ipynb": json.dumps({"cells": listed(n, cell), "nbformat": 4}, indent=1)}


@construct("hosts")
def notebook_magic_lines(n: int) -> Files:
    source = repeat(n, lambda i: f"%kql DeviceEvents | take {i}\n")
    return {"a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": source}], "nbformat": 4})}


@construct("hosts")
def plain_lets_and_queries(n: int) -> Files:
    return {"a.kql": repeat(n, lambda i: f"let a{i} = {i};\nDeviceEvents | where RemotePort == a{i}\n\n")}


@construct("hosts")
def yaml_keys_of_ours(n: int) -> Files:
    rules = repeat(n, lambda i: f"  - hunt: DeviceEvents | where ActionType == 'x{i}'\n")
    return {"a.yaml": "rules:\n" + rules, ".kql-lint.toml": 'query-keys = ["hunt"]\n'}
