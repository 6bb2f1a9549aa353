"""Characters that word processors and chat programs put in place of KQL's own (KL002)."""

from __future__ import annotations

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity

_QUOTES = {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2018": "'", "\u2019": "'", "\u201a": "'"}
_QUOTES |= {"\u00ab": '"', "\u00bb": '"', "\u2033": '"', "\u2032": "'", "\uff02": '"', "\uff07": "'"}
# What looks like a quote, what it stands for, and which characters may close what it opens.
_CLOSING = {plain: {c for c, p in _QUOTES.items() if p == plain} | {plain} for plain in ('"', "'")}
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_FULL_WIDTH = {chr(ord(c) + 0xFEE0): c for c in "!%()*+,-./:;<=>[]{|}~"}
_OTHERS = {"\u00a6": "|", "\u2502": "|", "\u2223": "|", "\u037e": ";", "\u2260": "!=", "\u2264": "<=", "\u2265": ">="}
# Of two characters, which are read as one.
_OPERATORS = frozenset({"==", "!=", "=~", "!~", "<=", ">=", "<>", "=>", "..", "//"})
PLAIN = {**_QUOTES, **_DASHES, **_FULL_WIDTH, **_OTHERS}


def mend(text: str, start: int) -> tuple[str, list[Diagnostic]] | None:
    """The text with the confusable character at ``start`` (of a quote also its partner on the line) made plain.

    None where there is none.  The text keeps its length, and so all offsets: of what stands for two characters, such as
    U+2264 for `<=`, it gets the first, which is enough to read on.
    """
    char = text[start]
    plain = PLAIN.get(char)
    if plain is None:
        return None
    places = [start]
    fixable = True
    if plain in _CLOSING:
        partner = _partner(text, start, plain)
        if partner is not None and text[partner] != plain:
            places.append(partner)
        fixable = partner is not None
    elif len(plain) > 1:
        fixable = text[start + 1 : start + 2] not in ("=", "~")  # else the fix would make `<==` of it
    elif plain + PLAIN.get(text[start + 1 : start + 2], "") in _OPERATORS:
        places.append(start + 1)
    edits = tuple(Edit(place, place + 1, PLAIN[text[place]]) for place in places) if fixable else ()
    found = [_report(text, place, edits) for place in places]
    for place in places:
        text = text[:place] + PLAIN[text[place]][0] + text[place + 1 :]
    return text, found


def _partner(text: str, start: int, plain: str) -> int | None:
    """Where the string ends that the quote at start opens; None where it does not end on its line.

    A backslash stands for itself behind ``@``, and else hides the character behind it: a path that was pasted with
    typographic quotes may end in one, and is then no string with straight quotes either.
    """
    verbatim = text[max(start - 1, 0) : start] == "@"
    place = start + 1
    while place < len(text) and text[place] not in "\r\n":
        if text[place] in _CLOSING[plain]:
            return place
        place += 2 if text[place] == "\\" and not verbatim else 1
    return None


def _report(text: str, place: int, edits: tuple[Edit, ...]) -> Diagnostic:
    """The finding of one character; edits put it right together with its partner, () where nothing simple does."""
    char, plain = text[place], PLAIN[text[place]]
    written = "".join(edit.text for edit in edits)
    what = f"replace by {written}"
    if len(edits) > 1 and plain in _CLOSING:
        what = f"replace both quotes by {plain}"
    return Diagnostic(
        "KL002",
        "confusable-character",
        Severity.ERROR,
        f"`{char}` (U+{ord(char):04X}) is not what it looks like to KQL; write `{plain}`",
        place,
        place + 1,
        fixes=(Fix(what, edits, "safe"),) if edits else (),
    )
