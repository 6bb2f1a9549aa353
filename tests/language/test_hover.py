"""What is told of the word under a cursor."""

from __future__ import annotations

import pytest

from kql_lint.language.hover import hover
from tests.language.asking import query_at

PAGES = "https://learn.microsoft.com/en-us/kusto/query"


def told(text: str, platform: str = "auto") -> str:
    """The Markdown at the cursor."""
    query, offset = query_at(text, platform)
    found = hover(query, offset)
    return "" if found is None else found.text


def marked(text: str) -> str:
    """What of the query it is told of."""
    query, offset = query_at(text)
    found = hover(query, offset)
    assert found is not None
    return query.text[found.start : found.end]


def test_a_table() -> None:
    text = told("Device¦NetworkEvents | take 5", "defender")

    assert text.startswith("**DeviceNetworkEvents**: table of Defender XDR\n\n")
    assert "`RemotePort` int" in text
    assert "24 kinds of events are known, by `ActionType`." in text


def test_a_column_with_where_it_comes_from_and_what_is_known_of_it() -> None:
    text = told('DeviceNetworkEvents | where ActionType has "Inspected" and RemotePort > 1024 | where Remote¦Port == 5')

    assert text == "**RemotePort**: int\n\n`RemotePort` of `DeviceNetworkEvents`\n\nKnown here: \\>= 1025; not empty"


def test_a_column_that_the_events_left_do_not_fill() -> None:
    text = told('DeviceNetworkEvents | where ActionType == "ListeningConnectionCreated" | where ¦RemotePort == 5')

    assert text == (
        "**RemotePort**: int\n\n`RemotePort` of `DeviceNetworkEvents`\n\n"
        "Never filled by `ListeningConnectionCreated`, the events that are possible here."
    )


def test_a_column_with_the_events_that_fill_it() -> None:
    found = told("DeviceFileEvents | project ¦SHA256", "defender")
    assert found == (
        "**SHA256**: string\n\n`SHA256` of `DeviceFileEvents`\n\n"
        "In `DeviceFileEvents`: filled by `FileCreated`, `FileDeleted`, `FileModified`, `FileRenamed`."
    )
    left = 'DeviceNetworkEvents | where ActionType in ("ConnectionFailed", "ListeningConnectionCreated")'
    assert told(f"{left} | project Remote¦Port").endswith(
        "\n\nOf the events possible here: filled by `ConnectionFailed`; always empty for `ListeningConnectionCreated`."
    )
    # What each event has, and the column that tells them apart, need no such list.
    assert "filled" not in told("DeviceFileEvents | project Device¦Id")
    assert "filled" not in told("DeviceFileEvents | project Action¦Type")


def test_a_column_that_the_query_makes_shows_how() -> None:
    making = "**Total**: long\n\n```kusto\nTotal = count()\n```"

    assert told("DeviceEvents | summarize Total = count() by DeviceId | where ¦Total > 5") == making
    assert told("DeviceEvents | summarize ¦Total = count() by DeviceId") == making


def test_a_kind_of_event_in_a_string_and_as_a_number() -> None:
    text = told('DeviceNetworkEvents | where ActionType == "Listening¦ConnectionCreated"')

    assert text.startswith(
        "**ListeningConnectionCreated**: `ActionType` of `DeviceNetworkEvents`\n\nListening connection"
    )
    assert (
        "Fields (6): `DeviceId`, `Timestamp`, `LocalIP`, `LocalPort`, `Protocol`, `InitiatingProcessFileName`" in text
    )
    event = told("SecurityEvent | where EventID in (4624, ¦4688)")
    assert event.startswith("**4688**: `EventID` of `SecurityEvent`\n\nA new process has been created")
    assert marked("SecurityEvent | where EventID in (4624, ¦4688)") == "4688"


def test_a_listed_value_of_another_column() -> None:
    assert told('SecurityAlert | where AlertSeverity == "¦High"').startswith("**High**: value of `AlertSeverity`")


def test_a_key_of_a_bag() -> None:
    text = told('DeviceEvents | where parse_json(AdditionalFields).Task¦Name == "x"')

    assert text.startswith("**TaskName**: key of `AdditionalFields` in `DeviceEvents`\n\nKnown for `ScheduledTask")
    assert told('DeviceEvents | where parse_json(AdditionalFields)["Task¦Name"] == "x"') == text


