"""What KQL's string operators match."""

from __future__ import annotations

import pytest

from kql_lint.semantics.domains.string_operators import OPERATORS


@pytest.mark.parametrize(
    ("op", "value", "needle", "expected"),
    [
        ("==", "FileCreated", "FileCreated", True),
        ("==", "FileCreated", "filecreated", False),
        ("=~", "FileCreated", "filecreated", True),
        ("has", "LDAP query", "ldap", True),
        ("has", "FileCreated", "file", False),
        ("has", "FileCreated", "FileCreated", True),
        ("has", "Add member to role.", "to role", True),
        ("has", "Add member to role.", "to rol", False),
        ("has", "Set-Mailbox", "-Mailbox", True),
        ("has_cs", "LDAP query", "ldap", False),
        (":", "LDAP query", "Query", True),
        ("hasprefix", "Set-Mailbox", "mail", True),
        ("hasprefix", "Set-Mailbox", "box", False),
        ("hassuffix", "Set-Mailbox", "box", True),
        ("hassuffix_cs", "Set-Mailbox", "BOX", False),
        ("contains", "AsrLsassCredentialTheftBlocked", "lsass", True),
        ("contains_cs", "AsrLsassCredentialTheftBlocked", "lsass", False),
        ("startswith", "UsbDriveMounted", "usb", True),
        ("startswith_cs", "UsbDriveMounted", "usb", False),
        ("endswith", "UsbDriveMounted", "MOUNTED", True),
        ("endswith", "UsbDriveMount", "mounted", False),
        ("matches regex", "AsrRansomwareBlocked", "^Asr.+Blocked$", True),
        ("matches regex", "AsrRansomwareBlocked", "(?i)^asr", True),
        ("matches regex", "AsrRansomwareBlocked", "^asr", False),
    ],
)
def test_one_needle(op: str, value: str, needle: str, expected: bool) -> None:
    assert OPERATORS[op].matches(value, [needle]) is expected


def test_has_any_wants_one_and_has_all_wants_each() -> None:
    needles = ["LDAP", "SAMR"]
    assert OPERATORS["has_any"].matches("LDAP query", needles) is True
    assert OPERATORS["has_all"].matches("LDAP query", needles) is False
    assert OPERATORS["has_all"].matches("LDAP query", ["query", "ldap"]) is True
    assert OPERATORS["has_any"].matches("DNS query", needles) is False


@pytest.mark.parametrize("op", ["!=", "<>", "!~", "!in", "!in~", "!has", "!contains_cs", "!startswith", "!endswith"])
def test_negative_operators_say_so(op: str) -> None:
    assert OPERATORS[op].negated
