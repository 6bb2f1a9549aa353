"""What is safe to print: what becomes of each hostile character and command, and what stays as it is."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.output import COMMANDS
from kql_lint.printable import as_json, clean, escaped, guard, halved, whole
from kql_lint.wording import LONGEST, one_line
from tests.hostile import ALM, BOM, CONTROLS, HOSTILE, LRO, RLI, TAG, ZWSP, assert_harmless


@pytest.mark.parametrize(
    ("value", "shown", "as_escapes"),
    [
        ("DeviceEvents | where A == '日本 é 😀'", None, None),
        ("می‌خواهم 👩‍💻", None, None),  # the joiners of Persian and of emojis
        ("a\nb\r\nc\vd\fe\x85f\u2028g\u2029h", "a␊b␍␊c␋d␌e�f�g�h", r"a\nb\r\nc\x0bd\x0ce\x85f\u2028g\u2029h"),
        ("\x1b[2J\x07\x9b1m\x7f\tx", "␛[2J␇�1m␡␉x", r"\x1b[2J\x07\x9b1m\x7f\tx"),
        (f"{LRO}a{RLI}b{ALM}c", "�a�b�c", r"\u202da\u2067b\u061cc"),
        (f"a{ZWSP}b{BOM}c{TAG}\xad", "a�b�c��", r"a\u200bb\ufeffc\U000e0061\xad"),
        ("caf\udce9", r"caf\xe9", r"caf\xe9"),
        ("\ud83d", r"\ud83d", r"\ud83d"),
    ],
)
def test_values_in_one_line(value: str, shown: str | None, as_escapes: str | None) -> None:
    assert clean(value) == (value if shown is None else shown)
    assert escaped(value) == (value if as_escapes is None else as_escapes)


def test_every_character_that_is_not_seen_is_shown() -> None:
    # The joiners, which languages are written with, and Arabic, Syriac and Kaithi signs, which can be seen.
    kept = "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"

    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    changed = {char for char, sign in zip(every, clean(every), strict=True) if char != sign}

    categories = {char: unicodedata.category(char) for char in every}
    assert {char for char in every if categories[char] in ("Cc", "Cf", "Zl", "Zp") and char not in kept} <= changed
    assert {char for char in changed if categories[char] not in ("Cc", "Cf", "Zl", "Zp", "Cn")} == set()


def test_names_that_differ_in_bytes_alone_stay_different_names() -> None:
    names = ["rules/\udce9.kql", "rules/\udcea.kql", "rules/é.kql"]

    assert [whole(name) for name in names] == [r"rules/\xe9.kql", r"rules/\xea.kql", "rules/é.kql"]
    assert [halved(whole(name)) for name in names] == names


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("::error::x\n", ":�error::x\n"),
        ("a\n \u3000 ::add-mask::x", "a\n \u3000 :�add-mask::x"),
        ("a ::error::x\nT::U", None),
        ("x ##vso[task.setvariable variable=A]b", "x #�vso[task.setvariable variable=A]b"),
        ("###VsO[a]##[group]##teamcity[x]", "##�VsO[a]#�[group]#�teamcity[x]"),
        ("## A [link](x) and # [b], C## [x], ##", None),
        ("a\rb\x1b[1mc\u202e\n", "a␍b␛[1mc�\n"),
        ("\x1b]8;;x\x07", "␛]8;;x␇"),
    ],
)
def test_outputs_of_several_lines(text: str, guarded: str | None) -> None:
    assert guard(text) == (text if guarded is None else guarded)


def test_colour_codes_are_kept_where_they_are_ours() -> None:
    text = "\x1b[1;31merror\x1b[0m \x1b[2K\x1b]0;x\x07\n\x1b[1m  ::error::x\x1b[0m\n"

    assert guard(text, colour=True) == "\x1b[1;31merror\x1b[0m ␛[2K␛]0;x␇\n\x1b[1m  :�error::x\x1b[0m\n"
    assert "\x1b" not in guard(text)


def test_our_own_commands_are_kept_where_a_line_begins() -> None:
    github = "::error title=KL101::a ##[b]\n ::error title=x::y\n::set-output name=x::y\n"
    azure = "##vso[task.logissue type=error]a ##vso[task.complete result=Failed]\n##vso[task.setvariable variable=A]b\n"

    assert guard(github, ours=COMMANDS["github"]) == (
        "::error title=KL101::a #�[b]\n :�error title=x::y\n:�set-output name=x::y\n"
    )
    assert guard(azure, ours=COMMANDS["azure"]) == (
        "##vso[task.logissue type=error]a #�vso[task.complete result=Failed]\n#�vso[task.setvariable variable=A]b\n"
    )


@given(HOSTILE)
def test_whatever_it_is_it_is_harmless(text: str) -> None:
    guarded = guard(text)

    assert_harmless(guarded)
    assert guarded.count("\n") == text.count("\n")
    assert guard(guarded) == guarded
    for one in (clean(text), escaped(text)):
        assert "\n" not in one
        assert not CONTROLS.search(one)
    assert escaped(escaped(text)) == escaped(text)


@given(HOSTILE)
def test_json_says_what_it_was_given(text: str) -> None:
    written = as_json({"a": [text, {text: 1}]})

    assert_harmless(written)
    assert written.isascii()
    assert "\n" not in written
    assert json.loads(written) == {"a": [whole(text), {whole(text): 1}]}


@given(HOSTILE, st.integers(0, 2000))
def test_a_message_is_one_line_of_a_bounded_length(text: str, length: int) -> None:
    message = one_line(f"unknown column {text}{'x' * length}; did you mean A?")

    assert not CONTROLS.search(message)
    assert "\n" not in message
    assert len(message) <= LONGEST
    assert message.startswith("unknown column ")
    assert message.endswith("; did you mean A?")
    assert one_line(message) == message