def test_functions_with_signature_and_page() -> None:
    assert told("T | where strl¦en(x) > 5") == (
        "```kusto\nstrlen(string: text): long\n```\n\nThe number of characters of a string.\n\nKQL function\n\n"
        f"[strlen() in Microsoft's documentation]({PAGES}/strlen-function)"
    )
    assert told("T | summarize d¦count(x)").endswith(f"({PAGES}/dcount-aggregation-function)")
    assert told("T | evaluate bag_¦unpack(x)").endswith(f"({PAGES}/bag-unpack-plugin)")
    assert "Outdated: use `parse_json`." in told("T | where parse¦json(x)")
    assert "_GetWatchlist(" in told("_Get¦Watchlist('a')")


def test_operators_and_their_parameters() -> None:
    assert told("T | project-¦away x").startswith("```kusto\nproject-away column, ...\n```\n\nDrops columns.")
    assert told("T | where a ha¦s 'x'").startswith('```kusto\na has "term"\n```\n\nThe string has the term')
    assert told("T | join ki¦nd=inner (U) on x").startswith("**kind**: parameter of join\n\n")
    assert told("T | join kind=left¦anti (U) on x") == "The rows of the left side that nothing matches."


def test_an_operator_with_the_columns_and_values_behind_it() -> None:
    text = (
        'DeviceNetworkEvents | where ActionType in ("ConnectionSuccess", "ConnectionFailed") and RemotePort > 1024\n'
        "| summari¦ze Count = count() by RemotePort, ActionType\n| where Count > 5"
    )
    assert told(text).endswith(
        "summarize-operator)\n\n"
        "Columns behind it (3): `RemotePort` int, `ActionType` string, `Count` long\n\n"
        "Known behind it:\n"
        "- `ActionType` of `DeviceNetworkEvents`: ConnectionSuccess; ConnectionFailed\n"
        "- `RemotePort` of `DeviceNetworkEvents`: \\>= 1025; not empty"
    )
    assert told("Unknown | exte¦nd A = 1").endswith("Columns behind it (1; there may be more): `A` long")
    # Other words of an operator, and operators in expressions, are about themselves.
    assert "behind it" not in told("DeviceEvents | summarize count() b¦y DeviceId")
    assert "behind it" not in told("DeviceEvents | where DeviceName ha¦s 'x'")


def test_names_of_the_query() -> None:
    assert (
        told("let Sin¦ce = ago(1d); T | where Time > Since")
        == "**Since**: datetime\n\n```kusto\nlet Since = ago(1d)\n```"
    )
    assert (
        told("let Since = ago(1d); T | where Time > ¦Since")
        == "**Since**: datetime\n\n```kusto\nlet Since = ago(1d)\n```"
    )
    assert told("let A = print x = 1; ¦A | take 5") == (
        "**A**: table of this query\n\n```kusto\nlet A = print x = 1\n```\n\nColumns (1): `x` long"
    )
    assert (
        told("let f = (a: long) { a + 1 }; print f¦(3)")
        == "```kusto\nlet f = (a: long) { a + 1 }\n```\n\nReturns long."
    )
    assert told("let f = (a¦: long) { a + 1 }; print f(3)") == "```kusto\na: long\n```"


def test_a_rule_in_a_suppression() -> None:
    text = told("T // kql-lint: disable-line=KL¦104 on purpose\n| take 5")

    assert text.startswith("**KL104 field-not-in-action-type** (warning)\n\n")
    assert told("T // kql-lint: disable-line=field-not-¦in-action-type") == text
    assert told("T // KL¦104") == ""


@pytest.mark.parametrize(
    "text", ["¦", "T | where x == ¦5", "T | where x == '¦abc'", "Nothing¦Known | take 5", "T |¦ take 5"]
)
def test_of_what_nobody_knows_nothing_is_told(text: str) -> None:
    assert told(text) == ""


def test_names_can_not_break_out_of_the_markdown() -> None:
    query = "print ['a](http://x) `b` **c**'] = 1 | where ['a](http://x) `b` **c**¦'] == 1"

    assert told(query).startswith("**a\\](http://x) \\`b\\` \\*\\*c\\*\\***: long")
    assert marked(query) == "['a](http://x) `b` **c**']"
