from __future__ import annotations

import pytest

BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n| project Timestamp, DeviceName, RemoteIP\n'
GOOD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSuccess"\n| project Timestamp, DeviceName, RemoteIP\n'


@pytest.fixture
def bad() -> str:
    """A rule that misspells an ActionType at 2:23."""
    return BAD


@pytest.fixture
def good() -> str:
    """The same rule, as it should be."""
    return GOOD
