"""Baselines: what is in one is not reported, and what is no longer found is."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.policy.baseline import STALE, Key, key_of, render
from kql_lint.printable import whole
from kql_lint.rules import stale_baseline
from kql_lint.runner import Finding, Span
from kql_lint.source import Source

Call = Callable[..., Result]
Write = Callable[..., Path]

QUERY = "DeviceNetworkEvents\n| where Foo == 1\n| where Bar == 2\n"


def found(result: Result) -> list[str]:
    return [line.partition(" [")[0] for line in result.stdout.splitlines() if ": KL" in line]


def check(kql_lint: Call, *arguments: str) -> Result:
    return kql_lint("check", "--output-format", "concise", "-q", *arguments)


def test_what_is_reported_is_what_the_rule_says_of_itself() -> None:
    assert (stale_baseline.RULE.code, stale_baseline.RULE.name, stale_baseline.RULE.severity) == STALE


def test_a_baseline_is_sorted_with_an_entry_a_line_and_paths_from_its_folder(kql_lint: Call, write: Write) -> None:
    write("rules/b.kql", QUERY + "  |   where Foo == 1\n")
    write("rules/a “1”.kql", "DeviceNetworkEvents\n| where Foo == 1\n")

    result = check(kql_lint, "rules", "--write-baseline", "lint/baseline.json")
    assert (result.exit_code, result.stderr) == (
        2,
        "kql-lint: lint/baseline.json: cannot be written: No such file or directory\n",
    )
    write("lint/.keep")
    result = check(kql_lint, "rules", "--write-baseline", "lint/baseline.json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "kql-lint: wrote 4 findings to lint/baseline.json\n"
    assert Path("lint/baseline.json").read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"path": "../rules/a “1”.kql", "rule": "KL201", "line": "| where Foo == 1", "count": 1},\n'
        '    {"path": "../rules/b.kql", "rule": "KL201", "line": "| where Bar == 2", "count": 1},\n'
        '    {"path": "../rules/b.kql", "rule": "KL201", "line": "| where Foo == 1", "count": 2}\n'
        "  ]\n}\n"
    )
    assert sorted(os.listdir("lint")) == [".keep", "baseline.json"]


def test_lines_may_move_and_change_their_white_space(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY)
    check(kql_lint, "--write-baseline", "baseline.json")
    write("a.kql", "// new\n\nDeviceNetworkEvents\n|  where Bar == 2\n\t| where Foo == 1   \n| where New == 3\n")

    result = check(kql_lint, "--baseline", "baseline.json")

    assert (result.exit_code, found(result)) == (1, ["a.kql:6:9: KL201"])


def test_one_more_on_a_line_that_reads_the_same_is_new(kql_lint: Call, write: Write) -> None:
    write("a.kql", "DeviceNetworkEvents\n| where Foo == 1\n")
    check(kql_lint, "--write-baseline", "baseline.json")
    write("a.kql", "DeviceNetworkEvents\n| where Foo == 1\n| where Foo == 1\n")

    assert found(check(kql_lint, "--baseline", "baseline.json")) == ["a.kql:3:9: KL201"]


def test_the_configuration_may_name_it_for_the_files_that_it_governs(kql_lint: Call, write: Write) -> None:
    write("old/a.kql", QUERY)
    write("new/a.kql", QUERY)
    check(kql_lint, "old", "--write-baseline", "old/known.json")
    write("old/.kql-lint.toml", 'baseline = "known.json"\n')

    assert found(check(kql_lint)) == ["new/a.kql:2:9: KL201", "new/a.kql:3:9: KL201"]
    assert found(check(kql_lint, "old")) == []


def test_one_that_the_configuration_names_and_that_is_not_there(kql_lint: Call, write: Write) -> None:
    path = write(".kql-lint.toml", 'platform = "auto"\nbaseline = "lint/known.json"\n')
    write("a.kql", "DeviceEvents | take 1")

    result = kql_lint("check")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"kql-lint: {path}:2:1: lint/known.json: there is no such baseline; --write-baseline lint/known.json makes it\n"
    )
    (path.parent / "lint").mkdir()
    assert kql_lint("check", "--write-baseline", "lint/known.json").exit_code == 0
    assert kql_lint("check").exit_code == 0


def test_links_to_the_folder_make_no_difference(kql_lint: Call, write: Write, project: Path) -> None:
    write("rules/a.kql", 'DeviceNetworkEvents | where ActionType == "ConnectionSucces"\n')
    (project.parent / "link").symlink_to(project)
    link = str(project.parent / "link")
    write("known.toml", 'baseline = "known.json"\n[[per-path]]\npaths = ["rules/"]\nseverity = {KL101 = "info"}\n')

    assert kql_lint("check", "rules", "--write-baseline", f"{link}/known.json").exit_code == 0

    assert kql_lint("check", "rules", "--baseline", "known.json", "-q").stdout == ""
    assert kql_lint("check", f"{link}/rules", "--baseline", "known.json", "-q").stdout == ""
    assert kql_lint("check", "rules", "--config", f"{link}/known.toml", "-q").stdout == ""
    write("known.json", '{"version": 1, "findings": []}')
    assert kql_lint("check", "rules", "--config", f"{link}/known.toml").exit_code == 0, "per-path holds all the same"


def test_stale_entries_are_reported_at_their_lines(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY + "| where Foo == 1\n")
    write("gone.kql", "DeviceNetworkEvents\n| where Foo == 1\n")
    check(kql_lint, "--write-baseline", "baseline.json")
    write("a.kql", "DeviceNetworkEvents\n| where Foo == 1\n")
    os.unlink("gone.kql")

    result = check(kql_lint, "--baseline", "baseline.json")

    assert result.exit_code == 0
    assert result.stdout == (
        "baseline.json:4:5: KL903 [info] KL201 is no longer reported in a.kql for this line\n"
        "baseline.json:5:5: KL903 [info] KL201 is reported only once in a.kql for this line, not 2 times\n"
        "baseline.json:6:5: KL903 [info] gone.kql is no longer there\n"
    )
    assert check(kql_lint, "--baseline", "baseline.json", "--fail-level", "info").exit_code == 1
    assert check(kql_lint, "--baseline", "baseline.json", "--ignore", "KL903").stdout == ""


def test_only_what_was_linted_is_called_stale(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY)
    write("b.kql", QUERY)
    check(kql_lint, "--write-baseline", "baseline.json")
    write("a.kql", "DeviceNetworkEvents\n")
    write("b.kql", "DeviceNetworkEvents\n")
    write("c.kql", "DeviceNetworkEvents\n")

    def stale(*arguments: str) -> int:
        return check(kql_lint, "--baseline", "baseline.json", *arguments).stdout.count("KL903")

    assert stale() == 4
    assert stale("a.kql") == 2
    assert stale("c.kql") == 0
    # neither are those of rules that are not selected, or could not run
    assert stale("--select", "KL1,KL903") == 0
    write("a.kql", "DeviceNetworkEvents\n| where\n")
    assert stale("a.kql") == 0
    # what an editor sends is on its way to something else
    result = kql_lint("check", "-", "--stdin-filename", "b.kql", "--baseline", "baseline.json", stdin=b"DeviceEvents\n")
    assert "KL903" not in result.stdout


def test_writing_anew_keeps_what_was_not_looked_at_and_drops_what_is_gone(kql_lint: Call, write: Write) -> None:
    for name in ("a", "b", "gone"):
        write(f"{name}.kql", QUERY)
    check(kql_lint, "--write-baseline", "baseline.json")
    os.unlink("gone.kql")
    write("a.kql", "DeviceNetworkEvents\n| where Foo == 1\n")

    one = check(kql_lint, "a.kql", "--write-baseline", "baseline.json")
    other = check(kql_lint, "--select", "KL1", "--write-baseline", "baseline.json")

    assert (
        one.stderr
        == "kql-lint: wrote 1 finding to baseline.json, and kept 2 of files or rules that were not looked at\n"
    )
    assert (
        other.stderr
        == "kql-lint: wrote 0 findings to baseline.json, and kept 3 of files or rules that were not looked at\n"
    )
    assert check(kql_lint, "--baseline", "baseline.json").stdout == ""


def test_it_is_not_written_where_not_everything_could_be_linted(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY)

    result = check(kql_lint, "a.kql", "missing.kql", "--write-baseline", "baseline.json")

    assert result.exit_code == 2
    assert result.stderr.endswith("kql-lint: baseline.json is not written, since not everything could be linted\n")
    assert not Path("baseline.json").exists()


@pytest.mark.parametrize("content", ["DeviceEvents\n", "[]", '{"findings": 1}'])
def test_another_file_is_never_overwritten(kql_lint: Call, write: Write, content: str) -> None:
    path = write("a.kql", content)

    result = check(kql_lint, ".", "--write-baseline", "a.kql")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("kql-lint: a.kql")
    assert path.read_text() == content


def test_a_link_stays_and_the_file_keeps_its_mode(kql_lint: Call, write: Write, project: Path) -> None:
    write("a.kql", QUERY)
    real = write("lint/known.json", '{"version": 1, "findings": []}')
    real.chmod(0o664)
    (project / "known.json").symlink_to(real)
    write("lint/known.json.0123abcd.tmp", "of a run that was killed")

    check(kql_lint, "--write-baseline", "known.json")

    assert (project / "known.json").is_symlink()
    assert len(json.loads(real.read_text())["findings"]) == 2
    assert stat.S_IMODE(real.stat().st_mode) == 0o664
    assert os.listdir(project / "lint") == ["known.json"]


def test_what_is_suppressed_or_not_selected_is_no_part_of_it(kql_lint: Call, write: Write) -> None:
    write(
        "a.kql", QUERY.replace("Foo == 1", "Foo == 1 // kql-lint: disable-line=KL201") + "| where Timestamp > ago(7)\n"
    )
    check(kql_lint, "--ignore", "KL302", "--write-baseline", "baseline.json")

    assert [entry["line"] for entry in json.loads(Path("baseline.json").read_text())["findings"]] == [
        "| where Bar == 2"
    ]


def test_both_ways_at_once_are_refused(kql_lint: Call) -> None:
    result = check(kql_lint, "--baseline", "a.json", "--write-baseline", "a.json")

    assert result.exit_code == 2
    assert "--baseline and --write-baseline can't be combined" in result.stderr


ENTRY = '{"path": "a.kql", "rule": "KL201", "line": "x", "count": %s}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, ": there is no such baseline; --write-baseline baseline.json makes it"),
        (b'{\n "v\xff', ":2:4: is not UTF-8"),
        (b'{"version": ' + b"1" * 5_000 + b"}", ": this is not a baseline of kql-lint: a number in it is too long"),
        (b'{\n  "version" 1\n}', ":2:13: this baseline is not valid JSON: Expecting ':' delimiter"),
        (b"", ":1:1: this baseline is not valid JSON: Expecting value"),
        (b"[" * 100_000, ": this is not a baseline of kql-lint: it is nested too deeply"),
        (b"[]", ': this is not a baseline of kql-lint: it has no list of "findings"'),
        (
            b'{"version": 2, "findings": []}',
            ": this is not a baseline of kql-lint: its version is 2, and this kql-lint reads 1",
        ),
        (
            b'{"version": true, "findings": []}',
            ": this is not a baseline of kql-lint: its version is true, and this kql-lint reads 1",
        ),
        (b'{"findings": []}', ": this is not a baseline of kql-lint: its version is null, and this kql-lint reads 1"),
        *(
            (
                f'{{"version": 1, "findings": [\n  {ENTRY % 1},\n  {entry}\n]}}'.encode(),
                ':3:3: this is not a baseline of kql-lint: an entry must have "rule", "path" and "line", which are '
                'texts, and "count", which is a number from 1 on',
            )
            for entry in (
                ENTRY % 0,
                ENTRY % "true",
                ENTRY % '"1"',
                ENTRY % 1.5,
                "[]",
                "{}",
                (ENTRY % 1).replace("KL201", "E501"),
            )
        ),
    ],
)
def test_a_wrong_baseline_ends_the_run_before_anything_is_linted(
    kql_lint: Call, write: Write, content: bytes | None, message: str
) -> None:
    write("a.kql", QUERY)
    if content is not None:
        write("baseline.json", content)

    result = check(kql_lint, "a.kql", "--baseline", "baseline.json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kql-lint: baseline.json{message}")


def key(text: str, place: int) -> str:
    finding = Finding(
        Diagnostic("KL201", "unknown-column", Severity.ERROR, "", place, place), Span(place, place, 1, 1, 1, 1)
    )
    return key_of("a.json", Source("a.json", text), finding).line


def test_the_line_of_a_query_in_a_json_file_is_that_of_the_query() -> None:
    text = '{"query": "DeviceEvents\\r\\n| where  Foo == 1\\n| take 5"}'

    assert key(text, text.index("DeviceEvents")) == '{"query": "DeviceEvents'
    assert key(text, text.index("where")) == "| where Foo == 1"
    assert key(text, text.index("take")) == '| take 5"}'


def test_of_a_very_long_line_what_is_around_the_finding_is_kept() -> None:
    line = "| where A in (" + "1234, " * 2000 + "Odd, " + "5678, " * 2000 + ")"
    place = line.index("Odd")

    assert key(line, place) == "234, " + "1234, " * 15 + "1234,…Odd, " + "5678, " * 15 + "5678,"
    assert key(line.replace("A in", "Other  in").replace(")", "5)"), place + 5) == key(line, place)
    assert key(line.replace("Odd", "Even"), place) != key(line, place)


# With what stands for a byte that is no UTF-8 in a file's name, as the keys of findings have it.
NAMES = st.text(st.one_of(st.characters(), st.just("\udce9")), min_size=1).map(whole)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.builds(Key, NAMES, st.from_regex(r"KL[0-9]{3}", fullmatch=True), st.text().map(whole)),
        st.integers(1, 10**6),
        max_size=8,
    )
)
def test_what_is_written_is_what_is_read(tmp_path: Path, counts: dict[Key, int]) -> None:
    from kql_lint.policy.baseline import _File

    path = tmp_path / "baseline.json"
    file = _File(str(path))
    file.write(Counter(counts))
    again = _File(str(path))

    assert again.counts() == Counter(counts)
    # one entry a line, so that two branches can change it
    assert path.read_bytes().count(b'\n    {"path": ') == len(counts)
    assert path.read_bytes().decode() == render(Counter(counts))
    assert [again.text[slice(*place)][0] for place in again.places().values()] == ["{"] * len(counts)
