"""What a query is made with: expressions, lets and functions, chance, and what happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from reasoning.model import KINDS, Row, Value
from reasoning.trace import Trace

Evaluate = Callable[[Row], Value]
Columns = dict[str, str]  # name -> type


class Expression(NamedTuple):
    """An expression's text with its marks, its type, and what it gives for a row."""

    text: str
    type: str
    of: Evaluate


class Variable(NamedTuple):
    """A let that stands for a scalar or a list."""

    name: str
    type: str
    value: Value


class Function(NamedTuple):
    """A let that stands for a function of one string: its body, and what its parameter is called."""

    name: str
    parameter: str
    body: Expression


@dataclass
class Making:
    """What a query is being made with: chance, what happened, and its lets."""

    chance: random.Random
    trace: Trace = field(default_factory=Trace)
    lets: list[str] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    names: int = 0
    uses: int = 0
    parameters: tuple[str, ...] = ()  # those of the function that is being made
    kinds: tuple[str, ...] = KINDS  # the ActionTypes of the table that was named last
    table: str = ""  # the table that most places name, so that what is said of it meets
    focus: tuple[str, ...] = ()  # what it is mostly compared with
    asked: str = ""  # what a filter has asked for

    def name(self, prefix: str) -> str:
        """A name that is not taken; prefixes tell types, so that no name has two."""
        self.names += 1
        return f"{prefix}{self.names}"

    def often(self, share: float) -> bool:
        """True that often."""
        return self.chance.random() < share
