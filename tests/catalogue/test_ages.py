"""``catalog age``: how old each list is."""

from __future__ import annotations

from pathlib import Path

from kql_lint.catalogue import Catalogue
from kql_lint.catalogue.ages import ages


def test_the_shipped_lists() -> None:
    lines = ages().splitlines()
    assert lines[:7] == [
        "Tables and columns",
        "  defender          2026-08  65 tables",
        "  sentinel          2026-08  928 tables",
        "  custom tables     2026-08  1002, known in part",
        "  parser functions  2026-08  553, by name alone",
        "",
        "Kinds of events",
    ]
    assert "  DeviceEvents                  ActionType  2023-05  199, complete as far as is known" in lines
    assert "  IdentityLogonEvents           ActionType  2026-08  2, there are more" in lines
    assert "  SecurityEvent                 EventID     2026-08  425, there are more" in lines
    assert "  WindowsEvent                  EventID     2026-08  423, there are more" in lines
    assert len(lines) == 7 + 22


def test_a_table_of_the_user_s_own_may_have_a_date(tmp_path: Path) -> None:
    (tmp_path / "Firewall_CL.yaml").write_text(
        "table: Firewall_CL\nas_of: 2025-12\ncolumns:\n  Zone: string\n  ActionType: string\n"
        "events:\n  values:\n    Allowed: {}\n"
    )
    lines = ages(Catalogue.with_overlays([str(tmp_path)])).splitlines()
    assert lines[6:8] == ["Tables with a date of their own", "  Firewall_CL  2025-12"]
    assert "  Firewall_CL                   ActionType  -        1, there are more" in lines
