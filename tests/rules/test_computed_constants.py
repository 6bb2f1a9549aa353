"""What ActionTypes are compared with where functions make it: the value, and the place that can be fixed."""

from __future__ import annotations

import pytest

from kql_lint import analyze

WHERE = "DeviceNetworkEvents | where ActionType"
RULES = ("KL101", "KL102", "KL103", "KL104", "KL107", "KL108")
SLIP = 'unknown ActionType "ConectionFailed" for DeviceNetworkEvents; did you mean "ConnectionFailed"?'

ITEM = SLIP.replace("; did", ", so this item never matches; did")


def said(query: str) -> list[tuple[str, str, str]]:
    """The findings about ActionTypes: code, what they lie on, message."""
    found = analyze(query).diagnostics
    assert not [one for one in found if one.code in ("KL001", "KL201", "KL202", "KL203", "KL302", "KL303")]
    return [(one.code, query[one.start : one.end], one.message) for one in found if one.code in RULES]


def is_fixed(query: str) -> bool:
    """Whether the finding about an ActionType has a fix."""
    return any(one.fixes for one in analyze(query).diagnostics if one.code.startswith("KL10"))


WHOLE_CALL = [
    'strcat("Conection", "Failed")',
    'strcat_delim("n", "Co", "ectio", "Failed")',
    'split("x,ConectionFailed", ",")[1]',
    'tostring(split("x,ConectionFailed", ",")[1])',
    'replace_string("XFailed", "X", "Conection")',
    'substring("xxConectionFailed", 2)',
    'trim(" ", " ConectionFailed ")',
    """parse_json('{"a": "ConectionFailed"}').a""",
    'strcat("Conection", iff(RemotePort == 443, "Failed", "Failed"))',
    'strcat_array(pack_array("Conection", "Failed"), "")',
    'reverse("deliaFnoitcenoC")',
]


@pytest.mark.parametrize("made", WHOLE_CALL)
def test_what_a_function_makes_is_reported_at_its_call(made: str) -> None:
    query = f"{WHERE} == {made}"
    (found,) = said(query)
    assert found[0] == "KL101"
    assert found[1] in (made, made.removesuffix("[1]"), made[len("tostring(") : -len("[1])")])
    assert found[2] == SLIP
    assert not is_fixed(query)


LITERAL = [
    '== coalesce("", "ConectionFailed")',
    '== iff(1 == 1, "ConectionFailed", "Foo")',
    '== case(1 > 2, "Foo", strlen("abc") == 3, "ConectionFailed", "Foo")',
    '== iff(RemotePort == 443, "ConectionFailed", "ConnectionSuccess")',
    '== case(RemotePort == 443, "ConnectionSuccess", RemotePort == 80, "ConectionFailed", "ConnectionSuccess")',
    '== dynamic(["ConnectionSuccess", "ConectionFailed"])[1]',
    'in (pack_array("ConnectionSuccess", "ConectionFailed"))',
    'in (array_concat(dynamic(["ConnectionSuccess"]), dynamic(["ConectionFailed"])))',
    'in (set_union(dynamic(["ConnectionSuccess"]), dynamic(["ConectionFailed"])))',
    'in (set_difference(dynamic(["Foo", "ConectionFailed"]), dynamic(["Foo"])))',
    'in (iff(RemotePort == 443, dynamic(["ConectionFailed"]), dynamic(["ConnectionSuccess"])))',
    'in (toscalar(datatable(x:string)["ConnectionSuccess", "ConectionFailed"] | summarize make_list(x)))',
]


