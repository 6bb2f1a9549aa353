"""How long a whole repository takes: `kql-lint check` on 10,000 generated rules in all kinds of files.

One process, two, and once more with the results of the run before; each with its peak memory, that of the processes
together.  With KQL_LINT_CORPUS naming a .jsonl.gz file of records with a "query", each of its queries is a file of a
further run.  KQL_LINT_BENCH_RULES sets another number of rules.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

RULES = int(os.environ.get("KQL_LINT_BENCH_RULES", "10000"))
TABLES = ("DeviceProcessEvents", "DeviceNetworkEvents", "DeviceFileEvents", "DeviceLogonEvents", "DeviceRegistryEvents")
PER_FOLDER = 200
QUERY = """\
// Rule {number}: looks for unusual programs on servers, and counts what they did.
let Lookback = {days}d;
let Known = dynamic(["mstsc.exe", "svchost.exe", "explorer.exe", "services.exe"]);
let Machines = DeviceInfo
    | where Timestamp > ago(Lookback) and OnboardingStatus == "Onboarded"
    | summarize arg_max(Timestamp, OSPlatform, DeviceType) by DeviceId;
{table}
| where Timestamp > ago(Lookback)
| where DeviceName has "srv{number}" and InitiatingProcessFileName !in~ (Known)
| extend Program = tolower(InitiatingProcessFileName), Folder = tostring(split(InitiatingProcessFolderPath, "\\\\")[0])
| join kind=inner Machines on DeviceId
| where OSPlatform startswith "Windows" and DeviceType == "Server"
| summarize Events = count(), First = min(Timestamp), Last = max(Timestamp), Hosts = make_set(DeviceName, 50)
    by Program, Folder, InitiatingProcessAccountName, bin(Timestamp, 1h)
| where Events > {number} and not(Folder in~ ("c:", "d:"))
| project First, Last, Hosts, Events, Program, Folder, InitiatingProcessAccountName
| order by Events desc
"""
YAML = """\
id: 00000000-0000-4000-8000-{number:012}
name: Generated rule {number}
description: Looks for unusual programs.
kind: Scheduled
severity: Medium
query: |
{query}
queryFrequency: 1d
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 0
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: Name
        columnName: InitiatingProcessAccountName
"""
TERRAFORM = """\
resource "azurerm_sentinel_alert_rule_scheduled" "rule_{number}" {{
  name                       = "rule-{number}"
  log_analytics_workspace_id = var.workspace_id
  display_name               = "Generated rule {number}"
  severity                   = "High"
  query                      = <<-EOT
{query}
  EOT
}}
"""
BICEP = """\
resource rule{number} 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {{
  name: 'rule-{number}'
  kind: 'Scheduled'
  properties: {{
    displayName: 'Generated rule {number}'
    enabled: true
    severity: 'High'
    query: '''
{query}
'''
    queryFrequency: 'P1D'
    queryPeriod: 'P14D'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
  }}
}}
"""


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def arm(query: str, number: int) -> str:
    """An ARM template with one rule."""
    properties = {"displayName": f"Generated rule {number}", "query": query, "queryFrequency": "P1D"}
    properties |= {"queryPeriod": "P14D", "triggerOperator": "GreaterThan", "triggerThreshold": "0"}
    rule = {
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "apiVersion": "2023-02-01-preview",
        "name": f"rule-{number}",
        "kind": "Scheduled",
        "properties": properties,
    }
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": [rule]}, indent=2)


# What a file is called, and what is in it: as repositories have them, more YAML and plain queries than others.
HOSTS: tuple[tuple[str, Callable[[str, int], str]], ...] = (
    ("rule{}.yaml", lambda query, number: YAML.format(number=number, query=indented(query))),
    ("hunt{}.kql", lambda query, number: query),
    ("rule{}.yml", lambda query, number: YAML.format(number=number, query=indented(query))),
    ("rule{}.json", arm),
    ("query{}.kql", lambda query, number: query),
    ("rule{}.tf", lambda query, number: TERRAFORM.format(number=number, query=indented(query))),
    ("rule{}.yaml", lambda query, number: YAML.format(number=number, query=indented(query))),
    ("page{}.md", lambda query, number: f"# Rule {number}\n\nWhat it looks for.\n\n```kql\n{query}```\n"),
    ("rule{}.bicep", lambda query, number: BICEP.format(number=number, query=query)),
)


def generated() -> Iterable[tuple[str, str]]:
    """Names and contents of rule files."""
    for number in range(RULES):
        query = QUERY.format(days=number % 14 + 1, table=TABLES[number % len(TABLES)], number=number)
        if number % 50 == 0:
            query = query.replace("DeviceName has", 'ActionType == "NoSuchAction" and DeviceName has')
        name, make = HOSTS[number % len(HOSTS)]
        yield f"{number // PER_FOLDER}/{name.format(number)}", make(query, number)


def corpus(path: str) -> Iterable[tuple[str, str]]:
    """The queries of a corpus, a file each."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            yield f"query{number}.kql", json.loads(line)["query"]


def write(folder: str, files: Iterable[tuple[str, str]]) -> int:
    """Write the files; their number."""
    count = 0
    for name, content in files:
        path = Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
        count += 1
    return count


def check(folder: str, cache: str, *options: str) -> tuple[float, float, int]:
    """Lint a folder: seconds, peak memory in MB of all processes together (Linux alone), exit code."""
    program = str(Path(sys.executable).with_name("kql-lint"))
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    run = subprocess.Popen(
        [program, "check", folder, "--output-format", "json", *options],
        stdout=subprocess.DEVNULL,
        env=env | {"KQL_LINT_CACHE_DIR": cache},
    )
    peaks = [0.0]
    watch = threading.Thread(target=_watch, args=(run, peaks))
    watch.start()
    code = run.wait()
    taken = time.perf_counter() - begin
    watch.join()
    return taken, peaks[0], code


def _watch(run: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while run.poll() is None:
        peaks[0] = max(peaks[0], _memory(run.pid))
        time.sleep(0.05)


def _memory(pid: int) -> float:
    """The memory of a process and its children in MB; what they share is divided among them."""
    total = 0
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1])
    except OSError:
        return 0.0
    return total / 1024 + sum(_memory(int(child)) for child in children)


def report(name: str, count: int, result: tuple[float, float, int]) -> float:
    taken, peak, code = result
    print(f"{name:32}{count:7,} files {taken:7.1f} s {count / taken:8,.0f} a second  peak {peak:4.0f} MB  exit {code}")
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
        count = write(folder, generated())
        report("ready the parser", 1, check(str(next(Path(folder, "0").glob("*.kql"))), cache, "--no-cache"))
        one = report("one process", count, check(folder, cache, "--jobs", "1", "--no-cache"))
        two = report("two processes", count, check(folder, cache, "--jobs", "2"))
        again = report("again, from the cache", count, check(folder, cache))
        print(
            f"two processes {one / two:.2f} x one; the cache {one / again:.1f} x one process, {two / again:.1f} x two"
        )
    path = os.environ.get("KQL_LINT_CORPUS")
    if path:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
            count = write(folder, corpus(path))
            report("public corpus", count, check(folder, cache, "--jobs", "1", "--no-cache"))


if __name__ == "__main__":
    main()
