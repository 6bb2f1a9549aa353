"""Regular expressions: what both engines of the service refuse, and that nothing else is called wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.semantics.literals import regex

_NOT = "which the service does not support"


@pytest.mark.parametrize(
    ("pattern", "wrong", "message"),
    [
        (r"a(?=b)", "(?=", f'"(?=" is a lookahead, {_NOT}'),
        (r"a(?!b)", "(?!", f'"(?!" is a negative lookahead, {_NOT}'),
        (r"(?<=a)b", "(?<=", f'"(?<=" is a lookbehind, {_NOT}'),
        (r"(?<!a)b", "(?<!", f'"(?<!" is a negative lookbehind, {_NOT}'),
        (r"(?>a+)b", "(?>", f'"(?>" is an atomic group, {_NOT}'),
        (r"a(?#why)b", "(?#", f'"(?#" is a comment, {_NOT}'),
        (r"(?P<n>a)(?P=n)", "(?P=", f'"(?P=" refers back to a group, {_NOT}'),
        (r"(a)\1", r"\1", rf'"\1" refers back to a group, {_NOT}'),
        (r"(?P<n>a)\k<n>", r"\k", rf'"\k" refers back to a group, {_NOT}'),
        (r"\9", r"\9", rf'"\9" refers back to a group, {_NOT}'),
        (r"(?z)a", "(?z)", '"(?z)" sets the flag z, which the service does not know'),
        (r"(?1)", "(?1", '"(?1" begins no group that the service knows'),
        (r"(?P<a-b>x)", "a-b", '"a-b" is no name for a group'),
        (r"(a(b)", "(", '"(" is never closed'),
        (r"a)b", ")", '")" closes nothing'),
        (r"[a-z", "[", '"[" is never closed'),
        (r"[]", "[", '"[" is never closed'),
        (r"[a\]", "[", '"[" is never closed'),
        (r"*.exe", "*", '"*" has nothing to repeat'),
        (r"a|+", "+", '"+" has nothing to repeat'),
        (r"(?:?)", "?", '"?" has nothing to repeat'),
        (r"{2}", "{2}", '"{2}" has nothing to repeat'),
        (r"a{3,2}", "{3,2}", '"{3,2}" asks for at least 3 and at most 2'),
        (r"[z-a]", "z-a", '"z-a" is an empty range: "z" comes after "a"'),
        (r"[+-\d]", r"+-\d", r'"+-\d" is no range: "\d" is more than one character'),
        (r"end\Z", r"\Z", r'"\Z" is no escape sequence that the service knows'),
        (r"[\b]", r"\b", r'"\b" is no escape sequence inside [...] that the service knows'),
        (r"\xZZ", r"\x", r'"\x" needs 2 hexadecimal digits'),
        (r"\u12", r"\u", r'"\u" needs 4 hexadecimal digits'),
        (r"\x{110000}", r"\x{110000}", r'"\x{110000}" is no character: the last is \x{10FFFF}'),
        (r"\p", r"\p", r'"\p" needs the name of a class: \p{L}'),
        ("a\\", "\\", "it ends in a single backslash"),
        (r"[[](?=a)", "(?=", f'"(?=" is a lookahead, {_NOT}'),
    ],
)
def test_what_both_engines_refuse(pattern: str, wrong: str, message: str) -> None:
    found = regex(pattern)
    assert found is not None
    assert (pattern[found.start : found.end], found.message) == (wrong, message)


def test_help_says_what_to_write() -> None:
    helps = {pattern: found.help for pattern in (r"\Z", "*", "a{3,2}", "(", "[") if (found := regex(pattern))}
    assert helps == {
        r"\Z": r"\z is the end of the text",
        "*": r"write .* for any text, or \* for a star",
        "a{3,2}": "write {2,3}",
        "(": r"write \( for a parenthesis that is meant as text",
        "[": r"write \[ for a bracket that is meant as text",
    }


RE2_ALONE = r"a{b} x{,5} x{ [[] [[a] \Qa(b\E? \Q( \C a(?i)* [\d-z] [\w-a] \0 \12 \p{^Greek}".split()
RUST_ALONE = r"""
a++ a** x{2}{3} a{1001} (?R)a (?x)a \u0041 \U0001F600 \u{41} \pz [a--b] [[:foo:]] [a-z&&[^aeiou]]
""".split()
BOTH = r"""
^\s*$ (?i)cmd\.exe (?P<name>\w+) (?<name>\w+) (?s-i:a.b) []a] [^]a] [a-] [-a] [%--] [a^] [\[\]\\\-] ] } a| ()
(|a) (?:) a*? a?? a{2,3}? \b\B\A\z [[:alpha:]_] [[:^digit:]] \x41\x{1F600} \pN\P{Latin} \_\-\/\"\< \d{1,3}(\.\d{1,3}){3}
^* $*
""".split()
NOT_KNOWN = [r"\1", r"\é"]


@pytest.mark.parametrize("pattern", [*RE2_ALONE, *RUST_ALONE, *BOTH, *NOT_KNOWN, "", r"a\ b", "(?x) a # ("])
def test_what_an_engine_accepts_passes(pattern: str) -> None:
    assert regex(pattern) is None


def test_deep_nesting_is_no_trouble() -> None:
    assert regex("(" * 20_000 + ")" * 20_000) is None
    assert regex("[" * 20_000) is not None


_CHARACTERS = st.sampled_from(
    [*"abz059 _-/:;<>=!@#%&~,'\"", r"\.", r"\(", r"\[", r"\]", r"\{", r"\*", r"\\", r"\n", r"\t"]
)
_ITEMS = st.sampled_from(
    ["a", "0", "_", " ", r"\d", r"\w", r"\s", r"\]", r"\\", r"\-", "a-z", "0-9", ".", "(", ")", "*"]
)
_CLASSES = st.builds(
    lambda negated, items: f"[{negated}{''.join(items)}]", st.sampled_from(["", "^"]), st.lists(_ITEMS, min_size=1)
)
_ATOMS = st.one_of(_CHARACTERS, _CLASSES, st.sampled_from([".", r"\d", r"\W", r"\s", "^", "$", r"\b"]))
_REPETITIONS = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{2,5}", "{0,3}?"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Repetitions, sequences, alternatives and groups of what is inside."""
    return st.one_of(
        st.builds(lambda atom, repetition: f"(?:{atom}){repetition}", inner, _REPETITIONS),
        st.builds("".join, st.lists(inner, max_size=4)),
        st.builds("|".join, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda opening, body: f"{opening}{body})", st.sampled_from(["(", "(?:", "(?i:", "(?s:"]), inner),
    )


_PATTERNS = st.recursive(_ATOMS, _grown, max_leaves=12)


@given(_PATTERNS)
def test_patterns_that_all_engines_share_pass(pattern: str) -> None:
    re.compile(pattern)
    assert regex(pattern) is None


@given(_PATTERNS, st.sampled_from(["(", "(?:", "[^", ")", "*)("]))
def test_a_bracket_put_before_a_good_pattern_makes_it_wrong(pattern: str, bracket: str) -> None:
    # "[^" swallows up to the next "]", so that only a pattern without one is left open
    assert regex(bracket + pattern) is not None or (bracket == "[^" and "]" in pattern)


@given(st.text(alphabet="ab()[]{}*+?|\\-^$.,:12dwsZ<=!P", max_size=12))
def test_what_python_refuses_as_well_or_does_not_know(pattern: str) -> None:
    """A pattern of the common subset that is called wrong is wrong for Python too."""
    if "\\" in pattern or "(?" in pattern or "[" in pattern:
        return
    if regex(pattern) is not None:
        with pytest.raises(re.error):
            re.compile(pattern)
