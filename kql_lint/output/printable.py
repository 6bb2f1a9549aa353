"""Text that a terminal shows as it is: nothing in a rule file or a message can move the cursor or reverse the text."""

from __future__ import annotations

TAB = 4
# Direction marks and overrides: invisible, and able to show text in another order than the query engine reads it.
_HIDDEN = dict.fromkeys(
    [0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF], "\N{REPLACEMENT CHARACTER}"
)
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_C1 = dict.fromkeys([*range(0x80, 0xA0), 0x2028, 0x2029], "\N{REPLACEMENT CHARACTER}")
_TABLE = _HIDDEN | _CONTROLS | _C1


def clean(text: str) -> str:
    """The text in one line, as long as it was, with a visible sign for each control or direction character."""
    return text if text.isascii() and text.isprintable() else text.translate(_TABLE)


def expand(line: str) -> str:
    """One line of source, cleaned, with its tabs as spaces up to every fourth column."""
    if "\t" not in line:
        return clean(line)
    parts: list[str] = []
    column = 0
    for number, part in enumerate(line.split("\t")):
        if number:
            gap = TAB - column % TAB
            parts.append(" " * gap)
            column += gap
        parts.append(clean(part))
        column += width(parts[-1])
    return "".join(parts)


def width(text: str) -> int:
    """How many terminal columns a cleaned text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
