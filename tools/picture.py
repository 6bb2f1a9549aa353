"""The README's picture of a terminal: ``python tools/picture.py docs/images/check.svg``.

It is made from what kql-lint really prints for rules_examples/repository; a test compares the written one with it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from click.testing import CliRunner

from kql_lint.cli import app
from kql_lint.output.columns import width

RULES = Path(__file__).parents[1] / "rules_examples" / "repository"
COMMAND = ("check", "hunting", "docs")
COLUMNS = 116

# In pixels: of a character, of a line, around the text, of the bar on top.
CHARACTER, LINE, MARGIN, BAR = 8.0, 19, 18, 34
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# The codes of kql_lint/output/colour.py, each with its colour on light and on dark ground.
CLASSES = {"1": "b", "2": "d", "1;31": "e", "1;33": "w", "1;36": "i", "34": "r", "32": "h"}
STYLE = """
    .back { fill: #ffffff; stroke: #d0d7de; } .dot { fill: #d0d7de; }
    text { fill: #1f2328; font-size: 13.3px; white-space: pre; font-family: %s; }
    .p { fill: #59636e; } .b { font-weight: 700; } .d { fill: #818b98; }
    .e { fill: #c4271b; font-weight: 700; } .w { fill: #8a5300; font-weight: 700; }
    .i { fill: #0b6a75; font-weight: 700; } .r { fill: #0b5cad; } .h { fill: #1a7f37; }
    @media (prefers-color-scheme: dark) {
      .back { fill: #14171b; stroke: #3d444d; } .dot { fill: #3d444d; }
      text { fill: #e4e8ed; } .p { fill: #9198a1; } .d { fill: #6e7681; }
      .e { fill: #ff7b72; } .w { fill: #f0b355; } .i { fill: #56d4dd; } .r { fill: #79c0ff; } .h { fill: #56d364; }
    }
"""
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")

Run = tuple[str, str]  # a class, "" for none, and text


def output() -> str:
    """What kql-lint prints, with its colours."""
    before = os.getcwd()
    os.chdir(RULES)
    try:
        result = CliRunner().invoke(app, [*COMMAND, "--color", "always", "--no-cache"])
    finally:
        os.chdir(before)
    if result.exit_code != 1:
        raise RuntimeError(f"kql-lint ended with {result.exit_code}: {result.output}")
    return result.stdout


def rows(text: str) -> Iterator[list[Run]]:
    """The lines of a terminal of COLUMNS: each a list of runs of one colour."""
    for line in text.splitlines():
        row: list[Run] = []
        room, style = COLUMNS, ""
        for number, part in enumerate(_ESCAPE.split(line)):
            if number % 2:
                style = CLASSES.get(part, "")
                continue
            while part:
                row.append((style, part[:room]))
                part, room = part[room:], room - len(part[:room])
                if part:
                    yield row
                    row, room = [], COLUMNS
        yield row


def svg(text: str) -> str:
    """The picture: the command after a prompt, and below it what it prints."""
    lines = [[("p", "$ "), ("b", f"kql-lint {' '.join(COMMAND)}")], *rows(text)]
    across, down = int(COLUMNS * CHARACTER + 2 * MARGIN), len(lines) * LINE + BAR + MARGIN
    label = escape(f"What kql-lint {' '.join(COMMAND)} prints in a terminal")
    body = "\n".join(line for number, row in enumerate(lines) for line in _texts(row, BAR + (number + 1) * LINE - 5))
    dots = "".join(f'<circle class="dot" cx="{MARGIN + 6 + 18 * number}" cy="17" r="5.5"/>' for number in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}"'
        f' height="{down}" role="img" aria-label="{label}">\n  <style>{STYLE % FONT}  </style>\n'
        f'  <rect class="back" x="0.5" y="0.5" width="{across - 1}" height="{down - 1}" rx="9"/>\n'
        f"  {dots}\n{body}\n</svg>\n"
    )


def _texts(row: list[Run], y: int) -> Iterator[str]:
    """Each run at its column and as wide as it has to be, whatever font there is."""
    column = 0
    for style, text in row:
        inner = text.strip()
        if inner:
            x = MARGIN + (column + width(text) - width(text.lstrip())) * CHARACTER
            attribute = f' class="{style}"' if style else ""
            yield (
                f'  <text{attribute} x="{x:g}" y="{y}" textLength="{width(inner) * CHARACTER:g}"'
                f' lengthAdjust="spacingAndGlyphs">{escape(inner, quote=False)}</text>'
            )
        column += width(text)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(output()), encoding="utf-8", newline="\n")
