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
    if plain in _CLOSING:
        end = text.find("\n", start)
        line_end = len(text) if end < 0 else end
        partner = next((i for i in range(start + 1, line_end) if text[i] in _CLOSING[plain]), None)
        if partner is not None and text[partner] != plain:
            places.append(partner)
    found = [_report(place, text[place], plain) for place in places]
    for place in places:
        text = text[:place] + plain[0] + text[place + 1 :]
    return text, found


def _report(place: int, char: str, plain: str) -> Diagnostic:
    return Diagnostic(
        "KL002",
        "confusable-character",
        Severity.ERROR,
        f"`{char}` (U+{ord(char):04X}) is not what it looks like to KQL; write `{plain}`",
        place,
        place + 1,
        fixes=(Fix(f"replace by {plain}", (Edit(place, place + 1, plain),), "safe"),),
    )
