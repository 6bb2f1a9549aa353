"""Functions that a file defines for others: where they are named, in whatever text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.catalogue.function_names import NamePlace, names_in
from kql_lint.language.function_rename import FunctionRename, mentions
from kql_lint.language.functions import Function, function_at, references
from kql_lint.runner import Options
from kql_lint.source import Source
from tests.marks import opened

TEXTS = {
    "f.yaml": "# é😀\nFunctionName: Recent\nFunctionAlias: 'Recent'\nFunctionQuery: |\n  DeviceEvents\n  | take 5\n"
    '---\nParserName: "Other"\nParserQuery: Recent\n',
    "f.kql": "// é😀\n.create function Recent(n: int = 3) { DeviceEvents | take n }\n\n"
    ".alter function Other() { Recent(1) }\n",
    "l.kql": "let Recent = (n: int) { DeviceEvents | take n };\nlet Other = () { Recent(1) | union (Recent(2)) };\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_writes_the_names_of_its_functions_there(name: str) -> None:
    text = TEXTS[name]
    found = names_in(Source(name, text))

    assert [one.name for one in found] == (["Recent", "Recent", "Other"] if name == "f.yaml" else ["Recent", "Other"])
    assert [text[one.start : one.end] for one in found] == [one.name for one in found]
    assert all(one.plain for one in found)


def test_a_name_that_is_not_written_letter_by_letter_is_not_plain() -> None:
    text = 'FunctionName: "Rec\\u0065nt"\nFunctionQuery: DeviceEvents\n'

    assert names_in(Source("f.yaml", text)) == [NamePlace("Recent", 15, 26, plain=False)]
    assert names_in(Source("Body.kql", "DeviceEvents | take 5")) == []
    assert names_in(Source("f.yaml", "FunctionName: [")) == []


def test_what_a_text_mentions_may_be_escaped() -> None:
    assert mentions('{"query": "Recent | take 5"}', ("Recent", "Latest"))
    assert mentions('{"query": "R\\u0065cent"}', ("Recent",))
    assert not mentions('{"query": "C:\\users"}', ("Recent",))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_text_raises(project: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[name]
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    text = (
        text[:first]
        + data.draw(st.sampled_from(("", "{", "(", ".", "'", "/*", "\ufeff", ";", "\r\n.create ")))
        + text[last:]
    )
    for one, content in TEXTS.items():
        (project / f"stored-{one}").write_text(content, encoding="utf-8")
    file = opened(f"stored-{name}", text, Options(functions=("stored-*",)))

    for place in range(0, len(text) + 1, 7):
        named = function_at(file, place)
        if named is not None:
            assert 0 <= named.start <= place <= named.end <= len(text)
            for one in references(file, named.function):
                assert 0 <= one.start < one.end <= len(text)
    renaming = FunctionRename(Function(str(project / f"stored-{name}"), "Recent"), "Latest")
    reason = renaming.take(file)
    assert reason is None or "\n" not in reason
