"""Which columns a predicate needs to be filled."""

from __future__ import annotations

import pytest

from kql_lint.catalogue import Catalogue
from kql_lint.semantics import bind
from kql_lint.syntax import parse

CATALOGUE = Catalogue.default()


def columns(text: str) -> list[str]:
    query = f"DeviceNetworkEvents | where {text}"
    parsed = parse(query)
    assert parsed.diagnostics == []
    return [read.column.name for read in bind(parsed.query, query, CATALOGUE).facts.reads if read.needed]


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
