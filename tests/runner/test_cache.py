from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kql_lint.engine
from kql_lint import cachedir
from kql_lint.runner import FileReport, Options, cache, run

BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'
DAY = 24 * 60 * 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that is empty yet."""
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def analyzed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that the engine is asked about, while it answers as ever."""
    queries: list[str] = []
    original = kql_lint.engine.analyze

    def analyze(query: str, **options: object) -> object:
        queries.append(query)
        return original(query, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kql_lint.engine, "analyze", analyze)
    return queries


def lint(path: Path, options: Options | None = None) -> FileReport:
    (report,) = run([(str(path), options or Options())], cache=True)
    return report


def put(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "results").glob("*/*") if path.is_file())


def test_a_second_run_takes_the_result_of_the_first(folder: Path, tmp_path: Path, analyzed: list[str]) -> None:
    rule = tmp_path / "rule.kql"
    rule.write_text(BAD)

    first, second = lint(rule), lint(rule)

    assert analyzed == [BAD]
    assert second.findings == first.findings
    assert [finding.diagnostic.code for finding in second.findings] == ["KL101"]
    assert second.queries == first.queries
    assert second.source is not None
    assert second.source.text == BAD
    assert len(entries(folder)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda rule: (rule.write_text(BAD + "| take 5\n"), Options())[1],
        lambda _rule: Options(platform="defender"),
        lambda _rule: Options(strict_fields=True),
    ],
    ids=["content", "platform", "fields"],
)
def test_what_a_result_depends_on_makes_it_another(
    folder: Path, tmp_path: Path, analyzed: list[str], change: Callable[[Path], Options]
) -> None:
    rule = tmp_path / "rule.kql"
    rule.write_text(BAD)
    lint(rule)

    lint(rule, change(rule))

    assert len(analyzed) == 2
    assert len(entries(folder)) == 2


def test_the_same_content_under_another_name_is_another_file(folder: Path, tmp_path: Path) -> None:
    page, rule = tmp_path / "page.md", tmp_path / "rule.kql"
    page.write_text(BAD)
    rule.write_text(BAD)

    assert [len(lint(page).queries), len(lint(rule).queries)] == [0, 1]


def test_an_overlay_counts_by_what_it_says(
    folder: Path, tmp_path: Path, analyzed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kql_lint.runner import lint as linting

    rule, overlay = tmp_path / "rule.kql", tmp_path / "ours.yaml"
    rule.write_text("Badge_CL\n| where Dor == 1\n")

    def messages(columns: str) -> list[str]:
        overlay.write_text(f"table: Badge_CL\ncolumns: {columns}\n")
        monkeypatch.setattr(linting, "_CATALOGUES", {})  # as in a new process
        return [found.diagnostic.code for found in lint(rule, Options(catalog=(str(overlay),))).findings]

    assert messages("{Door: int}") == ["KL201"]
    assert messages("{Door: int}") == ["KL201"]
    assert len(analyzed) == 1
    assert messages("{Door: int, Dor: int}") == []
    assert len(analyzed) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:80] + bytes([data[80] ^ 1]) + data[81:],
        lambda data: os.urandom(300),
    ],
    ids=["empty", "half", "a bit", "noise"],
)
def test_a_damaged_entry_is_none(
    folder: Path, tmp_path: Path, analyzed: list[str], damage: Callable[[bytes], bytes]
) -> None:
    rule = tmp_path / "rule.kql"
    rule.write_text(BAD)
    first = lint(rule)
    (entry,) = entries(folder)
    entry.write_bytes(damage(entry.read_bytes()))

    again = lint(rule)

    assert again.findings == first.findings
    assert len(analyzed) == 2
    assert lint(rule).findings == first.findings  # and the damage is mended
    assert len(analyzed) == 2


def test_a_result_with_an_internal_error_is_not_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(query: str, **options: object) -> object:
        raise ZeroDivisionError("of a test")

    rule = tmp_path / "rule.kql"
    rule.write_text(BAD)
    with monkeypatch.context() as patch:
        patch.setattr(kql_lint.engine, "analyze", fail)
        assert len(lint(rule).errors) == 1

    assert entries(folder) == []
    assert lint(rule).errors == []


def test_a_file_that_cannot_be_read_is_not_kept(folder: Path, tmp_path: Path) -> None:
    rule = tmp_path / "rule.kql"
    rule.write_bytes(b"DeviceEvents // caf\xe9")

    assert [finding.diagnostic.code for finding in lint(rule).findings] == ["KL005"]
    assert [finding.span.line for finding in lint(rule).findings] == [1]
    assert entries(folder) == []


def test_without_a_folder_everything_works(
    tmp_path: Path, analyzed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, blocked = tmp_path / "rule.kql", tmp_path / "blocked"
    rule.write_text(BAD)
    blocked.write_text("a file where the folder should be")

    for setting in ("", str(blocked)):
        monkeypatch.setenv("KQL_LINT_CACHE_DIR", setting)
        assert [finding.diagnostic.code for finding in lint(rule).findings] == ["KL101"]
    assert len(analyzed) == 2


def test_results_that_nobody_asks_for_go_away(folder: Path) -> None:
    now = 1_800_000_000
    half = f"results/ab/{38 * 'c'}.0123abcd.tmp"
    ages = {f"results/aa/{38 * 'f'}": 1, f"results/aa/{38 * '0'}": 31, half: 2, half.replace("abcd", "cdef"): 0}
    for name, days in ages.items():
        path = put(folder, name)
        os.utime(path, (now - days * DAY, now - days * DAY))

    cache.prune(now)

    assert [path.name for path in entries(folder)] == [38 * "f", f"{38 * 'c'}.0123cdef.tmp"]


def test_what_is_no_entry_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Somebody may name a folder that has other things in it.
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    names = ["results/2025.csv", "results/aa/notes.txt", f"results/aa/bb/{38 * 'c'}", f"results/xy/{38 * 'c'}", "a.tmp"]
    for name in names:
        os.utime(put(tmp_path, name), (0, 0))

    cache.prune()

    assert [name for name in names if not (tmp_path / name).exists()] == []


def test_the_oldest_of_too_much_goes_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000
    monkeypatch.setattr(cache, "KEPT_BYTES", 250)
    for number in range(5):
        path = put(folder, f"results/aa/{38 * str(number)}", b"x" * 100)
        os.utime(path, (now - number * 60, now - number * 60))

    cache.prune(now)

    assert [path.name[0] for path in entries(folder)] == ["0", "1"]


def test_pruning_is_done_once_a_day(folder: Path) -> None:
    now = 1_800_000_000
    cache.prune(now)
    os.utime(put(folder, f"results/aa/{38 * '0'}"), (now - 40 * DAY, now - 40 * DAY))

    cache.prune(now + DAY // 2)
    assert len(entries(folder)) == 1
    cache.prune(now + DAY * 11 // 10)
    assert entries(folder) == []


def test_a_result_in_use_is_marked_as_such_once_a_day(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "rule.kql"
    rule.write_text(BAD)
    lint(rule)
    (entry,) = entries(folder)
    os.utime(entry, (1_000_000_000, 1_000_000_000))

    lint(rule)
    assert entry.stat().st_mtime == 1_000_000_000
    real = cache.time.time
    monkeypatch.setattr(cache.time, "time", lambda: real() + 2 * DAY)
    lint(rule)
    assert entry.stat().st_mtime > 1_000_000_000


def test_an_interrupt_while_an_entry_is_written_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: str, target: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cachedir.save("results/aa/entry", "x")

    assert entries(folder) == []
