"""Makes a program for the automaton out of a regular expression, as both engines of the service would read it.

Where the two differ, or one of them refuses the pattern, there is none: then nothing is known of what it matches.
"""

from __future__ import annotations

from typing import NoReturn

from kql_lint.semantics.literals.automaton import Assertion, Program, Step, either, repeated
from kql_lint.semantics.literals.regex import Piece, pieces

# The work for a text grows with the number of steps: a pattern may have a step for each of its characters, and what
# "{1,50}" adds.  Nobody writes one on ActionType that comes near.
# LIMIT: of a pattern beyond that nothing is known; revisit if a rule with one is met.
_LONGEST = 1_000
_FREE_STEPS = 64
_STEPS_PER_CHARACTER = 2

_ASCII = range(128)
_ALL = (1 << len(_ASCII)) - 1


def mask(characters: str) -> int:
    """A set of ASCII characters: the bits of their codes."""
    return sum(1 << ord(character) for character in set(characters))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CASE = ord("a") - ord("A")
_LOWER, _UPPER, _DIGIT = mask(_LETTERS), mask(_LETTERS.upper()), mask("0123456789")
_SPACE = mask("\t\n\f\r ")  # and \v to Rust, which no printable text has
_WORD = _LOWER | _UPPER | _DIGIT | mask("_")
_CLASSES = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_CLASSES |= {letter.upper(): _ALL ^ found for letter, found in _CLASSES.items()}
_GRAPH = mask("".join(map(chr, range(0x21, 0x7F))))
_NAMED = {
    "alnum": _LOWER | _UPPER | _DIGIT,
    "alpha": _LOWER | _UPPER,
    "ascii": _ALL,
    "blank": mask("\t "),
    "cntrl": _ALL ^ _GRAPH ^ mask(" "),
    "digit": _DIGIT,
    "graph": _GRAPH,
    "lower": _LOWER,
    "print": _GRAPH | mask(" "),
    "punct": _GRAPH ^ _LOWER ^ _UPPER ^ _DIGIT,
    "space": _SPACE | mask("\v"),
    "upper": _UPPER,
    "word": _WORD,
    "xdigit": _DIGIT | mask("abcdefABCDEF"),
}
_ASSERTIONS = {
    "^": Assertion.START,
    "$": Assertion.END,
    "\\A": Assertion.START,
    "\\z": Assertion.END,
    "\\b": Assertion.BOUNDARY,
    "\\B": Assertion.NO_BOUNDARY,
}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# Flags that change nothing in what a single line matches: the ends of lines, what "." takes, what is taken first.
_NO_MATTER = frozenset("msU")


def program(pattern: str) -> Program | None:
    """What finds the regular expression in a printable ASCII text; None where that is not known, or is too much."""
    if len(pattern) > _LONGEST or not pattern.isascii():
        return None
    found = pieces(pattern)
    try:
        return None if found is None else _Building(pattern).built(found)
    except _Undecided:
        return None


class _Undecided(Exception):
    """The engines differ, or it is too much."""


def _undecided() -> NoReturn:
    raise _Undecided


class _Group:
    """A group that is open: the alternatives that are whole, what there is of the next, and its last part apart."""

    def __init__(self, *, folds: bool) -> None:
        self.folds = folds
        self.alternatives: list[Program] = []
        self.before: Program = []
        self.last: Program = []

    def add(self, part: Program) -> None:
        self.before += self.last
        self.last = part

    def end(self) -> None:
        self.alternatives.append(self.before + self.last)
        self.before, self.last = [], []


