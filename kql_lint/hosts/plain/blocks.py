"""Where one query ends and the next begins in a text that has nothing but blank lines between them.

A blank line is common inside a query too: between pipes, after ``;``, in brackets.  So a text is cut only where what
stands before the blank line is a complete query and what stands after it can be the beginning of one.  In doubt there
is no cut: the parser then says what is wrong.

LIMIT: a bracket that is never closed hides every blank line after it, so that the rest of the text is one query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kql_lint.hosts.plain.read import BLANK_LINE
from kql_lint.hosts.tokens import TOKEN

# Statements that end at a semicolon and nowhere else.
_UNTIL_SEMICOLON = frozenset("let set declare alias pattern restrict".split())

# Operators that are complete with their name alone.
_BARE = frozenset("count getschema consume serialize fork".split())

# Operators whose parameters (`kind=inner`) come before what they need.
_WITH_PARAMETERS = frozenset("union join lookup search find parse parse-where evaluate partition reduce".split())

# Operators after which an opening bracket goes on.
_WITH_BRACKETS = frozenset(
    "join lookup partition fork scan mv-apply facet search find evaluate datatable externaldata make-series".split()
)

# Pipe operators: after one of these words something has to come, and none begins a query.
_OPERATORS = frozenset(
    "where filter extend project project-away project-keep project-rename project-reorder project-smart summarize "
    "distinct join lookup mv-expand mv-apply mvexpand mvapply parse parse-where parse-kv take limit top top-nested "
    "top-hitters sort order make-series evaluate invoke render as sample sample-distinct partition facet reduce scan "
    "execute-and-cache macro-expand".split()
)

# Words between two operands, or before one.
_LINKS = frozenset(
    "and or by on in has has_cs hasprefix hasprefix_cs hassuffix hassuffix_cs has_any has_all contains contains_cs "
    "containscs startswith startswith_cs endswith endswith_cs between matches regex like with to from step of default "
    "typeof materialized".split()
)

_ASKS_FOR_MORE = _OPERATORS | _LINKS | frozenset("union search find print range datatable externaldata not".split())

_GOES_ON = _OPERATORS | _LINKS | frozenset("asc desc nulls first last kind".split())

# What follows a name in the middle of an expression and never after the name that a query begins with.
_AFTER_OPERAND = re.compile(
    r"(?:\s|//[^\r\n]*(?=[\r\n]|\Z))*"
    r"(?:=(?![=~])|[=!<>]=|[=!]~|[<>+\-%,)\]}:?]|/(?!/)|!(?:in|has|contains|startswith|endswith|between)\b"
    r"|(?:and|or|in|has|has_any|has_all|contains|startswith|endswith|between|matches|asc|desc)\b(?![ \t]*\|))"
)
_SEARCH_IN = re.compile(r"(?:find|search)\s+in\s*\(")
_PARSE_GOES_ON = re.compile(r"""\s*(?::|\*|[@hH]?["'])""")
_QUOTED_NAME = re.compile(r"""\[\s*(?:@?"[^"\r\n]*"|@?'[^'\r\n]*')\s*\][^\S\r\n]*(?://[^\r\n]*)?(?=[|\r\n]|\Z)""")
_COMMAND = re.compile(r"\.[a-z]+\b")

# How far to look back in an operator, in characters: enough for its parameters, and no more work for a long one.
_NEAR = 500
_PARAMETER = re.compile(r"[\w.]+\s*=\s*(?:\w+|\"[^\"]*\"|'[^']*')\s*")


@dataclass(slots=True)
class Let:
    """A ``let`` statement at the top level: its name, where it stands, and its block's number, counted from 0."""

    name: str
    start: int
    end: int
    block: int


@dataclass(slots=True)
class Block:
    """One query: the stretch of the text it has, comments before it included, and of its code alone."""

    start: int
    end: int
    code_start: int
    code_end: int


@dataclass(slots=True)
class _Scan:
    """How far the scan has come, and what was found."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    lets: list[Let] = field(default_factory=list)
    start: int = 0  # of this block
    code: int = -1  # where its code begins; -1: none yet
    depth: int = 0
    statement: int = -1  # where this statement begins; -1: at its first token
    until_semicolon: bool = False
    operator: int = -1  # where this operator begins: its name, after the last | of the statement; -1: at the next token
    name: str = ""  # that name
    last: re.Match[str] | None = None


def split(text: str) -> tuple[list[Block], list[Let]]:
    """The queries of a text, and its let statements.  No blocks for a text without code."""
    scan = _Scan(text)
    for token in TOKEN.finditer(text):
        if token.lastgroup == "comment":
            continue
        if scan.depth == 0 and scan.last is not None and token.start() - scan.last.end() > 1:
            blank = BLANK_LINE.search(text, scan.last.end(), token.start())
            if blank and _ends(scan) and _begins(scan, token):
                _cut(scan, blank.start(), blank.end())
        _step(scan, token)
    if scan.last is not None:
        _cut(scan, len(text), len(text))
    return scan.blocks, scan.lets


def _cut(scan: _Scan, end: int, next_start: int) -> None:
    assert scan.last is not None
    scan.blocks.append(Block(scan.start, end, scan.code, scan.last.end()))
    scan.start = next_start
    scan.code = scan.statement = -1


def _step(scan: _Scan, token: re.Match[str]) -> None:
    kind, start = token.lastgroup, token.start()
    if scan.statement < 0:
        scan.statement, scan.operator = start, -1
        scan.until_semicolon = token[0] in _UNTIL_SEMICOLON
    if scan.operator < 0:
        scan.operator, scan.name = start, token[0]
    if scan.code < 0:
        scan.code = start
    if kind == "open":
        scan.depth += 1
    elif kind == "close":
        scan.depth = max(scan.depth - 1, 0)
    elif kind == "sign" and scan.depth == 0:
        if token[0] == ";":
            _end_statement(scan, token.end())
        elif token[0] == "|":
            scan.operator = -1
    scan.last = token


_LET = re.compile(r"let\s+([^\W\d]\w*)\s*=")


def _end_statement(scan: _Scan, end: int) -> None:
    found = _LET.match(scan.text, scan.statement)
    if found:
        scan.lets.append(Let(found[1], scan.statement, end, len(scan.blocks)))
    scan.statement = -1


def _ends(scan: _Scan) -> bool:
    """Whether the text up to the last token is a complete query."""
    last = scan.last
    if last is None or scan.until_semicolon or scan.statement < 0:
        return False
    if scan.text[scan.statement] == ".":
        return True  # a management command: its brackets are closed, and nothing else is known of it
    if last.lastgroup == "sign":
        return last[0] == "*" and _is_wildcard(scan, last.start())
    word = last[0] if last.lastgroup == "word" else ""
    if word in _ASKS_FOR_MORE:
        return False
    if word == scan.name and last.start() == scan.operator:
        return word in _BARE or scan.operator == scan.statement  # the statement is a lone name: a table
    return scan.name not in _WITH_PARAMETERS or not _only_parameters(scan)


def _is_wildcard(scan: _Scan, star: int) -> bool:
    """Whether a last ``*`` is no multiplication: after a comma, bracket or string, an operator's name, or in a name."""
    before = scan.text[max(scan.operator, star - _NEAR) : star]
    if before.rstrip().endswith((",", "(", '"', "'")):
        return True
    words = before.split()
    if not words or words[-1] in _ASKS_FOR_MORE or re.fullmatch(r"[\w.]+=\w+", words[-1]):
        return True
    return before[-1:].strip() != "" and scan.name in {"union", "find", "search", *_OPERATORS}


def _only_parameters(scan: _Scan) -> bool:
    """Whether the operator has nothing yet but its name and parameters such as `kind=inner`."""
    assert scan.last is not None
    place, end = scan.operator + len(scan.name), scan.last.end()
    if end - place > _NEAR:
        return False
    text = scan.text[place:end].strip()
    while found := _PARAMETER.match(text):
        text = text[found.end() :]
    return not text


def _begins(scan: _Scan, token: re.Match[str]) -> bool:
    """Whether a token can be the first of a query, seen after a complete one."""
    text, start = scan.text, token.start()
    assert scan.last is not None
    if token[0] == "(":
        return scan.name not in _WITH_BRACKETS
    if token[0] == "[":
        return scan.name not in _WITH_BRACKETS and _QUOTED_NAME.match(text, start) is not None
    if token[0] == ".":
        return _COMMAND.match(text, start) is not None
    if token.lastgroup != "word" or token[0] in _GOES_ON:
        return False
    if token[0] in _UNTIL_SEMICOLON or _SEARCH_IN.match(text, start):
        return True
    if scan.last.lastgroup == "string" and scan.name in {"parse", "parse-where"}:
        return not _PARSE_GOES_ON.match(text, token.end())
    return not _AFTER_OPERAND.match(text, token.end())
