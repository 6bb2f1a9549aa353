"""An automaton that finds a regular expression in a text, in time linear in both, whatever they are.

A program is a list of steps.  Behind one that takes a character the next follows; where others go on is a distance, so
that programs can be put together and repeated as they are.  All steps that may come next are followed at once, which is
a state; what a state becomes behind a character is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple


class Assertion(IntEnum):
    """What has to hold at a place of the text, which is a single line; the value is its bit in a context."""

    START = 1
    END = 2
    BOUNDARY = 4
    NO_BOUNDARY = 8


class Step(NamedTuple):
    """Takes one of some characters, which are the bits of ``takes`` by their codes, or else goes on without.

    next are the distances of the steps to go on at, if the assertion holds.
    """

    takes: int = 0
    next: tuple[int, ...] = (1,)
    assertion: Assertion | None = None


Program = list[Step]
_END = Step(next=())


def either(programs: Sequence[Program]) -> Program:
    """Finds what one of the programs does."""
    whole = programs[-1]
    for one in reversed(programs[:-1]):
        whole = [Step(next=(1, len(one) + 2)), *one, Step(next=(len(whole) + 1,)), *whole]
    return whole


def repeated(program: Program, least: int, most: int | None) -> Program:
    """Finds what a program does so many times in a row; most is None for any number."""
    length = len(program)
    if most is None:
        return [*program * least, Step(next=(1, length + 2)), *program, Step(next=(-length - 1,))]
    return program * least + [Step(next=(1, length + 1)), *program] * (most - least)


# So many states are remembered; when there are more, all are forgotten.
_REMEMBERED = 1_000


class _State:
    """The steps that may come next behind a character ("" at the beginning), and the states behind the next one."""

    __slots__ = ("before", "moves", "steps")

    def __init__(self, steps: frozenset[int], before: str) -> None:
        self.steps = steps
        self.before = before
        self.moves: dict[str, _State] = {}


class Automaton:
    """A program that can be looked for in texts of ASCII."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._asserts = any(step.assertion is not None for step in program)
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._found = _State(frozenset(), "")

    def search(self, text: str) -> bool:
        """Whether the program finds a part of a text."""
        state = self._state(set(), "")
        for after in (*text, ""):
            state = state.moves.get(after) or self._move(state, after)
            if state is self._found:
                return True
        return False

    def _state(self, steps: set[int], before: str) -> _State:
        if len(self._states) > _REMEMBERED:
            self._states.clear()
        # Of a character, assertions tell only whether it is part of a word.
        key = frozenset(steps | {0}), ("a" if _is_word(before) else before and " ") if self._asserts else ""
        return self._states.setdefault(key, _State(*key))

    def _move(self, state: _State, after: str) -> _State:
        """The state behind a character, or the end of the text: _found where the program has found something before."""
        reached = self._reached(state.steps, _context(state.before, after) if self._asserts else 0)
        if len(self._program) in reached:
            following = self._found
        else:
            bit = 1 << ord(after) if after else 0
            following = self._state({place + 1 for place in reached if self._program[place].takes & bit}, after)
        state.moves[after] = following
        return following

    def _reached(self, steps: frozenset[int], context: int) -> set[int]:
        """Some steps, and what can be reached from them without taking a character; behind the last one is the end."""
        reached = set(steps)
        waiting = list(steps)
        while waiting:
            place = waiting.pop()
            step = self._program[place] if place < len(self._program) else _END
            if not step.takes and (step.assertion is None or step.assertion & context):
                for distance in step.next:
                    if place + distance not in reached:
                        reached.add(place + distance)
                        waiting.append(place + distance)
        return reached


def _context(before: str, after: str) -> int:
    """The assertions that hold between two characters; "" is beyond the text."""
    boundary = _is_word(before) != _is_word(after)
    context = Assertion.BOUNDARY if boundary else Assertion.NO_BOUNDARY
    return context | (0 if before else Assertion.START) | (0 if after else Assertion.END)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
