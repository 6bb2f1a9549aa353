"""The parser's stack: takes tokens by the LALR table, and tells what fits next and which brackets are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kql_lint.syntax.scanner import Token

if TYPE_CHECKING:
    from kql_lint.syntax.loading import Grammar

OPENING = {"LPAR": "RPAR", "LBRACKET": "RBRACKET", "LBRACE": "RBRACE"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
BRACKETS = {"LPAR": "(", "RPAR": ")", "LBRACKET": "[", "RBRACKET": "]", "LBRACE": "{", "RBRACE": "}"}


class Stack:
    """States and values of the parse so far.  As in Lark, but an error changes nothing, so that recovery can go on."""

    def __init__(self, grammar: Grammar) -> None:
        self.table = grammar.tables
        self.reducers = grammar.reducers
        self.states = [grammar.tables.start]
        self.values: list[Any] = []

    def take(self, token: Token) -> bool:
        """Shift a token, after the reductions it calls for; False, with nothing changed, where it does not fit."""
        states, kind = self.states, token.type
        action = self.table.actions[states[-1]].get(kind)
        if action is None:
            return False
        if action < 0:
            action = self._reduce(kind, action)
            if action is None:
                return False
            if action < 0:
                return True  # the end of the text: there is nothing to shift
        states.append(action)
        self.values.append(token)
        return True

    def _reduce(self, kind: str, action: int) -> int | None:
        """Carry out the reductions that lead to a state which takes the token; the state to shift to, -1 at the end.

        None, with nothing changed, where they lead to none: LALR tables merge states, so a token that does not fit may
        set off reductions first.  Once done they could not be taken back, and recovery would start from a stack that
        nothing fits.
        """
        states, table = self.states, self.table
        actions, sizes, origins = table.actions, table.sizes, table.origins
        kept = len(states)
        pushed: list[int] = []
        rules: list[int] = []
        following: int | None = action
        while following is not None and following < 0:
            rule = ~following
            rules.append(rule)
            size = sizes[rule]
            if size <= len(pushed):
                if size:
                    del pushed[-size:]
            else:
                kept -= size - len(pushed)
                pushed.clear()
            state = actions[pushed[-1] if pushed else states[kept - 1]][origins[rule]]
            pushed.append(state)
            if kind == "$END" and state == table.end:
                break
            following = actions[state].get(kind)
        if following is not None:
            states[kept:] = pushed
            self._build(rules)
        return following

    def _build(self, rules: list[int]) -> None:
        """Make the values of these rules out of those on the stack, one after the other."""
        values, reducers, sizes = self.values, self.reducers, self.table.sizes
        for rule in rules:
            reducer = reducers[rule]
            if reducer is None:
                continue
            size = sizes[rule]
            if size:
                children = values[-size:]
                del values[-size:]
            else:
                children = []
            values.append(reducer(children))

    def accepts(self, *terminals: str) -> bool:
        """Whether these terminals would fit next, one after the other."""
        return self.accepts_after(len(self.values), *terminals)

    def accepts_after(self, count: int, *terminals: str) -> bool:
        """The same, if only the first ``count`` values were on the stack."""
        states = self.states[: count + 1]
        return all(self.advance(states, terminal) for terminal in terminals)

    def advance(self, states: list[int], terminal: str) -> bool:
        """Whether a terminal fits on top of these states, which are then those behind it."""
        table = self.table
        while True:
            action = table.actions[states[-1]].get(terminal)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                return True
            size = table.sizes[~action]
            if size:
                del states[-size:]
            states.append(table.actions[states[-1]][table.origins[~action]])
            if terminal == "$END" and states[-1] == table.end:
                return True

    def expected(self) -> set[str]:
        """The terminals that fit next."""
        row = self.table.actions[self.states[-1]]
        return {name for name in row if (name.isupper() or name == "$END") and self.accepts(name)}

    def open_brackets(self) -> list[Token]:
        """The brackets that are not closed yet, outermost first."""
        found: list[Token] = []
        for value in self.values:
            if isinstance(value, Token):
                if value.type in OPENING:
                    found.append(value)
                elif value.type in CLOSING and found:
                    found.pop()
        return found

    def depth(self) -> int:
        """How many brackets are open."""
        return len(self.open_brackets())

    def keyword(self) -> str | None:
        """The word of the operator that is being read, None outside of one."""
        values = self.values
        for index in range(len(values) - 1, 0, -1):
            before = values[index - 1]
            if isinstance(before, Token) and before.type == "VBAR" and isinstance(values[index], Token):
                return str(values[index])
        return None

    def cut(self, count: int) -> None:
        """Forget all but the first ``count`` values."""
        del self.values[count:]
        del self.states[count + 1 :]


class RecordingStack(Stack):
    """A stack that keeps the tokens which fitted, in order."""

    def __init__(self, grammar: Grammar, tokens: list[Token]) -> None:
        super().__init__(grammar)
        self._tokens = tokens

    def take(self, token: Token) -> bool:
        """As Stack's; a token of the text that was taken is kept."""
        taken = super().take(token)
        made_up = token.start == token.end or token.type.startswith("DAMAGED")  # by recovery
        if taken and not made_up:
            self._tokens.append(token)
        return taken