@pytest.mark.parametrize("condition", LITERAL)
def test_a_value_that_is_handed_on_is_reported_and_fixed_at_its_literal(condition: str) -> None:
    query = f"{WHERE} {condition}"
    assert said(query) == [
        ("KL101", '"ConectionFailed"', ITEM if "ConnectionSuccess" in condition and "[1]" not in condition else SLIP)
    ]
    assert is_fixed(query)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        (f'let f = (a:string) {{ strcat("Conection", a) }};\n{WHERE} == f("Failed")', 'strcat("Conection", a)'),
        (f"{WHERE} in (split('ConnectionSuccess ConectionFailed', ' '))",
         "split('ConnectionSuccess ConectionFailed', ' ')"),
        (f"let m = dynamic({{'ConectionFailed': 1}});\n{WHERE} in (bag_keys(m))", "bag_keys(m)"),
        (f"let L = todynamic('[\"ConectionFailed\"]');\n{WHERE} in (L)", "todynamic('[\"ConectionFailed\"]')"),
    ],
)  # fmt: skip
def test_lists_and_functions_of_the_query(query: str, place: str) -> None:
    assert said(query) == [("KL101", place, ITEM if "ConnectionSuccess" in query else SLIP)]


@pytest.mark.parametrize(
    "condition",
    [
        # A condition that may be either way, a value that is not told.
        '!= iff(RemotePort == 443, "ConnectionFailed", "ConnectionSuccess") | where ActionType == "ConnectionFailed"',
        '== iff(RemotePort == 443, RemoteUrl, "ConnectionSuccess") | where ActionType == "ConnectionFailed"',
        '!in (split(RemoteUrl, ",")) | where ActionType == "ConnectionFailed"',
        '== strcat("Conection", RemoteUrl)',
        '== substring("ConnectionFailed", 99)',
        '== split("ConectionFailed", ",")[1]',
        # What a filter leaves of a literal table.
        '!in (toscalar(datatable(k:string, x:string)["a", "ConnectionFailed"] | where k == "b" '
        '| summarize make_list(x))) | where ActionType == "ConnectionFailed"',
        '!in (toscalar(datatable(k:string, x:string)["a", "ConnectionFailed", "b", "ConnectionSuccess"] '
        '| summarize make_list(x) by k | project list_x)) | where ActionType == "ConnectionFailed"',
        '!in (toscalar(datatable(x:dynamic)[dynamic(["ConnectionSuccess"]), dynamic(["ConnectionFailed"])])) '
        '| where ActionType == "ConnectionFailed"',
        '!in ((print iff(rand() > 0.5, "ConnectionSuccess", "ConnectionFailed"))) '
        '| where ActionType == "ConnectionFailed"',
        'in (toscalar(datatable(k:string, x:string)["a", "Foo", "b", "ConnectionFailed"] | where k == "b" '
        "| summarize make_set(x)))",
    ],
)
def test_nothing_is_said_of_what_is_not_sure(condition: str) -> None:
    assert said(f"{WHERE} {condition}") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (f'{WHERE} == iff(RemotePort == 443, "ConnectionFailed", "ConnectionSuccess") '
         '| where ActionType == "DnsQueryResponse"',
         'ActionType can only be "ConnectionFailed" or "ConnectionSuccess" here, so no row passes this filter'),
        (f'{WHERE} in (toscalar(datatable(k:string, x:string)["a", "ConnectionFailed", "b", "ConnectionSuccess"] '
         '| where k == "b" | summarize make_set(x))) | where ActionType == "DnsQueryResponse"',
         'ActionType can only be "ConnectionFailed" or "ConnectionSuccess" here, so no row passes this filter'),
    ],
)  # fmt: skip
def test_what_may_be_one_of_several_narrows(query: str, message: str) -> None:
    assert said(query) == [("KL107", 'ActionType == "DnsQueryResponse"', message)]


def test_arithmetic_on_event_ids() -> None:
    query = "SecurityEvent | where EventID == 7000 + 45"
    (found,) = (one for one in analyze(query).diagnostics if one.code == "KL112")
    assert query[found.start : found.end] == "7000 + 45"
    assert found.message == "EventID 7045 never reaches SecurityEvent, so this filter never matches"
