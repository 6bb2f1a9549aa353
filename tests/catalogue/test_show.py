from __future__ import annotations

import pytest

from kql_lint.catalogue.show import NotInCatalogue, show


def test_one_action_type() -> None:
    text = show("DeviceNetworkEvents", "InboundConnectionAccepted")
    assert text.startswith(
        """\
DeviceNetworkEvents | where ActionType == "InboundConnectionAccepted"
  Inbound connection accepted
  Another host connected to the device, and the device accepted.

Fields (6)
  DeviceId   string
  Timestamp  datetime
  LocalIP    string
  LocalPort  int
  RemoteIP   string
  Protocol   string

Seen too, though not listed (28)
"""
    )
    assert (
        """
What detection rules check most often
  field      kind  value              rules  vendors
  file_name  in    agentexecutor.exe  1      kusto
  file_name  in    appvlp.exe         1      kusto
"""
        in text
    )
    assert text.endswith(
        """
Detection patterns
  Lateral Movement: SMB/Windows Admin Shares  1 rule

References
  Microsoft Defender XDR: advanced hunting reference
    https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-devicenetworkevents-table
  xdrinternals: XDR table schema
    https://xdrinternals.com/docs/microsoftxdr/devices/devicenetworkevents/

Sources
  seed         the list of ActionTypes and fields that this project began with
  portal-2023  the schema reference inside the Defender portal, May 2023
  public-list  published lists of values that third parties saw in a tenant
  observed     public queries of two repositories or more filter on it
"""
    )


def test_a_table_of_both_platforms() -> None:
    lines = show("DeviceImageLoadEvents").splitlines()
    assert lines[0] == "DeviceImageLoadEvents (defender, sentinel), as of 2026-08"
    columns = [line.split("  ") for line in lines[lines.index("") + 2 :]]
    cells = {row[1]: [cell for cell in row[2:] if cell] for row in columns if len(row) > 2}
    assert cells["SHA1"] == [" string"] or [cell.strip() for cell in cells["SHA1"]] == ["string"]
    assert [cell.strip() for cell in cells["TimeGenerated"]] == ["datetime", "sentinel only; on every event"]
    assert "ActionTypes (1; complete as far as is known; as of 2023-05)" in lines


def test_one_platform_alone() -> None:
    lines = show("DeviceImageLoadEvents", platform="defender").splitlines()
    assert lines[0] == "DeviceImageLoadEvents (defender), as of 2026-08"
    assert not any("TimeGenerated" in line for line in lines)


def test_a_list_that_is_not_whole_says_so() -> None:
    assert "ActionTypes (2; there are more; as of 2026-08)" in show("IdentityLogonEvents")


def test_an_action_type_of_which_no_fields_are_known() -> None:
    assert "Fields\n  not known: no source lists them\n" in show("DeviceFileEvents", "FileCreated")


def test_any_is_told_as_what_it_is() -> None:
    assert show("DeviceNetworkEvents", "any").startswith("DeviceNetworkEvents without a filter on ActionType\n")


@pytest.mark.parametrize("names", [("DeviceNetworkEvents",), ("DeviceEvents",), ("DeviceNetworkEvents", "any")])
def test_lines_end_in_time(names: tuple[str, ...]) -> None:
    wrapped = [line for line in show(*names, width=80).splitlines() if ", " in line and ": " not in line]
    assert wrapped
    assert max(len(line) for line in wrapped if not line.startswith("  Timestamp")) <= 110


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("DeviceNetworkEvent",), 'the catalogue has no table "DeviceNetworkEvent"; did you mean DeviceNetworkEvents?'),
        (("deviceinfo",), 'the catalogue has no table "deviceinfo"; did you mean DeviceInfo?'),
        (("Nothing",), 'the catalogue has no table "Nothing"'),
        (("SigninLogs", None, "defender"), "SigninLogs is a table of sentinel, not of defender"),
        (("SigninLogs", "Success"), "the catalogue knows no kinds of events of SigninLogs"),
        (
            ("DeviceNetworkEvents", "ConnectionSuccessful"),
            'DeviceNetworkEvents has no ActionType "ConnectionSuccessful"; did you mean ConnectionSuccess?',
        ),
        (
            ("DeviceNetworkEvents", "FileCreated"),
            'DeviceNetworkEvents has no ActionType "FileCreated", but DeviceFileEvents has',
        ),
    ],
)
def test_unknown_names(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(NotInCatalogue) as caught:
        show(*arguments)
    assert str(caught.value) == message
