"""Literals: strings with their escapes, numbers, timespans, typed and dynamic literals."""

from __future__ import annotations

import re
from typing import Any

from kql_lint.syntax import ast
from kql_lint.syntax.build.common import Builder, Parts, span
from kql_lint.syntax.mask import MASK
from kql_lint.syntax.words import TYPES

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"', "'": "'"}
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "uUx" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else "\ufffd"
    return chr(int(code, 8)) if code[0] in "01234567" else code


def bad_escape(text: str) -> re.Match[str] | None:
    """The first backslash sequence of a string's text that is not an escape of KQL."""
    for match in _ESCAPE.finditer(text):
        code = match[1]
        if code not in _SIMPLE and not (code[0] in "uUx" and len(code) > 1) and code[0] not in "01234567":
            return match
    return None


def decode(token: str) -> str:
    """The value of one string token, its prefix and quotes taken off and its escapes replaced."""
    body = token[1:] if token[0] in "hH" else token
    if body[0] == "@":
        quote = body[1]
        return body[2:-1].replace(quote + quote, quote)
    if body[:3] in ("```", "~~~"):
        return body[3:-3]
    text = body[1:-1]
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


class Literals(Builder):
    """The rules under "Literals"."""

    def string(self, children: Parts) -> ast.Literal | ast.Hole:
        hole = False
        for token in children:
            hole = hole or MASK in token
            if "\\" in token and token.type == "STRING" and (found := bad_escape(token)):
                start = token.start + found.start()
                self.problem(
                    start,
                    start + len(found[0]),
                    f"`{found[0]}` is not an escape sequence; write `\\\\` for a backslash, or @ before the string",
                )
        start, end = children[0].start, children[-1].end
        if hole:
            return ast.Hole(start, end, self.source[start:end], "string")
        value = decode(children[0]) if len(children) == 1 else "".join(map(decode, children))
        return ast.Literal(start, end, "string", value)

    def literal(self, children: Parts) -> ast.Literal | ast.Hole:
        token = children[0]
        kind = token.type
        if kind == "INTEGER":
            value: str | int | float | bool | None = int(token, 0) if token[1:2] in ("x", "X") else int(token[:400])
            return ast.Literal(token.start, token.end, "long", value)
        if kind == "REAL":
            return ast.Literal(token.start, token.end, "real", float(token))
        if kind == "TIMESPAN":
            return ast.Literal(token.start, token.end, "timespan", str(token))
        return self._typed(token)

    def _typed(self, token: Any) -> ast.Literal | ast.Hole:
        name, _, rest = token.partition("(")
        text = rest[:-1].strip()
        kind = TYPES[name]
        if MASK in text:
            return ast.Hole(token.start, token.end, self.source[token.start : token.end], kind)
        value: str | int | float | bool | None = text
        if text == "null":
            value = None
        elif kind == "bool":
            value = text.lower() in ("true", "1")
        elif kind in ("int", "long") and re.fullmatch(r"[+-]?[0-9]{1,400}", text):
            value = int(text)
        elif kind in ("real", "decimal") and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,4})?", text):
            value = float(text)
        elif kind in ("datetime", "guid") and len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
            value = text[1:-1]
        return ast.Literal(token.start, token.end, kind, value)

    def signed_literal(self, children: Parts) -> ast.Literal:
        sign, token = children
        literal = self.literal([token])
        assert isinstance(literal, ast.Literal)  # what takes a sign is no typed literal
        literal.start = sign.start
        if sign == "-":
            value: Any = literal.value
            literal.value = "-" + value if isinstance(value, str) else -value
        return literal

    def word(self, children: Parts) -> ast.Expression:
        token = children[0]
        if token in _WORDS:
            return ast.Literal(token.start, token.end, "bool", _WORDS[token])
        return ast.Name(token.start, token.end, str(token))

    # --- dynamic ---

    def dynamic(self, children: Parts) -> ast.Dynamic:
        start, end = span(children)
        value = children[1]
        if isinstance(value, ast.Literal) and value.type == "null":
            return ast.Dynamic(start, end, None)
        return ast.Dynamic(start, end, value)

    def json_word(self, children: Parts) -> ast.Literal:
        token = children[0]
        if token in _WORDS:
            return ast.Literal(token.start, token.end, "bool", _WORDS[token])
        if token != "null":
            self.problem(token.start, token.end, f"`{token}` is not a JSON value; put it in quotes")
        return ast.Literal(token.start, token.end, "null", None)

    def json_array(self, children: Parts) -> ast.JsonArray:
        start, end = span(children)
        return ast.JsonArray(start, end, children[1:-1])

    def json_object(self, children: Parts) -> ast.JsonObject | ast.Hole:
        start, end = span([children[0], children[-1]])
        if any(isinstance(pair, ast.Hole) for pair in children):
            return ast.Hole(start, end, self.source[start:end], "dynamic")
        return ast.JsonObject(start, end, children[1:-1])

    def json_pair(self, children: Parts) -> tuple[ast.Literal | ast.Hole, ast.Expression]:
        key, value = children
        return self.string([key]), value
