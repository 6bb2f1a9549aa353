"""A comment begins with `kql-lint:` and says something that cannot be followed, so that it suppresses nothing.

What can be written, in a query (`//`) and around it in YAML (`#`), Bicep (`//`), Terraform (`#`, `//`) and Markdown
(`<!-- -->`):

- `kql-lint: disable-next-line=RULE` suppresses findings that begin on the next line with code. Before the line that a
  query begins with (its key in YAML, its fence in Markdown), it speaks for the whole query.
- `kql-lint: disable-line=RULE` suppresses findings that begin on its own line.
- `kql-lint: disable=RULE` suppresses findings from here on, up to `kql-lint: enable=RULE` or the end of the query; in a
  KQL file, and around queries, up to the end of the file.
- `kql-lint: disable-file=RULE` suppresses findings in the whole file.

RULE is a code, a name, a prefix such as `KL2`, or `ALL`; several are separated by commas. `until=2027-01-31` behind
them lets the suppression end with that day. What follows ` -- ` is the reason. With `require-reason = true` in the
configuration, a comment without one is reported too, although it suppresses what it names.

## Bad

```text
// kql-lint: disable-next-line=unkown-column -- added by the parser
DeviceProcessEvents | where ParentCommandLine has "rundll32"
```

## Good

```text
// kql-lint: disable-next-line=unknown-column -- added by the parser
DeviceProcessEvents | where ParentCommandLine has "rundll32"
```

## When to silence it

When another tool reads comments that begin with `kql-lint:`.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL902",
    name="bad-suppression",
    summary="A comment for kql-lint that cannot be followed",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
)
