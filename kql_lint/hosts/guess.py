"""Whether a text that nothing says the language of is plainly KQL: told by its operators, never by a lack of others.

Many documents put queries into code blocks without a language.  Other languages with pipes are told by words that KQL
has not: Splunk's, CrowdStrike's, Elastic's, those of shells.  What is doubtful is none.
"""

from __future__ import annotations

import re

from kql_lint.hosts.rule_keys import reads_like_kql

# A pipe and one of KQL's operators with what has to follow it there; they are written in lower case.
_OPERATION = r"""
    \|[ \t]*(?:
        where[ \t]+(?![{$])[^\s|]
      | extend[ \t]+[\w.\[\]'"]+[ \t]*=
      | project(?:-(?:away|keep|rename|reorder))?[ \t]+[\w*]
      | summarize(?:[ \t]+[\w(]|[ \t]*(?=[\r\n]))
      | (?:mv-expand|mv-apply|make-series)[ \t]+\w
      | (?:join|lookup)[ \t]+(?:kind[ \t]*=|\(|hint\.)
      | distinct[ \t]+[\w*$]
      | (?:order|sort)[ \t]+by[ \t]
      | top[ \t]+\d+[ \t]+by[ \t]
      | (?:take|limit)[ \t]+\d+[ \t]*(?=[\r\n;]|\Z)
      | parse(?:-where)?[ \t]+(?:kind[ \t]*=[ \t]*\w+[ \t]+)?[\w.]+[ \t]+with[ \t]
      | evaluate[ \t]+\w+[ \t]*\(
      | render[ \t]+\w+chart
      | count[ \t]*(?=[\r\n;]|\Z)
    )
"""
_ON_A_LINE = re.compile(rf"^[ \t]*{_OPERATION}", re.MULTILINE | re.VERBOSE)
_ANYWHERE = re.compile(_OPERATION, re.VERBOSE)
_LET = re.compile(r"(?m)^[ \t]*let[ \t]+[^\W\d]\w*[ \t]*=")
# What a let of KQL's has, and no let of JavaScript's, Rust's or Swift's.
_ONLY_KQL = re.compile(r"\b(?:(?:datatable|externaldata|materialize|toscalar|ago)[ \t]*\(|dynamic[ \t]*\(\[)")
# Operators of others behind a pipe, rows of a table, and what queries and sessions of others begin with.
_OTHERS = re.compile(
    r"""
    \|[ \t]*(?:
        stats|eval|table|rex|rename|dedup|tstats|fields|keep|drop|enrich|grok|dissect|spath|transaction|timechart
      | groupBy|select|head|tail|e?grep|awk|sed|xargs|wc|cut|tr|tee|jq|uniq|less|more|ft|fl
      | (?:out|select|where|foreach|sort|format|export|convertto|measure|group)-\w+
    )\b
  | ^[ \t]*\|[^\r\n]*\|[ \t]*$
  | \A\s*(?:from[ \t]|(?:index|sourcetype|source)[ \t]*=|search[ \t]+index|\#event_|\$[ ]|PS[ ]|>>>|\#!)
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def is_plainly_kql(text: str) -> bool:
    """Whether a text has a line that begins with a pipe and an operator of KQL's, or a let with what only KQL has."""
    if ("|" not in text and "let" not in text) or _OTHERS.search(text):
        return False
    if _ON_A_LINE.search(text):
        return True
    if _LET.search(text) and (_ONLY_KQL.search(text) or _ANYWHERE.search(text)):
        return True
    return reads_like_kql(text) and _ANYWHERE.search(text) is not None


# What a query begins with, behind comments: a statement, an operator with its operand, or a table and a pipe.
_COMMENTS = re.compile(r"(?:\s+|//[^\r\n]*)+")
_BEGINS = re.compile(
    r"""
    (?: let[ \t]+[^\W\d]\w*[ \t]*= | set[ \t]+\w+ | declare[ \t]+(?:query_parameters|pattern)\b
      | (?:search|find)[ \t]+(?:kind[ \t]*=|in[ \t]*\(|["'*]|where\b) | union\b | (?:range|print)[ \t]
      | (?:datatable|externaldata|materialize|table|cluster|database|workspace)[ \t]*\(
      | [^\W\d]\w*(?:[ \t]*\([^()\r\n]*\))? (?:[ \t\r\n]|//[^\r\n]*(?=[\r\n]))* \|(?!\|)
    )
    """,
    re.VERBOSE,
)


def is_a_query(text: str) -> bool:
    """Whether a file that could be anything is KQL: it begins as a query does, and is plainly KQL."""
    comments = _COMMENTS.match(text.removeprefix("\ufeff"))
    begin = text.startswith("\ufeff") + (comments.end() if comments else 0)
    return _BEGINS.match(text, begin) is not None and is_plainly_kql(text)
