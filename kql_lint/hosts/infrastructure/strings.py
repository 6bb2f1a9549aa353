"""The strings of Terraform and Bicep: what their literal text means, and what takes the place of an expression."""

from __future__ import annotations

import re
from collections.abc import Callable

from kql_lint.hosts.texts import PlacedText
from kql_lint.spelling import Spelling, line_end_of

# An expression that can stand in a query as it is written: it has no quotes, braces or line ends.
_TAME = re.compile(r"[ \w.\-\[\]()]{1,80}")

_TERRAFORM = re.compile(r'\\(?:([nrt"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\$\$\{|%%\{')
_HEREDOC = re.compile(r"\$\$\{|%%\{")
_BICEP = re.compile(r"\\(?:([nrt'\\$])|u\{([0-9A-Fa-f]{1,6})\})")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPES = {'"': _TERRAFORM, "<<": _HEREDOC, "<<-": _HEREDOC, "'": _BICEP}


def decode(built: PlacedText, source: str, style: str, start: int, end: int) -> None:
    """Appends literal text of a string of that style, its escapes resolved; one that is none stays as written."""
    escapes = _ESCAPES.get(style)
    place = start
    for found in escapes.finditer(source, start, end) if escapes else ():
        built.copy(source, place, found.start())
        place = found.end()
        built.stand(_meaning(found), found.start(), place)
    built.copy(source, place, end)


def spelling(source: str, style: str, prefix: str, marker: str) -> Spelling:
    """How text is written in a string of that style; prefix is the indentation that its lines lose, if any."""
    if style in ('"', "'"):
        return _QUOTED[style]
    newline = line_end_of(source) + prefix
    if style.startswith("<<"):
        return Spelling(lambda line: None if line.strip() == marker else _template(line), newline, prefix)
    interpolated = style.startswith("$")
    return Spelling(lambda line: None if "'''" in line or (interpolated and "${" in line) else line, newline, prefix)


def _template(line: str) -> str:
    """What Terraform reads as these characters, wherever it looks for expressions."""
    return line.replace("${", "$${").replace("%{", "%%{")


def _in_quotes(quote: str) -> Callable[[str], str]:
    def escape(line: str) -> str:
        line = line.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\t", "\\t")
        return _template(line) if quote == '"' else line.replace("${", "\\${")

    return escape


_QUOTED = {quote: Spelling(_in_quotes(quote), r"\n") for quote in "\"'"}


def hole(built: PlacedText, source: str, start: int, end: int) -> None:
    """Appends a stand-in for the expression at that stretch of the file, such as ``${var.name}``."""
    written = source[start:end]
    begin = built.map.length
    if written.startswith(("$", "{", "%")) and _TAME.fullmatch(written.lstrip("${%").rstrip("}") or "x"):
        built.copy(source, start, end)
        built.holes.append((begin, built.map.length))
    else:
        built.hole(f"${{{written}}}" if _TAME.fullmatch(written) else "${...}", start, end)


def _meaning(found: re.Match[str]) -> str:
    if found[0][0] != "\\":
        return found[0][1:]
    if found[1]:
        return _LETTERS.get(found[1], found[1])
    code = int(next(digits for digits in found.groups()[1:] if digits), 16)
    return chr(code) if code <= 0x10FFFF else found[0]
