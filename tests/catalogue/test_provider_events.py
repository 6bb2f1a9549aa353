"""The keys of Windows events by provider and EventID: the list, its import, overlays, what is shown and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, compact, provider_events
from kql_lint.catalogue.check import check
from kql_lint.catalogue.compact import CompactList
from kql_lint.catalogue.importer import run_import
from kql_lint.catalogue.problems import CatalogueError
from kql_lint.catalogue.show import show

FIELDS = """\
provider\tevent_id\tfield\tsource
Contoso-Agent\t12\tUser\tmanifest 2026-08
Contoso-Agent\t12\tReason\tmanifest 2026-08
Contoso-Agent\t13\t-\tmanifest 2026-08
Fabrikam Agent\t12\tImage\tsome-dictionary 2025-01
"""
LIST = (
    "as_of\t2026-08\n"
    "Contoso-Agent 12\tevent-manifest 2026-08 whole\tUser,Reason\n"
    "Contoso-Agent 13\tevent-manifest 2026-08 whole\t\n"
    "Fabrikam Agent 12\tevent-dictionary 2025-01\tImage\n"
)
OVERLAY = """\
table: WindowsEvent
events:
  values:
    4688:
      providers:
        Microsoft-Windows-Security-Auditing: [ContainerName]
    4999:
      providers:
        Contoso-Agent: {keys: [User, Reason], whole: true}
