from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.output.junit import JUnit
from kql_lint.output.paths import Paths
from kql_lint.printable import escaped

from .example import assert_shows, one, reports, written

REPO = Paths("/repo")


def test_a_suite_a_file(project: Path) -> None:
    typo = "rules/Löschen &amp; mehr/typo.yaml"
    assert written(JUnit(), reports(), ("gone: no such file",)) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<testsuites name="kql-lint">\n'
        '  <testsuite name="rules/listener.kql" tests="1" failures="1" errors="0" skipped="0">\n'
        '    <testcase classname="rules/listener.kql" name="KL104 field-not-in-action-type at 4:31"'
        ' file="rules/listener.kql" line="4">\n'
        '      <failure message="RemotePort is not recorded for ListeningConnectionCreated, so no row passes this '
        'filter" type="error">rules/listener.kql:4:31: RemotePort is not recorded for ListeningConnectionCreated, so '
        "no row passes this filter\n"
        "help: it is recorded for ConnectionSuccess and ConnectionFailed</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        f'  <testsuite name="{typo}" tests="3" failures="2" errors="0" skipped="0">\n'
        f'    <testcase classname="{typo}" name="KL101 unknown-action-type at 4:25" file="{typo}" line="4">\n'
        '      <failure message="unknown ActionType &quot;ProcessCreatd&quot; for DeviceProcessEvents; did you mean '
        f'&quot;ProcessCreated&quot;?" type="error">{typo}:4:25: unknown ActionType "ProcessCreatd" for '
        'DeviceProcessEvents; did you mean "ProcessCreated"?</failure>\n'
        "    </testcase>\n"
        f'    <testcase classname="{typo}" name="KL305 isnull-on-string at 5:31" file="{typo}" line="5">\n'
        '      <failure message="isnotnull() is always true for a string; write isnotempty()" type="warning">'
        f"{typo}:5:31: isnotnull() is always true for a string; write isnotempty()</failure>\n"
        "    </testcase>\n"
        f'    <testcase classname="{typo}" name="KL006 several-queries at 1:1" file="{typo}" line="1">\n'
        f"      <system-out>{typo}:1:1: a note: [a](b) `c` 50%</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="rules/clean.kql" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase classname="rules/clean.kql" name="no findings" file="rules/clean.kql"/>\n'
        "  </testsuite>\n"
        '  <testsuite name="rules/broken.kql" tests="1" failures="1" errors="0" skipped="0">\n'
        '    <testcase classname="rules/broken.kql" name="KL005 unreadable-file at 3:7" file="rules/broken.kql"'
        ' line="3">\n'
        '      <failure message="is not UTF-8" type="error">rules/broken.kql:3:7: is not UTF-8</failure>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="rules/failed.kql" tests="1" failures="0" errors="1" skipped="0">\n'
        '    <testcase classname="rules/failed.kql" name="kql-lint" file="rules/failed.kql">\n'
        '      <error message="internal error: ValueError: x: y, 10% at kql_lint.a:1 (b)" type="error">internal error: '
        "ValueError: x: y, 10% at kql_lint.a:1 (b)</error>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="kql-lint" tests="1" failures="0" errors="1" skipped="0">\n'
        '    <testcase classname="kql-lint" name="kql-lint" file="kql-lint">\n'
        '      <error message="gone: no such file" type="error">gone: no such file</error>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


@settings(max_examples=100, deadline=None)
@given(message=st.text(max_size=20), name=st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_whatever_is_said_it_is_xml_and_says_it(message: str, name: str) -> None:
    path = "x" + name.replace("\0", "").replace("/", "") + ".kql"

    root = ElementTree.fromstring(written(JUnit(REPO), [one("T | Odd", "Odd", message, path=f"/repo/{path}")]).encode())

    (failure,) = root.iter("failure")
    said = failure.get("message")
    assert said == escaped(message)
    assert failure.text is not None
    assert failure.text.endswith(f":1:5: {said}")
    assert_shows(failure.text.removesuffix(f":1:5: {said}"), path)
