"""Rule files with damage anywhere: nothing crashes, and every finding lies within the file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

RULES = (
    """\
id: 1
name: A rule
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where TimeGenerated > ago(7d)
  | summarize Count = count() by UserPrincipalName
entityMappings:
  - entityType: Account
    fieldMappings: [{identifier: FullName, columnName: "UserPrincipalName"}, {identifier: Sid, columnName: Sid}]
customDetails: {Count: Count, Address: IPAddress}
alertDetailsOverride:
  alertDisplayNameFormat: >-
    {{Count}} sign-ins
    of {{User}}
# kql-lint: disable
""",
    """\
displayName: A detection
queryCondition: {queryText: "DeviceEvents\\n| distinct DeviceId"}
schedule: {period: "0"}
detectionAction:
  alertTemplate:
    title: On {{DeviceName}}
    impactedAssets: [{'@odata.type': x, identifier: deviceId}]
    entityMappings: {hosts: [{deviceIdColumn: DeviceId}]}
""",
    """\
FunctionName: F
FunctionParams: [{Name: n, Type: int}, {Name: T, Type: 'table:(*)'}]
FunctionQuery: T | take n
""",
)
DAMAGE = [
    "",
    "{{",
    "}}",
    "{",
    "]",
    ": ",
    "- ",
    "\n",
    "\r\n",
    "  ",
    "#",
    "'",
    '"',
    "&a ",
    "*a",
    "<<: *a",
    "|",
    "\t",
    "😀",
]

edits = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 12), st.sampled_from(DAMAGE)), min_size=1, max_size=6)


@given(st.sampled_from(RULES), edits)
@settings(max_examples=150, deadline=None)
def test_damaged_rules(text: str, changes: list[tuple[int, int, str]]) -> None:
    for place, length, put in changes:
        place %= len(text) + 1
        text = text[:place] + put + text[place + length :]

    report = lint_file("rule.yaml", Options(), lambda path: read_source(path, text.encode()))

    assert report.errors == []
    for item in report.findings:
        for span in (item.span, *item.related):
            assert 0 <= span.start <= span.end <= len(text)
    for comment in report.comments:
        assert text[comment.span.start] == "#"