class _Building:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.most = _FREE_STEPS + _STEPS_PER_CHARACTER * len(pattern)
        self.groups = [_Group(folds=False)]
        self.behind = ""  # the kind of the piece before; "lazy" for the second "?" of "a??"

    def built(self, found: list[Piece]) -> Program:
        for piece in found:
            is_lazy = self.behind == piece.kind == "repetition"
            getattr(self, f"_{piece.kind}")(self.pattern[piece.start : piece.end])
            self.behind = "lazy" if is_lazy else piece.kind
        group = self.groups[0]
        group.end()
        return self._sized(either(group.alternatives))

    def _text(self, text: str) -> None:
        for character in text:
            if character == "{":  # Rust takes it for the beginning of a repetition
                _undecided()
            elif character in _ASSERTIONS:
                self._assert(character)
            else:
                self._take(_ALL if character == "." else mask(character))

    def _escape(self, text: str) -> None:
        letter = text[1]
        if text in _ASSERTIONS:
            self._assert(text)
        elif letter in _CLASSES:
            self._take(_CLASSES[letter])
        else:
            self._take(mask(_escaped(text)))

    def _class(self, text: str) -> None:
        self._take(character_set(text, folds=self.groups[-1].folds))

    def _repetition(self, text: str) -> None:
        if self.behind in ("repetition", "lazy", "flags"):
            if self.behind != "repetition" or text != "?":  # "a**" and "a(?i)*" are refused by one engine
                _undecided()
            return
        least, most = _counts(text)
        group = self.groups[-1]
        if len(group.last) * (most or least + 1) > self.most:
            _undecided()
        group.last = repeated(group.last, least, most)

    def _or(self, _text: str) -> None:
        self.groups[-1].end()

    def _open(self, text: str) -> None:
        outer = self.groups[-1].folds
        self.groups.append(_Group(folds=_folds(text, outer) if text.endswith(":") else outer))

    def _close(self, _text: str) -> None:
        group = self.groups.pop()
        group.end()
        self.groups[-1].add(self._sized(either(group.alternatives)))

    def _flags(self, text: str) -> None:
        group = self.groups[-1]
        group.folds = _folds(text, group.folds)

    def _assert(self, text: str) -> None:
        self.groups[-1].add([Step(assertion=_ASSERTIONS[text])])

    def _take(self, characters: int) -> None:
        group = self.groups[-1]
        group.add([Step(takes=_folded(characters) if group.folds else characters)])

    def _sized(self, whole: Program) -> Program:
        return whole if len(whole) <= self.most else _undecided()


def _folds(text: str, folds: bool) -> bool:
    """Whether case is ignored behind ``(?i)``, ``(?-i:`` and the like."""
    on, _, off = text[2:-1].partition("-")
    if not _NO_MATTER.issuperset((on + off).replace("i", "")):
        _undecided()
    return "i" not in off and (folds or "i" in on)


def _counts(text: str) -> tuple[int, int | None]:
    """How often what stands before ``*``, ``+``, ``?``, ``{2}``, ``{2,}`` or ``{2,3}`` is found."""
    known = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if text in known:
        return known[text]
    least, comma, most = text[1:-1].partition(",")
    return int(least), int(most) if most else None if comma else int(least)


def _escaped(text: str) -> str:
    """The character that a backslash sequence stands for."""
    letter = text[1]
    if letter == "x":
        code = int(text[2:].strip("{}"), 16)
        return chr(code) if code in _ASCII else _undecided()
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    # Classes of Unicode, octal codes and \Q are not known to both, nor are \< and \>, which are text to one.
    return letter if len(text) == 2 and not letter.isalnum() and letter not in "<>" else _undecided()


def character_set(text: str, *, folds: bool) -> int:
    """The characters of a class ``[...]``, as a mask.  Raises _Undecided where the engines differ."""
    inside = text[1:-1]
    if any(sign in inside for sign in ("--", "&&", "~~")):  # operators to one
        _undecided()
    negated = inside.startswith("^")
    place = int(negated)
    found = 0
    while place < len(inside):
        part, place = _part(inside, place)
        found |= part
    found = _folded(found) if folds else found
    return _ALL ^ found if negated else found


def _part(inside: str, place: int) -> tuple[int, int]:
    """The characters of a named class, a range or a character in a class, and where it ends."""
    if inside[place] == "[":
        name, colon, _ = inside[place + 2 :].partition(":")
        found = _NAMED.get(name.lstrip("^"))
        if inside[place + 1 : place + 2] != ":" or not colon or found is None:
            _undecided()
        return _ALL ^ found if name.startswith("^") else found, place + len(name) + len("[::]")
    first, end = _item(inside, place)
    if end + 1 >= len(inside) or inside[end] != "-":
        return (_CLASSES[first[1]] if len(first) > 1 else mask(first)), end
    last, end = _item(inside, end + 1)
    if len(first) > 1 or len(last) > 1:
        _undecided()
    return mask("".join(map(chr, range(ord(first), ord(last) + 1)))), end


def _item(inside: str, place: int) -> tuple[str, int]:
    """The character at a place, or the backslash sequence of a class, and where it ends."""
    if inside[place] != "\\":
        return inside[place], place + 1
    letter = inside[place + 1]
    if letter in _CLASSES:
        return inside[place : place + 2], place + 2
    end = place + 2
    if letter == "x":
        end = inside.index("}", place) + 1 if inside.startswith("{", end) else end + 2
    return _escaped(inside[place:end]), end


def _folded(characters: int) -> int:
    return characters | (characters & _LOWER) >> _CASE | (characters & _UPPER) << _CASE
