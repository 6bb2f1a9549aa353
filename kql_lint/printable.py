"""What is safe to print: nothing that a stranger wrote moves a cursor, reorders a line, makes a line or is a command.

A leaf: imports nothing of the project.  Everything that reaches a terminal, a pipeline's log or a report is cleaned
here: values by ``clean``, ``whole`` or ``escaped`` where they are put into a line, then the whole output by ``guard``.
"""

from __future__ import annotations

import re

_SIGN = "\ufffd"
# Controls; line ends of Unicode; direction marks and overrides, which show text in another order than a query engine
# reads it; format characters that nobody sees; what is no character.  The joiners U+200C and U+200D are left out, since
# Persian, Hindi and emojis are written with them, and the signs of Arabic, Syriac and Kaithi, which are visible.  Last,
# the halves of characters: bytes of a name that are not UTF-8 (U+DC80 to U+DCFF), or escapes of a JSON or YAML file.
# "\n" is left out for guard(); patterns are strings, so that they are compiled where they are first needed.
_UNSAFE = (
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029"
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
    "\ud800-\udfff]"
)
_HALF = "[\ud800-\udfff]"
_STYLE = r"(\x1b\[[0-9;]{0,8}m)"
# What a pipeline takes for a command.  GitHub: "::" where a line begins, blanks aside, and the older "##[" anywhere.
# Azure: "##vso[" and "##[" anywhere, in any case.  TeamCity: "##teamcity[".
_COMMAND = r"(?m)^(?:\x1b\[[0-9;]{0,8}m|[^\S\n])*::|##(?=\w*\[)"


def clean(text: str) -> str:
    """A value in one line: a visible sign for each control, direction or hidden character.

    As long as it was, except for halves of characters, which no file's text has: they are written as ``whole`` does.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_UNSAFE, _sign, text).replace("\n", "\u240a")


def whole(text: str) -> str:
    """A value that any encoding of Unicode can write: ``\\xff`` for a byte of a name that is not UTF-8.

    So names that differ in such bytes alone stay different names.  Other halves of characters become ``\\ud800``.
    """
    return text if text.isascii() else re.sub(_HALF, _half, text)


def halved(text: str) -> str:
    """The name that ``whole`` made this of, as the operating system knows it."""
    return re.sub(r"\\x([89a-f][0-9a-f])", lambda found: chr(0xDC00 + int(found[1], 16)), text)


def escaped(text: str) -> str:
    """A value in one line: controls, line ends, direction and hidden characters as escapes (``\\n``, ``\\u202e``)."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_UNSAFE, _escape, text).replace("\n", r"\n")


def guard(text: str, *, colour: bool = False, ours: str | None = None) -> str:
    """An output of any number of lines that is safe to print, whatever is in it.

    Commands are broken up by U+FFFD: ``#\ufffdvso[``.  colour says that colour codes are ours; ours is a pattern of the
    commands that are, which stand where a line begins.
    """
    pieces = re.split(_STYLE, text) if colour and "\x1b" in text else [text]
    text = "".join(piece if number % 2 else re.sub(_UNSAFE, _sign, piece) for number, piece in enumerate(pieces))
    if "::" not in text and "##" not in text:
        return text

    def broken(found: re.Match[str]) -> str:
        begin = found.start()
        begins = begin == 0 or text[begin - 1] == "\n"
        is_ours = ours is not None and begins and re.compile(ours).match(text, begin) is not None
        return found[0] if is_ours else found[0][:-1] + _SIGN

    return re.sub(_COMMAND, broken, text)


def as_json(value: object, indent: int | None = None) -> str:
    """JSON in ASCII that is safe to print, and says what it was given: what is not safe stands there as an escape.

    Halves of characters, which are no Unicode text, are written as ``whole`` does.
    """
    import json

    text = json.dumps(value, indent=indent)
    if "\\ud" in text:
        text = json.dumps(_whole_strings(value), indent=indent)
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def _whole_strings(value: object) -> object:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {whole(key) if isinstance(key, str) else key: _whole_strings(item) for key, item in value.items()}
    return [_whole_strings(item) for item in value] if isinstance(value, list | tuple) else value


def _sign(found: re.Match[str]) -> str:
    char = found[0]
    if char <= "\x1f":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    return _half(found) if "\ud800" <= char <= "\udfff" else _SIGN


def _half(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def _escape(found: re.Match[str]) -> str:
    char, code = found[0], ord(found[0])
    if char in "\r\t":
        return "\\r" if char == "\r" else "\\t"
    if 0xDC80 <= code <= 0xDCFF:
        return _half(found)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
