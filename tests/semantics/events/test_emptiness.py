"""Which columns a predicate needs to be filled."""

from __future__ import annotations

import pytest

from kql_lint.semantics.events.emptiness import needed
from kql_lint.semantics.scopes.scope import Constant, Origin, Row, Value
from kql_lint.syntax import ast, parse

ROW = Row("DeviceNetworkEvents", (), ast.Name(0, 0, "DeviceNetworkEvents"))


def value_of(expression: ast.Expression) -> Value:
    if isinstance(expression, ast.Literal):
        return Value(expression.type, constants=(Constant(expression.value, expression),))
    if isinstance(expression, ast.Name):
        return Value("string", (Origin(ROW, expression.name),))
    return Value()


def columns(text: str) -> list[str]:
    parsed = parse(f"T | where {text}")
    assert parsed.diagnostics == []
    where = next(node for node in ast.walk(parsed.query) if isinstance(node, ast.Where))
    nodes = sorted(needed(where.predicate, value_of), key=lambda node: node.start)
    return [node.name for node in nodes if isinstance(node, ast.Name)]


@pytest.mark.parametrize(
    "text",
    [
        "RemotePort == 443",
        "443 == RemotePort",
        'RemoteUrl =~ "example.com"',
        "RemotePort in (80, 443)",
        'RemoteUrl has_any ("paste", "transfer")',
        'RemoteUrl has "paste"',
        'tolower(RemoteUrl) endswith ".onion"',
        'tostring(RemotePort) == "443"',
        "RemotePort > 1024",
        "1024 < RemotePort",
        "RemotePort between (1 .. 1024)",
        "isnotempty(RemoteUrl)",
        "not(isempty(RemoteUrl))",
        'RemoteUrl != ""',
        "not(ipv4_is_private(RemoteIP))",
    ],
)
def test_needed(text: str) -> None:
    assert len(columns(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "RemotePort != 443",
        'RemoteUrl !has "paste"',
        "RemotePort !in (80, 443)",
        'RemoteUrl == ""',
        'RemoteUrl in ("", "example.com")',
        'RemoteUrl contains ""',
        "isempty(RemoteUrl)",
        "not(RemotePort == 443)",
        "RemotePort == LocalPort",
        "RemotePort !between (1 .. 1024)",
        'RemotePort == 443 or DeviceName == "srv1"',
        'iff(RemotePort == 443, true, DeviceName == "srv1")',
        'RemoteUrl matches regex ".*"',
        'strcat(RemoteUrl, "x") == "x"',
    ],
)
def test_not_needed(text: str) -> None:
    assert columns(text) == []


def test_logic() -> None:
    assert columns('RemotePort == 443 and RemoteUrl has "paste"') == ["RemotePort", "RemoteUrl"]
    assert columns("RemotePort == 443 or RemotePort == 80") == ["RemotePort", "RemotePort"]
    assert columns('not(RemotePort != "" or LocalPort == 9)') == []
    assert columns("not(isempty(RemoteUrl) or LocalPort == 9)") == ["RemoteUrl"]
    assert columns("(RemotePort == 443 and LocalPort > 1) or (LocalPort == 2)") == ["LocalPort", "LocalPort"]