"""


def write(path: Path, content: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


def keys(catalogue: Catalogue, table: str, number: str, provider: str) -> tuple[tuple[str, ...], bool]:
    (found,) = catalogue.tables(table)
    assert found.events is not None
    event = found.events.values[number].providers[provider]
    return event.keys, event.whole


def test_import_into_the_shared_list(tmp_path: Path) -> None:
    out = tmp_path / "catalog"
    out.mkdir()
    fields = write(tmp_path / "events.tsv", FIELDS)
    run_import([fields], str(out), as_of="2026-08")
    assert (out / "provider_events.tsv").read_text(encoding="utf-8") == LIST
    assert list(compact.check(str(out / "provider_events.tsv"), provider_events.wrong)) == []
    with pytest.raises(CatalogueError, match="need a year and month"):
        run_import([fields], str(out))


def test_import_into_a_table(tmp_path: Path) -> None:
    fields = write(tmp_path / "events.csv", "provider,event_id,field,whole\nContoso-Agent,12,User,yes\n")
    run_import([fields], str(tmp_path / "out"), table="WindowsEvent")
    text = (tmp_path / "out" / "WindowsEvent.yaml").read_text(encoding="utf-8")
    assert text == (
        "table: WindowsEvent\n"
        "events:\n"
        "  values:\n"
        "    12:\n"
        "      providers:\n"
        "        Contoso-Agent:\n"
        "          keys: [User]\n"
        "          whole: true\n"
    )
    assert check([str(tmp_path / "out")]) == []
    assert keys(Catalogue.with_overlays([str(tmp_path / "out")]), "WindowsEvent", "12", "Contoso-Agent") == (
        ("User",),
        True,
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Contoso-Agent\tx\tUser\tmanifest 2026-08", "events.tsv:2:1: the row has no provider with an EventID"),
        ("\t12\tUser\tmanifest 2026-08", "events.tsv:2:1: the row has no provider with an EventID"),
        (
            "Contoso-Agent\t12\tUser\thearsay",
            "events.tsv:2:1: no source with a year and month; name the table that the events are for",
        ),
    ],
)
def test_rows_that_no_list_takes(tmp_path: Path, rows: str, message: str) -> None:
    path = write(tmp_path / "events.tsv", f"provider\tevent_id\tfield\tsource\n{rows}\n")
    with pytest.raises(CatalogueError) as error:
        run_import([path], str(tmp_path / "out"), as_of="2026-08")
    assert [str(problem) for problem in error.value.problems] == [f"{tmp_path}/{message}"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Contoso-Agent\tevent-manifest 2026-08 whole\tUser", '"Contoso-Agent" is no provider with an EventID'),
        (
            "Contoso-Agent 1\thearsay 2026-08\tUser",
            '"hearsay" is no source of keys: one of event-manifest, event-dictionary',
        ),
        (
            "Contoso-Agent 1\tevent-manifest\tUser",
            "not an event: where its keys are from with year and month (YYYY-MM), a tab, and the keys",
        ),
        ("Contoso-Agent 1\tevent-manifest 2026-08\tUser,Sid,User", 'the key "User" is there twice'),
        ("Contoso-Agent 1\tevent-manifest 2026-08\tUser,,Sid", "a key is empty"),
    ],
)  # fmt: skip
def test_mistakes_in_the_list(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path / "provider_events.tsv", f"as_of\t2026-08\n{line}\n")
    assert [str(problem) for problem in compact.check(path, provider_events.wrong)] == [f"{path}:2:1: {message}"]


def test_a_table_takes_part_by_naming_the_provider(tmp_path: Path) -> None:
    path = write(tmp_path / "provider_events.tsv", LIST)
    listed = CompactList(str(tmp_path), "provider_events.tsv")
    assert Path(path).exists()
    assert provider_events.with_listed({"table": "T"}, listed) == {"table": "T"}
    own = {"12": {"providers": {"Fabrikam Agent": {"keys": ["Hash"]}}}}
    data = provider_events.with_listed({"table": "T", "events": {"provider": "P", "values": own}}, listed)  # type: ignore[typeddict-item]
    assert data["events"]["as_of"] == "2026-08"
    assert list(data["events"]["values"]) == ["12", "13"]
    assert data["events"]["values"]["12"]["providers"]["Fabrikam Agent"]["keys"] == ["Image", "Hash"]


def test_an_overlay_adds_keys_and_events(tmp_path: Path) -> None:
    path = write(tmp_path / "WindowsEvent.yaml", OVERLAY)
    assert check([path]) == []
    catalogue = Catalogue.with_overlays([path])
    found, whole = keys(catalogue, "WindowsEvent", "4688", "Microsoft-Windows-Security-Auditing")
    assert (found[0], found[-1], len(found), whole) == ("CommandLine", "ContainerName", 16, True)
    assert keys(catalogue, "WindowsEvent", "4999", "Contoso-Agent") == (("User", "Reason"), True)


def test_providers_need_a_column_that_names_them(tmp_path: Path) -> None:
    path = write(
        tmp_path / "SecurityEvent.yaml",
        "table: SecurityEvent\nevents:\n  bag: EventDate\n  values:\n    4688:\n      providers:\n        P: [User]\n",
    )
    assert [str(problem) for problem in check([path])] == [
        f'{path}:3:3: SecurityEvent has no column "EventDate"; did you mean "EventData"?',
        f'{path}:6:7: "providers" needs "provider" and "bag" in "events"',
    ]


def test_the_shipped_events() -> None:
    catalogue = Catalogue.default()
    for name in ("WindowsEvent", "Event"):
        found, whole = keys(catalogue, name, "4625", "Microsoft-Windows-Security-Auditing")
        assert whole
        assert {"TargetUserName", "SubStatus", "FailureReason", "IpAddress"} <= set(found)
        found, whole = keys(catalogue, name, "22", "Microsoft-Windows-Sysmon")
        assert not whole
        assert {"QueryName", "QueryResults", "Image"} <= set(found)
        (table,) = catalogue.tables(name)
        assert table.events is not None
        numbers = [int(number) for number in table.events.values]
        assert (numbers, len(numbers)) == (sorted(numbers), 423)


def test_show_names_the_provider_the_source_and_its_date() -> None:
    assert show("WindowsEvent", "4689") == (
        "WindowsEvent | where EventID == 4689\n"
        "\n"
        "Keys of EventData, Microsoft-Windows-Security-Auditing (7; it has no others)\n"
        "  ProcessId, ProcessName, Status, SubjectDomainName, SubjectLogonId, SubjectUserName, SubjectUserSid\n"
        "  from the manifest of the events' provider: all keys that each event has, as of 2026-08\n"
    )
    assert show("Event", "4").splitlines()[2:] == [
        "Keys of EventData, Microsoft-Windows-Sysmon (4)",
        "  SchemaVersion, State, UtcTime, Version",
        "  from a public dictionary of the provider's events: newer versions may add keys, as of 2025-01",
    ]
    assert "  4689    Microsoft-Windows-Security-Auditing: 7 keys" in show("WindowsEvent").splitlines()
