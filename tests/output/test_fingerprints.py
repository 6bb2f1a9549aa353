from __future__ import annotations

import pytest

from kql_lint.output.fingerprints import fingerprints, line_hashes
from kql_lint.source import Source

from .example import one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # From the tests of GitHub's own: github/codeql-action, src/fingerprints.test.ts.
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            " hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
            [
                "e9496ae3ebfced30:1",
                "fb7c023a8b9ccb3f:1",
                "ce8ba1a563dcdaca:1",
                "e20e36e16fcb0cc8:1",
                "b3edc88f2938467e:1",
                "c8e28b0b4002a3a0:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_lines_are_hashed_as_github_hashes_them(text: str, expected: list[str]) -> None:
    lines = set(range(1, len(expected) + 1))

    assert list(line_hashes(Source("a", text), lines).values()) == expected


def test_only_the_lines_that_are_asked_for_are_given() -> None:
    assert line_hashes(Source("a", " a\nb\n  \t\tc\n d"), {2}) == {2: "54703d4cd895b18:1"}


def test_a_byte_order_mark_counts_as_it_does_for_github() -> None:
    with_mark = line_hashes(Source("a", "T", "utf-8-sig"), {1})

    assert with_mark == line_hashes(Source("a", "\ufeffT"), {1})
    assert with_mark != line_hashes(Source("a", "T"), {1})


def test_a_fingerprint_depends_on_path_rule_and_line_alone() -> None:
    text = "T\n| where Odd == 1\n"
    (mark,) = fingerprints("a.kql", one(text, "Odd"))

    assert fingerprints("a.kql", one(f"// new\n{text}", "Odd", "other words")) == [mark]
    assert fingerprints("b.kql", one(text, "Odd")) != [mark]
    assert fingerprints("a.kql", one(text.replace("1", "2"), "Odd")) != [mark]
    assert len(mark) == 32
