"""The signatures of the function whose arguments a cursor is in, and which parameter is written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.language import notes, signatures
from kql_lint.language.cursor import Cursor, Kind
from kql_lint.language.signatures import Signature
from kql_lint.semantics.scopes.environment import LocalFunction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.language.file import OpenFile
    from kql_lint.language.query import OpenQuery
    from kql_lint.syntax.scanner import Token

_OPENING = frozenset({"LPAR", "LBRACKET", "LBRACE"})
_CLOSING = frozenset({"RPAR", "RBRACKET", "RBRACE"})
_ENDS = frozenset({"VBAR", "SEMICOLON"})
_CALLED = frozenset({"NAME", "PIPELINE_FUNCTION"})


@dataclass(slots=True)
class SignatureHelp:
    """The ways to call a function.

    active is the number of the signature that the call fits, parameter that of the parameter at the cursor, None where
    the call has more arguments than any takes.  documentation is Markdown.
    """

    signatures: list[Signature]
    active: int
    parameter: int | None
    documentation: str


def signature_help(query: OpenQuery, offset: int) -> SignatureHelp | None:
    """Help for the innermost call around an offset; None outside of any, or for a function that is not known."""
    cursor = Cursor(query, offset)
    if cursor.kind is Kind.COMMENT:
        return None
    called = _called(cursor.cut.before)
    if called is None:
        return None
    before, argument = called
    found = _signatures(cursor, before)
    if found is None or not found[0]:
        return None
    listed, documentation = found
    fitting = (number for number, one in enumerate(listed) if one.takes(argument + 1))
    active = next(fitting, len(listed) - 1)
    return SignatureHelp(listed, active, listed[active].active(argument, argument + 1), documentation)


def signature_help_in(file: OpenFile, place: int) -> SignatureHelp | None:
    """Help for the innermost call around a place of a file."""
    found = file.at(place)
    return None if found is None else signature_help(found.query, found.offset)


def _called(before: Sequence[Token]) -> tuple[Sequence[Token], int] | None:
    """The tokens up to the name of the function that is called, and the number of the argument at the cursor."""
    depth = argument = 0
    for at in range(len(before) - 1, -1, -1):
        kind = before[at].type
        if kind in _CLOSING:
            depth += 1
        elif kind in _OPENING and depth:
            depth -= 1
        elif kind in _OPENING:
            is_call = kind == "LPAR" and at > 0 and before[at - 1].type in _CALLED
            return (before[:at], argument) if is_call else None
        elif not depth and kind in _ENDS:
            return None
        elif not depth and kind == "COMMA":
            argument += 1
    return None


def _signatures(cursor: Cursor, before: Sequence[Token]) -> tuple[list[Signature], str] | None:
    name = str(before[-1])
    local = cursor.watched.names.get(name)
    if isinstance(local, LocalFunction):
        return [signatures.of_local(local)], notes.local(name, local)
    is_plugin = any(token.type in ("EVALUATE", "LEADING_EVALUATE") for token in before[-2:-1])
    own = signatures.own(name, ("plugin",) if is_plugin else ("aggregate", "scalar", "source"))
    if own is not None:
        return signatures.of_function(name, own), notes.own_function(own)
    platform = cursor.query.catalogue.function(name)
    return None if platform is None else ([signatures.of_platform(platform)], notes.platform_function(platform))
