"""Whatever the cache holds, a run gives what it gives without one."""

from __future__ import annotations

import copy
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import kql_lint.catalogue.catalogue
from kql_lint.catalogue.data import CollectionsData, TableData
from kql_lint.catalogue.definitions import _Functions
from kql_lint.runner import lint as linting
from kql_lint.shape import fits

Call = Callable[..., Result]
RULE = """\
// kql-lint: disable-next-line=KL302
DeviceNetworkEvents
| where ActionType == "ConnectionSucces" // kql-lint: disable-line=KL999
| join kind=inner (DeviceInfo | project DeviceId, Gone) on DeviceId
| extend Port = RemotePrt
| invoke Ours()
| project Timestamp, DeviceName, Port
"""
YAML = "id: 12345678-1234-1234-1234-123456789012\nname: A\nqueryPeriod: 1h\nqueryFrequency: 2h\nquery: |\n  T | where\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Runs:
    """Runs as in new processes, each with the cache that a first run has left."""

    def __init__(self, lint: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._lint = lint
        self._monkeypatch = monkeypatch
        self.folder = folder
        self.uncached = self.output()
        self.sound = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def output(self) -> str:
        """What a run prints, and its exit code."""
        self._monkeypatch.setattr(linting, "_CATALOGUES", {})
        self._monkeypatch.setattr(kql_lint.catalogue.catalogue, "_DEFAULT", {})
        said = self._lint(
            "check", "a.kql", "b.yaml", "--catalog", "ours", "--functions", "Ours.kql", "--output-format", "json"
        )
        return f"{said.exit_code} {said.stdout} {said.stderr}"

    def mend(self, *, results: bool = True) -> None:
        """Makes the cache what it was; without results the files are linted, and the other entries read."""
        for path, content in self.sound.items():
            if results or path.relative_to(self.folder).parts[0] != "results":
                path.write_bytes(content)
            else:
                path.unlink(missing_ok=True)


@pytest.fixture
def runs(kql_lint: Call, project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    (project / "a.kql").write_text(RULE)
    (project / "b.yaml").write_text(YAML)
    (project / "ours").mkdir()
    (project / "ours" / "t.yaml").write_text("table: Ours_CL\ncolumns: {A: string}\n")
    (project / "Ours.kql").write_text(".create function Ours(T:(*), n:int=1) { T | extend B = 1 }\n")
    return Runs(kql_lint, folder, monkeypatch)


def kind(path: Path, folder: Path) -> str:
    return path.relative_to(folder).parts[0]


def write(path: Path, value: object) -> None:
    body = json.dumps(value).encode()
    path.write_bytes(zlib.crc32(body).to_bytes(4, "big") + body)


def read(path: Path) -> Any:
    return json.loads(path.read_bytes()[4:])


def test_the_runs_of_these_tests_use_every_kind_of_entry(runs: Runs) -> None:
    assert '"code": "KL101"' in runs.uncached
    assert {kind(path, runs.folder) for path in runs.sound} == {"catalogue", "functions", "results"}
    assert runs.output() == runs.uncached
    runs.mend(results=False)
    assert runs.output() == runs.uncached


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**100, 10**101)
    | st.floats()
    | st.sampled_from(["", "KL101", "string", "\ud800", "functions", "a" * 10_000]),
    lambda inner: (
        st.lists(inner, max_size=7)
        | st.dictionaries(st.sampled_from(["table", "columns", "functions", "renames", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(value=plain, keep_key=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_another_value_is_no_entry(runs: Runs, value: object, keep_key: bool) -> None:
    assume(not any(fits(value, shape) for shape in (CollectionsData, TableData, _Functions)))
    for results in (True, False):
        runs.mend(results=results)
        for path in runs.sound:
            if path.exists():
                stored = read(path)
                keyed = keep_key and type(stored) is list and len(stored) > 1
                write(path, [*stored[:-1], value] if keyed else value)

        assert runs.output() == runs.uncached


def paths_in(value: object) -> Iterator[tuple[str | int, ...]]:
    """The way to each value inside another."""
    yield ()
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from ((key, *path) for path in paths_in(inner))


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_entry_with_one_thing_of_another_type_is_none(runs: Runs, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in runs.sound if path.name != "pruned"]))
    runs.mend(results=kind(path, runs.folder) == "results")
    stored = read(path)
    # What is not there (null) may be there: a string in its place is of the right shape.
    ways = [way for way in paths_in(stored) if way and _at(stored, way) is not None]
    way = ways[data.draw(st.integers(0, 10**6)) % len(ways)]
    place = _at(stored, way[:-1])
    old = place[way[-1]]
    place[way[-1]] = data.draw(plain.filter(lambda new: type(new) is not type(old) and new is not None))
    write(path, stored)

    assert runs.output() == runs.uncached, way


@pytest.mark.parametrize("number", [-1, 10**6, 10**30])
def test_places_that_the_file_does_not_have_make_no_entry(runs: Runs, number: int) -> None:
    entry = next(path for path in runs.sound if kind(path, runs.folder) == "results" and b"KL101" in runs.sound[path])
    stored = read(entry)
    ways = [way for way in paths_in(stored[2]) if way]
    places = [way for way in ways if type(_at(stored[2], way)) is int and way[0] in (1, 2, 3)]
    assert len(places) > 60
    for way in places:
        changed = copy.deepcopy(stored)
        _at(changed[2], way[:-1])[way[-1]] = number
        write(entry, changed)
        assert runs.output() == runs.uncached, way


def _at(value: Any, way: tuple[str | int, ...]) -> Any:
    for key in way:
        value = value[key]
    return value
