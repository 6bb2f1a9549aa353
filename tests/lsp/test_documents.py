from __future__ import annotations

import pytest

pytest.importorskip("lsprotocol")

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from kql_lint.lsp.documents import Documents
from kql_lint.positions import UTF8, UTF16, UTF32, Encoding, Positions
from kql_lint.source import Source

URI = "file:///rules/a.kql"
TEXTS = st.text(alphabet="ab\r\n\x0c\u2028é€😀𝒳", max_size=25)


def opened(text: str, encoding: Encoding = UTF16) -> Documents:
    documents = Documents()
    documents.encoding = encoding
    documents.open(types.TextDocumentItem(URI, "kusto", 1, text))
    return documents


def edited(documents: Documents, start: types.Position, end: types.Position, text: str) -> str:
    change = types.TextDocumentContentChangePartial(types.Range(start, end), text)
    found = documents.change(types.VersionedTextDocumentIdentifier(uri=URI, version=2), [change])
    assert found is not None
    return found.source.text


@pytest.mark.parametrize("encoding", [UTF8, UTF16, UTF32])
@given(text=TEXTS, new=TEXTS, data=st.data())
def test_an_edit_changes_the_characters_that_the_editor_means(
    encoding: Encoding, text: str, new: str, data: st.DataObject
) -> None:
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or not at]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(places), st.sampled_from(places))))
    documents = opened(text, encoding)
    found = documents.get(URI)
    assert found is not None
    place = found.range(start, end)

    assert edited(documents, place.start, place.end, new) == text[:start] + new + text[end:]


@pytest.mark.parametrize("encoding", [UTF8, UTF16, UTF32])
@given(text=TEXTS, new=TEXTS, data=st.data())
def test_a_byte_order_mark_is_no_part_of_the_text_and_counts_in_the_editor(
    encoding: Encoding, text: str, new: str, data: st.DataObject
) -> None:
    text = "\ufeff" + text
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or not at]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(places), st.sampled_from(places))))
    lines = Positions(Source("", text), encoding)
    documents = opened(text, encoding)
    found = documents.get(URI)
    assert found is not None

    assert found.source.text == text[1:]
    assert found.source.encoding == "utf-8-sig"
    assert found.range(end, end).start == types.Position(*lines.position(end + 1))
    assert found.offset(types.Position(*lines.position(end))) == max(end - 1, 0)
    first, last = (types.Position(*lines.position(at)) for at in (start, end))
    assert edited(documents, first, last, new) == (text[:start] + new + text[end:]).removeprefix("\ufeff")


def test_a_sign_that_ends_no_line_in_an_editor_ends_none_here() -> None:
    documents = opened("a\u2028b\x0cc\nd")

    assert edited(documents, types.Position(1, 0), types.Position(1, 1), "D") == "a\u2028b\x0cc\nD"


def test_edits_of_one_message_follow_one_another() -> None:
    documents = opened("one\n")
    first = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 0), types.Position(1, 0)), "two\n")
    second = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 0), types.Position(1, 3)), "2")

    found = documents.change(types.VersionedTextDocumentIdentifier(uri=URI, version=7), [first, second])

    assert found is not None
    assert (found.source.text, found.version) == ("one\n2\n", 7)


def test_half_a_character_is_replaced_by_what_takes_as_many_units() -> None:
    documents = opened("a\ud83db")

    assert edited(documents, types.Position(0, 2), types.Position(0, 3), "c") == "a\ufffdc"


def test_the_name_of_a_text_that_is_no_file_lies_in_the_first_folder() -> None:
    documents = Documents()
    documents.folder = "/rules"

    assert documents.path_of("untitled:Untitled-1") == "/rules/Untitled-1"
    assert documents.path_of("vscode-notebook-cell:/rules/a.ipynb#W0") == "/rules/a.ipynb#W0"
    assert documents.path_of("file:///r%C3%BCles/a%20b.kql") == "/rüles/a b.kql"


def test_what_is_not_open_is_not_changed() -> None:
    change = types.TextDocumentContentChangeWholeDocument("x")

    assert Documents().change(types.VersionedTextDocumentIdentifier(uri=URI, version=2), [change]) is None
