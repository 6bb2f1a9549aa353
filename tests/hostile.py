"""Text that a stranger may have written to harm whoever prints it, and what no output may have."""

from __future__ import annotations

import re

from hypothesis import strategies as st

LRO, RLI, ALM, ZWSP, BOM, TAG = "\u202d", "\u2067", "\u061c", "\u200b", "\ufeff", "\U000e0061"

PIECES = (
    *("::", ":", " ", "\u3000", "\t", "#", "##", "[", "]", "##[error]x", "##TEAMCITY["),
    *("##vso[task.setvariable variable=A]b", "::error::x", "::set-output name=a::b"),
    *("\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x00", "\x7f"),
    *("\x1b[2J", "\x1b]0;x\x07", "\x1b[1m", "\x9b", LRO, RLI, ALM, ZWSP, BOM, "\u200e", "\udcff", "\ud800"),
    *("a", "é", "日", "😀", "\\\\", '"', "'", "`", "<b>", "&amp;", "%0A", "|", "x" * 40),
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def assert_harmless(text: str) -> None:
    """No line of it is a command, and no character of it is more than a sign."""
    assert not CONTROLS.search(text), text
    assert not re.search(r"##\w*\[", text), text
    assert not any(line.lstrip().startswith("::") for line in text.split("\n")), text
